"""Whether the values of a sound configuration make sense together, and on this board. Imported to check, then dropped.

validate.py looks at one value at a time; here is what takes several of them, or the pins that a board has.
"""

import json

from ..parts import MISSING, PARTS
from ..problem import Problem

_SOURCES = const(
    "dht.PIN.temperature and dht.PIN.humidity of a sensor in dht, "
    "NAME.temperature and the like of one in sensors, adc.PIN.volts, adc.PIN.raw, pin.PIN, status.uptime, status.rssi,"
    " status.heap_free"
)
_STATES = const(" 0 1 on off high low true false toggle ")


def check(new, old, board):
    """ValueError(key, words) for the first thing that makes no sense. new, old: Config.data; what is the same in both is not
    looked at again. board: a Board, or None if it is not known which."""
    if _new(new, old, "timezone"):
        from ..ntp.timezone import offset

        try:
            offset(new["timezone"], 0)
        except Problem as e:
            raise ValueError("timezone", "timezone: " + e.detail[:-1]) from None
        offset = None  # its module may go
    small = board and board.chip == "esp8266"
    if small:
        if _new(new, old, "mqtt"):
            raise ValueError("mqtt", "mqtt: this needs a board of the ESP32 family, an ESP8266 has no memory for it")
        for name in MISSING.split():
            if _new(new, old, name):
                raise ValueError(name, "%s: this program was built without it: add --with %s to ./deploy.sh deploy" % (name, name))
    _signing(_part(new, "update"), _part(old, "update"), small)
    static = (_new(new, old, "wifi") or {}).get("static")
    if static and static != (_part(old, "wifi") or {}).get("static"):
        from .static_address import check as step

        step(static)
    if "weather" in PARTS:
        weather = _new(new, old, "weather")
        if weather:
            from .place import check as step

            step(weather)
    changed = new.get("pins") != old.get("pins") or new.get("dht") != old.get("dht")
    if "display" in PARTS or "sensors" in PARTS:
        changed = changed or new.get("sensors") != old.get("sensors") or new.get("display") != old.get("display")
    used = _pins(_part(new, "pins") or {}, _part(new, "dht") or (), board) if changed else None
    if "alarms" in PARTS or "display" in PARTS or "links" in PARTS or "sensors" in PARTS:
        from .family import check as step

        step(new, old, board, used, _part, _pin, _unknown, _source)
    if "thingspeak" in PARTS:
        cloud, before = _part(new, "thingspeak") or {}, _part(old, "thingspeak") or {}
        for name, step in (("write", _write), ("read", _read), ("talkback", _talkback)):
            part = cloud.get(name)
            if part and (changed or part != before.get(name)):
                step(part, new, board)


def _signing(new, old, small):
    # who has the token alone must not be able to take the lock away, nor put one on that nobody can open
    if old and new != old:
        raise ValueError("update", "update: who signs updates can only be changed by cable")
    name = "key" if small else "public_key"
    if new and (name not in new or new[name].strip("0123456789abcdef")):
        raise ValueError("update." + name, "update.%s must be the 64 digits that ./deploy.sh build --new-key has told" % name)


def _part(data, name):
    value = data.get(name)
    return json.loads(value) if isinstance(value, bytes) else value


def _new(new, old, name):
    return None if new.get(name) == old.get(name) else _part(new, name)


def _pins(pins, sensors, board):
    # of two of the same name, or two entries for one pin, only one would be heard of. Returns what which GPIO number is for
    numbers, names, driven = {}, {}, {}
    for pin, entry in pins.items():
        gpio = _gpio(pin, board)[0]
        if gpio is not None and gpio in numbers:
            raise ValueError("pins." + pin, "pins.%s is the same pin as %s" % (pin, numbers[gpio]))
        numbers[gpio] = "pins." + pin
        name = entry.get("name", "").lower()
        if name and name in names:
            raise ValueError("pins.%s.name" % pin, "pins.%s.name is the name of pins.%s too" % (pin, names[name]))
        names[name] = pin
        other = _gpio(name, board)[0] if board and name else None
        if other is not None and other != gpio or name == "a0" and board and board.row("A0"):
            raise ValueError("pins.%s.name" % pin, "pins.%s.name is what another pin of the board is called" % pin)
        button = entry.get("button")
        if button is not None and entry.get("mode") != "in":
            raise ValueError("pins.%s.button" % pin, "pins.%s.button needs mode in" % pin)
        if button is not None and entry.get("pull") == ("up" if button.get("active") else "down"):
            key = "pins.%s.button.active" % pin
            raise ValueError(key, "%s is the level that the pull resistor gives: the button would always be pressed" % key)
        if gpio is not None and ("mode" in entry or "safe" in entry or "pull" in entry):
            driven[gpio] = "pins." + pin
    for n in range(len(sensors)):
        gpio = _gpio(str(sensors[n]["pin"]), board)[0]
        if gpio is not None and gpio in driven:
            raise ValueError("dht[%d].pin" % n, "dht[%d].pin is the pin of %s too" % (n, driven[gpio]))
        driven[gpio] = "dht[%d]" % n
    return driven


def _write(write, data, board):
    for name, source in write.get("fields", {}).items():
        key = "thingspeak.write.fields." + name
        _field(key, name)
        why = _source(source, data, board)
        if why is not None:
            raise ValueError(key, '%s cannot be "%s"%s: possible are %s' % (key, source, why, _SOURCES))
    if "led" in write:
        _pin("thingspeak.write.led", str(write["led"]), data, board)


def _read(read, data, board):
    for name, pin in read.get("pins", {}).items():
        key = "thingspeak.read.pins." + name
        _field(key, name)
        _pin(key, str(pin), data, board)


def _talkback(talkback, data, board):
    for name, orders in talkback.get("commands", {}).items():
        key = "thingspeak.talkback.commands." + name
        for order in orders.split(","):
            at = order.find("=")
            if at < 0 or not _among(order[at + 1 :].strip().lower(), _STATES):
                raise ValueError(key, "%s must be pins and states, such as D1=1,D5=toggle" % key)
            _pin(key, order[:at].strip(), data, board)


def _among(word, words):
    return " " not in word and " %s " % word in words


def _field(key, name):
    if len(name) != 1 or not "1" <= name <= "8":
        raise ValueError(key, "%s is no field of a channel: those have the numbers 1 to 8" % key)


def _pin(key, text, data, board, driven=True):
    # the GPIO number of a pin, which is driven
    why = _unknown(text, data, board) or driven and _idle(text, data, board) or None
    if why is not None:
        raise ValueError(key, "%s names %s%s" % (key, text, why))
    return _gpio(_named(text, data), board)[0]


def _unknown(text, data, board):
    # why no pin that may be touched is called so, on the board, by its number, or in the configuration; None if one is
    gpio, why = _gpio(_named(text, data), board)
    if why is None and board and board.row(str(gpio))[2] in ("reserved", "forbidden"):
        return ", which the board needs itself"
    return why


def _named(text, data):
    # the pin that has this name in the configuration, else the text
    for pin, entry in (_part(data, "pins") or {}).items():
        if entry.get("name", "").lower() == text.lower():
            return pin
    return text


def _idle(text, data, board, driven=True):
    # why a pin that exists cannot be driven, or not even be read; None if it can
    gpio = _gpio(_named(text, data), board)[0]
    for kind in ("sensor in dht", "sensor in sensors", "display"):
        found = _part(data, kind.split(" ")[-1]) or ()
        for entry in [found] if isinstance(found, dict) else found:
            for key in ("pin", "sda", "scl", "reset"):
                if key in entry and _gpio(str(entry[key]), board)[0] == gpio:
                    return ", which is the pin of a " + kind
    for pin, entry in (_part(data, "pins") or {}).items():
        alone = "in" if "pull" in entry and "safe" not in entry else None  # a pull resistor without a mode is an input's
        if driven and entry.get("mode", alone) == "in" and _gpio(pin, board)[0] == gpio:
            return ", which is an input by pins." + pin
    if driven and board and "o" not in board.row(str(gpio))[1]:
        return ", which cannot be driven"


def _gpio(text, board):
    # (number, None) of a pin of the board, else (None, why)
    if board:
        try:
            return board.gpio(text), None
        except Problem:
            return None, ", which is no pin of this board"
    return text.upper(), None


def _source(source, data, board):
    # why that is nothing to be written; None if it is
    at = source.find(".")
    kind = source[: max(at, 0)]
    name = source[at + 1 :]
    if kind == "pin":
        return _unknown(name, data, board) or _idle(name, data, board, False)
    if kind == "status":
        return None if _among(name, " uptime rssi heap_free ") else ""
    at = name.rfind(".")
    member = name[at + 1 :]
    if at > 0:
        name = name[:at]
    if kind == "adc":
        if at > 0 and not _among(member, " volts raw "):
            return ""
        row = board and board.row(name.upper())
        if row and row[0][0] == "A0":
            return None
        gpio, why = _gpio(name, board)
        if why is None and board and "a" not in board.row(str(gpio))[1]:
            why = ", which is no analogue input"
        return why
    if kind != "dht" and at <= 0 and "sensors" in PARTS:
        from .family import measured as step

        return None if step(_part(data, "sensors") or (), kind, member) else ""
    if kind != "dht" or at <= 0 or not _among(member, " temperature humidity "):
        return ""
    gpio, why = _gpio(name, board)
    for sensor in _part(data, "dht") or ():
        if _gpio(str(sensor["pin"]), board)[0] == gpio:
            return why
    return why or ", for there is no sensor on %s in dht" % name
