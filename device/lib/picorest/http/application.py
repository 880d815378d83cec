"""microdot's application around picorest's, for handlers and hooks that were written for microdot."""

from microdot import Microdot, NoCaseDict, Request

from ..loop import ip
from ..problem import Problem
from ..utf8 import latin
from .dispatch import failure
from .response import problem
from .server import Server
from .urlencoded import urldecode


class Application(Server, Microdot):
    """The server as a microdot application. Routes of microdot come after picorest's own, its hooks around all of them."""

    def __init__(self, max, reserve):
        Microdot.__init__(self)
        Server.__init__(self, max, reserve)

    def classic(self, req, found):
        """A coroutine that lets microdot answer, if the route is its own, or there are hooks or a handler for the error."""
        own = self._own(req) if found == 404 or req.path == "/" else None
        hooks = self.before_request_handlers or self.after_request_handlers or self.after_error_request_handlers
        if own or hooks or found in self.error_handlers:
            made = _request(req)
            made.found = own or (found, "", None)
            return self.dispatch_request(made)

    def _own(self, req):
        """What microdot has for a request: handler or status, prefix and application that it was mounted as; None for nothing."""
        path = req.path
        methods = self.default_options_handler(req)["Allow"]
        if methods == "OPTIONS" and path[-1:] == "/" != path:
            req.path = path[:-1]  # a slash at the end is ignored
            methods = self.default_options_handler(req)["Allow"]
        if methods == "OPTIONS":
            req.path = path
            return None
        req.methods = methods
        found = Microdot.find_route(self, req)
        for name, value in (req.url_args or {}).items():
            if isinstance(value, str) and "%" in value:
                req.url_args[name] = urldecode(value)
        return found

    def find_route(self, req):
        """For microdot: classic() has looked already."""
        return req.found

    async def error_response(self, req, status_code, reason=None):
        """For microdot: every error as application/problem+json; handlers registered with errorhandler() come first."""
        if isinstance(reason, Problem):
            return problem(reason)
        if status_code in self.error_handlers or req.subapp and status_code in req.subapp.error_handlers:
            return await Microdot.error_response(self, req, status_code, reason)
        return failure(req, status_code, str(reason))


def _request(req):
    """The microdot Request of one of ours; it also has what our own handlers look at."""
    headers = NoCaseDict()
    head = req.head[: req.head.find(b"\r\n\r\n")]  # what follows is not for this request, or its body
    for line in head.split(b"\r\n")[1:]:
        at = line.find(b":")
        headers[latin(line[:at])] = latin(line[at + 1 :].strip())
    headers.pop("Content-Length", None)
    conn = req.conn
    try:
        made = Request(
            req.app,
            (ip(conn.peer), 0),
            req.method,
            head.split(b" ", 2)[1].decode(),
            "1.%d" % req.version,
            headers,
            body=bytes(req.body),
            stream=conn if conn.remaining else None,
            sock=(conn, conn),
        )
    except ValueError:
        raise Problem(400, "bad-query") from None
    made.content_length = req.length
    made.path = req.path
    made.conn = conn
    made.head = req.head
    made.query = req.query
    made.spec = None
    made.version = req.version
    made.known = req.known
    made.length = req.length
    made.origin = req.origin
    made.methods = req.methods
    made.url_args = req.url_args
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
