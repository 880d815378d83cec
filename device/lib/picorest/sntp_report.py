"""What the clock tells, and asking by hand. Imported for an answer; may be dropped again."""

import asyncio

from . import clock
from .web import Problem
from .zone import offset

_RETRY = const(15)
_BURST = const(105)  # rounds by hand may run ahead of one in 15 s by so many seconds: 8 at once, as many as iburst asks


def state(sntp):
    """GET /time."""
    unix, ms = clock.unix_ms()
    now = clock.uptime()
    if not clock.synced:
        why = sntp.error or "No server has answered yet."
        if not sntp.connected():
            why = "There is no network to ask in: see /wifi."
        wait = max(1, sntp.due - now)
        raise Problem(503, "clock-not-set", "The clock is not set yet. " + why, synced=False, retry_after=wait)
    timezone = sntp.config.get("timezone")
    age = now - sntp.set_at
    server, stratum, error = sntp.source
    said = {
        "unix": unix,
        "unix_ms": unix * 1000 + ms,
        "utc": clock.iso(unix),
        "local": None,
        "timezone": timezone,
        "synced": True,
        "age": age,
        "server": server,
        "stratum": stratum,
        "error_ms": error + age // 20,  # a crystal is good for 50 ppm
    }
    if sntp.error:
        said["stale"] = True
        said["error"] = sntp.error
    try:
        said["local"] = clock.iso(unix, offset(timezone, unix)[0])
    except Problem as problem:
        said["error"] = problem.detail
    return said


async def sync(sntp):
    """POST /time/sync."""
    while sntp.busy:
        await asyncio.sleep_ms(50)
    if not sntp.connected():
        raise Problem(503, "no-network", "There is no network to ask in: see /wifi.", retry_after=_RETRY)
    now = clock.uptime()
    wait = sntp.paid - now - _BURST
    if wait > 0:
        raise Problem(429, "too-often", "Time servers ban who asks too often: wait %d s." % wait, retry_after=wait)
    sntp.paid = max(sntp.paid, now) + _RETRY
    moved = await sntp.ask()
    said = state(sntp)
    said["offset_ms"] = moved
    said["was"] = None if moved is None else (said["unix_ms"] - moved) // 1000
    return said
