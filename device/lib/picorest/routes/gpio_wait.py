"""Long polls: GET /gpio/P?wait=S&since=REV for one pin, GET /gpio?wait=S&since=REV for all pins in use."""

import asyncio

from .. import clock
from ..gpio.pins import list_pins, revision
from ..http.response import Reply
from ..problem import Problem


async def wait(req, name, spec):
    """Answers at once when the revision is not `since`, else when it changes; 304 after `wait` seconds. name: of the pin;
    empty for all pins in use. 503 where too many wait already, or their place is needed for a request that does something."""
    for key in spec:
        if key not in ("wait", "since"):
            raise Problem("unknown-parameter", parameter=key, allowed=["wait", "since"])
    app = req.app
    pins = app.pins
    line = pins.find(name) if name or b"pin=" in req.query else None
    try:
        ms = int(float(spec.get("wait", "0")) * 1000)
        since = _revision(spec.get("since", _now(pins, line) if ms else -1))
        if not 0 <= ms <= 30000:
            raise ValueError
    except (ValueError, OverflowError):  # not a number; infinity
        raise Problem("bad-wait") from None
    if ms and _now(pins, line) == since:
        await find_place(app)
        app.patient += 1
        if line:
            pins.lines[line.gpio] = line  # so that its revision lasts
        try:
            end = clock.ticks_add(clock.ticks_ms(), ms)
            while _now(pins, line) == since and clock.ticks_diff(end, clock.ticks_ms()) > 0:
                if app.crowded:
                    app.crowded = False
                    raise Problem("too-many-waiting", retry_after=2)
                await asyncio.sleep_ms(20)
        finally:
            app.patient -= 1
    if _now(pins, line) == since:
        return Reply("", 304)
    return Reply(line.text() if line else list_pins(app))


async def find_place(app):
    """Problem 503 where one more who only waits would take the last two connections, which are for others."""
    if app.patient >= app.max_connections - 2:
        app.watch()
        await asyncio.sleep_ms(0)  # those who have gone leave
    if app.patient >= app.max_connections - 2:
        raise Problem("too-many-waiting", retry_after=2)


def _now(pins, line):
    if not line:
        return revision(pins.lines)
    line.level()
    return line.rev


def _revision(text):
    try:
        return int(text)
    except ValueError:
        number = float(text)
        if number != int(number):
            raise
        return int(number)
