"""Percent-escapes, and queries: what follows the ? of an address."""

from ..problem import Problem
from ..utf8 import text

# text made at run time is searched for among all names that MicroPython knows: not the words that most requests say
_words = {}
for _name in "pin state 0 1".split():
    _words[_name.encode()] = _name


def urldecode(escaped, kept=()):
    """Undo percent-escapes, but for those in `kept`. ValueError if the result is not UTF-8 or has control characters."""
    parts = escaped.split("%")
    out = bytearray(parts[0].encode())
    for part in parts[1:]:
        code = part[:2]
        if len(code) < 2 or code.strip("0123456789abcdefABCDEF") or code < "20":
            raise ValueError
        if code in kept:
            out.extend(b"%" + part.encode())
            continue
        out.append(int(code, 16))
        out.extend(part[2:].encode())
    return text(bytes(out))


def query(req):
    """The query as a dict of text. 400 for a parameter given twice, or a bad escape."""
    found = req.spec
    if found is None:
        seen = req.app.seen
        found = seen.get(req.query) if seen else None
        if found is None:
            found = _query(req)
            learn(seen, req.query, found)
        req.spec = found
    return found.copy()


def learn(seen, data, meaning):
    """Keep what was made of some bytes of a request, for those who send them again. seen: Server.seen."""
    if seen is not None and len(data) < 512:
        if len(seen) >= 32:
            seen.clear()
        seen[data] = meaning


def _query(req):
    found = {}
    if req.query:
        try:
            known = _words.get
            escaped = b"%" in req.query or b"+" in req.query
            for pair in req.query.split(b"&"):
                at = pair.find(b"=")
                if at < 0:
                    at = len(pair)
                key = pair[:at]
                value = pair[at + 1 :]
                key = known(key) or text(key)
                value = known(value) or text(value)
                if escaped:
                    key, value = urldecode(key.replace("+", " ")), urldecode(value.replace("+", " "))
                if pair and key in found:
                    raise Problem(400, "repeated-parameter", parameter=key)
                if pair:
                    found[key] = value
        except ValueError:
            raise Problem(400, "bad-query") from None
    return found
