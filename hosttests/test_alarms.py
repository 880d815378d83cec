"""/alarms: what happens at set times, seen at the pins of a board whose time runs fast."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest

from hosttests.support.ntp_servers import HOME
from virtualboard.client import wait

pytestmark = pytest.mark.world
ROOMY = pytest.mark.boards("esp32")
PARIS = {"timezone": "CET-1CEST,M3.5.0,M10.5.0/3"}
PIN = {"esp32": ("25", "25", "26", "26"), "esp32c3": ("5", "5", "6", "6")}  # the lamp or buzzer, and the button
ID = "wake"


@pytest.fixture
def start(fresh_board, board_name):
    """start(alarms, …): a board with these alarms whose clock is set."""

    def begin(*alarms, **more):
        lamp, _, button, _ = PIN[board_name]
        pins = {lamp: {"name": "lamp", "mode": "out"}, button: {"name": "bell", "mode": "in", "pull": "up", "button": {}}}
        config = {"wifi": HOME, "pins": pins, "alarms": list(alarms), **PARIS, **more}
        board = fresh_board(config=config)
        wait(lambda: board.get("/time").status_code == 200, "the clock is not set", 20)
        return board

    return begin


def now(board):
    return board.world.get()["time"]["unix"]


def paris(unix):
    return datetime.fromtimestamp(unix, ZoneInfo("Europe/Paris"))


def later(board, seconds, speed=100):
    """So many of the board's seconds pass."""
    until = now(board) + seconds
    board.world.put({"time": {"speed": speed}})
    wait(lambda: now(board) >= until, "time stands still", 60)
    board.world.put({"time": {"speed": 1}})


def level(board, board_name):
    return board.world.get()["outputs"].get(PIN[board_name][1], {}).get("level")


def soon(board, seconds):
    """The local time, in minutes, that comes first after so many seconds."""
    return paris((now(board) + seconds + 59) // 60 * 60).strftime("%H:%M")


@ROOMY
def test_an_alarm_is_made_done_changed_and_taken_away(start, board_name):
    board = start()
    assert board.get("/alarms").json() == {"alarms": []}
    at = soon(board, 20)
    made = board.post("/alarms", {"id": ID, "at": at, "do": "lamp.toggle"})
    assert made.status_code == 201
    said = made.json()
    assert (said["id"], said["at"], said["enabled"], said["state"], said["last"], said["was"]) == (ID, at, True, "idle", None, None)
    assert datetime.fromisoformat(said["next_iso"]).timestamp() == said["next"] > now(board)
    assert paris(said["next"]).strftime("%H:%M") == at and said["next_iso"] == paris(said["next"]).isoformat()
    due = said["next"]
    later(board, 110)
    assert level(board, board_name) == 1, "it was not done, or twice"
    said = board.get(f"/alarms/{ID}").json()
    assert due <= said["last"] <= due + 60 and said["next"] == due + 86400 and said["state"] in ("ringing", "idle")
    assert said["error"] is None and said["why"] is None

    off = board.put(f"/alarms/{ID}", {"enabled": False}).json()
    assert (off["enabled"], off["next"], off["at"], off["was"]["at"]) == (False, None, at, at) and "switched off" in off["why"]
    other = board.put("/alarms/other", {"every": 3600, "do": "lamp.off"})
    assert (other.status_code, other.json()["id"], other.json()["next"] % 3600) == (201, "other", 0)
    assert [alarm["id"] for alarm in board.get("/alarms").json()["alarms"]] == [ID, "other"]
    assert board.request("DELETE", f"/alarms/{ID}").json()["was"]["at"] == at
    assert [alarm["id"] for alarm in board.get("/config").json()["alarms"]] == ["other"]
    for method, path in (("GET", ID), ("DELETE", ID), ("POST", f"{ID}/stop"), ("POST", f"{ID}/snooze")):
        gone = board.request(method, f"/alarms/{path}")
        assert (gone.status_code, gone.json()["type"]) == (404, "unknown-alarm")
    assert board.request("PATCH", "/alarms/other", json={}).status_code == 405


@ROOMY
def test_put_off_and_stopped_over_http_and_by_the_button(start, board_name):
    board = start({"id": ID, "every": 600, "do": "lamp.on", "snooze": 120, "button": "bell"})
    button = PIN[board_name][2]

    def rings():
        wait(lambda: board.get(f"/alarms/{ID}").json()["state"] == "ringing", "it does not ring", 30)
        assert level(board, board_name) == 1

    refused = board.post(f"/alarms/{ID}/snooze", {})
    assert (refused.status_code, refused.json()["type"]) == (409, "not-ringing")
    later(board, board.get(f"/alarms/{ID}").json()["next"] - now(board) + 3)
    rings()
    said_at = now(board)
    off = board.post(f"/alarms/{ID}/snooze", {}).json()
    assert (off["state"], off["was"]) == ("snoozed", "ringing") and off["until"] - said_at > 118
    assert level(board, board_name) == 0
    later(board, 123)
    rings()
    assert board.post(f"/alarms/{ID}/stop", {}).json()["state"] == "idle"
    assert level(board, board_name) == 0

    later(board, board.get(f"/alarms/{ID}").json()["next"] - now(board) + 3)
    rings()
    board.world.put({"press": {button: {"ms": 100}}})
    wait(lambda: board.get(f"/alarms/{ID}").json()["state"] == "snoozed", "the button does not put it off", 20)
    assert level(board, board_name) == 0
    board.world.put({"press": {button: {"ms": 1500}}})
    wait(lambda: board.get(f"/alarms/{ID}").json()["state"] == "idle", "the button does not stop it", 20)


@ROOMY
def test_after_a_restart_nothing_is_done_twice(start, board_name):
    board = start({"id": ID, "every": 600, "do": "lamp.toggle"})
    due = board.get(f"/alarms/{ID}").json()["next"]
    later(board, due - now(board) + 5)
    assert level(board, board_name) == 1
    board.reboot()
    wait(lambda: board.get("/time").status_code == 200, "the clock is not set", 20)
    later(board, 30)
    said = board.get(f"/alarms/{ID}").json()
    assert (level(board, board_name), said["next"]) == (0, due + 600)


BAD = {
    "alarms[0].at": {"at": "7:00", "do": "lamp.on"},
    "alarms[0].days": {"at": "07:00", "days": "noday", "do": "lamp.on"},
    "alarms[0].date": {"at": "07:00", "date": "2026-02-30", "do": "lamp.on"},
    "alarms[0].do": {"at": "07:00", "do": "attic.on"},
    "alarms[0].offset": {"at": "07:00", "offset": 5, "do": "lamp.on"},
    "alarms[0].every": {"every": 0, "do": "lamp.on"},
    "alarms[0].button": {"at": "07:00", "do": "lamp.on", "button": "nobody"},
    "alarms[0].missed": {"at": "07:00", "do": "lamp.on", "missed": "later"},
    "alarms[0].for": {"at": "07:00", "do": "lamp.on", "for": "long"},
    "alarms[0].pwm": {"at": "07:00", "do": "lamp.off", "pwm": 1},
}


@ROOMY
def test_what_is_no_alarm_is_refused_and_named(start, subtests):
    board = start()
    for key, alarm in [*BAD.items(), ("alarms[0].at", {"do": "lamp.on"}), ("alarms[0].at", {"at": "sunset", "do": "lamp.on"})]:
        with subtests.test(key):
            said = board.post("/alarms", alarm)
            assert (said.status_code, said.json()["type"], said.json()["key"]) == (400, "bad-config", key)
    assert board.post("/alarms", []).json()["type"] == "bad-json"
    assert board.get("/alarms").json() == {"alarms": []}
    for n in range(8):
        assert board.post("/alarms", {"every": 3600 + n, "do": "lamp.on"}).json()["id"] == str(n + 1)
    assert board.post("/alarms", {"every": 60, "do": "lamp.on"}).status_code == 400


@ROOMY
def test_the_sun_and_the_calendar(start):
    board = start(
        {"at": "sunset", "offset": -1800, "do": "lamp.on"},
        {"at": "12:00", "date": "2020-02-29", "do": "lamp.on"},
        weather={"lat": 48.85, "lon": 2.35},
    )
    sunset, past = board.get("/alarms").json()["alarms"]
    assert 14 <= datetime.fromtimestamp(sunset["next"], timezone.utc).hour <= 20
    assert (past["next"], past["next_iso"], past["why"]) == (None, None, "Its day is over.")
    board.request("PATCH", "/config", json={"weather": {"lat": 80, "lon": 15}})
    said = board.get("/alarms/1").json()
    assert said["next"] or "polar" in said["why"]


@ROOMY
def test_what_fails_is_told(start):
    board = start({"id": ID, "every": 60, "do": "lamp.tune", "tune": "A4:0.1"}, {"every": 60, "do": "26.on"})
    later(board, 62)
    wait(lambda: board.get("/alarms/2").json()["error"], "it does not fail", 20)
    assert "input" in board.get("/alarms/2").json()["error"] and board.get(f"/alarms/{ID}").json()["error"] is None
    assert "input" in board.get("/status").json()["services"]["alarms"]["error"]


@pytest.mark.boards("nodemcu")
def test_an_esp8266_says_that_it_has_no_room(fresh_board):
    board = fresh_board()
    assert board.get("/alarms").status_code == 404
    said = board.request("PATCH", "/config", json={"alarms": [{"every": 60, "do": "D5.toggle"}]})
    assert (said.status_code, said.json()["key"]) == (400, "alarms") and "add --with alarms" in said.json()["detail"]
