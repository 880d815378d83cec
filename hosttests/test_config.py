"""/config: read without secrets, merged, checked as a whole, and never half written."""

import contextlib

import pytest
import requests

from hosttests.support.upstreams import HOME
from hosttests.support.wifi import patient

SECRET = "hush-hush-42"


@pytest.fixture
def config(board):
    """The board's configuration; what a test changes is put back."""
    before = board.get("/config").json()
    yield before
    answer = board.patch("/config", way_back(board.get("/config").json(), before))
    assert answer.ok, answer.text


def way_back(now: dict, before: dict) -> dict:
    """The merge patch that makes `before` of `now`."""
    patch = {key: None for key in now if key not in before}
    for key, value in before.items():
        if isinstance(value, dict) and isinstance(now.get(key), dict):
            patch[key] = way_back(now[key], value)
        elif now.get(key) != value:
            patch[key] = value
    return {key: value for key, value in patch.items() if value != {}}


def test_patch_shows_the_new_state_and_what_waits_for_a_restart(board, config):
    answer = board.patch("/config", {"timezone": "CET-1CEST,M3.5.0,M10.5.0/3", "auth": "write"})
    assert answer.status_code == 200
    assert answer.json()["config"]["timezone"] == "CET-1CEST,M3.5.0,M10.5.0/3"
    assert answer.json()["restart"] == ["timezone"]
    assert board.get("/config").json()["timezone"] == "CET-1CEST,M3.5.0,M10.5.0/3"


def test_null_takes_a_key_away(board, config):
    assert board.patch("/config", {"weather": {"place": "Oslo,NO", "lat": 59.9, "lon": 10.7}}).ok
    assert board.patch("/config", {"weather": {"lat": None, "lon": None}}).ok
    weather = board.get("/config").json()["weather"]
    assert "lat" not in weather and weather["place"] == "Oslo,NO"


def test_secrets_are_written_and_never_read_back(board, config):
    change = {"thingspeak": {"talkback": {"key": SECRET}}, "weather": {"key": SECRET}, "wifi": {"ap": {"password": SECRET}}}
    answer = board.patch("/config", change)
    assert answer.ok, answer.text
    assert SECRET not in answer.text
    for path in ("/config", "/wifi", "/status"):
        assert SECRET not in board.get(path).text
    shown = board.get("/config").json()
    assert shown["thingspeak"]["talkback"]["key"] is True and shown["weather"]["key"] is True
    again = board.patch("/config", shown)
    assert again.ok and again.json()["restart"] == []
    assert board.patch("/config", {"weather": {"key": None, "lat": None}}).ok
    refused = board.patch("/config", {"weather": {"key": True}})
    assert (refused.status_code, refused.json()["key"]) == (400, "weather.key")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"hostname": 5}, "hostname"),
        ({"hostname": "not a name"}, "hostname"),
        ({"wifi": {"ap": {"password": "short"}}}, "wifi.ap.password"),
        ({"wifi": {"networks": [{"password": "12345678"}]}}, "wifi.networks[0].ssid"),
        ({"wifi": "home"}, "wifi"),
        ({"thingspeak": {"channel": "12"}}, "thingspeak.channel"),
        ({"pins": {"D5": {"safe": "high"}}}, "pins.D5.safe"),
        ({"auth": "maybe", "hostname": "fine"}, "auth"),
        ({"timezone": "Europe/Paris"}, "timezone"),
    ],
)
def test_a_mistake_is_refused_with_key_and_reason(board, config, change, key):
    answer = board.patch("/config", change)
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["key"]) == ("bad-config", key)
    assert key in problem["detail"]
    assert board.get("/config").json() == config


@pytest.mark.parametrize("body", ["[]", '"text"', "5", "null"])
def test_only_an_object_is_a_change(board, config, body):
    assert board.request("PATCH", "/config", data=body).status_code == 400
    assert board.get("/config").json() == config


def test_an_unknown_key_warns(board, config):
    answer = board.patch("/config", {"hostnmae": "x"})
    assert answer.ok
    assert any("hostnmae" in warning for warning in answer.json()["warnings"])


def test_a_pin_that_cannot_be_warns(board, config):
    pins = {"D99": {"mode": "out"}, "D1": {"name": "lamp"}}
    answer = board.patch("/config", {"pins": pins, "dht": [{"pin": 6, "type": "dht22"}]})
    assert answer.ok, answer.text
    warnings = answer.json()["warnings"]
    assert [warning.split(":")[0] for warning in warnings] == ["D99", "6"], warnings
    assert "flash" in warnings[1]
    assert warnings == board.get("/status").json()["warnings"]


@pytest.mark.boards("nodemcu", "esp32")
def test_what_a_pin_cannot_do_is_told_before_the_restart(board, config, board_name):
    """In the words in which /status says it afterwards."""
    bare, free = ("D0", "D1") if board_name == "nodemcu" else ("34", "25")
    pins = {bare: {"mode": "in", "pull": "up"}, free: {"mode": "in", "safe": 1}}
    warnings = board.patch("/config", {"pins": pins}).json()["warnings"]
    assert sorted(warning.split(":")[0] for warning in warnings) == sorted(pins), warnings
    told = dict(warning.split(": ", 1) for warning in warnings)
    assert "pull" in told[bare] and "driven" in told[free]
    board.reboot()
    assert sorted(board.get("/status").json()["warnings"]) == sorted(f"pins.{pin}: {words}" for pin, words in told.items())
    assert board.patch("/config", {"pins": {bare: None, free: {"safe": None, "pull": "up"}}}).json()["warnings"] == []


@pytest.mark.boards("esp32")
def test_what_is_too_large_is_refused(board, config):
    assert board.patch("/config", {"note": "x" * 3000}).ok
    answer = board.patch("/config", {"more": "x" * 3000})
    assert (answer.status_code, answer.json()["type"]) == (400, "bad-config")
    assert "more" not in board.get("/config").json()


def test_what_the_memory_cannot_hold_does_no_harm(board, config):
    for size in range(500, 3000, 500):
        with contextlib.suppress(requests.RequestException):
            answer = board.patch("/config", {"note": "y" * size}, headers={"Connection": "close"})
            assert answer.status_code in (200, 400, 413, 503)
        assert patient(board.patch, "/config", {"note": "z"}).ok
    assert board.get("/config").json()["note"] == "z"


def test_what_would_leave_no_memory_is_refused_before_it_is_stored(board, config):
    pins = {pin: {"name": f"the lamp at {pin}", "mode": "out"} for pin in ("D1", "D5", "D6", "D7", "D8", "D0")}
    cloud = {"channel": 1, "write": {"fields": {"1": "status.uptime"}}, "read": {"pins": {"1": "D1"}}}
    sensors = [{"pin": "D2", "type": "dht22"}]
    answer = patient(board.patch, "/config", {"pins": pins, "thingspeak": cloud, "dht": sensors})
    assert (answer.status_code, answer.json()["type"]) == (400, "bad-config")
    assert "leave out some of pins (" in answer.json()["detail"]
    assert board.get("/config").json() == config
    assert patient(board.patch, "/config", {"pins": pins}).ok


@pytest.mark.world
@pytest.mark.boards("nodemcu", "esp32")
def test_the_configuration_lasts(fresh_board):
    board = fresh_board(config={"hostname": "shed"})
    assert board.get("/config").json() == {"hostname": "shed"}
    assert board.patch("/config", {"hostname": "barn"}).json()["restart"] == ["hostname"]
    board.reboot()
    assert board.get("/config").json() == {"hostname": "barn"}
    assert board.get("/wifi").json()["hostname"] == "barn"


BROKEN = {
    "empty": b"",
    "cut off": b'{"hostname":"she',
    "garbage": bytes(range(256)),
    "zeros": bytes(100),
    "a list": b"[1]",
    "text": b'"shed"',
    "null": b"null",
    "wrong type": b'{"hostname":5}',
    "wrong type inside": b'{"wifi":{"networks":[{"ssid":"home","password":5}]}}',
    "not UTF-8": '{"hostname":"café"}'.encode("latin-1"),
    "UTF-16": '{"hostname":"shed"}'.encode("utf-16"),
    "huge": b'{"note":"' + b"x" * 100_000 + b'"}',
    "deep and not closed": b"[" * 10_000,
    "deep": b'{"note":' + b"[" * 1900 + b"]" * 1900 + b"}",
    "deep where it is known": b'{"pins":{"D5":' + b'{"a":' * 100 + b"1" + b"}" * 100 + b"}}",
    "deep objects": b'{"a":' * 600 + b"1" + b"}" * 600,
}


@pytest.mark.world
@pytest.mark.boards("nodemcu", "esp32")
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_kept_aside(fresh_board, tmp_path, kind):
    file = tmp_path / "broken.json"
    file.write_bytes(BROKEN[kind])
    board = fresh_board("--config", str(file))
    world = board.world.wait(lambda w: w["wifi"]["access_point"]["active"])
    assert world["boots"] == 1
    assert any("config.json is ignored" in line for line in world["console"])

    def told():
        return any("config.json" in warning for warning in board.get("/status").json()["warnings"])

    assert board.get("/config").json() == {} and told()
    board.reboot()
    assert board.get("/config").json() == {} and told(), "whoever looks a day later is not told"
    answer = patient(board.patch, "/config", {"hostname": "shed"})
    assert answer.ok, answer.text
    assert not told()
    board.reboot()
    assert board.get("/config").json() == {"hostname": "shed"} and not told()


@pytest.mark.world
@pytest.mark.boards("nodemcu", "esp32")
def test_a_file_as_an_editor_on_windows_leaves_it(fresh_board, tmp_path):
    file = tmp_path / "config.json"
    file.write_bytes(b'\xef\xbb\xbf{\r\n  "hostname": "shed"\r\n}\r\n')
    board = fresh_board("--config", str(file))
    assert board.get("/config").json() == {"hostname": "shed"}
    assert board.get("/status").json()["warnings"] == []


FULL = {
    "wifi": {"networks": [*HOME["networks"], *({"ssid": f"network {i} of this house", "password": "x" * 16} for i in range(7))]},
    "pins": {pin: {"name": f"the lamp at {pin}", "mode": "out", "safe": 0} for pin in ("D1", "D5", "D6", "D7")},
    "dht": [{"pin": "D2", "type": "dht22"}],
    "ntp": {"servers": ["0.pool.ntp.org", "1.pool.ntp.org"]},
    "timezone": "CET-1CEST,M3.5.0,M10.5.0/3",
}


@pytest.mark.world
def test_a_full_configuration_can_be_read_and_changed(fresh_board):
    board = fresh_board(config=FULL)
    hidden = FULL | {"wifi": {"networks": [network | {"password": True} for network in FULL["wifi"]["networks"]]}}
    for place in ("attic", "cellar"):
        for path in ("/wifi", "/status", "/gpio", "/dht"):
            assert board.get(path).ok, path
        assert board.get("/config").json() == hidden
        hidden["hostname"] = place
        answer = patient(board.patch, "/config", {"hostname": place})
        assert answer.ok and answer.json()["config"] == hidden
        change = {"wifi": {"networks": hidden["wifi"]["networks"][::-1]}}
        hidden |= change
        assert patient(board.patch, "/config", change).ok
    board.reboot()
    assert board.get("/config").json() == hidden
