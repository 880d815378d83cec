"""Buttons: every press counted in spite of its bounces, and told to who waits."""

import threading
import time

import pytest

from hosttests.support.gpio import ok
from virtualboard.client import wait

PINS = {"nodemcu": "D6", "esp32": "25"}
BOTH = pytest.mark.boards(*PINS)
COUNTS = ("press", "release", "hold", "double")


def button(**more) -> dict:
    return {"name": "bell", "mode": "in", "pull": "up", "button": {"hold": 0.6, **more}}


def counts(board, pin="bell") -> dict:
    return ok(board.get(f"/gpio/{pin}"))["button"]


def settled(board, pin="bell", **expected) -> dict:
    """What the pin says of its button, as soon as it agrees."""
    return wait(
        lambda: (said := counts(board, pin)) and all(said[key] == value for key, value in expected.items()) and said,
        lambda: f"{counts(board, pin)} is not {expected}",
    )


@BOTH
@pytest.mark.world
def test_presses_are_counted_in_spite_of_bounces(fresh_board, board_name):
    pin = PINS[board_name]
    board = fresh_board(config={"pins": {pin: button()}})
    said = ok(board.get("/gpio/bell"))
    assert (said["state"], said["button"]) == (1, {"event": None, "press": 0, "release": 0, "hold": 0, "double": 0})
    board.world.put({"press": {pin: {"bounces": 5, "times": 3, "gap_ms": 600}}})
    assert settled(board, press=3, release=3) == {"event": "release", "press": 3, "release": 3, "hold": 0, "double": 0}
    time.sleep(0.5)  # else it would make a double
    board.world.put({"press": {pin: {"ms": 900, "bounces": 5}}})
    assert settled(board, press=4, release=4) == {"event": "release", "press": 4, "release": 4, "hold": 1, "double": 0}
    time.sleep(0.5)
    board.world.put({"press": {pin: {"bounces": 3, "times": 2, "gap_ms": 100}}})
    assert settled(board, press=6, release=6) == {"event": "release", "press": 6, "release": 6, "hold": 1, "double": 1}
    assert ok(board.get("/status"))["services"]["buttons"]["state"] == "ok"


@BOTH
@pytest.mark.world
def test_every_event_is_news_to_who_waits(fresh_board, board_name):
    pin = PINS[board_name]
    board = fresh_board(config={"pins": {pin: button()}})
    seen, said = [], ok(board.get("/gpio/bell"))
    hand = threading.Thread(target=board.world.put, args=({"press": {pin: {"ms": 1200, "bounces": 4}}},))
    hand.start()
    while not seen or seen[-1] != "release":
        said = ok(board.get(f"/gpio/bell?wait=10&since={said['rev']}"))
        seen.append(said["button"]["event"])
        if seen[-1] == "press":
            assert said["state"] == 0
    hand.join()
    assert seen == ["press", "hold", "release"]


@BOTH
@pytest.mark.world
def test_none_is_lost_while_the_loop_is_busy_with_sensors(fresh_board, board_name):
    """Reading one stops the loop for 275 ms."""
    pin = PINS[board_name]
    sensors = {"nodemcu": ("D1", "D2", "D5"), "esp32": ("23", "26", "27")}[board_name]
    board = fresh_board(config={"pins": {pin: button()}, "dht": [{"pin": each, "type": "dht11"} for each in sensors]})
    board.world.put({"dht": {each: {"type": "dht11"} for each in sensors}})
    board.world.put({"press": {pin: {"ms": 40, "bounces": 3, "times": 20, "gap_ms": 40}}})
    settled(board, press=20, release=20, hold=0)


@pytest.mark.boards("nodemcu")
@pytest.mark.world
def test_a_pin_without_interrupt_is_polled_and_says_so(fresh_board):
    board = fresh_board(config={"pins": {"D0": {"mode": "in", "button": {}}}})
    assert counts(board, "D0")["polled"] is True
    board.world.put({"press": {"D0": {"ms": 200, "times": 2, "gap_ms": 200}}})
    assert settled(board, "D0", press=2, release=2, double=1)["polled"] is True


@BOTH
@pytest.mark.world
def test_a_button_that_is_held_while_the_board_starts_is_no_press(fresh_board, board_name):
    pin = PINS[board_name]
    board = fresh_board(config={"pins": {pin: button()}})
    board.world.put({"pins": {pin: 0}})
    board.reboot()
    board.wait_until_it_serves()
    said = ok(board.get("/gpio/bell"))
    assert (said["state"], said["button"]["press"], said["button"]["hold"]) == (0, 0, 0)
    board.world.put({"pins": {pin: None}})
    settled(board, press=0, release=1)


@BOTH
def test_what_makes_no_sense_is_refused(fresh_board, board_name):
    pin = PINS[board_name]
    board = fresh_board(config={})
    for entry, key in (
        ({"button": {}}, "button"), ({"mode": "out", "button": {}}, "button"),
        ({"mode": "in", "pull": "up", "button": {"active": 1}}, "button.active"),
        ({"mode": "in", "button": {"active": 2}}, "button.active"), ({"mode": "in", "button": {"hold": -1}}, "button.hold"),
        ({"mode": "in", "button": 1}, "button"),
    ):  # fmt: skip
        said = board.patch("/config", {"pins": {pin: entry}})
        assert (said.status_code, said.json()["key"]) == (400, f"pins.{pin}.{key}"), entry
