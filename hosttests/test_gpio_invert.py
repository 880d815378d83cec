"""Pins of the configuration: modules that work when low, and inputs that nobody drives by the way."""

import pytest

from hosttests.support.gpio import ALL, level, ok, output, quick, refused

pytestmark = pytest.mark.world
PINS = {"nodemcu": ("D5", "D6"), "esp32": ("25", "26"), "nano_esp32": ("D4", "D5"), "esp32c3": ("5", "6")}


@pytest.fixture
def board(fresh_board, board_name):
    relay, bell = PINS[board_name]
    pins = {relay: {"name": "relay", "mode": "out", "invert": True, "safe": 0}, bell: {"name": "bell", "mode": "in", "pull": "up"}}
    return quick(fresh_board, config={"pins": pins})


@ALL
def test_an_inverted_output(board):
    relay = ok(board.get("/gpio/relay"))
    assert (relay["state"], relay["invert"]) == (0, True)
    gpio = relay["pin"]
    assert level(board, gpio) == 1, "at boot, off is high"
    on = ok(board.get("/gpio?pin=relay&state=1&for=0.3"))
    assert (on["state"], on["was"], on["invert"], level(board, gpio)) == (1, 0, True, 0)
    board.world.wait(lambda world: world["outputs"][str(gpio)]["level"] == 1)
    assert ok(board.put("/gpio/relay", {"state": "toggle"}))["state"] == 1
    assert ok(board.put("/gpio", {"relay": 0}))["pins"][0]["state"] == 0 and level(board, gpio) == 1
    dimmed = ok(board.put("/gpio/relay", {"pwm": 0.25, "freq": 500}))
    assert abs(dimmed["pwm"] - 0.25) < 0.002 and dimmed["state"] == 1
    assert abs(output(board, gpio)["duty"] - 0.75) < 0.002
    assert ok(board.get("/gpio"))["pins"][0].get("invert") is (True if ok(board.get("/gpio"))["pins"][0]["pin"] == gpio else None)


@ALL
def test_an_input_of_the_configuration(board):
    for change in ({"state": 1}, {"state": "toggle"}, {"pwm": 0.5}):
        problem = refused(board.put("/gpio/bell", change), 409, "configured-input")
        assert "mode=out" in problem["detail"]
    refused(board.get("/gpio?pin=bell&state=0"), 409, "configured-input")
    refused(board.put("/gpio", {"relay": 1, "bell": 1}), 409, "configured-input")
    assert ok(board.get("/gpio/relay"))["state"] == 0
    assert ok(board.get("/gpio?pin=bell&mode=out&state=1"))["state"] == 1
    assert ok(board.get("/gpio?pin=bell&state=0"))["state"] == 0


def test_the_duty_that_is_told_is_the_one_there_is(board):
    assert ok(board.put("/gpio/D7", {"pwm": 0.9996, "freq": 1000}))["pwm"] == 1
    assert output(board, 13)["duty"] == 1
    assert ok(board.put("/gpio/D7", {"pwm": 0.0001}))["state"] == 0


def test_try_names_free_pins_only(board):
    ok(board.put("/gpio/D1", {"state": 1}))
    problem = refused(board.get("/dht?pin=D1&type=dht22"), 409, "pin-in-use")
    assert problem["try"] and not {"D1", "D5", "D6"} & set(problem["try"])
