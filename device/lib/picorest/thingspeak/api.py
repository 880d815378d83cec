"""ThingSpeak, in spite of its odd answers.

A refused write is the text `0`, often with status 200; a refused read is `-1` or `"-1"`; error objects carry their
status as a string, sometimes with status 200. Keys travel in a header, where no log keeps them.

This module holds no state, so that it can be dropped while nobody asks: that is in app.upstreams["thingspeak"].
On an ESP8266 not without thingspeak.
"""

from .. import clock
from ..problem import Problem

# of that
_TICKS = const(0)  # when the last write was made, while the window after it may be closed; else None


def state(app):
    """What is remembered: see above; and, of the last good small read, what was asked, the answer, and the uptime."""
    return app.upstreams.setdefault("thingspeak", [None, None, None, None])


def question(app, method, path, key, body, size, want):
    """What fetch() is to ask. body: a form, or a function that returns an iterator of the pieces of JSON text."""
    headers = {"THINGSPEAKAPIKEY": key, "X-THINGSPEAKAPIKEY": key} if key else {}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded" if isinstance(body, str) else "application/json"
    url = app.config.get("thingspeak", "url").rstrip("/")
    return "thingspeak", 6000, url, path, method, headers, body, size, False, want


def check_response(res):
    """A good Response, whose body is JSON at first sight; else its Problem, with `sent` True where ThingSpeak may have
    acted all the same, and `final` True where it would refuse the same again for ever."""
    if isinstance(res, Problem):
        raise res
    from ..upstream.response import find

    status = res.status
    reason = res.reason
    data = res.body
    flat = bytes(data[:8]).strip(b'" \r\n')
    if flat == b"-1" or flat == b"0" and status in (400, 401, 403):
        status = 401
        reason = "it answers " + flat.decode()
    elif data.find(b'"error":') >= 0 and find(data, b"error") != "null":
        said = (find(data, b"status") or "").strip('"')  # a text, in the answers of today
        if len(said) == 3 and said.isdigit() and said >= "400":
            status = int(said)
        said = find(data, b"message") or ""
        if said[:1] == '"':
            reason = said[1:-1]
        if status < 400:
            raise garbage()
    if status < 300:
        return res
    if status == 401 or status == 403:
        raise Problem("upstream-bad-key", sent=False, upstream="thingspeak", key="thingspeak", reason=reason)
    if status == 404:
        raise Problem("unknown-channel")
    if status == 429:
        raise Problem("upstream-rate-limited", sent=False, upstream="thingspeak", retry_after=res.retry_after or 15)
    problem = Problem("upstream-error", sent=status >= 500, upstream="thingspeak", reason="%d %s" % (status, reason))
    problem.final = 400 <= status < 500 and status != 408
    raise problem


def wait(app):
    """Milliseconds until ThingSpeak takes the next write."""
    known = state(app)
    if known[_TICKS] is None:
        return 0
    left = app.config.get("thingspeak", "window") * 1000 - clock.ticks_diff(clock.ticks_ms(), known[_TICKS])
    if left > 0:
        return left
    known[_TICKS] = None
    return 0


def build_write(app, path, body):
    """question() for what counts as a write. Raises Problem 429 within the window."""
    key = app.config.get("thingspeak", "write_key")
    if not key:
        raise Problem("upstream-bad-key", sent=False, upstream="thingspeak", key="thingspeak.write_key", reason="there is none")
    left = wait(app)
    if left:
        raise window_problem(app, (left + 999) // 1000)
    return question(app, "POST", path, key, body, 1024, b" entry_id")


def check_write(app, res):
    """check_response() for the answer to that: the window starts again, unless nothing was written."""
    known = state(app)
    try:
        known[_TICKS] = clock.ticks_ms()
        return check_response(res)
    except Problem as e:
        if not e.sent and e.type != "upstream-rate-limited":
            known[_TICKS] = None
        raise


def entry_id(app, res):
    """The number of the new entry, of the answer to /update.json."""
    res = check_write(app, res)
    try:
        n = int((res.found[0] or "").strip('"') or res.body)
    except ValueError:
        raise garbage() from None
    if not n:
        raise window_problem(app, app.config.get("thingspeak", "window"))
    return n


def window_problem(app, seconds):
    return Problem("too-early", seconds=app.config.get("thingspeak", "window"), retry_after=seconds)


def garbage():
    """The Problem for an answer that makes no sense."""
    return Problem("upstream-garbage", sent=True, upstream="thingspeak", why="what cannot be understood")
