"""PUT /gpio: several pins, all or nothing."""

import pytest

from hosttests.support.gpio import ALL, number, ok, outputs, refused


@ALL
def test_several_pins(board, free_pins):
    first, second = free_pins
    ok(board.put("/gpio", {first: 0, second: 1}))
    said = ok(board.put("/gpio", {second: {"state": "toggle"}, first: True}))["pins"]
    assert [pin["pin"] for pin in said] == sorted(pin["pin"] for pin in said)
    found = {pin["name"]: pin for pin in said}
    names = [ok(board.get(f"/gpio/{pin}"))["name"] for pin in free_pins]
    assert [(found[name]["state"], found[name]["was"]) for name in names] == [(1, 0), (0, 1)]


def test_all_kinds_of_change(board, free_pins):
    first, second = free_pins
    said = ok(board.put("/gpio", {first: {"pwm": 0.25, "freq": 100}, second: {"mode": "in", "pull": "up"}}))["pins"]
    modes = {pin["pin"]: pin["mode"] for pin in said}
    assert modes == {number(board, first): "pwm", number(board, second): "in"}
    ok(board.put("/gpio", {first: 0, second: "low"}))


BAD = [
    ("no-such-pin", 1, 404, "unknown-pin"), ("6", 1, 409, "flash-pin"), ("TX", 0, 409, "reserved-pin"),
    ("A0", 1, 409, "analog-only"), ("D1", 7, 400, "bad-state"), ("D1", None, 400, "bad-state"),
    ("D1", [1], 400, "bad-state"), ("D1", 0.5, 400, "bad-state"), ("D1", {}, 400, "nothing-to-do"),
    ("D1", {"state": 1, "x": 1}, 400, "unknown-parameter"), ("D1", {"pull": "down"}, 409, "no-pull"),
    ("D0", {"pwm": 0.5}, 409, "no-pwm"), ("12", 1, 400, "repeated-pin"), ("", 1, 400, "missing-pin"),
]  # fmt: skip


@pytest.mark.world
@pytest.mark.parametrize("pin, value, status, kind", BAD)
def test_one_that_fails_stops_all(board, pin, value, status, kind):
    ok(board.put("/gpio", {"D5": 0, "D6": 1}))
    before = outputs(board)
    for body in ({"D5": 1, "D6": 0, pin: value}, {pin: value, "D6": {"pwm": 0.5}, "D5": 1}):
        refused(board.put("/gpio", body), status, kind)
        assert outputs(board) == before


@pytest.mark.parametrize("body", ["", "{", "[]", "1", "null", '"D5"', "{}", '{"D5":1,}', "{'D5':1}", '{"D5" 1}', "\xff"])
def test_what_is_no_object_of_pins(board, body):
    problem = refused(board.request("PUT", "/gpio", data=body.encode("latin-1")), 400, "bad-json")
    assert "{" in problem["detail"]
