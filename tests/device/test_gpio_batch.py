"""Several pins in one request: all or nothing, also when the hardware refuses in the middle."""

import asyncio
import json
from collections import OrderedDict

from expect import equal, raises
from fakes.gpio import PWM, Pin, do, pins
from picorest.gpio.pins import revision
from picorest.problem import Problem
from picorest.routes.gpio_batch import change_all

BUSY = {"pwm": 0.5, "freq": 1000}


def batch(found, *entries):
    """The answer's pins; entries: (text, spec) in the order in which they are done."""
    reply = change_all(found, OrderedDict(entries))
    return json.loads(b"".join(reply.body))["pins"]


def settings(found):
    return [(line.gpio, line.get(), line.expires, line.back) for line in found.lines.values() if line.mode]


def test_the_answer_is_in_the_order_of_numbers():
    found = pins("nodemcu")
    do(found, "D6", state=1)
    said = batch(found, ("D5", 1), ("D6", {"state": 0}), ("D1", True))
    equal([(pin["pin"], pin["state"], pin["was"]) for pin in said], [(5, 1, 0), (12, 0, 1), (14, 1, 0)])
    equal([Pin.levels[n] for n in (5, 12, 14)], [1, 0, 1])


def refused(found, *entries):
    """That batch fails because no PWM channel is left; what it did before is undone: returns what the hardware was told."""
    PWM.most = 0
    before = settings(found)
    Pin.log.clear()
    with raises(Problem) as caught:
        batch(found, *entries)
    equal((caught.error.status_code, caught.error.type), (409, "pwm-busy"))
    equal(settings(found), before)
    return list(Pin.log)


def test_what_was_driven_before_the_refusal_is_driven_back():
    found = pins("esp32")
    do(found, "4", state=0)
    do(found, "13", state=1)
    do(found, "14", mode="in", pull="up")
    told = refused(found, ("4", 1), ("13", "toggle"), ("14", {"state": 0}), ("18", BUSY))
    equal(told[:2], [(4, 1), (13, 0)])
    equal(told[-3:], [(14, "in", "up", None), (13, 1), (4, 0)])  # the last one first
    equal((Pin.levels[4], Pin.levels[13]), (0, 1))


def test_a_pin_that_nobody_had_set_up_is_let_go():
    found = pins("esp32")
    told = refused(found, ("4", 1), ("5", {"mode": "in", "pull": "down"}), ("18", BUSY))
    equal(told[-2:], [(5, "in", None, None), (4, "in", None, None)])
    equal(settings(found), [])


def test_the_revision_of_all_pins_never_comes_again():
    found = pins("esp32")
    seen = [revision(found.lines)]
    for entries in ((("4", 1),), (("4", 0), ("5", 1)), (("13", 1), ("18", BUSY)), (("13", 1),), (("13", 0),)):
        try:
            batch(found, *entries)
        except Problem:
            pass
        seen.append(revision(found.lines))
        found.find("14").level()  # nobody has set it up
        Pin.levels[4] = 1 - Pin.levels[4]
        seen.append(revision(found.lines))
        equal(revision(found.lines), seen[-1])
        PWM.most = 0
    equal([now > before for before, now in zip(seen, seen[1:])].count(False), 1)  # the refusal, which left all as it was
    equal(sorted(seen), seen)


def test_the_refused_one_first_touches_nothing():
    found = pins("esp32")
    do(found, "4", state=0)
    equal(refused(found, ("18", BUSY), ("4", 1)), [])


async def test_a_lease_goes_on_after_a_refusal():
    found = pins("esp32")
    do(found, "4", state=0)
    do(found, "4", state=1, for_=0.1)
    refused(found, ("4", 0), ("18", BUSY))
    equal(Pin.levels[4], 1)
    await asyncio.sleep_ms(250)
    equal(Pin.levels[4], 0)


def test_one_frequency_for_all():
    found = pins("nodemcu")
    with raises(Problem) as caught:
        batch(found, ("D5", {"pwm": 0.5, "freq": 300}), ("D1", 1), ("D6", {"pwm": 0.5, "freq": 400}))
    equal((caught.error.type, caught.error.members["freq"], Pin.log), ("pwm-frequency", 300, []))
    batch(found, ("D5", {"pwm": 0.5, "freq": 300}), ("D6", {"pwm": 0.2, "freq": 300}))
    found = pins("esp32")
    batch(found, ("4", {"pwm": 0.5, "freq": 300}), ("5", {"pwm": 0.5, "freq": 400}))


def test_what_is_no_batch():
    found = pins("nodemcu")
    for specs in ({}, [], None, 1, "D5", True):
        with raises(Problem) as caught:
            change_all(found, specs)
        equal((caught.error.status_code, caught.error.type), (400, "bad-json"))
    with raises(Problem) as caught:
        batch(found, ("D5", 1), ("14", 1))
    equal((caught.error.type, caught.error.members["name"], Pin.log), ("repeated-pin", "14", []))
