"""microdot's own Request, for handlers and hooks that were written for microdot. Imported when there are any."""

from microdot import NoCaseDict, Request

from .web import Problem


def request(req):
    """The microdot Request of one of ours; it also has what our own handlers look at."""
    headers = NoCaseDict()
    for line in req.head.split(b"\r\n")[1:]:
        at = line.find(b":")
        headers[line[:at].decode()] = line[at + 1 :].strip().decode()
    headers.pop("Content-Length", None)
    conn = req.conn
    try:
        made = Request(
            req.app,
            (conn.peer, 0),
            req.method,
            req.head.split(b" ", 2)[1].decode(),
            "1.%d" % req.version,
            headers,
            body=req.body,
            stream=conn if conn.remaining else None,
            sock=(conn, conn),
        )
    except ValueError:
        raise Problem(400, "bad-query") from None
    made.content_length = req.length
    made.path = req.path
    for name in ("conn", "query", "version", "known", "length", "origin", "methods"):
        setattr(made, name, getattr(req, name))
    return made


async def stream(conn, res, keepalive):
    """Send the body of a microdot Response that is a file or an asynchronous generator."""
    parts = res.body_iter()
    try:
        async for part in parts:
            if part:
                part = part.encode() if isinstance(part, str) else part
                await conn.push(b"%x\r\n%s\r\n" % (len(part), part) if keepalive else part)
        if keepalive:
            await conn.push(b"0\r\n\r\n")
    finally:
        if hasattr(parts, "aclose"):
            await parts.aclose()
