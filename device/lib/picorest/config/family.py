"""Whether what an ESP8266 has no room for, at least not for all of it, makes sense in a configuration. Imported for a step of
consistency.py, then dropped. On an ESP8266 only with alarms or display or links or sensors."""

from json import loads

from ..jsontext.scan import part as entry
from ..overlay import drop, forget_all, present
from ..parts import PARTS

_ACTIONS = const("alarms pins dht sensors weather thingspeak proxy display")  # what actions may speak of
_ASKED = const("name mode button pull safe")  # of a pin
_SOURCES = const("links pins dht sensors display proxy thingspeak")  # and links


def check(new, old, board, used, part, pin, unknown, source):
    """ValueError(key, words) for the first thing that makes no sense. new, old, board: see consistency.py. used: what a GPIO number
    is for, None if neither pins nor sensors nor the display are new. The others are functions of consistency.py."""
    if new.get("mqtt") != old.get("mqtt"):
        _mqtt(part(new, "mqtt") or {})
    changed = [name for name in _SOURCES.split() + _ACTIONS.split() if new.get(name) != old.get(name)]
    if not changed:
        return
    new = _light(new)
    drop("ntp.timezone")  # where memory is short: the step before has left it
    there = present()

    def number(text):  # of a pin
        return pin("", text, new, board, False)

    def button(name):
        return _button(name, part(new, "pins") or {}, number)

    if "sensors" in PARTS and used is not None and new.get("sensors"):
        from ..sensors.check import check as step

        step(part(new, "sensors"), used, board)
        step = forget_all(there)
    if "display" in PARTS and used is not None and new.get("display"):
        from .screens import check as step

        rest = new.copy()
        for name in ("display", "sensors"):  # its own pins, and those that it may share
            rest.pop(name, None)
        step(
            part(new, "display"), new, used, lambda key, text: pin(key, text, rest, board), button,
            lambda name: (source if "." in name else unknown)(name, new, board),
        )  # fmt: skip
        step = forget_all(there)
    if "links" in PARTS and new.get("links") and any([name in changed for name in _SOURCES.split()]):
        from .links import check as step

        step(_each(new["links"]), new, button, lambda name: unknown(name, new, board), lambda name: source(name, new, board))
        step = forget_all(there)
        check_actions(new, "links", ("do", "else", "silent"), board, pin)
        forget_all(there)
    if "alarms" in PARTS and new.get("alarms") and any([name in changed for name in _ACTIONS.split()]):
        _times(new, button)
        forget_all(there)
        check_actions(new, "alarms", ("do",), board, pin)
        forget_all(there)


def _times(data, button):
    # its frame, and what that holds, ends before what comes next needs the memory
    from .alarms import check as step

    step(_each(data["alarms"]), data, button)


def check_actions(data, name, keys, board, pin):
    """ValueError(key, words) for the first action under one of these keys of the entries of a list that makes no sense."""
    if "alarms" in PARTS or "links" in PARTS:
        from .actions import check as step

        for n, spec in enumerate(_each(data[name])):
            for key in keys:
                if key in spec:
                    path = "%s[%d]" % (name, n)
                    one = spec if key == "do" else {"do": spec[key]}
                    step(one, path, key, data, board, lambda key, text: pin(key, text, data, board))


def measured(sensors, name, quantity):
    """Whether one of the sensors has that name and measures that."""
    if "sensors" in PARTS:
        from ..sensors.check import quantities as step

        found = step(sensors, name)
        step = drop("sensors.check")
        return found and quantity in found[::2]


def _light(new):
    # the same configuration with no more of its pins than is asked for here, but that parsed once
    new = dict(new)
    pins = new.get("pins")
    if isinstance(pins, bytes):
        pins = new["pins"] = loads(pins)
        for pin in pins:
            pins[pin] = {key: True if key == "button" else pins[pin][key] for key in _ASKED.split() if key in pins[pin]}
    return new


def _each(found):
    # the entries of a list one after the other: in an ESP8266's memory all at once have no room beside what looks at them
    if not isinstance(found, bytes):
        yield from found
        return
    n = 0
    while True:
        try:
            spec = loads(entry(found, str(n)))
        except ValueError:
            return
        yield spec
        n += 1


def _button(name, pins, number):
    # by whatever name its pin has
    try:
        gpio = number(name)
        return any(["button" in pins[pin] and number(pin) == gpio for pin in pins])
    except ValueError:
        return False


def _mqtt(mqtt):
    topic = mqtt.get("topic", "")
    if "+" in topic or "#" in topic or topic[:1] == "$":  # substring: characters
        raise ValueError("mqtt.topic", "mqtt.topic must not have + or # in it, nor begin with $: a broker takes no states there")
    if "password" in mqtt and "user" not in mqtt:
        raise ValueError("mqtt.password", "mqtt.password needs mqtt.user beside it: MQTT has no password without a user")
