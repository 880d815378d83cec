"""Whether the screens of a display say what there is, and fit. Imported to check, then dropped.

Not on an ESP8266.
"""

from .place import WEATHER

_VALUES = const(" time.local time.clock time.date time.weekday wifi.ip wifi.ssid wifi.rssi ")


def check(display, data, board, pin, value):
    """ValueError(key, words) for the first thing that cannot be. data: Config.data. pin(key, text, data, board):
    ValueError if that is no pin that can be driven. value(name): None if that is a value of
    sensors, pins or the board itself, else why it is none."""
    room = display.get("height", 64)
    if room not in (32, 64):
        raise ValueError("display.height", "display.height must be 64 or 32")
    for name in ("sda", "scl", "reset"):
        if name in display:
            pin("display.%s" % name, str(display[name]), data, board)
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
    if kind == "weather." and rest in WEATHER.split()[:-1]:
        return None if data.get("weather") else ", for there is no place in weather"
    if name[:16] == "thingspeak.field" and name[16:] in "1 2 3 4 5 6 7 8".split():
        return None if data.get("thingspeak") else ", for there is no channel in thingspeak"
    return None if " %s " % name in _VALUES and " " not in name else value(name)
