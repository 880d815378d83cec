"""/thingspeak: reading and writing a channel of the world's ThingSpeak, and through each of its faults."""

import time

import pytest

from hosttests.support.upstreams import BUSY, FAULTS, HOME, assert_problem, forgotten, online, still_serves
from virtualboard.client import wait

pytestmark = pytest.mark.world
BOTH = pytest.mark.boards("nodemcu", "esp32")
KEYS = {"channel": 123, "read_key": "DEMOREADKEY", "write_key": "DEMOWRITEKEY"}


@pytest.fixture
def board(fresh_board):
    return online(fresh_board(config={"wifi": HOME, "thingspeak": KEYS}))


def channel(board):
    return board.world.get()["services"]["thingspeak"]["channels"]["123"]


@BOTH
def test_reading(board):
    newest = board.get("/thingspeak").json()
    assert newest["channel"] == 123 and newest["age"] == 0
    assert [entry["entry_id"] for entry in newest["feeds"]] == [24]
    field = board.get("/thingspeak?field=2&results=5").json()["feeds"]
    assert len(field) == 5 and set(field[0]) == {"created_at", "entry_id", "field2"}
    assert all(entry["field2"] is None or isinstance(entry["field2"], str) for entry in field)
    assert channel(board)["last_key_in"] == "header"


@BOTH
def test_other_channels(board):
    channels = {"5": {"write_key": "W5", "add": [{"field1": "hello"}]}, "6": {"read_key": "R6", "add": [{"field1": 1}]}}
    board.world.put({"services": {"thingspeak": {"channels": channels}}})
    assert board.get("/thingspeak?channel=5").json()["feeds"][0]["field1"] == "hello"
    assert_problem(board.get("/thingspeak?channel=6"), 502, "upstream-bad-key", "thingspeak")
    assert_problem(board.get("/thingspeak?channel=7"), 404, "unknown-channel")


@BOTH
def test_writing_and_the_window(board):
    written = board.post("/thingspeak", {"field1": 21.5, "field2": None, "field3": True})
    assert (written.status_code, written.json()) == (201, {"entry_id": 25})
    entry = channel(board)["entries"][-1]
    assert (entry["field1"], entry["field3"]) == ("21.5", "1") and "field2" not in entry
    too_early = board.post("/thingspeak", {"field1": 22})
    assert_problem(too_early, 429, "too-early")
    assert 10 < int(too_early.headers["Retry-After"]) <= 15
    assert channel(board)["counts"].get("rate_limited", 0) == 0  # the board knew


@BOTH
def test_mistakes_of_the_client(board):
    for query in ("channel=0", "channel=x", "field=9", "results=0", "results=99999", "what=1"):
        assert board.get("/thingspeak?" + query).status_code == 400, query
    for entry in ({}, [], {"field9": 1}, {"field1": {}}, {"api_key": "x"}):
        assert board.post("/thingspeak", entry).status_code == 400, entry
    assert channel(board)["last_entry_id"] == 24


@pytest.mark.long
@BOTH
def test_reading_through_every_fault(board):
    for number, fault in enumerate(FAULTS):
        board.world.put({"upstream": {"thingspeak": fault}})
        forgotten(board, {"thingspeak": {"read": {"silence": 300 + number}}})
        # so many results that the last good answer is for another question
        answer = still_serves(board, "GET", f"/thingspeak?results={number + 1}")
        if fault in BUSY:
            assert_problem(answer, *BUSY[fault], "thingspeak")
        else:
            assert answer.json()["feeds"][-1]["entry_id"] == 24, fault


@BOTH
def test_the_last_good_answer_is_shown_as_stale(board):
    good = board.get("/thingspeak").json()
    board.world.put({"upstream": {"thingspeak": "error500"}})
    stale = board.get("/thingspeak").json()
    assert stale["feeds"] == good["feeds"]
    assert stale["stale"] is True and "thingspeak" in stale["error"]


@pytest.mark.long
@BOTH
def test_writing_through_every_fault(board):
    board.world.put({"services": {"thingspeak": {"channels": {"123": {"window": 1}}}}})
    assert board.patch("/config", {"thingspeak": {"window": 1}}).ok
    entries = 24
    for number, fault in enumerate(FAULTS):
        board.world.put({"upstream": {"thingspeak": fault}})
        forgotten(board, {"thingspeak": {"read": {"silence": 300 + number}}})
        time.sleep(1.1)  # ThingSpeak's window, which is shortened here
        answer = still_serves(board, "POST", "/thingspeak", json={"field1": 7})
        if fault == "rate-limited":
            assert_problem(answer, 429, "too-early")
        elif fault in BUSY:
            assert_problem(answer, *BUSY[fault], "thingspeak")
        else:
            entries += 1
            assert (answer.status_code, answer.json()) == (201, {"entry_id": entries}), fault
        assert channel(board)["last_entry_id"] == entries, fault


@BOTH
def test_readings_that_are_refused_are_told_everywhere_until_they_get_through(fresh_board):
    write = {"every": 15, "fields": {"1": "status.uptime"}}
    board = fresh_board(config={"wifi": HOME, "thingspeak": {**KEYS, "write_key": "WRONGKEY", "write": write}})
    board.world.put({"time": {"speed": 10}})

    def service():
        return board.get("/status").json()["services"]["thingspeak.write"]

    wait(lambda: service()["state"] == "failing", "a refused reading is not told")
    said = service()
    assert "key" in said["error"] and said["waiting"] > 0 and said["delivered"] == 0 and said["last_success"] is None
    health = board.get("/health")
    assert health.status_code == 200
    assert (health.json()["status"], health.json()["failing"]) == ("degraded", ["thingspeak.write"])
    assert "key" in health.json()["detail"]
    assert "ThingSpeak: thingspeak refuses the key" in "".join(board.world.get()["console"])
    assert board.patch("/config", {"thingspeak": {"write_key": "DEMOWRITEKEY"}}).ok
    wait(lambda: service()["state"] == "ok", "the right key is not tried")
    said = service()
    assert said["error"] is None and said["delivered"] > 0 and said["last_success"] > 1_700_000_000 and said["lost"] == 0
    assert board.get("/health").json()["status"] == "ok"


@BOTH
def test_pins_that_cannot_be_told_anything_are_told_about(fresh_board):
    read = {"every": 1, "pins": {"3": "D5" if fresh_board.name == "nodemcu" else "25"}}
    board = fresh_board(config={"wifi": HOME, "thingspeak": {**KEYS, "read_key": "WRONGKEY", "read": read}})
    wait(lambda: board.get("/health").json()["status"] == "degraded", "a refused question is not told")
    said = board.get("/status").json()["services"]["thingspeak.read"]
    assert said["state"] == "failing" and "key" in said["error"]


@BOTH
def test_a_source_with_a_typing_mistake_is_refused(board):
    for source in ("dht.temperature", "dht.D2.temp", "adc.A9.volts", "status.up", "pin.nothing"):
        answer = board.patch("/config", {"thingspeak": {"write": {"fields": {"1": source}}}})
        assert_problem(answer, 400, "bad-config")
        assert answer.json()["key"] == "thingspeak.write.fields.1" and "status.uptime" in answer.json()["detail"]
    assert "fields" not in board.get("/config").text


@BOTH
def test_a_wrong_key_is_told_and_not_shown(board):
    assert board.patch("/config", {"thingspeak": {"write_key": "WRONGKEY"}}).ok
    answer = board.post("/thingspeak", {"field1": 1})
    assert_problem(answer, 502, "upstream-bad-key", "thingspeak")
    world = board.world.get()
    assert "WRONGKEY" not in answer.text + "".join(world["console"])


@BOTH
@pytest.mark.parametrize("status", [400, 402, 409, 422])
def test_a_reading_that_is_refused_for_good_holds_up_no_others(fresh_board, status):
    write = {"every": 15, "fields": {"1": "pin.D5" if fresh_board.name == "nodemcu" else "pin.25"}}
    board = online(fresh_board(config={"wifi": HOME, "thingspeak": {**KEYS, "write": write}}))
    pin = write["fields"]["1"].split(".")[1]
    refuses = {"thingspeak": {"channels": {"123": {"refuses": {"value": 1, "status": status}}}}}
    board.world.put({"services": refuses, "upstream": {"thingspeak": "refuse"}})

    def service():
        return board.get("/status").json()["services"]["thingspeak.write"]

    def waiting(count):
        wait(lambda: service()["waiting"] >= count, f"not {count} readings wait")

    with board.world.fast(30):
        waiting(service()["waiting"] + 2)
        assert board.put(f"/gpio/{pin}", {"state": 1}).ok
        waiting(service()["waiting"] + 1)
        assert board.put(f"/gpio/{pin}", {"state": 0}).ok
        waiting(service()["waiting"] + 2)
        board.world.put({"upstream": {"thingspeak": "ok"}})
        wait(lambda: service()["waiting"] == 0 and service()["delivered"] > 4, "the others are held up")
    assert service()["lost"] >= 1 and service()["state"] == "ok"
    said = channel(board)
    assert said["counts"]["refused"] > 0 and said["last_entry_id"] >= service()["delivered"] > 4
