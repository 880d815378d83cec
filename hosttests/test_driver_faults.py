"""A radio whose driver fails at every call, as an ESP32's may, with exceptions of any kind: nothing else stops."""

import pytest

from hosttests.support.wifi import OFFICE, access_point, at_home, connected, fast_until, outcome, patient

pytestmark = [pytest.mark.world, pytest.mark.boards("esp32", "nodemcu")]


def alive(board):
    """Every service runs, and every answer about the radio comes."""
    for path in ("/health", "/wifi", "/status", "/gpio"):
        answer = board.get(path)
        assert answer.ok, f"{path}: {answer.text}"
    assert "Traceback" not in board.console(), board.console()


def test_requests_and_services_live_through_it(fresh_board):
    board = at_home(fresh_board)
    board.world.put({"wifi": {"driver": "fails"}})
    alive(board)
    assert board.get("/wifi").json()["rssi"] is None
    assert board.get("/wifi/networks").json()["type"] == "scan-failed"
    assert patient(board.put, "/wifi", OFFICE).status_code == 202
    assert outcome(board, "office")["result"] == "refused"
    alive(board)
    board.world.put({"wifi": {"driver": "ok"}})
    connected(board)


def test_a_radio_that_does_not_start_is_tried_again(fresh_board):
    board = at_home(fresh_board)
    boots = board.world.get()["boots"]
    board.world.put({"wifi": {"driver": "fails"}})
    board.post("/reset")
    board.world.wait(lambda world: world["boots"] > boots)
    fast_until(board, lambda world: any("tried again" in line for line in world["console"]))
    board.world.put({"wifi": {"driver": "ok"}})
    connected(board)
    alive(board)
    assert board.world.get()["boots"] == boots + 1


def test_an_access_point_that_does_not_open_is_tried_again(fresh_board):
    board = at_home(fresh_board)
    board.world.put({"wifi": {"up": False, "driver": "fails"}})
    fast_until(board, lambda world: any("tried again" in line for line in world["console"]))
    assert not access_point(board.world.get())
    board.world.put({"wifi": {"driver": "ok"}})
    fast_until(board, access_point)
    alive(board)
