"""/status, /health and /reset."""

import asyncio
import gc
import json
import os

from microdot import Microdot

from .. import clock, log
from ..http.response import Reply
from ..overlay import drop
from ..problem import Problem
from ..services import SAFE

_MODES = const("starting normal safe")
_FREE = const(3)  # column of os.statvfs()

api = Microdot()


@api.get("/status")
def get(req):
    """GET /status: how the board is doing; with ?all=1 what a page about it needs beside that, too."""
    app = req.app
    if req.args.get("all") == "1":
        from .status_all import pieces

        return Reply(pieces(app, summary))
    return Reply(status_parts(app))


def status_parts(app):
    """The JSON as a list of its parts."""
    parts = summary(app)
    parts.append(',"wifi":')
    # one after the other: together they need more memory than there may be
    from ..wifi.status import text

    _add(parts, text(app.wifi, False))
    text = app.memory_reserve and drop("wifi.status")
    from ..resolver import text

    parts.append(',"dns":%s,"services":' % text(app.board))
    text = app.memory_reserve and not app.outbound and drop("resolver")
    from ..service_status import text

    _add(parts, text(app))
    parts.append("}")
    return parts


def _add(parts, pieces):
    # joined: each piece by itself would take 16 bytes more; but not all of them: memory in one piece is rare
    out = bytearray()
    for piece in pieces:
        out.extend(piece)
        if len(out) > 100:
            parts.append(str(out, "utf-8"))
            out = bytearray()
    if out:
        parts.append(str(out, "utf-8"))


def summary(app):
    """The beginning of the JSON, up to Wi-Fi, as a list of its parts."""
    board = app.board
    gc.collect()
    free = gc.mem_free()
    flash = os.statvfs("/")
    parts = [
        '{"version":"%s","board":"%s","chip":"%s","uptime":%d,"reset_cause":"%s","mode":"%s","heap_free":%d,"heap_min":%d,"heap_total":%d'
        % (
            app.version,
            board.name,
            board.chip,
            clock.uptime(),
            app.reset_cause,
            _MODES.split()[app.mode],
            free,
            min(app.heap_min, free),
            free + gc.mem_alloc(),
        ),
        ',"flash_free":%d,"loop_lag_ms":%d,"connections":%d,"counters":{"requests":%d,"errors":%d,"refused":%d,"timeouts":%d}'
        % (
            flash[0] * flash[_FREE],
            app.lag,
            len(app.clients),
            app.requests,
            app.error,
            app.rejected,
            app.timeout,
        ),
    ]
    mark = ',"token":%s,"warnings":[' % ("true" if app.token else "false")
    for words in app.all_warnings():
        parts.append(mark + json.dumps(words))
        mark = ","
    parts.append('%s],"ip":%s' % (mark if mark != "," else "", json.dumps(app.wifi.address())))
    return parts


@api.get("/health")
def health(req):
    """GET /health: one short line for monitors; 503 when a part of the program does not run, "degraded" when one runs in vain."""
    from ..service_status import died, failing

    for name, why in req.app.failures.items():
        if isinstance(why, int):
            why = died(why)
        text = '{"status":"failing","detail":%s}' % json.dumps("%s: %s" % (name, why))
        return Reply(text, 503, {"Retry-After": "10"})
    found = failing(req.app)
    if req.app.mode == SAFE:
        found.append(("board", str(Problem("safe-mode"))))
    if not found:
        return Reply('{"status":"ok","uptime":%d}' % clock.uptime())
    why = json.dumps("%s: %s" % found[0])
    names = json.dumps([name for name, _ in found])
    return Reply('{"status":"degraded","uptime":%d,"failing":%s,"detail":%s}' % (clock.uptime(), names, why))


@api.post("/reset")
def reset(req):
    """POST /reset: answer, then restart the board."""
    log.add(req.app.board, log.RESTART)
    asyncio.create_task(_reset(req.app.board))
    return Reply('{"status":"restarting","uptime":%d}' % clock.uptime(), 202)


async def _reset(board):
    # long enough for the answer to leave
    await asyncio.sleep_ms(300)
    board.reset()
