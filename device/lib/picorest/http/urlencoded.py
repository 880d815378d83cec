"""Percent-escapes, and queries: what follows the ? of an address."""

from ..problem import Problem
from ..utf8 import text

# text made at run time is searched for among all names that MicroPython knows: not the words that most requests say
_words = {}
for _name in "pin state 0 1".split():
    _words[_name.encode()] = _name


def urldecode(escaped, kept=(), least="20"):
    """Undo percent-escapes, but for those in `kept`. ValueError for one below `least`, or if the result is not UTF-8."""
    data = escaped.encode()
    out = bytearray()
    start = 0
    at = data.find(b"%")
    while at >= 0:
        # no list of all parts: there may be three hundred
        code = data[at + 1 : at + 3].decode()
        if len(code) < 2 or code.strip("0123456789abcdefABCDEF") or code < least:
            raise ValueError
        out.extend(data[start : at + 3 if code in kept else at])
        if code not in kept:
            out.append(int(code, 16))
        start = at + 3
        at = data.find(b"%", start)
    out.extend(data[start:])
    return text(bytes(out))


def learn(seen, data, meaning):
    """Keep what was made of some bytes of a request, for those who send them again. seen: Server.seen."""
    if seen is not None and len(data) < 512:
        if len(seen) >= 32:
            seen.clear()
        seen[data] = meaning


def parse_urlencoded(data, more=None):
    """{name: text} of a query or a form in bytes. more: a list for (name, text) of what came again; without it that is 400."""
    found = {}
    try:
        known = _words.get
        escaped = b"%" in data or b"+" in data
        start = 0
        while start <= len(data):
            # no list of all pairs: there may be five hundred
            end = data.find(b"&", start)
            if end < 0:
                end = len(data)
            pair = data[start:end]
            start = end + 1
            at = pair.find(b"=")
            if at < 0:
                at = len(pair)
            key = pair[:at]
            value = pair[at + 1 :]
            key = known(key) or text(key)
            value = known(value) or text(value)
            if escaped:
                least = "20" if more is None else "01"  # a form may have lines
                key = urldecode(key.replace("+", " "), (), least)
                value = urldecode(value.replace("+", " "), (), least)
            if not pair:
                continue
            if key not in found:
                found[key] = value
            elif more is None:
                raise Problem("repeated-parameter", parameter=key)
            else:
                more.append((key, value))
    except ValueError:
        raise Problem("bad-query" if more is None else "bad-form") from None
    return found
