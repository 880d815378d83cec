"""GET /time and POST /time/sync as the contract has them, on the world's own time server."""

import time
from datetime import datetime, timedelta

import pytest

from hosttests.support.ntp_servers import HOME, set_time, sync
from virtualboard.client import wait

LIES = ("kod", "wrong-origin", "unsynchronised", "short", "down")
TZ = {
    "IST-5:30": 5.5,
    "<-0930>9:30": -9.5,
    "AAA0BBB-1,0/0,J365/25": 1,  # daylight saving all year: right on the day of the test, whichever it is
}


def test_the_time(board):
    said = set_time(board)
    utc, local = (datetime.fromisoformat(said[name].replace("Z", "+00:00")) for name in ("utc", "local"))
    assert utc == local and utc.timestamp() == said["unix"] == said["unix_ms"] // 1000
    assert said["utc"].endswith("Z") and utc.utcoffset() == timedelta(0)
    assert said["synced"] is True and said["age"] >= 0 and said["error_ms"] >= 0
    assert isinstance(said["unix"], int) and isinstance(said["server"], str) and 1 <= said["stratum"] <= 15
    assert isinstance(said["timezone"], str) and said["timezone"]


def test_it_is_the_worlds_time(board):
    said = set_time(board)
    assert abs(said["unix"] - (board.world.get()["time"]["unix"] if board.world else time.time())) < 5


def test_head_and_methods(board):
    set_time(board)
    head = board.request("HEAD", "/time")
    assert head.status_code == 200 and not head.content
    for method, path, allowed in (("PUT", "/time", "GET"), ("GET", "/time/sync", "POST")):
        answer = board.request(method, path)
        assert answer.status_code == 405 and allowed in answer.headers["Allow"]


def test_asking_now(board):
    before = set_time(board)
    answer = sync(board)
    assert answer.status_code == 200
    said = answer.json()
    assert said["age"] == 0 and said["synced"] is True and "error" not in said
    assert before["unix"] <= said["was"] and abs(said["was"] * 1000 + said["offset_ms"] - said["unix_ms"]) < 2000


@pytest.mark.world
def test_no_fault_of_the_server_moves_the_clock(fresh_board):
    board = fresh_board()
    set_time(board)
    for lie in LIES:
        board.world.put({"time": {"ntp": lie}})
        answer = sync(board)
        assert answer.status_code in (502, 504), lie
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem = answer.json()
        assert problem["type"].startswith("ntp-") and len(problem["detail"]) > 20
        said = board.get("/time").json()
        assert abs(said["unix"] - board.world.get()["time"]["unix"]) < 5, lie
        assert said["stale"] is True and said["error"] == problem["detail"]
    board.world.put({"time": {"ntp": "up"}})
    said = sync(board).json()
    assert abs(said["offset_ms"]) < 2000 and "stale" not in said


@pytest.mark.world
def test_before_the_first_sync(fresh_board):
    board = fresh_board(config={"ntp": {"servers": ["nobody.invalid"]}, "wifi": HOME})
    answer = board.get("/time")
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    problem = answer.json()
    assert problem["synced"] is False and problem["type"] == "clock-not-set"
    answer = sync(board)
    assert answer.status_code == 502 and "nobody.invalid" in answer.json()["detail"]
    assert "nobody.invalid" in board.get("/time").json()["detail"]


@pytest.mark.world
def test_without_a_network(fresh_board):
    board = fresh_board(config={"wifi": {"networks": []}})  # its own access point
    assert board.get("/time").status_code == 503
    answer = board.post("/time/sync")
    assert answer.status_code == 503 and "/wifi" in answer.json()["detail"]


def test_too_many_questions_by_hand(fresh_board):
    board = fresh_board()
    set_time(board)
    answers = [board.post("/time/sync") for _ in range(9)]
    assert [answer.status_code for answer in answers[:4]] == [200] * 4
    assert answers[-1].status_code == 429 and 0 < int(answers[-1].headers["Retry-After"]) <= 15
    assert board.get("/time").ok


@pytest.mark.world
@pytest.mark.parametrize("timezone", TZ)
def test_the_time_zone(fresh_board, timezone):
    said = set_time(fresh_board(config={"timezone": timezone, "wifi": HOME}))
    local = datetime.fromisoformat(said["local"].replace("Z", "+00:00"))
    assert local.utcoffset() == timedelta(hours=TZ[timezone])
    assert local.timestamp() == said["unix"] and said["timezone"] == timezone


@pytest.mark.world
def test_a_time_zone_that_cannot_be_read(fresh_board):
    board = fresh_board(config={"timezone": "Europe/Paris", "wifi": HOME})
    said = set_time(board)
    assert said["local"] is None and "Europe/Paris" in said["error"]
    assert abs(said["unix"] - board.world.get()["time"]["unix"]) < 5


DATES = ["1970-01-01", "1980-01-06", "2000-01-01", "2007-04-15", "2026-10-01", "2067-01-01", "2100-01-01"]


@pytest.mark.world
@pytest.mark.boards("nodemcu", "esp32")
def test_a_date_that_cannot_be_sets_no_clock(fresh_board):
    """GPS receivers fall back by 1024 weeks, clocks without a battery to where they begin."""
    board = fresh_board(config={"wifi": {"networks": []}})
    board.world.put({"time": {"date": DATES[0]}})
    assert board.patch("/config", {"wifi": HOME}).ok
    with board.world.fast():
        wait(lambda: board.get("/wifi").json()["state"] == "connected", "it does not join its network")
    for date in DATES:
        board.world.put({"time": {"date": date}})
        answer = sync(board)
        assert answer.status_code == 502 and answer.json()["type"] == "ntp-implausible", answer.text
        assert date in answer.json()["detail"]
        assert board.get("/time").status_code == 503
    board.world.put({"time": {"date": None}})
    assert sync(board).ok
    assert abs(board.get("/time").json()["unix"] - board.world.get()["time"]["unix"]) < 5
