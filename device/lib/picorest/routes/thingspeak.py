"""GET /thingspeak, POST /thingspeak: reading and writing a channel. On an ESP8266 not without thingspeak."""

from json import dumps

from microdot import Microdot

from .. import clock
from ..http.response import Reply
from ..problem import Problem
from ..thingspeak import api as thingspeak
from ..upstream.negative_cache import refused, remember

api = Microdot()

_ENTRY = const(
    " field1 field2 field3 field4 field5 field6 field7 field8 status lat long latitude longitude elevation created_at "
)
_SMALL = const(5)  # pieces
# what is remembered, see thingspeak/api.py
_PATH = const(1)
_DATA = const(2)
_AT = const(3)


@api.get("/thingspeak")
def get(req):
    """The newest entries of a channel, or of one field of it: channel, field and results, all optional.

    Raises Problem 400, 404, 501 to 504. After a failure the last good answer comes with `stale`."""
    app = req.app
    found = req.args
    own = app.config.get("thingspeak", "channel")
    channel = number(found, "channel", 1000000000) or own
    field = number(found, "field", 8)
    results = number(found, "results", size(app) // 160) or 1
    for name in found:
        raise Problem("unknown-parameter", parameter=name, allowed=["channel", "field", "results"])
    if not channel:
        raise Problem("bad-number", parameter="channel", allowed=1000000000)
    path = "/channels/%d/%s.json?results=%d" % (channel, "fields/%d" % field if field else "feeds", results)
    entry = [None, path, channel]
    res = refused(app, *asks(entry)) and answer(app, entry, None)
    if res:
        return res
    req.lighten()
    return app.ask("thingspeak", "routes.thingspeak", entry)


@api.post("/thingspeak")
def post(req):
    """Write one entry such as {"field1": 21.5, "status": "on"}; 201 and its number.

    Raises Problem 400 (the entry), 429 (within the window), 501 to 504."""
    entry = req.json
    if entry is None:
        raise Problem("bad-json")
    if not isinstance(entry, dict) or not entry:
        raise Problem("bad-entry")
    if req.app.memory_reserve:
        req.app.release()  # memory is short while others are asked
    from ..upstream.response import quote

    form = []
    for name, value in entry.items():
        if " %s " % name not in _ENTRY or isinstance(value, (dict, list)):
            raise Problem("bad-entry")
        if value is not None:
            if value is True or value is False:
                value = int(value)
            form.append("%s=%s" % (name, quote(str(value), True)))
    entry = ["&".join(form), None, None]
    res = refused(req.app, *asks(entry)) and answer(req.app, entry, None)
    res = res or req.app.ask("thingspeak", "routes.thingspeak", entry)
    req.body = b""
    return res


def asks(entry):
    # whom a question is for (a key is for one channel, and for reading or writing), and the question
    return ("thingspeak write", entry[0]) if entry[0] is not None else ("thingspeak %d" % entry[2], entry[1])


def question(app, entry):
    """What to ask, see fetch()."""
    form = entry[0]
    if refused(app, *asks(entry)):
        return None  # somebody who asked before us was told
    if form is not None:
        return thingspeak.build_write(app, "/update.json", form)
    get = app.config.get
    # a key is for its own channel only
    key = get("thingspeak", "read_key") if entry[2] == get("thingspeak", "channel") else None
    return thingspeak.question(app, "GET", entry[1], key, None, size(app), b'"feeds":[')


def answer(app, entry, res):
    """The Response; None if somebody has to be asked after all."""
    form, path, channel = entry
    known = thingspeak.state(app)
    try:
        if not res:
            e = refused(app, *asks(entry))
            if not e:
                return None
            raise e
        try:
            if form is not None:
                return Reply('{"entry_id":%d}' % thingspeak.entry_id(app, res), 201)
            data = thingspeak.check_response(res).found
            if not data or data[-1][-1:] != b"}":
                raise thingspeak.garbage()
        except Problem as e:
            remember(app, *asks(entry), e)
            raise
    except Problem as e:
        if form is not None or e.status_code == 404 or known[_PATH] != path:
            raise
        return Reply(parts(channel, known[_DATA], clock.uptime() - known[_AT], str(e)))
    known[1:] = (path, data, clock.uptime()) if len(data) <= _SMALL else (None, None, None)
    return Reply(parts(channel, data, 0, None))


def size(app):
    """Most bytes of an answer."""
    return 2048 if app.board.chip == "esp8266" else 4096


def parts(channel, data, age, error):
    """The answer as JSON in pieces."""
    yield '{"channel":%d,' % channel
    n = len(data)
    for piece in data:
        n -= 1
        yield piece if n else piece[:-1]
    yield ',"age":%d' % age
    yield ',"stale":true,"error":%s}' % dumps(error) if error else "}"


def number(found, name, n):
    """A whole number of a query, 1 to n, or None."""
    text = found.pop(name, None)
    if text is None:
        return None
    if not text.isdigit() or len(text) > 10 or not 1 <= int(text) <= n:
        raise Problem("bad-number", parameter=name, allowed=n)
    return int(text)
