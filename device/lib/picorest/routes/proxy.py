"""GET /proxy, GET /proxy/NAME: other servers' answers, fetched for clients that may choose a name but never an address.

What may be given again is in app.upstreams["proxy"]. On an ESP8266 not without proxy."""

from json import dumps

from microdot import Microdot

from .. import clock
from ..http.response import Reply, reply
from ..problem import Problem
from ..upstream.negative_cache import refused, remember
from ..utf8 import text as decode_utf8

api = Microdot()

# what is remembered of an answer
_NAME = const(0)
_CONFIG = const(1)  # the configuration it was asked with
_STATUS = const(2)
_REASON = const(3)
_FORM = const(4)
_DATA = const(5)
_TYPE = const(6)  # its Content-Type, for bytes
_AT = const(7)  # uptime; None: nothing yet
_END = const(8)  # uptime until which it is given again

_JSON = const(0)
_TEXT = const(1)
_BYTES = const(2)
_FORMS = const("json text bytes")


@api.get("/proxy")
def index(req):
    """The names of the configured upstreams. Addresses may hold keys: only the server's name is shown."""
    all = req.app.config.get("proxy")
    return reply({"upstreams": [{"name": name, "server": all[name]["url"].split("/")[2]} for name in all]})


@api.get("/proxy/<name>")
def get(req, name):
    """What the upstream of this name answers: name, status, reason, json (or text) and age; bytes as they are.
    ?as=json, text or bytes: only that.

    Raises Problem 404 (no such name), 501 to 504; after a failure the last good answer comes with `stale`."""
    app = req.app
    form = wanted(req.args)
    config = app.config
    settings = config.get("proxy", name)
    if not settings or not isinstance(settings, dict):
        raise Problem("unknown-upstream", allowed=list(config.get("proxy")))
    config = config.data["proxy"]
    for kept in app.upstreams.setdefault("proxy", []):
        if kept[_NAME] == name and kept[_CONFIG] == config:
            break
    else:
        kept = [name, config, 0, None, _JSON, None, None, None, 0]
    entry = kept, form
    res = known(app, kept) and answer(app, entry, None)
    if res:
        return res
    req.lighten()
    return app.ask("proxy", "routes.proxy", entry)


def wanted(found):
    # the form that a query asks for, or None
    form = found.pop("as", None)
    for name in found:
        raise Problem("unknown-parameter", parameter=name, allowed=["as"])
    if form is None:
        return None
    forms = _FORMS.split(" ")
    if form not in forms:
        raise Problem("bad-as", allowed=forms)
    return forms.index(form)


def known(app, kept):
    """Whether nobody needs to be asked: the answer is fresh, or there was a refusal a moment ago."""
    return kept[_AT] is not None and clock.uptime() < kept[_END] or refused(app, "proxy " + kept[_NAME], None)


def question(app, entry):
    """What to ask, see fetch()."""
    kept = entry[0]
    if known(app, kept):
        return None  # somebody who asked before us was told
    name = kept[_NAME]
    get = app.config.get("proxy", name).get
    return name, 8000, get("url"), "", "GET", get("headers"), None, get("max_bytes", 2048), get("private"), None


def answer(app, entry, res):
    """The Response; None if somebody has to be asked after all."""
    kept, form = entry
    name = kept[_NAME]
    settings = app.config.get("proxy", name)
    if not res:
        if clock.uptime() < kept[_END]:
            return told(kept, form, None)
        e = refused(app, "proxy " + name, None)
        return failed(kept, form, e) if e else None
    try:
        found = taken(kept, settings, res)
    except Problem as e:
        remember(app, "proxy " + name, None, e)
        return failed(kept, form, e)
    keep = settings.get("cache", 60)
    if res.status >= 400:
        # whoever asks again at once may be banned, whatever `cache` says
        keep = max(keep, 15 if res.status >= 500 else 300)
        if res.status == 429:
            keep = res.retry_after or 60
    small = app.board.chip == "esp8266"
    most = 512 if small else 16384
    if res.status >= 400 and len(found[_DATA]) > most:
        data = found[_DATA]
        if found[_FORM] != _BYTES:
            found[_FORM] = _TEXT
            while data[most] & 0xC0 == 0x80:  # within a character
                most -= 1
        found[_DATA] = data[:most]
    if keep and (res.status < 300 or res.status >= 400) and len(found[_DATA]) <= most:
        found[_END] += keep
        kept[:] = found
        rows = app.upstreams["proxy"]
        if kept in rows:
            rows.remove(kept)
        rows.insert(0, kept)
        del rows[3 if small else 4 :]
    return told(found, form, None)


def taken(kept, settings, res):
    """What is remembered of a Response; Problem if it makes no sense."""
    name = kept[_NAME]
    if isinstance(res, Problem):
        raise res
    data = res.body
    type = res.type
    pick = settings.get("pick") if res.status < 300 else None
    kind = type.split(b";")[0].strip()
    form = _TEXT if not pick and kind.startswith(b"text/html") else _JSON
    why = "what is not JSON"
    try:
        try:
            if form == _JSON:
                from ..jsontext.validate import check

                plain = data[3:] if data[:3] == b"\xef\xbb\xbf" else data  # without a byte order mark
                check(plain)
                data = plain
                if pick:
                    why = "without %s: leave out `pick` to see its whole answer" % pick
                    from ..jsontext.scan import part

                    data = part(data, pick)
                    type = b"application/json"
        except ValueError:
            if pick or kind.endswith(b"json"):
                raise
            form = _TEXT
        try:
            for _ in pieces(data):
                pass  # is it UTF-8?
        except ValueError:
            if kind.endswith(b"json"):
                raise
            form = _BYTES
    except (ValueError, IndexError):
        raise Problem("upstream-garbage", sent=True, upstream=name, why=why) from None
    now = clock.uptime()
    return [name, kept[_CONFIG], res.status, res.reason, form, data, type, now, now]


def failed(kept, form, e):
    """The last good answer, with why there is no newer one; else the Problem."""
    if kept[_AT] is None or kept[_STATUS] >= 300:
        raise e
    return told(kept, form, str(e))


def told(kept, form, error):
    """The Response: in an object, or bytes as they are."""
    natural = kept[_FORM]
    if form is None:
        form = natural
    if form != _BYTES:
        if form < natural:
            why = "what is not JSON" if form == _JSON else "what is not text in UTF-8"
            raise Problem("upstream-garbage", sent=True, upstream=kept[_NAME], why=why)
        return Reply(parts(kept, form, error))
    if kept[_STATUS] >= 300:
        raise Problem("upstream-error", sent=True, upstream=kept[_NAME], reason="%d %s" % (kept[_STATUS], kept[_REASON]))
    # a page from elsewhere must not act as one of the board's own
    res = Reply(raw(kept[_DATA]), 200, {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"})
    res.kind = "application/octet-stream"
    if kept[_TYPE] and min(kept[_TYPE]) >= 32 and max(kept[_TYPE]) < 127:
        res.kind = kept[_TYPE].decode()
    res.headers["Age"] = clock.uptime() - kept[_AT]
    return res


def raw(data):
    """Bytes in pieces."""
    data = memoryview(data)
    for at in range(0, len(data), 256):
        yield data[at : at + 256]


def parts(kept, form, error):
    """The answer as JSON in pieces."""
    yield '{"name":"%s","status":%d,"reason":%s,' % (kept[_NAME], kept[_STATUS], dumps(kept[_REASON]))
    text = form == _TEXT
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
