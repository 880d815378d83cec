"""Alarms, links and screens of a configuration that make no sense: which key is at fault."""

from expect import equal, raises
from fakes.gpio import board as board_called
from picorest.config import alarms, links, screens
from picorest.config.consistency import check
from picorest.config.family import check_actions
from picorest.config.schedule import day, seconds, weekdays

LAMP = {"do": "lamp.on"}
CLOUD = {"channel": 5, "write_key": "W"}


def known_pin(key, name, *rest):
    if name not in ("lamp", "7", "5", "4"):
        raise ValueError(key, key + " names no pin")
    return 6 if name == "lamp" else int(name)


def known_button(name):
    return name.lower() == "bell"


def fault(check, *args):
    """The key that is at fault, or None."""
    try:
        check(*args)
    except ValueError as e:
        assert e.args[1].startswith(e.args[0]), e.args
        return e.args[0]


def alarm(data=None, **spec):
    found = [dict(LAMP, **spec)]
    data = dict(data or {}, alarms=found)
    return fault(alarms.check, found, data, known_button) or fault(check_actions, data, "alarms", ("do",), None, known_pin)


def link(data=None, **spec):
    def unknown(name):
        return None if name == "lamp" else "no pin"

    def source(name):
        return None if name == "dht.D2.temperature" else ", which is none"

    found = [dict(LAMP, **spec)]
    data = dict(data or {}, links=found)
    wrong = fault(links.check, found, data, known_button, unknown, source)
    return wrong or fault(check_actions, data, "links", ("do", "else", "silent"), None, known_pin)


def test_alarms():
    weather = {"weather": b'{"lat":1,"lon":2}'}
    for spec, data, expected in (
        ({"at": "07:30"}, {}, None), ({"every": 60}, {}, None), ({}, {}, "at"), ({"at": "07:30", "every": 60}, {}, "at"),
        ({"at": "7:30"}, {}, "at"), ({"at": "07:30", "days": "mon-fri"}, {}, None), ({"at": "07:30", "days": "never"}, {}, "days"),
        ({"every": 60, "days": "mon"}, {}, "days"), ({"every": 60, "date": "2026-12-24"}, {}, "date"),
        ({"at": "07:30", "date": "2026-12-24"}, {}, None), ({"at": "07:30", "date": "2026-13-24"}, {}, "date"),
        ({"at": "07:30", "date": "2026-12-24", "days": "mon"}, {}, "date"), ({"at": "07:30", "offset": 60}, {}, "offset"),
        ({"at": "sunrise", "offset": 60}, weather, None), ({"at": "sunset"}, weather, None), ({"at": "sunset"}, {}, "at"),
        ({"at": "sunset"}, {"weather": b'{"place":"here"}'}, "at"), ({"at": "07:30", "button": "lamp"}, {}, "button"),
        ({"at": "07:30", "button": "bell"}, {}, None), ({"at": "07:30", "do": "bell.on"}, {}, "do"),
    ):  # fmt: skip
        equal((spec, alarm(data, **spec)), (spec, expected and "alarms[0]." + expected))
    with raises(ValueError) as caught:
        alarms.check([dict(LAMP, at="07:60")], {}, known_button)
    equal(caught.error.args[1], "alarms[0].at is written like 07:30, sunrise or sunset")
    for ids, expected in ((("a", "b"), None), (("a", "a"), "alarms[1].id"), (("2", None), "alarms[1].id"), ((None, None), None)):
        some = [dict(LAMP, at="07:30", id=name) if name else dict(LAMP, at="07:30") for name in ids]
        equal((ids, fault(alarms.check, some, {}, known_button)), (ids, expected))


def test_times_days_and_dates():
    for text, expected in (("00:00", 0), ("23:59", 86340), ("07:05", 25500), ("sunrise", None), ("sunset", None)):
        equal(seconds(text), expected)
    for text, expected in (("daily", 127), ("mon", 1), ("sun", 64), ("mon-fri", 31), ("sat-mon", 97), ("mon,wed , sun", 69),
                           ("sun-sun", 64)):
        equal((text, weekdays(text)), (text, expected))
    for text, expected in (("2001-01-01", 11323), ("2026-12-24", 20811), ("2028-02-29", 21243), ("2099-12-31", 47481)):
        equal((text, day(text)), (text, expected))
    for parse, texts in (
        (seconds, ("24:00", "23:60", "7:30", "07.30", "07:3", "07:300", "", "0a:00", "00:-1", "noon")),
        (weekdays, ("", "mon-", "mon-tue-wed", "monday", "on", "mon tue", "MON", "mo", "mon,,tue", "never")),
        (day, ("2000-12-31", "2100-01-01", "2027-02-29", "2027-00-01", "2027-13-01", "2027-01-00", "2027-04-31", "27-01-01",
               "2027/01/01", "2027-1-01", "2027-01-1", "2027-01-011", "2027-01/01")),
    ):  # fmt: skip
        for text in texts:
            with raises(ValueError):
                parse(text)


def test_what_a_link_may_follow():
    for when, expected in (
        ("bell.press", None), ("bell.HOLD", None), ("Bell.double", None), ("gong.press", "when"), ("bell.push", "when"),
        ("lamp", None),
        ("dht.D2.temperature", None), ("dht.D3.temperature", "when"), ("wifi.rssi", None), ("thingspeak.field8", None),
        ("thingspeak.field9", "when"), ("thingspeak.field0", "when"), ("thingspeak.field1x", "when"), ("thingspeak.field", "when"),
        ("http://hall.local door", None), ("http://10.0.0.7:8080 bell.press", None), ("http://10.0.0.7:65535 a b", None),
        ("http://hall.local", "when"), ("http://hall.local ", "when"), ("http:// door", "when"), ("http://a:b door", "when"),
        ("http://a:0 door", "when"), ("http://a:65536 door", "when"), ("http://a:1:2 door", "when"), ("http://a/b door", "when"),
        ("http://%s door" % ("a" * 63), None), ("http://%s door" % ("a" * 64), "when"), ("https://a door", "when"),
    ):  # fmt: skip
        event = when.lower().endswith((".press", ".hold", ".double"))
        condition = {} if when == "lamp" or event else {"above": 1}
        if when.startswith("http"):
            condition = {}
        equal((when, link({"thingspeak": CLOUD}, when=when, **condition)), (when, expected and "links[0].when"))
    equal(link({}, when="thingspeak.field1", above=1), "links[0].when")


def test_conditions_of_links():
    value, far = "dht.D2.temperature", "http://hall door"
    for spec, expected in (
        ({"when": value}, "when"), ({"when": value, "else": "lamp.off"}, "else"),
        ({"when": value, "above": 1, "else": "lamp.off"}, None),
        ({"when": "lamp", "else": "lamp.off"}, "else"), ({"when": "lamp", "is": 1, "else": "lamp.off"}, None),
        ({"when": "bell.press", "is": 1}, "is"), ({"when": "bell.press", "above": 1}, "above"),
        ({"when": value, "is": 1, "above": 1}, "above"),
        ({"when": value, "is": 1, "below": 1}, "below"), ({"when": value, "above": 2, "below": 1}, None),
        ({"when": value, "above": 1, "below": 1}, None), ({"when": value, "above": 1, "below": 2}, "below"),
        ({"when": "lamp", "silent": "lamp.off"}, "silent"), ({"when": "lamp", "silence": 60}, "silence"),
        ({"when": far, "silent": "lamp.off"}, None), ({"when": value, "above": 1, "silence": 60}, None),
        ({"when": "lamp", "do": "gong.on"}, "do"), ({"when": "lamp", "is": 1, "else": "gong.off"}, "else"),
        ({"when": far, "silent": "gong.off"}, "silent"), ({"when": far, "silent": "lamp.dance"}, "silent"),
    ):  # fmt: skip
        equal((spec, link(**spec)), (spec, expected and "links[0]." + expected))


def test_what_an_action_may_be():
    data = {"thingspeak": CLOUD, "display": {"sda": 1}, "proxy": b'{"door":{"url":"http://a"}}'}
    for spec, expected in (
        ({"do": "lamp.on", "for": 5, "pwm": 0.5, "freq": 100}, None), ({"do": "lamp.off", "pwm": 1}, "pwm"),
        ({"do": "lamp.stop"}, None),
        ({"do": "lamp.stop", "for": 5}, "for"), ({"do": "lamp"}, "do"), ({"do": ".on"}, "do"), ({"do": "lamp.set"}, "do"),
        ({"do": "lamp.tune"}, "tune"), ({"do": "lamp.tune", "tune": "C5:0.2 -:0.1"}, None),
        ({"do": "lamp.tune", "tune": "H5:1"}, "tune"),
        ({"do": "lamp.tune", "tune": "B8:1"}, "tune"), ({"do": "lamp.fade", "pwm": 1, "seconds": 2}, None),
        ({"do": "5.toggle"}, None),
        ({"do": "thingspeak.field1.set", "value": 1}, None), ({"do": "thingspeak.field1.set"}, "value"),
        ({"do": "thingspeak.field9.set", "value": 1}, "do"), ({"do": "thingspeak.field11.set", "value": 1}, "do"),
        ({"do": "thingspeak.field8.toggle"}, None), ({"do": "thingspeak.field8.toggle", "value": 1}, "value"),
        ({"do": "thingspeak.field1.on"}, "do"), ({"do": "display.show", "lines": ["a"]}, None), ({"do": "display.show"}, "lines"),
        ({"do": "display.on"}, "do"), ({"do": "door.call"}, None), ({"do": "gate.call"}, "do"),
        ({"do": "door.call", "for": 1}, "for"),
    ):  # fmt: skip
        equal((spec, alarm(data, at="07:30", **spec)), (spec, expected and "alarms[0]." + expected))
    for lacking, do in (("display", "display.show"), ("proxy", "door.call"), ("thingspeak", "thingspeak.field1.set")):
        some = {name: data[name] for name in data if name != lacking}
        spec = {"display.show": {"lines": ["a"]}, "door.call": {}, "thingspeak.field1.set": {"value": 1}}[do]
        equal((lacking, alarm(some, at="07:30", do=do, **spec)), (lacking, "alarms[0].do"))
    for name in ("channel", "write_key"):
        equal(alarm({"thingspeak": {name: CLOUD[name]}}, at="07:30", do="thingspeak.field1.toggle"), "alarms[0].do")


def test_screens():
    data = {"weather": {"place": "here"}, "thingspeak": CLOUD}

    def value(name):
        return None if name == "pin.lamp" else ", which is none"

    def fitting(data, **display):
        return fault(screens.check, display, data, {4: "pins.4", 5: "I2C bus (SCL)"}, known_pin, known_button, value)

    full = ["a"] * 8
    for display, expected in (
        ({}, None), ({"height": 48}, "height"), ({"height": 32}, None), ({"sda": "lamp", "scl": 5, "reset": "7"}, None),
        ({"sda": "gong"}, "sda"), ({"scl": 6}, "scl"),
        ({"sda": 4}, "sda"), ({"scl": 4}, "scl"), ({"scl": 5}, None), ({"sda": 5}, "sda"), ({"reset": 5}, "reset"),
        ({"sda": "lamp", "scl": "lamp"}, "scl"), ({"button": "bell"}, None), ({"button": "lamp"}, "button"),
        ({"reset": "gong"}, "reset"), ({"screens": [full]}, None),
        ({"screens": [full, full + ["a"]]}, "screens[1]"), ({"height": 32, "screens": [["a"] * 4]}, None),
        ({"height": 32, "screens": [["a"] * 5]}, "screens[0]"), ({"screens": [["# a"] * 2, ["## a"] * 4]}, None),
        ({"screens": [["# a"] * 3]}, "screens[0]"), ({"screens": [["## a"] * 5]}, "screens[0]"), ({"screens": [["#a"] * 8]}, None),
        ({"screens": [["{pin.lamp} {time.clock}"]]}, None), ({"screens": [["{pin.gong}"]]}, "screens[0]"),
        ({"screens": [["{pin.lamp"]]}, "screens[0]"), ({"screens": [["{}"]]}, "screens[0]"),
        ({"screens": [["{time.local wifi.ip}"]]}, "screens[0]"),
        ({"screens": [["{thingspeak.field8}"]]}, None), ({"screens": [["{thingspeak.field9}"]]}, "screens[0]"),
        ({"screens": [["{thingspeak.field}"]]}, "screens[0]"), ({"screens": [["{weather.temperature}"]]}, None),
        ({"screens": [["{weather.nothing}"]]}, "screens[0]"),
    ):  # fmt: skip
        equal((display, fitting(data, **display)), (display, expected and "display." + expected))
    for name in ("weather.temperature", "thingspeak.field1"):
        equal(fitting({}, screens=[["{%s}" % name]]), "display.screens[0]")


def test_a_pin_that_is_called_otherwise_is_not_found():
    pins = {"D5": {"name": "lamp"}, "D6": {"name": "bell"}}
    for source, expected in (("pin.BELL", None), ("pin.gong", "thingspeak.write.fields.1")):
        data = {"pins": pins, "thingspeak": {"write": {"fields": {"1": source}}}}
        equal((source, fault(check, data, {}, board_called("nodemcu"))), (source, expected))
