"""Long poll of a pin: GET /gpio/P?wait=S&since=REV."""

import asyncio

from .. import clock
from ..web import Problem, Reply


async def wait(req, name, spec):
    """Answers at once when the pin's revision is not `since`, else when it changes; 304 after `wait` seconds."""
    for key in spec:
        if key not in ("wait", "since"):
            raise Problem(400, "unknown-parameter", parameter=key, allowed=["wait", "since"])
    pins = req.app.pins
    line = pins.find(name)
    line.level()
    try:
        ms = int(float(spec.get("wait", "0")) * 1000)
        since = _revision(spec.get("since", line.rev if ms else -1))
        if not 0 <= ms <= 30000:
            raise ValueError
    except (ValueError, OverflowError):  # not a number; infinity
        raise Problem(400, "bad-wait") from None
    if ms and line.rev == since:
        # the last two connections are for others
        most = pins.board.profile.CONNECTIONS - 2
        if pins.waiting >= most:
            req.app.watch()
            await asyncio.sleep_ms(0)  # those who have gone leave
        if pins.waiting >= most:
            raise Problem(503, "too-many-waiting", retry_after=2)
        pins.waiting += 1
        pins.lines[line.gpio] = line  # so that its revision lasts
        try:
            end = clock.ticks_add(clock.ticks_ms(), ms)
            while line.rev == since and clock.ticks_diff(end, clock.ticks_ms()) > 0:
                await asyncio.sleep_ms(20)
                line.level()
        finally:
            pins.waiting -= 1
    if line.rev == since:
        return Reply("", 304)
    return Reply(line.text())


def _revision(text):
    try:
        return int(text)
    except ValueError:
        number = float(text)
        if number != int(number):
            raise
        return int(number)
