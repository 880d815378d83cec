"""Pins: what the hardware is told, leases, revisions, names."""

import asyncio
from json import loads

from expect import equal, raises
from fakes.gpio import PWM, Pin, do, pins, refusal
from picorest.boards.profile import suggestions
from picorest.problem import Problem


def read(found, text):
    return found.find(text).text()


def told(gpio):
    """What the hardware was told about this pin since the last time."""
    said = [entry[1:] for entry in Pin.log if entry[0] == gpio]
    Pin.log.clear()
    return said


def test_reading_tells_the_hardware_nothing():
    found = pins("nodemcu")
    for text in ("14", "D5", "D3", "16"):
        read(found, text)
    equal(Pin.log, [])


def test_an_output_is_set_up_once_and_at_the_right_level():
    found = pins("nodemcu")
    equal(do(found, "D5", state=1), 0)
    equal(told(14), [("out", None, 1)])  # not first low, then high
    equal(do(found, "D5", state=0), 1)
    equal(do(found, "14", state="toggle"), 0)
    equal(told(14), [(0,), (1,)])
    do(found, "D5", mode="out")
    equal(told(14), [])
    do(found, "D5", mode="in", pull="up")
    equal(told(14), [("in", "up", None)])


def test_every_word():
    found = pins("nodemcu")
    for words, level in (("1 on high true ON True", 1), ("0 off low false Off", 0)):
        for word in words.split():
            do(found, "D5", state=word)
            equal((word, Pin.levels[14]), (word, level))
    for value, level in ((1, 1), (0, 0), (True, 1), (False, 0)):
        do(found, "D5", state=value)
        equal(Pin.levels[14], level)
    for words, level in (("1.0 1.00000 1e0 01", 1), ("0.0 0.00 -0 0e5", 0)):  # the value counts, however it is written
        for word in words.split():
            do(found, "D5", state=word)
            equal((word, Pin.levels[14]), (word, level))
    do(found, "D5", state=1.0)
    equal(Pin.levels[14], 1)
    for value in (2, -1, 0.5, None, "", " ", "2", "1.5", "yes", [], {}, [1], "10", "1 ", "1.0 ", "nan", "inf"):
        equal((value, refusal(found, "D5", state=value)), (value, (400, "bad-state")))
    for value in ("1 on", "off low", "0 off"):
        equal((value, refusal(found, "D5", state=value)), (value, (400, "bad-state")))


def test_was_comes_from_the_wire():
    found = pins("nodemcu")
    do(found, "D5", mode="in")
    Pin.levels[14] = 1
    equal(do(found, "D5", state=0), 1)
    do(found, "D6", mode="open_drain", state=1)
    Pin.levels[12] = 0  # someone else pulls it low
    equal(do(found, "D6", state=0), 0)


def test_pwm_starts_with_nothing_and_ends_cleanly():
    found = pins("esp32")
    equal(do(found, "4", pwm=0.25, freq=500), 0)
    equal(told(4), [("pwm", 500, 0), ("duty", 16384)])
    equal(do(found, "4", pwm=0.25, freq=500), 0.25)
    equal(told(4), [])  # as it is
    equal(do(found, "4", state=1), 0.25)
    equal(told(4), [("deinit",), ("out", None, 1)])


def test_where_no_channel_is_free_nothing_changes():
    found = pins("esp32c3")
    PWM.most = 1
    do(found, "4", pwm=0.5)
    do(found, "5", state=1)
    Pin.log.clear()
    with raises(Problem) as caught:
        do(found, "5", pwm=0.5)
    equal((caught.error.status_code, caught.error.type), (409, "pwm-busy"))
    equal((Pin.log, Pin.levels[5], found.find("5").mode), ([], 1, "out"))


def test_one_frequency():
    found = pins("nodemcu")
    do(found, "D5", pwm=0.5, freq=300)
    equal(refusal(found, "D6", pwm=0.5), (409, "pwm-frequency"))
    equal(refusal(found, "D6", pwm=0.5, freq=300), None)
    equal(refusal(found, "D5", freq=400), None)  # its own
    do(found, "D5", state=0)
    equal(refusal(found, "D6", pwm=0.5), None)
    found = pins("esp32")
    do(found, "4", pwm=0.5, freq=300)
    equal(refusal(found, "5", pwm=0.5, freq=400), None)


def test_a_revision_for_every_change():
    found = pins("nodemcu")
    do(found, "D5", mode="in")
    line = found.find("D5")
    seen = line.rev
    line.level()
    equal(line.rev, seen)
    Pin.levels[14] = 1
    line.level()
    assert line.rev > seen
    seen = line.rev
    Pin.handlers[14](None)  # there and back between two looks
    assert line.rev > seen


async def test_a_lease_ends_by_itself():
    found = pins("nodemcu")
    do(found, "D5", state=0)
    equal(do(found, "D5", state=1, for_=0.05), 0)
    line = found.find("D5")
    equal((Pin.levels[14], b'"for":' in line.text()), (1, True))
    await asyncio.sleep_ms(200)
    equal((Pin.levels[14], line.expires, line.back, b'"for":' in line.text()), (0, None, None, False))


async def test_a_lease_is_renewed_and_called_off():
    found = pins("nodemcu")
    do(found, "D5", state=0)
    do(found, "D5", state=1, for_=0.05)
    do(found, "D5", state=1, for_=0.3)
    await asyncio.sleep_ms(120)
    equal(Pin.levels[14], 1)
    await asyncio.sleep_ms(400)
    equal(Pin.levels[14], 0)  # what was before the first of them
    do(found, "D5", state=1, for_=0.05)
    do(found, "D5", state=1)
    await asyncio.sleep_ms(150)
    equal(Pin.levels[14], 1)


async def test_a_refusal_leaves_a_lease_alone():
    found = pins("nodemcu")
    do(found, "D5", state=1, for_=0.1)
    equal(refusal(found, "D5", state=7), (400, "bad-state"))
    await asyncio.sleep_ms(250)
    equal(Pin.levels[14], 0)


async def test_a_lease_falls_back_to_any_setting():
    found = pins("esp32")
    do(found, "4", pwm=0.25, freq=500)
    do(found, "4", state=1, for_=0.05)
    do(found, "5", mode="in", pull="down")
    do(found, "5", pwm=0.5, for_=0.05)
    await asyncio.sleep_ms(200)
    line = found.find("4")
    equal((line.mode, line.pwm[:2]), ("pwm", (0.25, 500)))
    line = found.find("5")
    equal((line.mode, line.pull, line.pwm), ("in", "down", None))


async def test_the_configuration():
    found = pins("nodemcu", {"D5": {"name": "Lamp", "safe": 1}, "D6": {"mode": "in", "pull": "up"}, "D1": {"mode": "out"}})
    equal((Pin.levels[14], Pin.levels[5], found.find("D6").pull, found.warnings), (1, 0, "up", []))
    equal((found.find("lamp").gpio, loads(found.find("LAMP").text())["name"]), (14, "Lamp"))
    do(found, "lamp", state=0, for_=0.05)
    equal(Pin.levels[14], 0)
    await asyncio.sleep_ms(200)
    equal(Pin.levels[14], 1)


def test_the_configuration_cannot_break_a_rule():
    found = pins("nodemcu", {"6": {"mode": "out"}, "TX": {"safe": 1}, "D5": {"safe": 1}, "D99": {}, "D0": {"pull": "up"}})
    equal([entry[0] for entry in Pin.log], [14])
    equal(sorted(warning.split(":")[0] for warning in found.warnings), ["pins.6", "pins.D0", "pins.D99", "pins.TX"])


def test_the_duty_is_read_back():
    found = pins("nodemcu")
    do(found, "D5", pwm=0.25, freq=500)
    line = found.find("D5")
    assert b'"pwm":0.25,"freq":500' in line.text()
    line.pwm[2].duty, line.pwm[2].hz = 1023 * 64, 499
    assert b'"pwm":1.0,"freq":499' in line.text()
    line.pwm[2].duty = 512 * 64
    equal(do(found, "D5", state=1), 0.5)
    esp32 = pins("esp32")
    do(esp32, "25", pwm=0.9996)
    assert b'"pwm":0.9996' in esp32.find("25").text()


def test_toggle_and_leases_of_an_open_drain_follow_the_output_not_the_wire():
    found = pins("nodemcu")
    do(found, "D5", mode="open_drain", state=1)
    Pin.levels[14] = 0  # another device pulls low
    equal(found.find("D5").level(), 0)
    do(found, "D5", state="toggle")
    equal(told(14)[-1][-1], 0)
    do(found, "D5", state="toggle")
    equal(told(14)[-1][-1], 1)
    Pin.levels[14] = 0
    do(found, "D5", pull="up")
    equal(told(14)[-1][-1], 1)
    Pin.levels[14] = 0
    line = found.find("D5")
    equal(line.get()[1], 1)  # what a lease goes back to


def test_an_input_of_the_configuration_is_not_driven_by_the_way():
    found = pins("nodemcu", {"D5": {"mode": "in", "pull": "up", "name": "bell"}})
    for spec in ({"state": 1}, {"state": "toggle"}, {"pwm": 0.5}, {"state": 0, "for_": 2}):
        for name in ("bell", "14"):
            with raises(Problem) as caught:
                do(found, name, **spec)
            equal((caught.error.status_code, caught.error.type), (409, "configured-input"))
            assert "mode=out" in str(caught.error)
    with raises(Problem):
        found.drive("bell", 1)
    do(found, "bell", pull="none")
    do(found, "bell", mode="out", state=1)
    do(found, "bell", state=0)
    equal(found.find("bell").level(), 0)
    do(found, "D6", mode="in")
    do(found, "D6", state=1)  # one that a request made an input
    for entry in ({"pull": "up"}, {"pull": "none"}):  # an input without the word
        found = pins("nodemcu", {"D5": dict(entry, name="bell")})
        equal(found.find("bell").mode, "in")
        with raises(Problem):
            found.drive("bell", 1)


def test_inverted_pins_speak_of_the_logical_state():
    entries = {"D5": {"mode": "out", "invert": True, "safe": 0}, "D6": {"mode": "in", "invert": True}, "D7": {"invert": True}}
    found = pins("nodemcu", entries)
    equal(told(14)[-1], ("out", None, 1))  # off is high
    relay, button, other = (found.find(name) for name in ("D5", "D6", "D7"))
    assert b'"state":0,"invert":true' in relay.text()
    equal(do(found, "D5", state=1), 0)
    equal((Pin.levels[14], relay.level()), (0, 1))
    equal(do(found, "D5", state="toggle"), 1)
    equal(Pin.levels[14], 1)
    Pin.levels[12] = 0
    equal(button.level(), 1)
    do(found, "D7", state=1)
    equal((Pin.levels[13], found.find("D7").level()), (0, 1))
    do(found, "D7", pwm=0.25)
    equal([entry for entry in told(13) if entry[0] in ("pwm", "duty")], [("pwm", 1000, 65535), ("duty", 49152)])
    line = found.find("D7")
    assert b'"pwm":0.25' in line.text() and line.level() == 1
    do(found, "D7", mode="open_drain")
    equal(Pin.levels[13], 0)
    do(found, "D4", state=1)
    equal(Pin.levels[2], 1)  # without the word a pin stays what it is


def test_the_pins_to_try_are_free_and_can_do_it():
    found = pins("nodemcu")
    do(found, "D1", state=1)
    with raises(Problem) as caught:
        found.board.gpio("D99")
    assert "D1" not in caught.error.members["try_"], caught.error.members
    with raises(Problem) as caught:
        do(found, "D5", pull="down")
    equal(caught.error.members["try_"], ["D2", "D6", "D7"])  # none of this chip's pins has one
    do(found, "D5", pwm=0.5, freq=100)
    with raises(Problem) as caught:
        do(found, "D6", pwm=0.5, freq=200)
    equal(caught.error.members["try_"], ["D2", "D7"])
    for pin in ("D2", "D6", "D7"):
        do(found, pin, state=1)
    equal(suggestions(found.board, 14), ["SD3", "D0"])  # not good for anything, but free
