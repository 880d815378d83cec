"""What the clock tells, and asking by hand. Imported for an answer; may be dropped again."""

import json

from .. import clock
from ..problem import Problem
from .timezone import offset

_RETRY = const(15)
_BURST = const(105)  # rounds by hand may run ahead of one in 15 s by so many seconds: 8 at once, as many as iburst asks
def state(sntp, more=""):
    """GET /time: JSON in parts; `more` are further members."""
    unix, ms = clock.unix_ms()
    now = clock.uptime()
    if not clock.synced:
        why = sntp.error or "No server has answered yet."
        if not sntp.app.wifi.connected():
            why = "There is no network to ask in: see /wifi."
        wait = max(1, sntp.next_at - now)
        raise Problem("clock-not-set", "The clock is not set yet. " + why, synced=False, retry_after=wait)
    dumps = json.dumps
    zone = sntp.config.get("timezone")
    error = sntp.error
    if error:
        more += ',"stale":true'
    local = None
    try:
        local = clock.iso(unix, offset(zone, unix)[0])
    except Problem as problem:
        error = problem.detail
    if error:
        more += ',"error":%s' % dumps(error)
    age = now - sntp.set_at
    server, stratum, ms_wrong = sntp.source
    # in parts: there may be no room for it all in one piece
    return [
        '{"unix":%d,"unix_ms":%d%03d,"utc":"%s","local":%s' % (unix, unix, ms, clock.iso(unix), dumps(local)),
        ',"timezone":%s,"synced":true,"age":%d,"server":%s' % (dumps(zone), age, dumps(server)),
        # a crystal is good for 50 ppm
        ',"stratum":%d,"error_ms":%d%s}' % (stratum, ms_wrong + age // 20, more),
    ]


def pay(sntp):
    """Take a question by hand into account. Problem 429 or 503 if there may be none now."""
    if not sntp.app.wifi.connected():
        raise Problem("no-network", "There is no network to ask in: see /wifi.", retry_after=_RETRY)
    now = clock.uptime()
    wait = sntp.burst_used - now - _BURST
    if wait > 0:
        raise Problem("too-often", "Time servers ban who asks too often: wait %d s." % wait, retry_after=wait)
    sntp.burst_used = max(sntp.burst_used, now) + _RETRY


def moved(sntp, offset):
    """state() after a question by hand, which has moved the clock by `offset` ms; None: it was not set before."""
    was = offset
    if offset is not None:
        unix, ms = clock.unix_ms()
        was = unix + (ms - offset) // 1000
    return state(sntp, ',"offset_ms":%s,"was":%s' % (json.dumps(offset), json.dumps(was)))
