"""What other servers said last, by name, for values.py. On an ESP8266 only with display or links or alarms.

time.local, time.clock, time.date, time.weekday, weather.NAME of the configured place, thingspeak.field1 to 8.
Nothing is asked for here.
"""

from . import clock
from .parts import PARTS

_WEATHER_UNITS = const("    °C °C % hPa m/s")
_DAYS = const("MonTueWedThuFriSatSun")
_FRESH = const(15)  # seconds for which a reading of a sensor is fresh
_WEATHER_FRESH = const(1200)
# what is remembered of a place, see routes/weather.py, and of a field, see thingspeak/poll.py
_KEY = const(0)
_TEXT = const(1)
_AT = const(2)
_PROBLEM = const(4)
_FIELD = const(0)
_NEW = const(4)
_ASKED = const(5)
_VALUE = const(6)


def value(app, kind, name):
    """What values.value() returns."""
    if kind == "time":
        return _time(app, name)
    if "weather" in PARTS and kind == "weather":
        return _weather(app, name)
    return _field(app, name) if "thingspeak" in PARTS else None


def watched(config):
    """The numbers of the ThingSpeak fields, as texts, that screens, links or alarms ask for."""
    parts = [config.data.get(name, b"") for name in ("display", "links", "alarms")]
    return [n for n in "1 2 3 4 5 6 7 8".split() if any([b"thingspeak.field" + n.encode() in part for part in parts])]


def _time(app, name):
    if not clock.synced:
        return None
    from .ntp.timezone import offset

    now = clock.unix()
    east = offset(app.config.get("timezone"), now)[0]
    text = clock.iso(now, east)
    if name == "weekday":
        day = ((now + east) // 86400 + 3) % 7 * 3
        text = _DAYS[day : day + 3]
    else:
        text = text[:10] if name == "date" else text[11:19] if name == "local" else text[11:16] if name == "clock" else None
    return text and (text, "", None, False)


def _weather(app, name):
    from .config.place import WEATHER

    get = app.config.get
    key = get("weather", "place")
    if key:
        from .config.place import tidy

        key = tidy(key)
    else:
        key = "%.4f,%.4f" % (round(get("weather", "lat"), 2), round(get("weather", "lon"), 2))
    for place in app.upstreams.get("weather", ()):
        if place[_KEY] == key and place[_AT] is not None:
            n = WEATHER.split().index(name)
            age = clock.uptime() - place[_AT]
            stale = place[_PROBLEM] is not None or age > _WEATHER_FRESH
            return _number(place[_TEXT].split("\n")[n].strip('"')), _WEATHER_UNITS.split(" ")[n], age, stale
    return None


def _field(app, name):
    # of the channel that is read, if its field is asked for
    for field in app.fields if hasattr(app, "fields") else ():
        if name == "field" + field[_FIELD] and field[_VALUE] is not None:
            every = app.config.get("thingspeak", "read", "every")
            most = app.config.get("thingspeak", "read", "max_age")
            now = clock.uptime()
            age = now - field[_NEW]
            return _number(field[_VALUE]), "", age, now - field[_ASKED] > 3 * every + _FRESH or most is not None and age > most
    return None


def _number(text):
    # a number if it is one, else the text
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text
