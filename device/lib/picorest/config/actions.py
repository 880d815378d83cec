"""What an action may be: {"do": "lamp.on", "for": 30}. Imported to check it, then dropped; actions.py does it.

`do` is WHO.WHAT: a pin, thingspeak.field1 to thingspeak.field8, display, or an upstream of `proxy`. The tables have what each can
do, and the members that may stand beside it, or have to (`*`).
On an ESP8266 only with links or alarms.
"""

import json

from ..table import find_row

_PIN = const("""
on for pwm freq
off for
toggle for
pulse for
fade pwm seconds
tune tune* for
stop -
""")
_OTHERS = const("""
field set toggle
set value*
toggle -
display show
show lines* for
proxy call
call -
""")
_MEMBERS = const("for pwm freq seconds tune value lines")


def check(spec, path, key, data, board, pin):
    """ValueError(key, words) if that is no action. spec: an object whose values are of the kinds that the table has for them. path:
    where it stands, such as "alarms[0]"; key: under which name there. data: Config.data. board: a Board or None.
    pin(key, text): ValueError if text names no pin that can be driven."""
    key = "%s.%s" % (path, key)
    do = spec["do"]
    at = do.rfind(".")
    who, what = do[: max(at, 0)], do[at + 1 :]
    kind = "field" if who[:16] == "thingspeak.field" else "display" if who == "display" else "proxy" if what == "call" else None
    able = find_row(_OTHERS, kind) if kind else " ".join([line.split(" ")[0] for line in _PIN.strip().split("\n")])
    if not who or what not in able.split():
        raise ValueError(key, "%s must be WHO.WHAT such as lamp.on: %s can do %s" % (key, who or "a pin", able.replace(" ", ", ")))
    _members(spec, path, what, find_row(_OTHERS if kind else _PIN, what).split())
    if not kind:
        pin(key, who)
        _tune(spec, path, board)
    elif kind == "proxy":
        if who not in _part(data, kind):
            raise ValueError(key, "%s calls %s, which is not in proxy" % (key, who))
    elif kind == "display":
        if not data.get(kind):
            raise ValueError(key, "%s needs a display in the configuration" % key)
    else:
        for name in ("channel", "write_key"):
            if not _part(data, "thingspeak").get(name):
                raise ValueError(key, "%s needs thingspeak.%s" % (key, name))
        if not (len(who) == 17 and "1" <= who[16:] <= "8"):
            raise ValueError(key, "%s names no field of a channel: those are thingspeak.field1 to thingspeak.field8" % key)


def _part(data, name):
    value = data.get(name)
    return json.loads(value) if isinstance(value, bytes) else value or {}


def _members(spec, path, what, rules):
    for name in _MEMBERS.split():
        there = name in spec
        if not there and name + "*" in rules:
            raise ValueError("%s.%s" % (path, name), "%s.%s is missing, which %s needs" % (path, name, what))
        if there and name not in rules and name + "*" not in rules:
            raise ValueError("%s.%s" % (path, name), "%s.%s does not go with %s" % (path, name, what))


def _tune(spec, path, board):
    if "tune" not in spec:
        return
    from .tune import notes

    key = path + ".tune"
    most = board.profile.PWM_MAX_HZ if board else 4000
    try:
        for hz, _ in notes(spec["tune"]):
            if hz > most:
                raise ValueError(key, "%s has notes above %d Hz, which this board cannot make" % (key, most))
    except ValueError as e:
        if len(e.args) > 1:
            raise
        words = '%s: "%s" is no note: write such as C5:0.2 F#4:0.5, and -:0.1 for a rest'
        raise ValueError(key, words % (key, e.args[0])) from None
