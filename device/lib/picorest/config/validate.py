"""Whether a configuration is sound, by the table in schema.py. Imported to check, then dropped.

Kinds: text:MIN:MAX (bytes in UTF-8), label:MIN:MAX (text that an address can hold), ascii:MIN:MAX, host, addr4, url, origin,
bool, pin, address, int:MIN:MAX, float:MIN:MAX, value:MIN:MAX (a number, or text), set:A,B; list:MAX and map:MAX hold objects, and
with a kind behind them plain values.
"""

import json

from .schema import TABLE, add_warning, line

_MANY = const(24)  # keys at the top, each of which takes more memory than in an object
_DEPTH = const(5)
_PLAIN = const("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
# what a value must be, by kind: one text, because each text of its own costs memory
_WORDS = const("""
object an object
list a list of at most %s
map an object of at most %s
name named with 1 to 24 letters, digits, - and _
bool true or false
set one of %s
int a whole number from %s to %s
float a number from %s to %s
pin a pin such as "D5", or a GPIO number
address an address: a number such as 118, or a text of digits and letters
text text of %s to %s bytes
value a number, or text of %s to %s bytes
label a name of %s to %s bytes other than . and .., which no address can hold
ascii text of %s to %s plain ASCII characters
host a name of 1 to 32 letters, digits and inner hyphens
addr4 an IPv4 address such as 192.168.1.50
url an address such as http://server.local:8080/path, or one with https://
origin an address as browsers name a site: small plain letters, no slash at the end, no usual port, such as http://panel.local:8123
""")


def check(data, old=(), known=()):
    """Sentences about keys that nobody reads, as a list. Raises ValueError(key, words) for the first bad value.

    old: the sound configuration that data was made of, known: its sentences. What is the same is not looked at again."""
    if not isinstance(data, dict):
        raise ValueError("", "The configuration must be a JSON object")
    if len(data) > _MANY:
        raise ValueError("", "The configuration has more than %d keys" % _MANY)
    warnings = []
    for name, item in data.items():
        if name in old and old[name] is item and len(known) < 6:
            size = len(name)
            warnings += [words for words in known if words[:size] == name and not _plain(words[size : size + 1], 1)]
        else:
            _entry(json.loads(item) if isinstance(item, bytes) else item, name, name, name, warnings)
    return warnings


def _shallow(value, depth):
    if isinstance(value, (dict, list)):
        if not depth:
            raise ValueError("", "The configuration is nested too deeply")
        for item in value.values() if isinstance(value, dict) else value:
            _shallow(item, depth - 1)


def _bad(path, kind, *limits):
    at = _WORDS.find("\n" + kind + " ") + len(kind) + 2
    words = _WORDS[at : _WORDS.find("\n", at)]
    raise ValueError(path, "%s must be %s" % (path, words % limits))


def _object(value, schema, path, warnings):
    if not isinstance(value, dict):
        _bad(path, "object")
    for name, item in value.items():
        _entry(item, name, schema + "." + name, path + "." + name, warnings)
    at = TABLE.find("\n" + schema + ".")
    while at >= 0:
        name, kind = TABLE[at + len(schema) + 2 : TABLE.find("\n", at + 1)].split(" ", 2)[:2]
        if kind[-1] == "*" and "." not in name and name not in value:
            raise ValueError(path + "." + name, "%s.%s is missing" % (path, name))
        at = TABLE.find("\n" + schema + ".", at + 1)


def _entry(item, name, key, path, warnings):
    found = _plain(name, 24) and line(key)
    if found:
        _value(item, found[1], key, path, warnings)
    elif _plain(name, 24) and "\n" + key + "." in TABLE:
        _object(item, key, path, warnings)
    else:
        _shallow(item, _DEPTH)
        add_warning(warnings, "%s is not a known key and has no effect" % path[:64])


def _value(value, kind, key, path, warnings):  # long: one branch per kind of value
    part = kind.rstrip("*").split(":")
    kind = part[0]
    if kind == "list" or kind == "map":
        many = kind == "list"
        if not isinstance(value, list if many else dict) or len(value) > int(part[1]):
            _bad(path, kind, part[1])
        rest = ":".join(part[2:])
        for name in range(len(value)) if many else value:
            below = "%s[%d]" % (path, name) if many else path + "." + name
            if not many and not _plain(name, 24):
                _bad(below, "name")
            if rest:
                _value(value[name], rest, key, below, warnings)
            else:
                _object(value[name], key + ("[]" if many else ".*"), below, warnings)
    elif kind == "int" or kind == "float":
        sound = isinstance(value, int) or kind == "float" and isinstance(value, float)
        if not sound or not int(part[1]) <= value <= int(part[2]):
            _bad(path, kind, part[1], part[2])
    elif kind == "set":
        if not isinstance(value, str) or value not in part[1].split(","):
            _bad(path, kind, part[1].replace(",", ", "))
    elif kind == "bool":
        if value is not True and value is not False:
            _bad(path, kind)
    elif kind == "pin" or kind == "address":
        most, size = (48, 8) if kind == "pin" else (127, 16)
        if not (isinstance(value, int) and 0 <= value <= most or isinstance(value, str) and _plain(value, size)):
            _bad(path, kind)
    elif kind == "value" and isinstance(value, (int, float)):
        pass
    elif not isinstance(value, str) or not _text(value, kind, part):
        _bad(path, kind, *part[1:])


def _text(value, kind, part):
    size = len(value.encode())
    for c in value.encode():
        if c < 32 or c == 127:
            return False
    if kind == "host":
        return _plain(value, 32) and "_" not in value and value == value.strip("-")
    if kind == "addr4":
        quad = value.split(".")
        return len(quad) == 4 and all([q.isdigit() and len(q) < 4 and int(q) < 256 for q in quad])
    if kind == "url":
        place = value[value.find("://") + 3 :].replace("?", "/").replace("#", "/").split("/")[0].split(":")
        port = place[1] if len(place) == 2 else "80"
        sound = len(place) < 3 and port.isdigit() and len(port) < 6 and 0 < int(port) < 65536 and place[0]
        schemed = value[:7] == "http://" or value[:8] == "https://"
        return schemed and sound and not place[0].strip(_PLAIN + ".") and size <= 256 and " " not in value
    if kind == "origin":
        at = value.find("://") + 3
        usual = value[:8] == "https://" and value[-4:] == ":443" or value[:7] == "http://" and value[-3:] == ":80"
        sound = "/" not in value[at:] and "@" not in value and " " not in value and value == value.lower()
        return 3 < at < size <= 128 and size == len(value) and sound and not usual
    if kind == "label" and value in (".", ".."):
        return False
    return int(part[1]) <= size <= int(part[2]) and (kind != "ascii" or size == len(value))


def _plain(name, most):
    return 0 < len(name) <= most and not name.strip(_PLAIN)
