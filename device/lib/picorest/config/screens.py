"""Whether the screens of a display say what there is, and fit. Imported to check, then dropped.

On an ESP8266 only with display.
"""

from ..parts import PARTS

_VALUES = const(" time.local time.clock time.date time.weekday wifi.ip wifi.ssid wifi.rssi ")


_OWNERS = const("I2C bus (SDA)|I2C bus (SCL)|display")  # what sensors on the same wires call them, too


def check(display, data, used, pin, button, value):
    """ValueError(key, words) for the first thing that cannot be. data: Config.data. used: what a GPIO number is for.
    pin(key, text): its number, ValueError if that is no pin that can be driven. button(name): whether a button is called so.
    value(name): None if that is a value of sensors, pins or the board itself, else why it is none."""
    room = display.get("height", 64)
    if room not in (32, 64):
        raise ValueError("display.height", "display.height must be 64 or 32")
    mine = {}
    for name, owner in zip(("sda", "scl", "reset"), _OWNERS.split("|")):
        if name in display:
            key = "display.%s" % name
            gpio = pin(key, str(display[name]))
            other = mine.get(gpio) or used.get(gpio, owner)
            if other != owner:
                raise ValueError(key, "%s is the pin of something else too: %s" % (key, other))
            mine[gpio] = key
    if "button" in display and not button(display["button"]):
        raise ValueError("display.button", "display.button names %s, which is no button in pins" % display["button"])
    screens = display.get("screens", ())
    for n in range(len(screens)):
        path = "display.screens[%d]" % n
        rows = 0
        for line in screens[n]:
            text = line.lstrip("#")
            size = 4 + len(text) - len(line)
            rows += size if size in (2, 3) and text[:1] == " " else 1
            for part in line.split("{")[1:]:
                at = part.find("}")
                why = _why(part[: max(at, 0)], data, value)
                if why is not None:
                    words = '%s cannot show "{%s"%s: see docs/display.md for what there is' % (path, part[: at + 1] or part, why)
                    raise ValueError(path, words)
        if rows > room // 8:
            raise ValueError(path, "%s has %d rows, more than the %d of the display" % (path, rows, room // 8))


def _why(name, data, value):
    kind, rest = name[:8], name[8:]
    if "weather" in PARTS and kind == "weather.":
        from .place import WEATHER

        if rest in WEATHER.split()[:-1]:
            return None if data.get("weather") else ", for there is no place in weather"
    if name[:16] == "thingspeak.field" and name[16:] in "1 2 3 4 5 6 7 8".split():
        return None if data.get("thingspeak") else ", for there is no channel in thingspeak"
    return None if " %s " % name in _VALUES and " " not in name else value(name)
