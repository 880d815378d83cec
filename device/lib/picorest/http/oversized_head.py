"""Heads of over 1.5 KB, or of many lines: what nobody looks at is left out, as it arrives. Cookies are shared by all servers of a
host."""

from ..problem import Problem
from .headers import LOOKED_AT

_BLANK = const(32)  # below it, control characters
_MOST = const(16384)  # bytes left out of one head
_LONG = const(100)
_CUT = const(450)  # bytes of a value of which the beginning is enough


def shorten(conn, limit, lines, known):
    """Shorten the head in conn.buffer to fewer than `limit` bytes and at most so many lines; Problem 431 if that cannot be. known:
    names of headers that stay as they are."""
    if conn.left_since != conn.used:  # there was an answer, so this is another head
        conn.left_since = conn.used
        conn.left_out = 0
    before = len(conn.buffer)
    for longest in (_LONG, 0):
        _leave_out(conn, longest, known)
        at = conn.buffer.find(b"\r\n\r\n")
        many = conn.buffer.count(b"\n", 0, max(at, 0)) > lines
        if not many and (at if at >= 0 else len(conn.buffer) + 1) <= limit - 200:
            break
    conn.left_out += before - len(conn.buffer)
    if before == len(conn.buffer) or conn.left_out > _MOST or at > limit or many:
        raise Problem("headers-too-large")


def _leave_out(conn, longest, known):
    rest = conn.buffer
    end = rest.find(b"\r\n\r\n")
    start = rest.find(b"\n") + 1  # behind the request line
    out = bytearray(rest[:start])
    view = memoryview(rest)  # no copy of what is left out: there may be no room for it
    while start < (end + 2 if end >= 0 else len(rest)):
        stop = rest.find(b"\n", start) + 1
        whole = stop > 0
        stop = stop or len(rest)
        at = rest.find(b":", start, stop)
        name = rest[start : min(at, start + 40)].lower() if at > start else b""
        # what is not sound stays, to be refused
        stays = known.find(b" %s " % name) >= 0 and name != b"referer"
        odd = not name or rest[start] <= _BLANK or rest[at - 1] <= _BLANK or stays
        if stop - start <= longest or odd:
            out.extend(view[start:stop])
        elif whole and rest[stop - 2] != 13 or rest.find(b"\0", start, stop) >= 0:
            raise Problem("bad-header")
        elif name in LOOKED_AT or name == b"referer":
            out.extend(view[start : min(stop, start + _CUT)])
            if whole and stop - start > _CUT:
                out.extend(b"\r\n")
        else:
            ours = name == b"cookie"
            if ours and rest.find(b"picorest=1", start, stop) >= 0:
                out.extend(b"cookie: picorest=1\r\n")
            if not whole:
                out.extend(b"cookie:" if ours else b"-:")
                out.extend(view[max(at + 1, stop - 10) : stop])  # its rest is still to come
        start = stop
    out.extend(view[start:])
    rest = view = conn.buffer = None
    conn.buffer = bytes(out)
