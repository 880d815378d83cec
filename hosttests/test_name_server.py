"""A name server that keeps silent: every question to it stops the whole board for seconds, so there are few."""

import time

import pytest

from hosttests.support.wifi import at_home, connected, fast_until, patient
from virtualboard.client import wait

pytestmark = [pytest.mark.world, pytest.mark.boards("nodemcu", "esp32")]


def pauses(board) -> int:
    return board.get("/status").json()["dns"]["pauses"]


def test_the_pauses_are_few_and_told(fresh_board):
    board = at_home(fresh_board)
    assert board.get("/status").json()["dns"]["state"] == "ok"
    board.world.put({"wifi": {"dns": "hangs"}})
    assert patient(board.patch, "/config", {"ntp": {"servers": ["one.example", "two.example", "three.example"]}}).ok
    start = board.world.get()["time"]["unix"]
    while board.world.get()["time"]["unix"] < start + 500:
        board.world.put({"time": {"speed": 60}})
        time.sleep(0.15)  # with a pause after it not yet the 17 s after which the board closes a connection that keeps silent
        board.world.put({"time": {"speed": 5}})
        answer = board.get("/weather?city=Paris,FR", timeout=15)
        assert answer.status_code >= 500 and int(answer.headers["Retry-After"]) > 0, answer.text
    said = board.get("/status").json()["dns"]
    assert said["state"] == "silent" and 0 < said["pauses"] <= 7 and said["longest_ms"] >= 6000, said
    board.world.put({"wifi": {"dns": "ok"}})
    # no faster: an answer that takes a second of the board's time counts as silence
    fast_until(board, lambda world: world["time"]["unix"] > start + 1000, speed=60)
    connected(board)
    wait(lambda: board.get("/weather?city=Paris,FR").ok, lambda: board.get("/weather?city=Paris,FR").text, 60)
    assert board.get("/status").json()["dns"]["state"] == "ok"
    assert "Traceback" not in board.console()


def test_what_was_found_before_is_used_on(fresh_board):
    board = at_home(fresh_board)
    wait(lambda: board.get("/weather?city=Paris,FR").ok, lambda: board.get("/weather?city=Paris,FR").text, 60)
    board.world.put({"wifi": {"dns": "hangs"}})
    before = pauses(board)
    start = board.world.get()["time"]["unix"]
    fast_until(board, lambda world: world["time"]["unix"] > start + 700, speed=200)
    answer = patient(lambda path, _: board.get(path, timeout=15), "/weather?city=Paris,FR", None)
    assert answer.ok and "stale" not in answer.json(), answer.text
    assert pauses(board) <= before + 2
