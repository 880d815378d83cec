"""Responses, and how they go onto the wire; problems are responses too."""

import json

from microdot import Response

# what nearly every answer begins with; putting bytes together takes half as long as filling them in
_OK = const(
    b"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: "
)
_KEPT = const(
    b"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: application/json\r\nConnection: keep-alive\r\n"
    b"Keep-Alive: timeout=5\r\nContent-Length: "
)


class Reply(Response):
    """A microdot Response of our own handlers: a body that is JSON text, or a list or generator of its pieces."""

    kind = "application/json"
    is_head = False
    reason = None
    status_code = 200

    def __init__(self, text, status=200, headers=None):
        if status != 200:
            self.status_code = status
        self.headers = headers or {}
        self.body = text.encode() if isinstance(text, str) else text


Response.kind = None  # microdot's have their type in the headers


def reply(obj, status=200, headers=None):
    """A Response with compact JSON: of an object, or text that is JSON already."""
    return Reply(obj if isinstance(obj, str) else json.dumps(obj, separators=(",", ":")), status, headers)


# in the order of their use: the search is from the front
_REASONS = const(
    "200 OK;304 Not Modified;404 Not Found;409 Conflict;400 Bad Request;503 Service Unavailable;401 Unauthorized;"
    "403 Forbidden;429 Too Many Requests;201 Created;202 Accepted;204 No Content;302 Found;303 See Other;"
    "405 Method Not Allowed;413 Content Too Large;414 URI Too Long;415 Unsupported Media Type;417 Expectation Failed;"
    "431 Request Header Fields Too Large;500 Internal Server Error;501 Not Implemented;502 Bad Gateway;"
    "504 Gateway Timeout;505 HTTP Version Not Supported;"
)


PROBLEM = "application/problem+json"


def problem_response(e):
    """The application/problem+json Response of a Problem."""
    slug = e.type
    res = Reply("", e.status_code)
    # in pieces: an error is told when memory is short, too
    parts = [
        '{"type":"%s","title":"%s%s","status":%d' % (slug, slug[:1].upper(), slug[1:].replace("-", " "), e.status_code),
        ',"detail":',
        json.dumps(str(e)),
    ]
    for key, value in e.members.items():
        if key == "headers":
            res.headers.update(value)
            continue
        if key == "retry_after":
            res.headers["Retry-After"] = int(value + 0.999)
        parts.append(',"%s":%s' % (key.rstrip("_"), json.dumps(value, separators=(",", ":"))))
    parts.append("}")
    res.body = parts
    res.kind = PROBLEM
    return res


def one_write(req, res, keepalive):
    """The bytes of an answer of the usual kind, a short one with status 200; else None."""
    body = res.body
    if res.status_code != 200 or not req or req.method == "HEAD" or req.origin or res.headers or not res.kind:
        return None
    if not isinstance(body, bytes) or len(body) > 512:
        return None
    return (_KEPT if keepalive else _OK) + b"%d\r\n\r\n" % len(body) + body


async def write_response(conn, req, res, keepalive):  # long: every way to write an answer, without a call per piece
    """Send a Response; a body that is not bytes is streamed, in chunks where the connection stays open."""
    status = res.status_code
    body = res.body
    headers = res.headers
    whole = isinstance(body, bytes)
    bare = req and req.method == "HEAD" or status == 304 or status == 204
    append = conn.append
    at = _REASONS.find("%d " % status)
    if isinstance(res.reason, str) or at < 0:
        append(b"HTTP/1.1 %d %s\r\nContent-Type: " % (status, res.reason or ""))
    else:
        append(b"HTTP/1.1 %s\r\nContent-Type: " % _REASONS[at : _REASONS.find(";", at)])
    kind = headers.get("Content-Type", res.kind)
    if not kind:
        kind = res.default_content_type
        kind += "" if "charset=" in kind else "; charset=UTF-8"
    append(kind.encode())
    append(b"\r\nConnection: %s\r\nCache-Control: " % ("keep-alive\r\nKeep-Alive: timeout=5" if keepalive else "close"))
    append(headers.get("Cache-Control", "no-store").encode())
    if req and req.origin:
        headers["Access-Control-Allow-Origin"] = req.origin
        headers["Vary"] = "Accept, Origin"
        if req.method == "OPTIONS" and "Allow" in headers:
            headers["Access-Control-Allow-Methods"] = headers["Allow"]
            headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    for name, value in headers.items():
        if name == "Content-Type" or name == "Cache-Control":
            continue
        for one in value if isinstance(value, list) else (value,):
            for part in (b"\r\n%s: " % name, one if isinstance(one, bytearray) else str(one).encode()):
                if not append(part):
                    await conn.flush(part)
    end = b"\r\n\r\n"
    if isinstance(body, list):
        end = b"\r\nContent-Length: %d\r\n\r\n" % sum(len(part.encode()) for part in body)
    elif whole and status not in (204, 304):
        end = b"\r\nContent-Length: %d\r\n\r\n" % len(body)
    elif not whole and keepalive:
        end = b"\r\nTransfer-Encoding: chunked\r\n\r\n"
    if not append(end):
        await conn.flush()
        append(end)
    if whole or bare:
        await conn.flush(b"" if bare else body)
    elif isinstance(body, list):
        for part in body:
            if not append(part.encode()):
                await conn.flush(part.encode())
        await conn.flush()
    elif hasattr(body, "__next__"):
        await conn.write_chunks(body, keepalive)
        res.body = None  # it holds all that it told of, and something may hold `res`
    else:
        # a file, or an asynchronous generator: what our own handlers do not send
        from .stream import stream

        await stream(conn, res, keepalive)
