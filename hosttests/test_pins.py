"""GET /pins: the map of the board."""

import pytest

from hosttests.support.gpio import ALL, ok, quick, refused

WORDS = {"input", "output", "open_drain", "pull_up", "pull_down", "pwm", "adc", "adc2"}
VERDICTS = {"ok", "boot", "input-only", "reserved", "forbidden"}
CHIPS = {"nodemcu": "esp8266", "esp32": "esp32", "nano_esp32": "esp32s3", "esp32c3": "esp32c3"}


@ALL
def test_the_map(board, board_name):
    said = ok(board.get("/pins"))
    assert (said["board"], said["chip"]) == (board_name, CHIPS[board_name])
    assert CHIPS[board_name] in said["title"].lower().replace("-", "") and said["layout"].count("|") == 1
    seen = set()
    for pin in said["pins"]:
        assert list(pin) == ["pin", "name", "aliases", "capabilities", "verdict", "why", "used_by"]
        assert pin["name"] == pin["aliases"][0] and pin["verdict"] in VERDICTS
        assert set(pin["capabilities"]) <= WORDS and len(set(pin["capabilities"])) == len(pin["capabilities"])
        assert pin["why"] or pin["verdict"] == "ok", pin
        assert not pin["capabilities"] or pin["verdict"] != "forbidden", pin
        names = {str(pin["pin"]), *pin["aliases"]}
        assert not names & seen, names & seen
        seen |= names


@ALL
@pytest.mark.world
def test_it_says_what_the_guard_does(fresh_board):
    board = quick(fresh_board, config={})
    for pin in ok(board.get("/pins"))["pins"]:
        if pin["pin"] == "A0":
            continue
        answer = board.get(f"/gpio/{pin['name']}")
        if pin["verdict"] == "forbidden":
            assert pin["why"] in refused(answer, 409, "flash-pin")["detail"]
        elif pin["verdict"] == "reserved":
            assert refused(answer, 409, "reserved-pin")["owner"] == pin["why"]
        else:
            said = ok(answer)
            assert said["pin"] == pin["pin"] and said["name"] == pin["name"]
            assert ("warning" in said) == (pin["verdict"] == "boot")
            assert said.get("warning", pin["why"]) == pin["why"]
            answer = board.put(f"/gpio/{pin['name']}", {"mode": "in", "pull": "up"})
            assert answer.ok == ("pull_up" in pin["capabilities"]), answer.text
            answer = board.put(f"/gpio/{pin['name']}", {"state": 0})
            assert answer.ok == ("output" in pin["capabilities"]), answer.text
            board.put(f"/gpio/{pin['name']}", {"mode": "in"})


def test_who_uses_a_pin(board, free_pins):
    number = ok(board.put(f"/gpio/{free_pins[0]}", {"mode": "in"}))["pin"]
    users = {pin["pin"]: pin["used_by"] for pin in ok(board.get("/pins"))["pins"]}
    assert users[number] == "gpio" and "serial console" in users.values()
