"""What a configuration takes of an ESP8266's memory, and whether it leaves enough. Imported to check, then dropped.

A board that has taken on too much answers "out of memory" to everything, this change among it: so what cannot fit is refused before
it is stored. The bytes are measured; a test holds them against what boards really take.
"""

import json

from ..parts import PARTS

# bytes for the first of a kind, and for each one of it; its text in the configuration counts besides
_COSTS = const("""
dht 700 64
pins 0 250
weather 150 0
thingspeak.write 870 55
thingspeak.read 620 250
thingspeak.talkback 620 60
thingspeak 624 0
proxy 0 50
display 1450 0
links 1000 100
alarms 2800 20
sensors 1100 200
""")
_BOTH = const(2000)  # what a change of the configuration takes beside a display and alarms: each alone makes room for it
_BUTTONS = const(1200)  # what watches them, and
_BUTTON = const(280)  # each of them, beside its pin
_BOARDS = const(2400)  # what follows pins of other boards, and
_BOARD = const(850)  # each of those pins
# bytes for all of it, beside what a board takes that only has Wi-Fi and the time: answers of other servers need some, too
MOST = 4500 if "proxy" in PARTS or "weather" in PARTS else 6300


def check(new, chip):
    """ValueError("", words) if `new`, Config.data, takes more memory than an ESP8266 has for it. chip: what it is for."""
    if chip != "esp8266":
        return
    found = parts(new)
    total = sum(found.values())
    if total <= MOST:
        return
    largest = ", ".join(["%s (%d)" % (key, found[key]) for key in sorted(found, key=lambda key: -found[key])[:3]])
    raise ValueError(
        "",
        "This configuration takes %d bytes more memory than an ESP8266 has for it: leave out some of %s" % (total - MOST, largest),
    )


def parts(data):
    """{key: bytes} of what a configuration takes."""
    found = {}
    for name in data:
        value = data[name]
        found[name] = len(name) + len(value if isinstance(value, bytes) else json.dumps(value)) + 5
    for line in _COSTS.strip("\n").split("\n"):
        key, first, each = line.split(" ")
        value = data
        for step in key.split("."):
            value = value.get(step) if value else None
            if isinstance(value, bytes):
                value = json.loads(value)
        if value:
            found[key] = found.get(key, 0) + int(first) + int(each) * _count(key, value)
    if "alarms" in PARTS and "display" in PARTS and data.get("alarms") and data.get("display"):
        found["alarms"] += _BOTH
    if "boards" in PARTS:
        links = data.get("links") or b"[]"
        far = set()
        for link in json.loads(links) if isinstance(links, bytes) else links:
            when = link["when"]
            at = when.find(" ")
            if when[:7] == "http://":
                far.add(when[:at] + when[at:].split(".")[0])  # events of a button are heard on the connection of its pin
        if far:
            found["boards"] = _BOARDS + _BOARD * len(far)
    pins = data.get("pins") or b""
    buttons = (pins if isinstance(pins, bytes) else json.dumps(pins).encode()).count(b'"button":')
    if buttons:
        found["pins"] += _BUTTONS + _BUTTON * buttons
    return found


def _count(key, value):
    # how many sensors, pins, fields or commands there are
    for name in ("fields", "pins", "commands"):
        if isinstance(value, dict) and isinstance(value.get(name), dict) and "." in key:
            return len(value[name])
    return len(value)
