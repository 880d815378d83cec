"""Whether the links of a configuration make sense. Imported to check them, then dropped."""

# On an ESP8266 only with links.

from ..parts import PARTS

_EVENTS = const(" press release hold double ")
_POSSIBLE = const(
    "bell.press of a button, a pin, http://hall.local door of another board, dht.D2.temperature, adc.A0.volts, thingspeak.field1,"
    " wifi.rssi, status.uptime"
)


def check(links, data, button, unknown, source):
    """ValueError(key, words) for the first thing that makes no sense. links: objects with values of the kinds that the
    table has. data: Config.data. button(name): whether a button is called so. unknown(name), source(name): None if
    that is a pin, or a value of a sensor or the board itself; else why it is none."""
    for n, spec in enumerate(links):
        path = "links[%d]" % n
        when = spec["when"]
        far = when[:7] == "http://"
        at = when.rfind(".")
        last = when[at + 1 :].lower()
        event = at > 0 and " " not in last and " %s " % last in _EVENTS
        steady = event or far or unknown(when) is None
        if far and "boards" not in PARTS:
            _bad(path, "when", "names another board: this board's program was built without the part boards, add --with boards")
        elif far:
            if not _board(when):
                _bad(path, "when", "must be a board and its pin, such as http://hall.local door or http://10.0.0.7:8080 bell.press")
        elif event:
            if not button(when[:at].lower()):
                _bad(path, "when", "names %s, which is no button in pins" % when[:at])
        elif not steady and not _cloud(when, data) and when != "wifi.rssi":
            why = source(when)
            if why is not None:
                _bad(path, "when", "cannot be %s%s: possible are %s" % (when, why, _POSSIBLE))
        _members(spec, path, event, steady, far)


def _members(spec, path, event, steady, far):
    given = [name for name in ("is", "above", "below") if name in spec]
    if not given and (not steady or "else" in spec):
        _bad(path, "when" if "else" not in spec else "else", "needs a condition: above, below or is")
    for name in given:
        if event or name != "is" and "is" in spec:
            _bad(path, name, "does not go with %s" % ("an event" if event else "is"))
    if len(given) > 1 and spec["below"] > spec["above"]:
        _bad(path, "below", "must not be more than above")
    for name in ("silent", "silence"):
        if name in spec and steady and not far:
            _bad(path, name, "goes with other boards, and with values that are measured")


def _cloud(when, data):
    return when[:16] == "thingspeak.field" and len(when) == 17 and "1" <= when[16:] <= "8" and data.get("thingspeak")


def _board(when):
    at = when.find(" ")
    place = when[7:at].split(":")
    port = place[-1] if len(place) > 1 else "80"
    host = place[0].lower().strip("abcdefghijklmnopqrstuvwxyz0123456789.-")
    return 7 < at < 71 and len(place) < 3 and place[0] and not host and port.isdigit() and 0 < int(port) < 65536 and when[at + 1 :]


def _bad(path, key, words):
    raise ValueError("%s.%s" % (path, key), "%s.%s %s" % (path, key, words))
