"""/gpio: what a pin is called, reading and driving it."""

import pytest

from hosttests.support.gpio import ALL, level, number, ok, outputs, quick, refused

# for each board: ways to say a pin, and the pin
CALLED = {
    "nodemcu": {14: "14 D5 d5 GPIO14 gpio14 Gpio14", 10: "10 SD3 sd3", 5: "5 D1 SCL scl", 2: "2 D4 led LED"},
    "esp32": {25: "25 GPIO25 gpio25 D25 d25", 22: "22 SCL scl", 2: "LED led D2"},
    "nano_esp32": {7: "7 D4 d4 GPIO7", 10: "10 D7 gpio10", 48: "D13 led 48", 1: "A0 a0 1"},
    "esp32c3": {10: "10 GPIO10 gpio10", 3: "3 A3 a3", 8: "LED Led 8"},
}
WORDS = {1: "1 on high true ON True", 0: "0 off low false OFF False"}


@ALL
def test_a_pin_by_all_its_names(board, board_name):
    for gpio, words in CALLED[board_name].items():
        for word in words.split():
            assert ok(board.get(f"/gpio?pin={word}"))["pin"] == gpio, word
            assert ok(board.get(f"/gpio/{word}"))["pin"] == gpio, word


@pytest.mark.boards("nodemcu", "nano_esp32", "esp32c3")
@pytest.mark.world
def test_the_example_of_the_mission(board):
    ok(board.get("/gpio?pin=10&state=0"))
    said = ok(board.get("/gpio?pin=10&state=1"))
    assert said == {"pin": 10, "name": said["name"], "mode": "out", "state": 1, "was": 0}
    assert level(board, 10) == 1


@ALL
def test_driving_and_reading_back(board, free_pins):
    for pin in free_pins:
        ok(board.put(f"/gpio/{pin}", {"state": 0}))
        for state, was in ((1, 0), (1, 1), (0, 1), (0, 0)):
            said = ok(board.get(f"/gpio?pin={pin}&state={state}"))
            assert (said["mode"], said["state"], said["was"]) == ("out", state, was)
            assert ok(board.get(f"/gpio?pin={pin}"))["state"] == state


@pytest.mark.world
def test_the_world_sees_what_was_driven(board, free_pins):
    gpio = number(board, free_pins[0])
    for state in (1, 0):
        ok(board.get(f"/gpio?pin={gpio}&state={state}"))
        assert outputs(board)[str(gpio)] == {"name": free_pins[0], "mode": "out", "level": state}


@pytest.mark.parametrize("state", WORDS)
def test_every_word_for_a_state(board, free_pins, state):
    for word in WORDS[state].split():
        ok(board.put(f"/gpio/{free_pins[0]}", {"state": 1 - state}))
        assert ok(board.get(f"/gpio?pin={free_pins[0]}&state={word}"))["state"] == state, word
        ok(board.put(f"/gpio/{free_pins[0]}", {"state": 1 - state}))
        assert ok(board.put(f"/gpio/{free_pins[0]}", {"state": word}))["state"] == state, word


def test_json_has_numbers_and_booleans(board, free_pins):
    for value, state in ((1, 1), (0, 0), (True, 1), (False, 0)):
        said = ok(board.put(f"/gpio/{free_pins[0]}", {"state": value}))
        assert said["state"] == state and isinstance(said["state"], int), value


def test_toggle(board, free_pins):
    ok(board.put(f"/gpio/{free_pins[0]}", {"state": 0}))
    for state in (1, 0, 1, 0):
        said = ok(board.get(f"/gpio?pin={free_pins[0]}&state=toggle"))
        assert (said["state"], said["was"]) == (state, 1 - state)


def test_the_body_needs_no_content_type(board, free_pins):
    for headers in ({"Content-Type": None}, {"Content-Type": "application/merge-patch+json; charset=utf-8"}):
        ok(board.put(f"/gpio/{free_pins[0]}", {"state": 0}))
        answer = board.request("PUT", f"/gpio/{free_pins[0]}", data='{"state":1}', headers=headers)
        assert ok(answer)["state"] == 1


def test_the_list_has_the_pins_in_use(board, free_pins):
    first, second = free_pins
    ok(board.put(f"/gpio/{first}", {"state": 1}))
    ok(board.put(f"/gpio/{second}", {"mode": "in"}))
    pins = ok(board.get("/gpio"))["pins"]
    found = {pin["name"]: pin for pin in pins}
    assert [pin["pin"] for pin in pins] == sorted(pin["pin"] for pin in pins)
    a, b = (ok(board.get(f"/gpio/{pin}")) for pin in (first, second))
    assert found[a["name"]] == a and (a["mode"], a["state"]) == ("out", 1)
    assert found[b["name"]] == b and b["mode"] == "in"


@pytest.mark.world
def test_reading_changes_nothing(fresh_board):
    board = quick(fresh_board, config={})
    before = board.world.get()
    for path in ("/gpio", "/gpio?pin=D5", "/gpio/D1", "/pins", "/adc", "/status", "/gpio/D6?wait=0&since=99"):
        assert board.get(path).status_code == 200, path
        assert board.request("HEAD", path).status_code == 200, path
    assert board.request("HEAD", "/gpio?pin=D5&state=1").status_code == 400
    after = board.world.get()
    assert (after["outputs"], after["inputs"]) == (before["outputs"], before["inputs"])
    assert ok(board.get("/gpio"))["pins"] == []


@pytest.mark.world
def test_was_is_what_the_hardware_says(board, free_pins):
    pin = free_pins[1]
    for outside in (1, 0, 1):
        ok(board.put(f"/gpio/{pin}", {"mode": "in"}))
        board.world.put({"pins": {pin: outside}})
        assert ok(board.get(f"/gpio/{pin}"))["state"] == outside
        board.world.put({"pins": {pin: None}})
        ok(board.put(f"/gpio/{pin}", {"mode": "in", "pull": "up"}))
        board.world.put({"pins": {pin: outside}})
        said = ok(board.put(f"/gpio/{pin}", {"state": 0}))
        assert (said["was"], said["state"]) == (outside, 0)
        board.world.put({"pins": {pin: None}})


@pytest.mark.world
def test_no_failure_disturbs_an_output(board, free_pins):
    pin, other = free_pins
    for state in (1, 0):
        ok(board.put("/gpio", {pin: state, other: 1 - state}))
        before = outputs(board)
        for query in ("state=7", "state=", "state=1&mode=sideways", "pwm=2", "for=5", "state=1&for=0", "pull=left",
                      "state=1&bogus=1", "mode=in&state=1", "pwm=0.5&state=1", "freq=100000000", "state=1&state=0",
                      "wait=99", "pwm=nan", "state=1&for=inf"):  # fmt: skip
            assert 400 <= board.get(f"/gpio?pin={pin}&{query}").status_code < 500, query
        for body in ({"state": 7}, {"state": None}, {"state": 1, "for": -1}, [], {}, {"pwm": "x"}, {"pwm": True}):
            assert 400 <= board.put(f"/gpio/{pin}", body).status_code < 500, body
        assert 400 <= board.put("/gpio", {pin: "toggle", "no-such-pin": 1}).status_code < 500
        assert board.request("DELETE", f"/gpio/{pin}").status_code == 405
        refused(board.get("/gpio?pin=no-such-pin&state=1"), 404, "unknown-pin")
        assert outputs(board) == before


@pytest.mark.world
def test_other_pins_do_not_disturb_an_output(board, free_pins):
    pin, other = free_pins
    gpio = number(board, pin)
    for state in (1, 0):
        ok(board.put(f"/gpio/{pin}", {"state": state}))
        for change in ({"state": 1}, {"pwm": 0.5, "freq": 100}, {"state": 0}, {"mode": "in", "pull": "up"},
                       {"mode": "open_drain", "state": 0}, {"mode": "open_drain", "state": 1}, {"mode": "in"}):  # fmt: skip
            ok(board.put(f"/gpio/{other}", change))
            assert level(board, gpio) == state, change
        for path in ("/adc", "/pins", "/status", "/gpio", "/wifi"):
            assert board.get(path).status_code == 200
        assert level(board, gpio) == state


def test_names_from_the_configuration(fresh_board):
    board = quick(fresh_board, config={"pins": {"D5": {"name": "Lamp", "mode": "out", "safe": 1}, "D6": {"name": "Tür"}}})
    said = ok(board.get("/gpio?pin=lamp"))
    assert (said["pin"], said["name"], said["mode"], said["state"]) == (14, "Lamp", "out", 1)
    assert ok(board.get("/gpio/LAMP?state=0"))["was"] == 1
    assert ok(board.get("/gpio/T%C3%BCr"))["name"] == "Tür"
    assert ok(board.put("/gpio", {"lamp": 1, "D6": 1}))["pins"][1]["name"] == "Lamp"
