"""Whether what only boards of the ESP32 family have makes sense in a configuration. Not on an ESP8266. Imported for a step of
consistency.py, then dropped."""

from ..overlay import drop, forget_all, present

_ACTIONS = const("alarms pins dht sensors weather thingspeak proxy display")  # what actions may speak of
_SOURCES = const("links pins dht sensors display proxy thingspeak")  # and links


def check(new, old, board, used, part, pin, unknown, source):
    """ValueError(key, words) for the first thing that makes no sense. new, old, board: see consistency.py. used: what a GPIO number
    is for, None if neither pins nor sensors nor the display are new. The others are functions of consistency.py."""
    there = present()
    if new.get("mqtt") != old.get("mqtt"):
        _mqtt(part(new, "mqtt") or {})

    def number(text):  # of a pin
        return pin("", text, new, board, False)

    def button(name):
        return _button(name, part(new, "pins") or {}, number)

    if used is not None and new.get("sensors"):
        from ..sensors.check import check as step

        step(part(new, "sensors"), used, board)
        step = forget_all(there)
    if used is not None and new.get("display"):
        from .screens import check as step

        rest = new.copy()
        for name in ("display", "sensors"):  # its own pins, and those that it may share
            rest.pop(name, None)
        step(
            part(new, "display"), new, used, lambda key, text: pin(key, text, rest, board), button,
            lambda name: (source if "." in name else unknown)(name, new, board),
        )  # fmt: skip
        step = forget_all(there)
    if new.get("links") and any([new.get(name) != old.get(name) for name in _SOURCES.split()]):
        from .links import check as step

        step(
            part(new, "links"), new, board, lambda key, text: pin(key, text, new, board),
            button, lambda name: unknown(name, new, board), lambda name: source(name, new, board),
        )  # fmt: skip
        step = forget_all(there)
    if new.get("alarms") and any([new.get(name) != old.get(name) for name in _ACTIONS.split()]):
        from .alarms import check as step

        step(part(new, "alarms"), new, board, lambda key, text: pin(key, text, new, board), button)
        step = forget_all(there)


def check_broker(mqtt):
    """ValueError(key, words) where MQTT cannot say anything on the topics."""
    topic = mqtt.get("topic") or ""
    if "+" in topic or "#" in topic or topic[:1] == "$":  # substring: characters
        raise ValueError("mqtt.topic", "mqtt.topic must not have + or # in it, nor begin with $: a broker takes no states there")


def measured(sensors, name, quantity):
    """Whether one of the sensors has that name and measures that."""
    from ..sensors.check import quantities as step

    found = step(sensors, name)
    step = drop("sensors.check")
    return found and quantity in found[::2]


def _button(name, pins, number):
    # by whatever name its pin has
    try:
        gpio = number(name)
        return any(["button" in pins[pin] and number(pin) == gpio for pin in pins])
    except ValueError:
        return False


def _mqtt(mqtt):
    topic = mqtt.get("topic", "")
    if "#" in topic or "+" in topic:
        raise ValueError("mqtt.topic", "mqtt.topic cannot have # or +, which stand for any topics: a broker refuses them")
    if "password" in mqtt and "user" not in mqtt:
        raise ValueError("mqtt.password", "mqtt.password needs mqtt.user beside it: MQTT has no password without a user")
