"""Heads of more than 1.5 KB: what nobody looks at is left out, as it arrives. Cookies are shared by all servers of a host."""

from .headers import LOOKED_AT
from .web import Problem

_MOST = const(16384)  # bytes left out of one head
_LONG = const(100)
_CUT = const(450)  # bytes of a value of which the beginning is enough


def shorten(conn, limit, known):
    """Shorten the head in conn.buffer to fewer than `limit` bytes; Problem 431 if that cannot be. known: names of headers that stay
    as they are."""
    if conn.left_since != conn.used:  # there was an answer, so this is another head
        conn.left_since = conn.used
        conn.left_out = 0
    before = len(conn.buffer)
    for longest in (_LONG, 0):
        _leave_out(conn, longest, known)
        at = conn.buffer.find(b"\r\n\r\n")
        if (at if at >= 0 else len(conn.buffer) + 1) <= limit - 200:
            break
    conn.left_out += before - len(conn.buffer)
    if before == len(conn.buffer) or conn.left_out > _MOST or at > limit:
        raise Problem(431, "headers-too-large")


def _leave_out(conn, longest, known):
    rest = conn.buffer
    end = rest.find(b"\r\n\r\n")
    start = rest.find(b"\n") + 1  # behind the request line
    out = bytearray(rest[:start])
    while start < (end + 2 if end >= 0 else len(rest)):
        stop = rest.find(b"\n", start) + 1
        line = rest[start : stop or len(rest)]
        start += len(line)
        at = line.find(b":")
        name = line[:at].lower()
        # what is not sound stays, to be refused
        if len(line) <= longest or at <= 0 or line[0] <= 32 or line[at - 1] <= 32 or name in known and name != b"referer":
            out.extend(line)
        elif stop and line[-2] != 13 or b"\0" in line:
            raise Problem(400, "bad-header")
        elif name in LOOKED_AT or name == b"referer":
            out.extend(line[:_CUT] + (b"\r\n" if stop else b"") if len(line) > _CUT + 2 else line)
        else:
            ours = name == b"cookie"
            if ours and b"picorest=1" in line:
                out.extend(b"cookie: picorest=1\r\n")
            if not stop:
                out.extend((b"cookie:" if ours else b"-:") + line[-10:])  # its rest is still to come
    conn.buffer = bytes(out) + rest[start:]
