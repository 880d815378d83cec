"""Pages that are made for the moment: what the user of a browser sees of a pin, of what an address did to it, and of a problem.

Programs, which do not ask for a page, get JSON. The pages need no script, and so run none: whatever a pin is called.
"""

import json

from ..http.headers import wants_page
from ..http.response import Reply
from ..problem import Problem

_HEAD = const(
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    '<link rel="icon" href="/favicon.svg"><title>%s</title>'
)
# in bytes: it leaves from the flash, without a copy on the heap
_STYLE = const(
    b"<style>"
    b":root{color-scheme:light dark;--bg:#f4f4f0;--card:#fff;--ink:#1a1e22;--soft:#5a626c;--line:#e2e2dc;--on:#0b7a6b;--onink:#fff}"
    b"@media(prefers-color-scheme:dark){:root{--bg:#111315;--card:#191c1f;--ink:#e8eaec;--soft:#9ba4ae;--line:#2a2e33;"
    b"--on:#4cc9b3;--onink:#05211c}}"
    b"body{margin:0;background:var(--bg);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
    b"main{max-width:32rem;margin:auto;padding:1rem}a{color:var(--on)}h1{font-size:1.35rem;line-height:1.3;margin:0}"
    b"section{background:var(--card);border:1px solid var(--line);border-radius:.8rem;padding:1rem;margin:.7rem 0}"
    b"p{margin:.35rem 0}"
    b"h2,small{font-size:.85rem;font-weight:400;color:var(--soft);margin:0}b{font-size:1.9rem;font-variant-numeric:tabular-nums}"
    b".on{color:var(--on)}"
    b"button{font:inherit;font-weight:600;width:100%;padding:.7rem;margin-top:.7rem;border:0;border-radius:.55rem;"
    b"background:var(--on);color:var(--onink)}pre{white-space:pre-wrap;font-size:.85rem;margin:.35rem 0 0}</style>"
)
_BUTTON = const('<form method="post" action="/gpio/%d"><button name="%s" value="%d">Switch %s</button></form>')
_POLICY = const(
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def pin(req, name, spec, answer):
    """A pin for a browser; answer(): what others get. A change is answered with the address of a page that only shows it: reloading
    that changes nothing."""
    if not wants_page(req) or "wait" in spec or "since" in spec:
        return answer(req, name, spec)
    was = None
    if len(spec) == 1 and "was" in spec:
        was = _share(spec.pop("was"))
    if spec:
        res = answer(req, name, spec)
        return landing(req, req.app.pins.find(name), res)
    line = req.app.pins.find(name)
    line.level()
    return _page(_shown(req.app, line, was))


def landing(req, line, res):
    """What follows a change of a pin: for a browser the way to a page that shows it, else the Response that there is."""
    if not wants_page(req):
        return res
    was = res.body[res.body.rfind(b":") + 1 : -1].decode()
    return _page("Done.", 303, {"Location": "/gpio?pin=%d&was=%s" % (line.gpio, was)})


def readable(req, title, words, pieces):
    """JSON in pieces as a Response: for a browser a page with a title, some words and the JSON."""
    return _page(_json(req.app, title, words, pieces)) if wants_page(req) else Reply(pieces)


def problem(req, res):
    """The Response of a Problem for a browser, as a page; of all others as it is."""
    if not wants_page(req):
        return res
    res.headers.update(_headers())
    res.body = _problem(req.app, res.body)
    return res


def _page(pieces, status=200, headers=()):
    found = _headers()
    found.update(headers)
    return Reply(pieces, status, found)


def _headers():
    # within a page of another site, a click could be meant for something else; forms say where they stand, see http/csrf.py
    return {
        "Content-Type": "text/html; charset=UTF-8",
        "Content-Security-Policy": _POLICY,
        "Referrer-Policy": "same-origin",
        "Vary": "Accept",
    }


def _share(text):
    try:
        share = float(text)
        if 0 <= share <= 1:
            return share if 0 < share < 1 else int(share)
    except ValueError:
        pass
    raise Problem("unknown-parameter", parameter="was", allowed=["state", "mode", "pull", "pwm", "freq", "for"])


def _head(app, title):
    yield _HEAD % escape(title)
    yield _STYLE
    yield '<main><a href="/">%s</a><section>' % app.config.get("hostname")


def _json(app, title, words, pieces):
    yield from _head(app, title)
    yield "<h1>%s</h1><p><b>%s</b>" % (escape(title), escape(words))
    yield from _text(pieces)


def _text(pieces):
    yield "</section><section><h2>What programs get</h2><pre>"
    for piece in pieces:
        yield escape(piece.decode() if isinstance(piece, bytes) else piece)
    yield "</pre></section>"


def _shown(app, line, was):
    name = json.loads(line.start + b'"}')["name"]
    mode = line.mode
    yield from _head(app, name)
    board = app.board.row(str(line.gpio))[0][1]
    words = "PWM output" if line.pwm else "open-drain output" if mode == "open_drain" else "output" if mode == "out" else "input"
    yield "<h1>%s</h1><p><small>%s · GPIO%d · %s</small><p>%s" % (escape(name), board, line.gpio, words, _state(line))
    if was is not None:
        yield "<p>It was %s before." % _word(line, was)
    if line.expires is not None:
        yield "<p>Only for some seconds more: then it falls back."
    if mode in ("out", "open_drain", "pwm"):
        on = line.duty() > 0 if line.pwm else line.output()
        yield _BUTTON % (line.gpio, "pwm" if line.pwm else "state", not on, "off" if on else "on")
    else:
        yield '<p><a href="/gpio?pin=%d">Look again</a>' % line.gpio
    yield from _text((line.text(was),))


def _state(line):
    share = line.duty() if line.pwm else line.latest
    word = _word(line, share)
    return '<b%s>%s</b>' % (' class="on"' if share and word[:4] != "high" else "", word[:1].upper() + word[1:])


def _word(line, share):
    if 0 < share < 1:
        return "%.4g %%" % (share * 100)
    if line.mode in (None, "in"):
        return "high (1)" if share else "low (0)"
    return "on (1)" if share else "off (0)"


def _problem(app, parts):
    said = json.loads("".join(parts))
    yield from _head(app, said["title"])
    yield "<h2>%d</h2><h1>%s</h1><p>%s" % (said["status"], escape(said["title"]), escape(said["detail"]))
    for key, words in (("try", "Free instead: %s."), ("allowed", "What there is: %s."), ("retry_after", "Ask again in %s s.")):
        found = said.get(key)
        if found:
            yield "<p>" + words % escape(", ".join([str(one) for one in found]) if isinstance(found, list) else str(found))
    said = None
    yield '<p><a href="/">All of this board</a>'
    yield from _text(parts)


def escape(text):
    """Text as HTML, within quotes too."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").replace("'", "&#x27;")
