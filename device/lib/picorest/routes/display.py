"""/display: what is on the glass, and something else for a time. On an ESP8266 only with display."""

import json

from microdot import Microdot

from .. import clock
from ..http.response import Reply
from ..problem import Problem

api = Microdot()


@api.get("/display")
def get(req):
    """GET /display: the lines on the display, and whether it is there."""
    return Reply(state(req.app.display, len(req.app.config.get("display", "screens")) or 1))


@api.put("/display")
def put(req):
    """PUT /display {"lines":["Hello"],"for":10}: show other lines, for so many seconds."""
    display = req.app.display
    if not display:
        raise Problem("no-display")
    spec = req.json
    if spec is None:
        raise Problem("bad-json")
    lines = seconds = None
    if isinstance(spec, dict):
        lines, seconds = spec.get("lines"), spec.get("for", 10)
    sound = isinstance(lines, list) and 0 < len(lines) <= 8 and isinstance(seconds, (int, float)) and 0 < seconds <= 86400
    for line in lines if sound else ():
        sound = sound and isinstance(line, str) and len(line.encode()) <= 64
    if not sound:
        raise Problem("bad-lines")
    was = shown(display)
    display.show(lines, seconds)
    return Reply('{"lines":%s,"for":%s,"was":%s}' % (_json(lines), _json(seconds), _json(was)))


def state(display, screens):
    """The JSON in pieces."""
    if not display:
        yield '{"there":false,"lines":[],"screen":null,"screens":0}'
        return
    left = clock.ticks_diff(display.message[1], clock.ticks_ms()) if display.message else 0
    yield '{"there":%s,"lines":%s' % (_json(bool(display.rows)), _json(shown(display)))
    yield ',"screen":%d,"screens":%d,"for":%s' % (display.screen, screens, _json(left / 1000 if left > 0 else None))
    yield ',"error":%s}' % _json(display.error)


def shown(display):
    """The lines on the glass, large ones without their #."""
    lines = []
    for row in display.rows or ():
        if row is None:
            row = b""
        if row[:1] >= b" " or not row:
            lines.append(row.decode())
        elif not row[1]:
            lines.append(row[2:].decode())
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _json(value):
    return json.dumps(value, separators=(",", ":"))
