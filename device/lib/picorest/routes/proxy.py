"""GET /proxy, GET /proxy/NAME: other servers' answers, fetched for clients that may choose a name but never an address.

What may be given again is in app.upstreams."""

from json import dumps, loads

from .. import clock
from ..web import Problem, Reply, reply
from ..web import text as decode_utf8

# what is remembered of an answer
_NAME = const(0)
_CONFIG = const(1)  # the configuration it was asked with
_STATUS = const(2)
_REASON = const(3)
_TEXT = const(4)  # whether it is text, not JSON
_DATA = const(5)
_AT = const(6)  # uptime; None: nothing yet


def index(req):
    """The names of the configured upstreams. Addresses may hold keys: only the server's name is shown."""
    all = req.app.config.get("proxy")
    return reply({"upstreams": [{"name": name, "server": all[name]["url"].split("/")[2]} for name in all]})


def get(req, name):
    """What the upstream of this name answers: name, status, reason, json (or text) and age.

    Raises Problem 404 (no such name), 501 to 504; after a failure the last good answer comes with `stale`."""
    app = req.app
    config = app.config
    settings = config.get("proxy", name)
    if not settings or not isinstance(settings, dict):
        raise Problem(404, "unknown-upstream", allowed=list(config.get("proxy")))
    if not hasattr(app, "upstreams"):
        app.upstreams = []
    config = config.data["proxy"]
    for kept in app.upstreams:
        if kept[_NAME] == name and kept[_CONFIG] == config:
            if clock.uptime() - kept[_AT] < settings.get("cache", 60):
                return Reply(parts(kept, None))
            break
    else:
        kept = [name, config, 0, None, False, None, None]
    req.head = b""  # memory is short while others are asked
    from ..client import fetch

    return fetch(app, "routes.proxy", kept)


def question(app, kept):
    """What to ask, see client.fetch()."""
    name = kept[_NAME]
    get = app.config.get("proxy", name).get
    return name, 8000, get("url"), "", "GET", get("headers"), None, get("max_bytes", 2048), get("private"), None


def answer(app, kept, res):
    """The Response."""
    name = kept[_NAME]
    settings = app.config.get("proxy", name)
    try:
        if isinstance(res, Problem):
            raise res
        data = res.body
        pick = settings.get("pick") if res.status < 300 else None
        kind = res.type.split(b";")[0].strip()
        text = not pick and kind.startswith(b"text/html")
        why = "what is not JSON"
        try:
            try:
                if not text:
                    from ..strict import check

                    check(data)
                    if pick:
                        why = "without %s: leave out `pick` to see its whole answer" % pick
                        data = part(data, pick)
            except (ValueError, RuntimeError):
                if pick or kind.endswith(b"json"):
                    raise
                text = True
                why = "what is not text"
            for _ in pieces(data):
                pass  # is it UTF-8?
        except (ValueError, IndexError, RuntimeError):
            from ..client import trouble

            raise trouble(name, 502, "garbage", True, why=why) from None
    except Problem as e:
        if kept[_AT] is None:
            raise
        return Reply(parts(kept, str(e)))
    found = [name, kept[_CONFIG], res.status, res.reason, text, data, clock.uptime()]
    small = app.board.chip == "esp8266"
    if settings.get("cache", 60) and res.status < 300 and len(data) <= (512 if small else 16384):
        kept[:] = found
        if kept in app.upstreams:
            app.upstreams.remove(kept)
        app.upstreams.insert(0, kept)
        del app.upstreams[2 if small else 4 :]
    return Reply(parts(found, None))


def parts(kept, error):
    """The answer as JSON in pieces."""
    yield '{"name":"%s","status":%d,"reason":%s,' % (kept[_NAME], kept[_STATUS], dumps(kept[_REASON]))
    text = kept[_TEXT]
    yield '"text":"' if text else '"json":'
    for piece in pieces(kept[_DATA]):
        yield dumps(piece)[1:-1] if text else piece
    yield '%s,"age":%d' % ('"' if text else "", clock.uptime() - kept[_AT])
    yield ',"stale":true,"error":%s}' % dumps(error) if error else "}"


def pieces(data):
    """Bytes as text in pieces; ValueError if they are not UTF-8."""
    at = 0
    while at < len(data):
        start = at
        at = min(at + 128, len(data))
        while at < len(data) and data[at] & 0xC0 == 0x80:  # within a character
            at += 1
        yield decode_utf8(bytes(data[start:at]))


def part(data, path):
    """The part of sound JSON to which a path such as "data.0" leads. ValueError or IndexError if it leads nowhere."""
    at = blank(data, 0)
    for step in path.split("."):
        kind = data[at]
        if kind != 91 and kind != 123:
            raise ValueError
        n = int(step) if kind == 91 else 0
        at = blank(data, at + 1)
        while data[at] != kind + 2:
            if kind == 123:
                end = skip(data, at)
                found = loads(data[at:end]) == step
                at = blank(data, blank(data, end) + 1)
            else:
                found = n == 0
                n -= 1
            if found:
                break
            at = blank(data, skip(data, at))
            if data[at] == 44:
                at = blank(data, at + 1)
        else:
            raise ValueError
    return data[at : skip(data, at)]


def blank(data, at):
    # past the white space
    while at < len(data) and data[at] in b" \t\r\n":
        at += 1
    return at


def skip(data, at):
    # past a value
    depth = 0
    while True:
        c = data[at]
        at += 1
        if c == 34:
            while data[at] != 34:
                at += 2 if data[at] == 92 else 1
            at += 1
        elif c == 91 or c == 123:
            depth += 1
        elif c == 93 or c == 125:
            depth -= 1
        elif not depth:
            while at < len(data) and data[at] not in b",]} \t\r\n":
                at += 1
        if not depth:
            return at
