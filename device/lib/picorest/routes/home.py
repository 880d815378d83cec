"""GET /: the board's page for people; and what a browser's user sees of an address that switches something."""

import json

from .. import routes
from ..http.headers import header
from ..http.response import Reply
from ..http.urlencoded import query
from ..problem import Problem

_HEAD = const(
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    "<title>%s</title><style>:root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;max-width:32rem;margin:auto;"
    "padding:1rem}a{margin-right:.8rem;white-space:nowrap}input,select,button{font:inherit;padding:.3rem}"
    "pre{white-space:pre-wrap}</style><h1>%s</h1>"
)
_FORM = const(
    '<form action="/gpio"><label>Pin <input name="pin" size="6" required></label> <select name="state">'
    "<option>toggle<option>1<option>0</select> <button>Switch</button></form><p>"
)


def index(req):
    """GET /: for browsers; programs, which do not ask for a page, are told where to look. ?pin=P: with that pin's state first."""
    if not wanted(req):
        raise Problem(404, "not-found")
    pin = query(req).get("pin")
    return _page(_home(req.app, req.app.pins.find(pin) if pin else None))


def wanted(req):
    """Whether the client wants a page."""
    return b"text/html" in (header(req.head, b"accept") or b"")


def landing(req, line, res):
    """What follows a change: for a browser a page whose reload changes nothing, else the Response that there is."""
    if not wanted(req):
        return res
    return _page(_said("Done."), 303, {"Location": "/?pin=%d" % line.gpio})


def readable(req, pieces):
    """JSON in pieces as a Response: for a browser a page with it."""
    return _page(_json(req.app, pieces)) if wanted(req) else Reply(pieces)


def _page(pieces, status=200, headers=None):
    # within a page of another site, a click could be meant for something else; links say where they stand, see http/csrf.py
    headers = headers or {}
    headers["Content-Type"] = "text/html; charset=UTF-8"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    return Reply(pieces, status, headers)


def _said(words):
    yield words


def _json(app, pieces):
    name = app.config.get("hostname")
    yield _HEAD % (name, name)
    yield "<pre>"
    for piece in pieces:
        yield _safe(piece.decode() if isinstance(piece, bytes) else piece)
    yield '</pre><p><a href="/">All of this board</a>'


def _home(app, first):
    name = app.config.get("hostname")
    yield _HEAD % (name, name)
    yield "<p>%s at http://%s/" % (app.board.name, app.wifi.address() or "?")
    if first:
        yield "<p>%s is %d." % (_safe(_name(first)), first.level())
    for gpio in sorted(app.pins.lines):
        line = app.pins.lines[gpio]
        if line.mode:
            yield "<p>%s (%s): %d " % (_safe(_name(line)), line.mode, line.level())
            if line.mode in ("out", "open_drain"):
                for state in ("1", "0", "toggle"):
                    yield '<a href="/gpio?pin=%d&amp;state=%s">%s</a>' % (gpio, state, state)
    yield _FORM
    at = routes.ROUTES.find("\n/", 2)
    while at >= 0:
        path, method = routes.ROUTES[at + 1 : routes.ROUTES.find("\n", at + 1)].split(" ", 2)[:2]
        if method == "GET" and "*" not in path:
            yield '<a href="%s">%s</a>' % (path, path)
        at = routes.ROUTES.find("\n/", at + 1)


def _name(line):
    return json.loads(line.start + b'"}')["name"]


def _safe(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")
