"""What a pin tells about itself, and what cannot be meant by a change."""

import asyncio
import json

from expect import equal, raises
from fakes.chip import Chip
from fakes.gpio import Pin, do, pins, refusal
from picorest.gpio import pins as module
from picorest.problem import Problem


def shown(found, text, was=None):
    return json.loads(found.find(text).text(was))


def members(found, text, *names):
    said = shown(found, text)
    return [said.get(name) for name in names]


def test_a_pin_says_how_it_is_set_up():
    found = pins("esp32")
    equal(members(found, "4", "pin", "mode", "state", "pull", "pwm", "freq", "for"), [4, "in", 0] + [None] * 4)
    do(found, "4", mode="in", pull="up")
    equal(members(found, "4", "mode", "pull"), ["in", "up"])
    do(found, "4", mode="in", pull="none")
    equal(members(found, "4", "mode", "pull"), ["in", None])
    do(found, "4", pwm=0.25, freq=500)
    equal(members(found, "4", "mode", "state", "pwm", "freq", "pull"), ["pwm", 1, 0.25, 500, None])
    do(found, "4", pwm=0)
    equal(members(found, "4", "mode", "state", "pwm", "freq"), ["pwm", 0, 0, 500])
    do(found, "4", state=1)
    equal(members(found, "4", "mode", "state", "pwm", "freq"), ["out", 1, None, None])


def test_what_is_said_after_a_change_has_the_value_before_and_no_revision():
    found = pins("esp32")
    was = do(found, "4", pwm=0.25)
    said = shown(found, "4", was)
    equal((said["was"], "rev" in said, "was" in shown(found, "4"), "rev" in shown(found, "4")), (0, False, False, True))
    said = shown(found, "4", do(found, "4", state=1))
    equal((said["was"], said["state"]), (0.25, 1))


async def test_the_rest_of_a_lease():
    with Chip() as chip:
        found = pins("esp32")
        do(found, "4", state=1, for_=2.5)
        equal(members(found, "4", "for"), [2.5])
        chip.wait(1000)
        equal(members(found, "4", "for"), [1.5])
        chip.wait(2000)  # over, but its end has not been noticed yet
        equal(members(found, "4", "for"), [0])
        found.find("4").expires = None


async def test_a_lease_falls_back_to_the_safe_level():
    found = pins("nodemcu", {"D5": {"mode": "out", "safe": 1}})
    for _ in range(2):
        do(found, "D5", state=0)
        equal(do(found, "D5", state=0, for_=0.03), 0)
        await asyncio.sleep_ms(120)
        equal((Pin.levels[14], found.find("D5").task), (1, None))
        do(found, "D5", pwm=0.5, for_=0.03)
        await asyncio.sleep_ms(120)
        equal(members(found, "D5", "mode", "state"), ["out", 1])


def test_a_revision_for_each_change_and_none_without():
    found = pins("nodemcu")
    line = found.find("D5")
    do(found, "D5", state=0)
    seen = line.rev
    for spec in ({"mode": "in"}, {"mode": "in", "pull": "up"}, {"state": 0}, {"mode": "open_drain"}):
        do(found, "D5", **spec)
        line = found.find("D5")
        assert line.rev > seen, spec
        seen = line.rev
    do(found, "D5", mode="in")
    seen = line.rev
    Pin.levels[14] = 1
    for _ in range(3):
        line.level()
        equal(line.rev, seen + 1)


def test_only_inputs_have_an_interrupt():
    found = pins("esp32")
    do(found, "4", mode="in")
    assert Pin.handlers[4]
    for spec in ({"state": 1}, {"mode": "open_drain"}):
        do(found, "4", **spec)
        equal(Pin.handlers[4], None)


def test_another_mode_keeps_the_level():
    found = pins("esp32")
    do(found, "4", state=1)
    Pin.log.clear()
    do(found, "4", mode="open_drain")
    do(found, "4", mode="out")
    equal(Pin.log, [(4, "open_drain", None, 1), (4, "out", None, 1)])
    do(found, "4", mode="open_drain", pull="up")
    do(found, "4", state=0)
    equal(members(found, "4", "mode", "state", "pull"), ["open_drain", 0, "up"])  # it stays what it is


def test_a_service_drives_a_pin():
    found = pins("nodemcu", {"D5": {"name": "Lamp", "mode": "out"}})
    equal((found.drive("lamp", 1), Pin.levels[14]), (0, 1))
    equal((found.drive("D5", "toggle"), Pin.levels[14]), (1, 0))
    with raises(Problem) as caught:
        found.drive("6", 1)
    equal(caught.error.type, "flash-pin")


def test_a_part_of_a_pwm_stays_as_it_is():
    found = pins("esp32")
    do(found, "4", pwm=0.25)
    equal(members(found, "4", "pwm", "freq"), [0.25, 1000])
    do(found, "4", freq=50)
    equal(members(found, "4", "pwm", "freq"), [0.25, 50])
    do(found, "4", pwm=0.5)
    equal(members(found, "4", "pwm", "freq"), [0.5, 50])


MIXED = (400, "bad-combination")
NONSENSE = (
    ({"mode": "IN"}, (400, "bad-mode")), ({"mode": None}, (400, "bad-mode")), ({"mode": "pwm"}, (400, "bad-mode")),
    ({"pull": "sideways"}, (400, "bad-pull")), ({"pull": None}, (400, "bad-pull")), ({}, (400, "nothing-to-do")),
    ({"pwm": 1.01}, (400, "bad-pwm")), ({"pwm": True}, (400, "bad-pwm")), ({"pwm": "x"}, (400, "bad-pwm")),
    ({"pwm": 0.5, "freq": 0}, (400, "bad-freq")), ({"state": 1, "for": 0}, (400, "bad-for")),
    ({"state": 1, "for": 86400.1}, (400, "bad-for")), ({"state": 1, "for": 86400}, None), ({"state": 1, "for": 0.001}, None),
    ({"freq": 100}, MIXED), ({"pwm": 0.5, "mode": "out"}, MIXED), ({"pwm": 0.5, "pull": "up"}, MIXED),
    ({"pwm": 0.5, "state": 1}, MIXED), ({"mode": "out", "pull": "up"}, MIXED), ({"mode": "out", "pull": "none"}, None),
    ({"mode": "in", "state": 1}, MIXED), ({"for": 5}, MIXED), ({"mode": "out", "for": 5}, MIXED), ({"pwm": 0.5, "for": 5}, None),
    ({"colour": 1}, (400, "unknown-parameter")), ({"state": 1, "pull": "up"}, MIXED), ({"pull": "up"}, None),
)  # fmt: skip


def test_what_cannot_be_meant():
    found = pins("esp32")
    for spec, expected in NONSENSE:
        spec = {"for_" if key == "for" else key: value for key, value in spec.items()}
        equal((spec, refusal(found, "4", **spec)), (spec, expected))
    with raises(Problem) as caught:
        found.find("")
    equal((caught.error.status_code, caught.error.type, caught.error.members["example"]), (400, "missing-pin", "GPIO4"))
    for text in ("100", "-4", "4.0"):
        equal(refusal(found, text, state=1), (404, "unknown-pin"))


def test_the_upper_part_of_revisions_is_drawn_at_each_start_and_fits_a_small_number():
    real = module.urandom
    asked = []
    try:
        for drawn, rev in ((b"\x00\x00", 0), (b"\x00\x07", 1 << 16), (b"\x01\x00", 0x40 << 16), (b"\xff\xff", 0x3FFF << 16)):
            module.urandom = lambda n, drawn=drawn: asked.append(n) or drawn
            found = pins("nodemcu")
            equal((drawn, found.find("D5").rev), (drawn, rev))
            assert rev < 1 << 30  # beyond, a number takes memory of its own on 32 bits
            Pin.levels[14] = 1
            equal(found.find("D5").rev, rev + 1)  # what nobody has set up is news when it changes
    finally:
        module.urandom = real
    assert set(asked) == {2}


def test_a_duty_is_told_with_four_decimals_and_is_high_when_there_is_any():
    found = pins("esp32")
    do(found, "4", pwm=1 / 3)
    equal(members(found, "4", "state", "pwm"), [1, 0.3333])
    line = found.find("4")
    line.pwm[2].duty = 5
    equal(members(found, "4", "state", "pwm"), [1, 0.0001])
    line.pwm[2].duty = 0
    equal(members(found, "4", "state", "pwm"), [0, 0])
    inverted = pins("esp32", {"4": {"invert": True}})
    do(inverted, "4", pwm=1 / 3)
    equal(members(inverted, "4", "state", "pwm"), [1, 0.3333])
    equal(round(inverted.find("4").pwm[2].duty / 65535, 3), 0.667)


def test_what_is_said_after_a_change_is_what_was_read_back_then():
    found = pins("nodemcu", {"D5": {"invert": True, "name": "lamp"}})
    was = do(found, "lamp", state=1)
    Pin.levels[14] = 1  # somebody else, before the answer is made
    said = shown(found, "lamp", was)
    equal(said, {"pin": 14, "name": "lamp", "mode": "out", "state": 1, "invert": True, "was": was})
    equal(members(found, "lamp", "state", "invert"), [0, True])


def test_where_no_pin_is_free_one_is_named_all_the_same():
    found = pins("nodemcu")
    for gpio in range(17):
        found.board.reserve(gpio, "somebody")
    with raises(Problem) as caught:
        found.find("")
    equal((caught.error.type, caught.error.members["example"]), ("missing-pin", "14"))


def test_a_refusal_says_what_could_have_stood_there():
    for name, spec, allowed in (
        ("nodemcu", {"mode": "pwm"}, ["in", "out", "open_drain"]),
        ("nodemcu", {"pull": "left"}, ["up", "down", "none"]),
        ("nodemcu", {"pwm": 2}, [0, 1]),
        ("nodemcu", {"state": 1, "for": 86401}, [0.001, 86400]),
        ("nodemcu", {"pwm": 1, "freq": 0}, 1000),
        ("esp32", {"pwm": 1, "freq": 0}, 40000000),
        ("nodemcu", {"state": "?"}, "0 off low false 1 on high true toggle".split()),
        ("nodemcu", {"stat": 1}, "state mode pull pwm freq for".split()),
    ):
        with raises(Problem) as caught:
            do(pins(name), "4", **spec)
        equal((spec, caught.error.members["allowed"], caught.error.members["pin"]), (spec, allowed, 4))
