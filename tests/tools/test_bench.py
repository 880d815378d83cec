"""./deploy.sh bench: that it measures what it says. How fast anything is does not matter here."""

import contextlib
import subprocess
import sys

import pytest

from bench import board32, counts, load, memory, mix
from bench.__main__ import cpu, quantile, ratio
from bench.rows import BASE, Running, rows
from host import ROOT, UserError, bootstrap
from host.build import small
from virtualboard.client import VirtualBoard

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"state":1}'
PEER = """
import socket
import machine
listener = socket.socket()
listener.bind(socket.getaddrinfo("0.0.0.0", 80)[0][-1])
listener.listen(9)
while True:
    client, _ = listener.accept()
    asked = client.recv(999)
    at = asked.find(b"state=") + 6
    machine.Pin(10).value(int(asked[at : at + 1]))
    client.send(%r.replace(b":1}", b":" + asked[at : at + 1] + b"}"))
    client.close()
"""


@pytest.fixture
def peer(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(PEER % ANSWER)
    return path


def test_when_an_answer_is_complete():
    for length in range(len(ANSWER)):
        assert not load.complete(ANSWER[:length])
    assert load.complete(ANSWER) and load.good(ANSWER, mix.CURL)
    assert not load.good(ANSWER.replace(b"200", b"503"), mix.CURL)
    assert not load.good(ANSWER, mix.CURL.replace(b"state=1", b"state=0"))
    assert load.good(ANSWER.replace(b'"state":1', b'"state": 0'), mix.CURL.replace(b"state=1", b"state=0"))


def test_different_requests_differ():
    requests = mix.KINDS["different"]
    assert len(set(requests)) == len(requests) == len(mix.PINS) * 2 * len(mix.HEADERS)
    heads = [request.split(b"\r\n", 1)[1] for request in requests]
    same = sum(one == other for one, other in zip(heads, heads[1:], strict=False))
    assert same < len(heads) / 3  # clients take turns
    for request in map(mix.closing, requests):
        assert request.endswith(b"\r\n\r\n") and request.lower().count(b"\r\nconnection:") == 1


@pytest.mark.parametrize("kind", mix.KINDS)
@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("name", ["picorest", BASE, "raw asyncio", "raw poll"])
def test_every_row_is_asked(tmp_path, name, keep, kind):
    row = next(row for row in rows(tmp_path, [], [name]) if row.name == name)
    with Running(row, tmp_path) as running:
        result = load.Load(running.port, mix.KINDS[kind], keep).run(2, 0.3)
    assert result.times and result.errors == 0
    assert (result.connections < len(result.times)) is (keep and name == "picorest")


@pytest.mark.parametrize("words", [("picorest",), ("bare", "131072")])
def test_boards_of_32_bit_are_asked(words):
    bootstrap.ensure("requirements-wasm32")
    with board32.board(*words) as port:
        result = load.Load(port, mix.KINDS["different"], False).run(1, 0.5)
    assert result.times and result.errors == 0


def test_half_requests_cost_memory(tmp_path):
    row, base = rows(tmp_path, [], ["picorest"])
    assert 300 < counts.memory(row, tmp_path) < counts.memory(base, tmp_path)


def test_the_figures():
    fast = load.Result(1.0, [0.001] * 90 + [0.002] * 10, 0, 100, 0.5)
    slow = load.Result(2.0, [0.004] * 100, 0, 100, 1.0)
    speeds = {("a", "different", False, 1): [fast, fast], (BASE, "different", False, 1): [slow, slow]}
    assert ratio(speeds, "a", "different", False, 1) == 2
    assert (quantile([fast], 0.5), quantile([fast], 0.99)) == (0.001, 0.002)
    assert cpu([fast, slow]) == 7500


def test_a_row_that_does_not_exist(tmp_path):
    with pytest.raises(UserError, match="there is no nobody; there are picorest, bare microdot"):
        rows(tmp_path, [], ["nobody"])


def test_the_table(peer):
    command = [sys.executable, "-m", "bench", "--rounds", "1", "--seconds", "0.05", "--no-counts", "--only", "mine"]
    done = subprocess.run([*command, "--peer", str(peer)], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines() if line[:1] == "|"]
    names = [(row[0], row[1]) for row in table[2:]]
    assert names == [(name, kind) for name in (BASE, "mine") for kind in mix.KINDS]
    assert {len(row) for row in table} == {len(table[0])}
    assert table[2][2] == table[3][2] == "1.0 / 1.0 / 1.0"
    assert "Not answered well: none." in done.stdout


def test_the_memory_budgets_hold():
    found = memory.measure_memory()
    if memory.over(found):  # what a board does beside may be in the way: the least of two looks counts
        again = memory.measure_memory()
        found = {kind: {name: min(size, again[kind][name]) for name, size in sizes.items()} for kind, sizes in found.items()}
    assert memory.over(found) == {}, "see ./deploy.sh bench --memory"
    for kind, sizes in found.items():
        gone = set(memory.BUDGETS[kind]) - set(sizes)
        assert not gone, "a budget for what is not there any more: ./deploy.sh bench --memory --accept"


def test_what_is_over_its_budget_is_told():
    most = memory.BUDGETS["bytes"]["upstream.client"]
    found = {"bytes": {"upstream.client": most + 1000, "http.body": 1, "new": 500}, "names": {"new": 2, "all together": 999}}
    found["names"]["upstream.client"] = memory.BUDGETS["names"]["upstream.client"]
    more = 999 - memory.BUDGETS["names"]["all together"]
    told = {"upstream.client (bytes)": 1000, "new (bytes)": 500, "new (names)": 2, "all together (names)": more}
    assert memory.over(found) == told


def test_what_a_configuration_costs_is_what_it_takes():
    """config/memory_cost.py says it before a board has it; a little more than what was measured, never less."""
    found = _costs("weather")
    base = None
    for what, config in memory.SERVING.items():
        told, taken = sum(found["parts"](config).values()), memory.BUDGETS["bytes"][f"serving: {what}"] * 32 // 33
        base = taken - told if base is None else base
        assert taken - base - 100 < told < (taken - base) * 1.25 + 200, what
        assert told <= found["MOST"], what


def _costs(parts):
    found = {"const": lambda value: value, "PARTS": parts}
    source = (ROOT / "device/lib/picorest/config/memory_cost.py").read_text()
    exec(source.replace("from ..parts import PARTS\n", ""), found)
    return found


@pytest.mark.parametrize("pins", [["D5"], ["D5", "D6"]])
def test_what_following_another_board_costs_is_what_it_takes(pins, tmp_path):
    bootstrap.ensure("requirements-wasm32")
    with contextlib.closing(VirtualBoard("nodemcu", tmp_path, config=memory.NETWORK, engine="native")) as other:
        other.wait_until_it_serves()
        told = sum(_costs("links boards")["parts"]({"links": memory.far(pins, other)}).values())
        taken = memory.following(pins, other)
    assert taken - 100 < told < taken * 1.25 + 200


def test_the_budgets_together_leave_an_esp8266_room():
    """For two connections at work and, beside all that can be configured, the largest answer; beside a DHT, for a module of the
    user's; and for the names that are made while the program runs."""
    most = memory.BUDGETS["bytes"]
    clients = 2 * most["a connection that waits for an answer"]
    largest = max(size for name, size in most.items() if name.startswith("routes."))
    upstream = most["upstream.client"] + most["upstream.response"]
    assert memory.HEAP - most["serving: and weather, ThingSpeak, a token"] - clients - upstream > largest
    assert memory.HEAP - most["serving: and a DHT22"] - clients > 8192 + 1500  # what microdot.py takes
    assert memory.BUDGETS["names"]["all together"] <= small.NAMES - small.ROOM


@pytest.mark.long
def test_a_module_in_the_manner_of_microdots_manual_leaves_an_esp8266_8_kb():
    bootstrap.ensure("requirements-wasm32")
    with memory._board(memory.DHT, (ROOT / "hosttests" / "support" / "microdot_manual.py").read_text()) as board:
        assert board.get("/doors/front", headers={"X-Key": "open"}).json()["door"] == "front"
        assert memory._free(board) >= 8192
