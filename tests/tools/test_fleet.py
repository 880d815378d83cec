"""./deploy.sh fleet: the list of boards, templates, what Prometheus is told; many boards at once, of which some fail."""

import json
import stat
import threading

import pytest
import requests

from host import UserError
from host.board import discovery
from host.board.fleet import Fleet, Member, fill, tidy
from host.cli import main
from tests.protocol.support.scripted_server import Scripted


def fleet(file, *words):
    return main(["fleet", "--file", str(file), *words])


def answer(status: str, data: dict) -> bytes:
    text = json.dumps(data).encode()
    return b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(text), text)


WELL = {"status": "ok", "uptime": 5, "board": "nodemcu", "version": "1.2.3"}


@pytest.mark.parametrize(("given", "address"), [
    ("192.168.1.77", "192.168.1.77"), ("http://192.168.1.77/", "192.168.1.77"), ("http://shed.local:80", "shed.local"),
    ("shed.local:8080", "shed.local:8080"), ("Shed", "shed"), ("http://[fd00::1]:81/", "[fd00::1]:81"), ("[fd00::1]", "[fd00::1]"),
])  # fmt: skip
def test_addresses_as_people_write_them(given, address):
    assert tidy(given) == address == tidy(address)


@pytest.mark.parametrize("given", ["", "https://shed.local", "shed.local/gpio", "me:x@shed", "shed:port", "shed:99999", "http://"])
def test_what_is_no_address_is_refused(given):
    with pytest.raises(UserError, match="is not the address of a board"):
        tidy(given)


def test_the_list_keeps_numbers_and_tokens(tmp_path):
    file = tmp_path / "fleet.json"
    made = Fleet(file)
    for one in (("192.168.1.77", None, "a"), ("attic.local", None, ""), ("192.168.1.79:81", "shed", "b")):
        made.add(*one)
    made.save()
    read = Fleet(file)
    assert read.members == made.members == [
        Member(1, "192.168.1.77", "192.168.1.77", "a"), Member(2, "attic", "attic.local"),
        Member(3, "shed", "192.168.1.79:81", "b"),
    ]  # fmt: skip
    read.remove(["attic"])
    assert read.add("192.168.1.80", "cellar", "").number == 4, "a number is not given twice"
    assert read.add("192.168.1.81", "SHED", "") == Member(3, "SHED", "192.168.1.81", "b"), "moved: the token stays"
    assert [one.name for one in read.choose(["192.168.1.80", "shed"])] == ["SHED", "cellar"]
    with pytest.raises(UserError, match="two boards have the address 192.168.1.80"):
        read.add("192.168.1.80", "other", "")
    with pytest.raises(UserError, match="attic: not in .*fleet.json, which has 192.168.1.77, SHED, cellar"):
        read.choose(["attic"])
    with pytest.raises(UserError, match="without spaces"):
        read.add("192.168.1.90", "the shed", "")


def test_the_list_with_its_tokens_is_for_its_owner_and_the_targets_for_all(tmp_path):
    made = Fleet(tmp_path / "fleet.json")
    made.add("192.168.1.77", "shed", "secret")
    beside = made.save()
    assert stat.S_IMODE((tmp_path / "fleet.json").stat().st_mode) == 0o600
    assert beside == tmp_path / "fleet.targets.json" and stat.S_IMODE(beside.stat().st_mode) & 0o444
    assert json.loads(beside.read_text()) == [{"targets": ["192.168.1.77:80"], "labels": {"instance": "shed"}}]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fleet.json", "fleet.targets.json"]


@pytest.mark.parametrize("text", [
    "", "[]", '{"boards": {}}', '{"boards": [1]}', '{"boards": [{"name": "a"}]}', '{"boards": [{"name": 1, "address": "a"}]}',
    '{"boards": [{"name": "a", "address": 1}]}', '{"boards": [{"name": "a", "address": "a", "number": "1"}]}',
    '{"boards": [{"name": "a", "address": "a", "number": 0}]}', '{"boards": [{"name": "a", "address": "a", "token": 1}]}',
    '{"boards": [{"name": "a", "address": "a"}, {"name": "A", "address": "b"}]}', "\xff",
])  # fmt: skip
def test_a_list_that_makes_no_sense_is_told(tmp_path, text, capsys):
    file = tmp_path / "fleet.json"
    file.write_bytes(text.encode("latin-1"))
    if text == '{"boards": {}}':
        assert Fleet(file).members == []
        return
    assert fleet(file, "status") == 1
    said = capsys.readouterr().err
    assert said.startswith(f"deploy.sh fleet: {file}") and said.count("\n") == 1
    assert file.read_bytes() == text.encode("latin-1")


def test_a_template_differs_for_each_board():
    template = {"hostname": "board-{number}", "wifi": {"password": "{mac}{mac}"}, "alarms": [{"a": "{name}"}], "n": 1, "x": None}
    assert fill(template, Member(7, "shed", "192.168.1.77"), "5ccf7f10a0b1") == {
        "hostname": "board-7", "wifi": {"password": "5ccf7f10a0b15ccf7f10a0b1"}, "alarms": [{"a": "shed"}], "n": 1, "x": None,
    }  # fmt: skip
    screen = {"text": "{out.temperature} {weather.temp}"}
    assert fill(screen, Member(7, "shed", "192.168.1.77"), "") == screen


def test_one_that_fails_stops_no_other(tmp_path, capsys):
    file = tmp_path / "fleet.json"
    ill = {"status": "degraded", "detail": "dht: no readings"}
    dead = answer("503 Service Unavailable", {"detail": "sntp: died"})
    with Scripted(answer("200 OK", WELL)) as well, Scripted(answer("200 OK", ill)) as degraded, Scripted(None) as silent, \
            Scripted(dead) as failing, Scripted(b"nonsense") as odd, Scripted(answer("200 OK", WELL)) as last:  # fmt: skip
        servers = {"well": well, "ill": degraded, "silent": silent, "failing": failing, "odd": odd, "last": last}
        made = Fleet(file)
        for name, server in servers.items():
            made.add(server.url, name, "")
        made.save()
        assert fleet(file, "status", "--parallel", "2") == 1
        said = capsys.readouterr().out
        assert fleet(file, "status", "well", "last") == 0
    rows = dict(line.partition("] ")[2].split(maxsplit=1) for line in said.splitlines()[:-1])
    assert rows["well"] == rows["last"] == "ok: nodemcu, version 1.2.3, up 0 h 0 min"
    assert rows["ill"] == "FAILED: degraded: dht: no readings" and rows["failing"].endswith("503: sntp: died")
    assert all(f"no answer from {servers[name].url}" in rows[name] for name in ("silent", "odd"))
    assert said.splitlines()[-1] == "4 of 6 boards failed: ill silent failing odd"
    assert sorted(line.partition("/")[0] for line in said.splitlines()[:-1]) == [f"[{n}" for n in range(1, 7)]


def test_a_fault_of_ours_stops_no_other(tmp_path, capsys):
    file = tmp_path / "fleet.json"
    with Scripted(answer("200 OK", {"status": "ok"})) as odd, Scripted(answer("200 OK", WELL)) as well:
        made = Fleet(file)
        made.add(odd.url, "odd", "")
        made.add(well.url, "well", "")
        made.save()
        assert fleet(file, "status") == 1
    said = capsys.readouterr()
    assert "fault in picorest" in said.out and "well  ok: nodemcu" in said.out and "KeyError" in said.err


def test_prometheus_is_told_what_the_file_says_now(tmp_path):
    file = tmp_path / "fleet.json"
    server = discovery.server(file, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        assert requests.get(url, timeout=5).json() == []
        assert fleet(file, "add", "127.0.0.1:9", "--name", "shed") == 0
        found = requests.get(url, timeout=5)
        assert found.json() == [{"targets": ["127.0.0.1:9"], "labels": {"instance": "shed"}}]
        assert found.headers["Content-Type"] == "application/json"
        assert requests.get(url + "/other", timeout=5).status_code == 404
        assert fleet(file, "remove", "127.0.0.1:9") == 0 and requests.get(url, timeout=5).json() == []
        file.write_text("{")
        assert requests.get(url, timeout=5).status_code == 500
    finally:
        server.shutdown()
        server.server_close()
    with pytest.raises(UserError, match="choose another one with --port"):
        discovery.server(file, "127.0.0.1", 99999)


def test_a_list_changed_by_hand_is_told_to_prometheus(tmp_path):
    file = tmp_path / "fleet.json"
    file.write_text('{"boards": [{"name": "shed", "address": "shed.local"}]}')
    assert fleet(file, "targets") == 0
    assert json.loads((tmp_path / "fleet.targets.json").read_text())[0]["targets"] == ["shed.local:80"]
