"""/gpio with for=: a state that falls back by itself."""

import time

import pytest

from hosttests.support.gpio import ALL, level, number, ok, output, quick, refused
from virtualboard.client import wait

SHORT = 0.4  # seconds


def falls_back(board, pin, **expected):
    def has() -> bool:
        said = ok(board.get(f"/gpio/{pin}"))
        return "for" not in said and all(said[key] == value for key, value in expected.items())

    wait(has, lambda: f"{pin} is not {expected}: {board.get(f'/gpio/{pin}').text}", 5)


@ALL
@pytest.mark.world
def test_it_falls_back_by_itself(board, free_pins):
    pin = free_pins[0]
    gpio = number(board, pin)
    for state in (0, 1):
        ok(board.put(f"/gpio/{pin}", {"state": state}))
        said = ok(board.get(f"/gpio?pin={pin}&state={1 - state}&for={SHORT}"))
        assert (said["state"], said["was"]) == (1 - state, state) and 0 < said["for"] <= SHORT
        board.world.wait(lambda world, state=state: world["outputs"][str(gpio)]["level"] == state, 5)  # nobody asks
        assert "for" not in ok(board.get(f"/gpio/{pin}"))


def test_the_rest_of_it_is_told(board, free_pins):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"state": 0}))
    ok(board.put(f"/gpio/{pin}", {"state": 1, "for": 60}))
    first = ok(board.get(f"/gpio/{pin}"))["for"]
    time.sleep(0.05)
    assert ok(board.get(f"/gpio/{pin}"))["for"] < first <= 60
    ok(board.put(f"/gpio/{pin}", {"state": 0}))


def test_it_is_renewed(board, free_pins):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"state": 0}))
    ok(board.put(f"/gpio/{pin}", {"state": 1, "for": SHORT}))
    said = ok(board.put(f"/gpio/{pin}", {"state": 1, "for": 60}))
    assert said["for"] > SHORT and said["was"] == 1
    time.sleep(SHORT + 0.3)
    assert ok(board.get(f"/gpio/{pin}"))["state"] == 1
    ok(board.put(f"/gpio/{pin}", {"state": 1, "for": SHORT}))  # and cut short
    falls_back(board, pin, state=0)  # to what was before the first of them


def test_a_plain_write_ends_it(board, free_pins):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"state": 0}))
    ok(board.put(f"/gpio/{pin}", {"state": 1, "for": SHORT}))
    assert "for" not in ok(board.put(f"/gpio/{pin}", {"state": 1}))
    time.sleep(SHORT + 0.3)
    assert ok(board.get(f"/gpio/{pin}"))["state"] == 1


def test_a_failing_request_does_not_end_it(board, free_pins):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"state": 0}))
    ok(board.put(f"/gpio/{pin}", {"state": 1, "for": SHORT}))
    refused(board.put(f"/gpio/{pin}", {"state": 7}), 400, "bad-state")
    refused(board.put("/gpio", {pin: 1, "no-such-pin": 1}), 404, "unknown-pin")
    falls_back(board, pin, state=0)


@pytest.mark.world
def test_back_to_pwm_and_to_an_input(board, free_pins):
    pin = free_pins[0]
    gpio = number(board, pin)
    ok(board.put(f"/gpio/{pin}", {"pwm": 0.25, "freq": 300}))
    ok(board.put(f"/gpio/{pin}", {"state": 1, "for": SHORT}))
    assert output(board, gpio)["mode"] == "out"
    falls_back(board, pin, mode="pwm", pwm=0.25, freq=300)
    assert output(board, gpio)["mode"] == "pwm"
    ok(board.put(f"/gpio/{pin}", {"mode": "in", "pull": "up"}))
    ok(board.put(f"/gpio/{pin}", {"pwm": 0.5, "for": SHORT}))
    falls_back(board, pin, mode="in", pull="up")
    assert str(gpio) not in board.world.get()["outputs"]


def test_two_at_once(board, free_pins):
    first, second = free_pins
    ok(board.put("/gpio", {first: 0, second: 0}))
    said = ok(board.put("/gpio", {first: {"state": 1, "for": SHORT}, second: {"state": 1, "for": 60}}))
    assert all("for" in pin for pin in said["pins"])
    falls_back(board, first, state=0)
    assert ok(board.get(f"/gpio/{second}"))["state"] == 1
    ok(board.put(f"/gpio/{second}", {"state": 0}))


@pytest.mark.world
def test_the_safe_state_of_the_configuration(fresh_board):
    board = quick(fresh_board, config={"pins": {"D5": {"mode": "out", "safe": 1}, "D6": {"safe": 0}}})
    assert (level(board, 14), level(board, 12)) == (1, 0)  # from the start
    for _ in range(2):  # whatever was before
        ok(board.get(f"/gpio?pin=D5&state=0&for={SHORT}"))
        assert level(board, 14) == 0
        falls_back(board, "D5", state=1)
        ok(board.get("/gpio?pin=D5&state=0"))
    ok(board.get(f"/gpio?pin=D6&pwm=0.5&for={SHORT}"))
    falls_back(board, "D6", mode="out", state=0)


@pytest.mark.parametrize("seconds", ["0", "-1", "86401", "x", "", "nan", "inf", "1e400"])
def test_times_that_cannot_be(board, free_pins, seconds):
    refused(board.get(f"/gpio?pin={free_pins[0]}&state=0&for={seconds}"), 400, "bad-for")


def test_for_what(board, free_pins):
    for query in ("for=5", "mode=in&for=5", "mode=out&for=5"):
        assert "for" in refused(board.get(f"/gpio?pin={free_pins[0]}&{query}"), 400, "bad-combination")["detail"]
