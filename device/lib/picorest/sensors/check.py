"""Whether the sensors of a configuration can be, and what they are. Imported for that, then dropped.
On an ESP8266 only with sensors."""

from ..boards.profile import verdict
from ..overlay import drop, load_overlay
from ..problem import Problem

_PLAIN = const("abcdefghijklmnopqrstuvwxyz0123456789-_")
_TAKEN = const(" adc dht pin pins status thingspeak time weather wifi ")  # first words of sources that are no sensors


def check(entries, used, board):
    """ValueError(key, words) for the first that cannot be. used: what a GPIO number is for. board: None if it is not known."""
    found = []
    for n in range(len(entries)):
        add(n, entries[n], found, used, board)


def add(n, entry, found, used, board):
    """Add entry n to found, which has those before: (name, (type, GPIO numbers, address)). ValueError(key, words) if it cannot be;
    used as above, where its pins are entered."""
    path = "sensors[%d]." % n
    name, kind = entry["name"].lower(), entry["type"]
    if name.strip(_PLAIN) or " %s " % name in _TAKEN or name in [one[0].lower() for one in found]:
        _bad(path, "name", "must be a word of its own, of letters, digits, - and _")
    if board and board.row(name.upper()):
        _bad(path, "name", "must not be what a pin of the board is called: a DHT on it has that name")
    module = load_overlay("sensors." + kind)
    try:
        rows = module.KEYS.strip("\n").split("\n")
        keys = [row.split(" ")[0] for row in rows]
        for key in entry:
            if key not in ("name", "type") and key not in keys:
                _bad(path, key, "is nothing for a " + kind)
        pins = []
        for key in [row.split(" ")[0] for row in rows if " pin*" in row]:
            if key not in entry:
                _bad(path, key, "is missing")
            pins.append(_pin(path + key, str(entry[key]), board))
        owners = module.OWNERS.split("\n")
        for gpio, owner, key in zip(pins, owners, keys):
            if used.get(gpio, owner) != owner or pins.count(gpio) > 1:
                _bad(path, key, "is the pin of something else too: " + used.get(gpio, kind))
        try:
            this = kind, tuple(pins), module.address(entry.get("address"))
        except ValueError as e:
            _bad(path, "address", e.args[0])
        if this in [one[1] for one in found]:
            _bad(path, "address", "must tell it from the sensor before")
    finally:
        drop("sensors." + kind)
    for gpio, owner in zip(pins, owners):
        used[gpio] = owner
    found.append((entry["name"], this))


def quantities(entries, name):
    """What a sensor of that name measures, as a list of quantities and units; None if there is none."""
    for entry in entries:
        if entry["name"] == name:
            words = load_overlay("sensors." + entry["type"]).MEASURES.split(" ")
            drop("sensors." + entry["type"])
            return words
    return None


def _pin(key, text, board):
    if not board:
        return text.upper()
    try:
        gpio = board.gpio(text)
        _, flags, word, _ = verdict(board, gpio)
        if "d" in flags and "u" in flags and word != "reserved":
            return gpio
    except Problem:
        pass
    _bad(key, "", "must be a pin that is free, can be driven and has a pull-up")


def _bad(path, key, words):
    raise ValueError(path + key, "%s%s %s" % (path, key, words))
