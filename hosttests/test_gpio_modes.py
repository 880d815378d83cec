"""/gpio: inputs, pulls, open drain and PWM."""

import pytest

from hosttests.support.gpio import ALL, ESP32S, level, number, ok, output, quick, refused


@ALL
@pytest.mark.world
def test_an_input_reads_the_outside(board, free_pins):
    pin = free_pins[0]
    said = ok(board.get(f"/gpio?pin={pin}&mode=in"))
    assert said["mode"] == "in" and "pull" not in said
    for outside in (1, 0, 1):
        board.world.put({"pins": {pin: outside}})
        assert ok(board.get(f"/gpio?pin={pin}"))["state"] == outside


@ALL
@pytest.mark.world
def test_pulls(board, free_pins):
    gpio = number(board, free_pins[0])
    said = ok(board.get(f"/gpio?pin={gpio}&pull=up"))
    assert (said["mode"], said["pull"], said["state"]) == ("in", "up", 1)
    assert board.world.get()["inputs"][str(gpio)]["pull"] == "up"
    assert "pull" not in ok(board.put(f"/gpio/{gpio}", {"mode": "in", "pull": "none"}))
    assert board.world.get()["inputs"][str(gpio)]["pull"] == "none"


@ESP32S
@pytest.mark.world
def test_pull_down(board, free_pins):
    gpio = number(board, free_pins[0])
    said = ok(board.put(f"/gpio/{gpio}", {"mode": "in", "pull": "down"}))
    assert (said["pull"], said["state"]) == ("down", 0)
    assert board.world.get()["inputs"][str(gpio)]["pull"] == "down"


@pytest.mark.boards("nodemcu")
def test_an_esp8266_has_no_pull_down(board):
    for pin in ("D5", "D1"):
        problem = refused(board.put(f"/gpio/{pin}", {"mode": "in", "pull": "down"}), 409, "no-pull")
        assert "pull-down" in problem["detail"] and problem["try"]


@ALL
@pytest.mark.world
def test_open_drain_reads_the_wire(board, free_pins):
    pin = free_pins[0]
    said = ok(board.put(f"/gpio/{pin}", {"mode": "open_drain", "pull": "up", "state": 1}))
    assert (said["mode"], said["pull"], said["state"]) == ("open_drain", "up", 1)
    board.world.put({"pins": {pin: 0}})  # someone else pulls the wire low
    assert ok(board.get(f"/gpio/{pin}"))["state"] == 0
    board.world.put({"pins": {pin: None}})
    said = ok(board.put(f"/gpio/{pin}", {"state": 0}))
    assert (said["mode"], said["state"], said["was"]) == ("open_drain", 0, 1)
    ok(board.put(f"/gpio/{pin}", {"state": 0, "mode": "out"}))


@pytest.mark.world
def test_an_output_keeps_its_level_when_it_is_named_one(board, free_pins):
    gpio = number(board, free_pins[0])
    for state in (1, 0):
        ok(board.put(f"/gpio/{gpio}", {"mode": "out", "state": state}))
        assert ok(board.put(f"/gpio/{gpio}", {"mode": "out"}))["state"] == state
        assert level(board, gpio) == state


@ALL
@pytest.mark.world
def test_pwm(board, free_pins):
    gpio = number(board, free_pins[0])
    ok(board.put(f"/gpio/{gpio}", {"state": 0}))
    said = ok(board.get(f"/gpio?pin={gpio}&pwm=0.25&freq=500"))
    assert (said["mode"], said["pwm"], said["freq"], said["was"]) == ("pwm", 0.25, 500, 0)
    seen = output(board, gpio)
    assert (seen["mode"], seen["freq"]) == ("pwm", 500) and abs(seen["duty"] - 0.25) < 0.002
    said = ok(board.put(f"/gpio/{gpio}", {"pwm": 0.75}))  # the frequency stays
    assert (said["pwm"], said["freq"], said["was"]) == (0.75, 500, 0.25)
    assert abs(output(board, gpio)["duty"] - 0.75) < 0.002
    said = ok(board.put(f"/gpio/{gpio}", {"freq": 200}))  # the duty stays
    assert (said["pwm"], said["freq"]) == (0.75, 200) and output(board, gpio)["freq"] == 200
    for duty in (0, 1):
        ok(board.put(f"/gpio/{gpio}", {"pwm": duty}))
        assert output(board, gpio)["duty"] == duty
    said = ok(board.put(f"/gpio/{gpio}", {"state": 0}))
    assert (said["mode"], said["state"], said["was"]) == ("out", 0, 1) and "pwm" not in said
    seen = output(board, gpio)
    assert (seen["mode"], seen["level"]) == ("out", 0)


@pytest.mark.world
def test_an_esp8266_has_one_frequency_for_all(board, free_pins):
    first, second = (number(board, pin) for pin in free_pins)
    ok(board.put(f"/gpio/{second}", {"state": 0}))
    ok(board.put(f"/gpio/{first}", {"pwm": 0.5, "freq": 400}))
    problem = refused(board.put(f"/gpio/{second}", {"pwm": 0.5, "freq": 300}), 409, "pwm-frequency")
    assert problem["freq"] == 400 and "400 Hz" in problem["detail"]
    problem = refused(board.put("/gpio", {free_pins[1]: {"pwm": 0.1, "freq": 300}}), 409, "pwm-frequency")
    assert (output(board, first)["freq"], output(board, second)["mode"]) == (400, "out")
    ok(board.put(f"/gpio/{second}", {"pwm": 0.1, "freq": 400}))
    refused(board.put(f"/gpio/{first}", {"freq": 300}), 409, "pwm-frequency")
    ok(board.put("/gpio", {str(first): 0, str(second): 0}))
    refused(
        board.put("/gpio", {str(first): {"pwm": 0.5, "freq": 3}, str(second): {"pwm": 0.5, "freq": 4}}),
        409, "pwm-frequency",
    )  # fmt: skip
    ok(board.put(f"/gpio/{second}", {"pwm": 0.1, "freq": 300}))
    ok(board.put(f"/gpio/{second}", {"state": 0}))


@pytest.mark.boards("nodemcu")
@pytest.mark.parametrize("freq", ["0", "0.5", "-1", "1001", "40000", "x", "", "nan", "inf", "1e9"])
def test_frequencies_an_esp8266_has_not(board, free_pins, freq):
    problem = refused(board.get(f"/gpio?pin={free_pins[0]}&pwm=0.5&freq={freq}"), 400, "bad-freq")
    assert "1000" in problem["detail"]


def test_the_bounds_of_the_frequency(board, free_pins):
    for freq in (1, 1000):
        assert ok(board.put(f"/gpio/{free_pins[0]}", {"pwm": 0.5, "freq": freq}))["freq"] == freq
    ok(board.put(f"/gpio/{free_pins[0]}", {"state": 0}))


@ESP32S
def test_other_chips_go_further_and_have_many(board, free_pins):
    first, second = free_pins
    assert ok(board.put(f"/gpio/{first}", {"pwm": 0.5, "freq": 40000}))["freq"] == 40000
    assert ok(board.put(f"/gpio/{second}", {"pwm": 0.5, "freq": 50}))["freq"] == 50
    assert ok(board.get(f"/gpio/{first}"))["freq"] == 40000
    refused(board.put(f"/gpio/{first}", {"freq": 40000001}), 400, "bad-freq")
    ok(board.put("/gpio", {first: 0, second: 0}))


@pytest.mark.boards("esp32c3")
@pytest.mark.world
def test_when_the_pwm_channels_are_used_up(fresh_board):
    board = quick(fresh_board, config={})
    pins = (0, 1, 3, 5, 6, 7)
    for pin in pins:
        ok(board.put(f"/gpio/{pin}", {"pwm": 0.5, "freq": 1000}))
    ok(board.put("/gpio", {"10": 1, "4": 0}))
    before = board.world.get()["outputs"]
    refused(board.put("/gpio/10", {"pwm": 0.5, "freq": 1000}), 409, "pwm-busy")
    refused(board.put("/gpio", {"4": 1, "10": {"pwm": 0.5, "freq": 1000}}), 409, "pwm-busy")
    assert board.world.get()["outputs"] == before  # what the batch had driven is as it was
    ok(board.put("/gpio/0", {"state": 0}))
    ok(board.put("/gpio/10", {"pwm": 0.5, "freq": 1000}))


@pytest.mark.parametrize(
    "change, kind",
    [
        ({"pwm": 1.01}, "bad-pwm"), ({"pwm": -0.1}, "bad-pwm"), ({"pwm": "half"}, "bad-pwm"), ({"pwm": None}, "bad-pwm"),
        ({"pwm": True}, "bad-pwm"), ({"pwm": False}, "bad-pwm"), ({"pwm": [0.5]}, "bad-pwm"),
        ({"freq": 100}, "bad-combination"), ({"pwm": 0.5, "state": 1}, "bad-combination"),
        ({"pwm": 0.5, "mode": "out"}, "bad-combination"), ({"pwm": 0.5, "pull": "up"}, "bad-combination"),
        ({"mode": "in", "state": 1}, "bad-combination"), ({"mode": "out", "pull": "up"}, "bad-combination"),
        ({"mode": "IN"}, "bad-mode"), ({"mode": "analog"}, "bad-mode"), ({"mode": 1}, "bad-mode"),
        ({"mode": None}, "bad-mode"), ({"mode": []}, "bad-mode"),
        ({"pull": "sideways"}, "bad-pull"), ({"pull": 1}, "bad-pull"), ({"pull": None}, "bad-pull"),
        ({}, "nothing-to-do"), ({"colour": "red"}, "unknown-parameter"), ({"state": 1, "": 0}, "unknown-parameter"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(board, free_pins, change, kind):
    ok(board.put(f"/gpio/{free_pins[0]}", {"mode": "in"}))
    before = ok(board.get(f"/gpio/{free_pins[0]}"))
    problem = refused(board.put(f"/gpio/{free_pins[0]}", change), 400, kind)
    assert problem["pin"] == before["pin"]
    assert ok(board.get(f"/gpio/{free_pins[0]}")) == before
