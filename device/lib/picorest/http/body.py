"""Receiving a request's body: by Content-Length, or chunked."""

from asyncio import sleep_ms

from ..loop import readable
from ..problem import Problem
from .headers import header

_READ = const(1)
_WORK_MS = const(8000)
_WHOLE = const(4096)
_SOON = const(1024)
_TRIES = const(100)


async def receive(conn, req, limit):
    """Fill req.body; one of more than 4 KB, which only some paths take and not chunked, stays on the connection: `await
    conn.read()`."""
    if req.content_length > limit:
        raise Problem("too-large", allowed=limit)
    coding = header(req.head, b"content-encoding")
    if coding and coding.lower() != b"identity":
        raise Problem("content-encoding")
    if "expect" in req.known and not conn.buffer:
        await conn.awrite(b"HTTP/1.1 100 Continue\r\n\r\n")
        conn.set_phase(_READ, _WORK_MS)
    if req.content_length < 0:
        req.body = await _chunked(conn)
        req.content_length = len(req.body)
    elif req.content_length > _WHOLE:
        return
    else:
        req.body = await _sized(conn, req)
    conn.remaining = 0


async def _sized(conn, req):
    # In one piece from the start, and nothing else of the request beside it: a heap that is short has no room to put together.
    # But for much there is room only once much has come.
    size = req.content_length
    for left in range(_TRIES, -1, -1):
        try:
            req.head = req.head[: req.head.find(b"\r\n\r\n") + 4]
            n = min(size, len(conn.buffer))
            out = bytearray(min(size, max(n, _SOON)))
            out[:n] = conn.take_bytes(n)
            break
        except MemoryError:  # others may give some back
            req.app.release()
            if not left:
                raise
        await sleep_ms(50)
    while n < size:
        if n == len(out):
            start = out
            out = bytearray(size)
            out[:n] = start
            start = None
        got = conn.sock.readinto(memoryview(out)[n:])
        if got == 0:
            raise EOFError
        if got:
            n += got
        else:
            await readable(conn.sock)
    return out


async def _chunked(conn):
    out = b""
    while True:
        line = (await _line(conn)).split(b";")[0].strip()
        if not line or len(line) > 7 or line.strip(b"0123456789abcdefABCDEF"):
            raise Problem("bad-chunk")
        size = int(line, 16)
        if not size:
            while await _line(conn):
                pass
            return out
        if len(out) + size > _WHOLE:
            raise Problem("too-large", allowed=_WHOLE)
        out += await conn.readexactly(size)
        if await conn.readexactly(2) != b"\r\n":
            raise Problem("bad-chunk")


async def _line(conn):
    while True:
        at = conn.buffer.find(b"\n")
        if at >= 0:
            line = conn.take_bytes(at + 1)
            if line[-2:] != b"\r\n":
                raise Problem("bad-chunk")
            return line[:-2]
        if len(conn.buffer) > 256:
            raise Problem("bad-chunk")
        if not await conn.fill():
            raise EOFError
