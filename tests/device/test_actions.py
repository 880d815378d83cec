"""Actions: what may be one, and what is done."""

import asyncio

from expect import equal
from fakes.gpio import PWM, Pin, board, pins
from picorest import clock
from picorest.actions import perform
from picorest.config.actions import check
from picorest.config.tune import notes
from picorest.gpio import play

PINS = {"D5": {"name": "lamp", "mode": "out"}, "D6": {"name": "desk lamp.1", "mode": "out", "safe": 1}, "D7": {"mode": "in"}}
DATA = {
    "pins": PINS,
    "proxy": {"hook": {"url": "http://x.example/"}},
    "thingspeak": {"channel": 5, "write_key": "W"},
    "display": {"width": 128},
}
NODEMCU = board("nodemcu")


def fault(spec, data=DATA, where=NODEMCU):
    """The key that is at fault in what stands at alarms[2], or None."""

    def known(key, text):
        if text not in ("lamp", "desk lamp.1", "D5"):
            raise ValueError(key, "%s names %s" % (key, text))

    try:
        check(spec, "alarms[2]", "do", data, where, known)
    except ValueError as e:
        assert e.args[1].startswith(e.args[0]), e.args
        return e.args[0]


class App:
    def __init__(self, name="nodemcu", entries=None):
        self.pins = pins(name, entries or PINS)
        Pin.log.clear()
        self.released = 0

    def release(self):
        self.released += 1


def test_what_is_an_action():
    for spec in (
        {"do": "lamp.on"}, {"do": "lamp.on", "for": 30, "pwm": 0.5, "freq": 100}, {"do": "desk lamp.1.toggle", "for": 3},
        {"do": "D5.pulse"}, {"do": "lamp.fade", "pwm": 0, "seconds": 5}, {"do": "lamp.stop"}, {"do": "hook.call"},
        {"do": "lamp.tune", "tune": "C5:0.2 a#4:.1 -:10"}, {"do": "thingspeak.field1.toggle"},
        {"do": "thingspeak.field8.set", "value": "on"}, {"do": "display.show", "lines": ["Hello"], "for": 9},
    ):  # fmt: skip
        equal((spec, fault(spec)), (spec, None))


def test_what_is_none():
    for do in (
        "", ".", "lamp", ".on", "lamp.", "lamp.blink", "lamp.on.", "attic.on", "other.call", "call", "display.on", "display.call",
        "thingspeak.field9.toggle", "thingspeak.field.toggle", "thingspeak.field1.on", "thingspeak.field12.toggle", "lamp.-",
        "lamp.on pwm", "lamp.set",
    ):  # fmt: skip
        equal((do, fault({"do": do})), (do, "alarms[2].do"))
    for do in ("hook.call", "display.show", "thingspeak.field1.toggle"):
        spec = {"do": do, "lines": ["x"]} if do == "display.show" else {"do": do}
        equal((do, fault(spec, {})), (do, "alarms[2].do"))


def test_what_does_not_go_with_it():
    equal(fault({"do": "lamp.off", "pwm": 1}), "alarms[2].pwm")
    equal(fault({"do": "lamp.stop", "for": 1}), "alarms[2].for")
    equal(fault({"do": "hook.call", "value": 1}), "alarms[2].value")
    equal(fault({"do": "lamp.tune"}), "alarms[2].tune")
    equal(fault({"do": "thingspeak.field1.set"}), "alarms[2].value")
    equal(fault({"do": "display.show"}), "alarms[2].lines")


def test_a_tune_has_notes_that_the_board_can_make():
    equal(list(notes("A4:0.5 c5:0.25 F#3:1 -:0.1 C0:0.01")), [(440, 500), (523, 250), (185, 1000), (0, 100), (16, 10)])
    for tune in "H4:1 A:1 A4 A9:1 A4: A4:x A4:nan A4:inf A4:0 A4:11 4:1 :1 A44:1 Ab4:1 --:1 C5:1,E5:1".split():
        equal((tune, fault({"do": "lamp.tune", "tune": tune})), (tune, "alarms[2].tune"))
    equal(fault({"do": "lamp.tune", "tune": "C6:1"}), "alarms[2].tune")  # 1046 Hz, and an ESP8266 ends at 1000
    equal(fault({"do": "lamp.tune", "tune": "C6:1"}, where=board("esp32")), None)


async def test_pins_are_driven():
    app = App()
    equal(perform(app, {"do": "lamp.on"}), None)
    equal(perform(app, {"do": "lamp.off"}), None)
    equal(perform(app, {"do": "D5.toggle"}), None)
    equal(Pin.log, [(14, 1), (14, 0), (14, 1)])
    equal(perform(app, {"do": "desk lamp.1.off", "for": 0.02}), None)
    await asyncio.sleep_ms(60)
    equal(Pin.log[3:], [(12, 0), (12, 1)])
    equal(perform(app, {"do": "lamp.on", "pwm": 0.5, "freq": 200}), None)
    equal(Pin.log[5][:3], (14, "pwm", 200))
    perform(app, {"do": "lamp.off"})
    Pin.log.clear()
    equal(perform(app, {"do": "lamp.pulse", "for": 0.01}), None)
    await asyncio.sleep_ms(60)
    equal(Pin.log, [(14, 1), (14, 0)])


def test_what_cannot_be_done_is_told_in_words():
    app = App()
    assert "input by the configuration" in perform(app, {"do": "D7.on"})
    assert "no such pin" in perform(app, {"do": "D77.on"})
    assert "no display" in perform(app, {"do": "display.show", "lines": []})
    equal(Pin.log, [])

    def fails(line, plan):
        app.pins.applied += 1
        raise MemoryError

    app.pins.apply = fails
    before = app.pins.applied
    assert "memory for all of it" in perform(app, {"do": "lamp.toggle"})
    equal(app.pins.applied, before + 1)


async def test_a_tune_is_played_and_leaves_the_pin_as_it_was():
    for name, pin in (("nodemcu", 14), ("esp32", 23)):
        app = App(name, {str(pin): {"name": "bell", "mode": "out"}})
        equal(perform(app, {"do": "bell.tune", "tune": "C5:0.05 -:0.05 A4:0.05"}), None)
        line = app.pins.find("bell")
        for _ in range(100):
            await asyncio.sleep_ms(5)
            if not line.pwm:
                break
        hz = [entry[2] for entry in Pin.log if entry[1] == "freq"]
        loud = [entry[2] > 30000 for entry in Pin.log if entry[1] == "duty"][-3:]
        equal((hz, loud), ([523, 440], [True, False, True]))
        equal((line.mode, Pin.levels[pin], PWM.active), ("out", 0, set()))


async def test_a_tune_that_is_played_once_does_not_begin_anew_before_its_lease_ends():
    app = App("esp32", {"23": {"name": "bell", "mode": "out"}})
    equal(perform(app, {"do": "bell.tune", "tune": "C5:0.02 A4:0.02"}), None)
    line = app.pins.find("bell")
    line.expires = clock.ticks_add(line.expires, 200)  # it is late
    await asyncio.sleep_ms(150)
    equal([entry[2] for entry in Pin.log if entry[1] == "freq"], [523, 440])
    play.stop(app.pins, line)
    await asyncio.sleep_ms(0)


async def test_a_tune_ends_when_it_is_stopped_or_the_pin_driven():
    for end in ("bell.stop", "bell.off", "bell.on"):
        app = App("esp32", {"23": {"name": "bell", "mode": "out"}})
        equal(perform(app, {"do": "bell.tune", "tune": "C5:0.01 A4:0.01", "for": 600}), None)
        await asyncio.sleep_ms(50)
        equal(perform(app, {"do": end}), None)
        Pin.log.clear()
        await asyncio.sleep_ms(100)
        equal((end, Pin.log), (end, []))
        equal((end, PWM.active, app.pins.find("bell").level()), (end, set(), int(end == "bell.on")))


async def test_of_two_tunes_the_last_one_plays():
    app = App("esp32", {"23": {"name": "bell", "mode": "out"}})
    for tune in ("C5:0.01", "C5:0.01 C6:0.01"):
        equal(perform(app, {"do": "bell.tune", "tune": tune, "for": 600}), None)
        await asyncio.sleep_ms(50)
    Pin.log.clear()
    await asyncio.sleep_ms(100)
    hz = [entry[2] for entry in Pin.log if entry[1] == "freq"]
    equal(hz, ([523, 1046] * len(hz))[hz[0] == 1046 :][: len(hz)])
    perform(app, {"do": "bell.stop"})


async def test_a_pin_that_nobody_had_set_up_is_silent_after_a_tune():
    app = App("esp32", {"22": {}})
    Pin.levels[23] = 1
    equal(perform(app, {"do": "23.tune", "tune": "C5:0.02"}), None)
    await asyncio.sleep_ms(100)
    equal((app.pins.find("23").mode, Pin.levels[23]), ("out", 0))


async def test_a_fade_goes_there_and_stays():
    for invert, there in ((False, 65535), (True, 0)):
        app = App("nodemcu", {"D5": {"name": "lamp", "mode": "out", "invert": invert}})
        equal(perform(app, {"do": "lamp.fade", "seconds": 0.2}), None)
        await asyncio.sleep_ms(400)
        steps = [entry[2] for entry in Pin.log if entry[1] == "duty"]
        equal(steps, sorted(steps, reverse=not there))
        assert len(steps) > 3 and abs(steps[-1] - there) < 64, steps
        lamp = app.pins.find("lamp")
        equal(lamp.rev & 0xFFFF, 5 if invert else 4)  # set up, lit, and at its end
        equal(app.pins.find("lamp").pwm[:2], (1, 1000))
        before = len(Pin.log)
        await asyncio.sleep_ms(100)
        equal(len(Pin.log), before)
