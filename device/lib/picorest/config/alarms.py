"""Whether the times of a configuration's alarms make sense; what they do is checked by actions.py, after this one has gone: in an
ESP8266's memory both have no room. Imported to check them, then dropped. On an ESP8266 only with alarms."""

from .schedule import day, seconds, weekdays

_SHAPES = const("""
at 07:30, sunrise or sunset
days mon-fri, sat,sun or daily
date 2026-12-24
""")


def check(alarms, data, button):
    """ValueError(key, words) for the first thing that makes no sense. alarms: objects whose values are of the kinds that the table
    has for them. data: Config.data. button(name): whether a button is called so."""
    names = []
    for n, spec in enumerate(alarms):
        path = "alarms[%d]" % n
        name = spec.get("id") or str(n + 1)
        if name in names:
            _bad(path, "id", "is what another alarm is called")
        names.append(name)
        if ("at" in spec) == ("every" in spec):
            _bad(path, "at", "or %s.every has to be there, one of the two" % path)
        for key, parse in (("at", seconds), ("days", weekdays), ("date", day)):
            try:
                if key in spec:
                    if "at" not in spec:
                        _bad(path, key, "goes with at")
                    parse(spec[key])
            except ValueError as e:
                if e.args:
                    raise
                at = _SHAPES.find("\n%s " % key) + len(key) + 2
                _bad(path, key, "is written like " + _SHAPES[at : _SHAPES.find("\n", at)])
        if "date" in spec and "days" in spec:
            _bad(path, "date", "and days exclude each other")
        sun = spec.get("at") in ("sunrise", "sunset")
        if "offset" in spec and not sun:
            _bad(path, "offset", "goes with sunrise and sunset")
        if sun and b'"lat":' not in (data.get("weather") or b""):
            _bad(path, "at", "needs weather.lat and weather.lon, to know where")
        if "button" in spec and not button(spec["button"]):
            _bad(path, "button", "names %s, which is no button in pins" % spec["button"])


def _bad(path, key, words):
    raise ValueError("%s.%s" % (path, key), "%s.%s %s" % (path, key, words))
