"""One request: which handler it is for, whether it may be answered, and every failure in words."""

import sys
from asyncio import sleep_ms

from .. import routes
from ..overlay import act, forget_all
from ..problem import Problem
from . import csrf
from .response import Reply, problem

_TRIES = const(32)  # within 4 seconds
_COLD = None, None, None, None, None
# stay while somebody asks other servers
_ASKING = "upstream.fetch", "upstream.client", "upstream.response", "upstream.tls", "resolver"


class Dispatcher:
    """Handlers by our route table (routes/__init__.py); behind it, where microdot is loaded, microdot's own: see application.py.

    Services become attributes (`app.pins`, …), where handlers find them as `req.app.pins`. names: what the board is
    called, for the check of Host. token, closed (auth is "all"), origins: who may do what, see http/csrf.py.
    """

    names = ()
    wifi = None
    hot = _COLD  # path in bytes and as text, method, handler and its arguments, of the last request
    token = None
    origins = ()
    closed = False
    patient = 0  # requests that only wait for something to happen
    crowded = False  # whether one of those shall give its place to a newcomer
    asking = 0  # how many need the modules that ask other servers: services, and requests under way

    def release(self):
        """Drop the modules that are only needed now and then: they are imported again when asked for."""
        self.hot = _COLD
        self.unlearn()
        forget_all(_ASKING if self.asking else ())

    def unlearn(self):
        """Forget what was said and checked before."""
        self.last = None
        if self.seen:
            self.seen.clear()

    def answer(self, req):
        """The Response to a Request, or a coroutine that returns it where the handler takes its time."""
        applied = self.pins.applied
        try:
            return self._answer(req)
        except Problem as e:
            return problem(e)
        except MemoryError:
            self.release()
            return self.retry(req, applied)
        except Exception as e:
            sys.print_exception(e)
            return problem(Problem(500, "internal-error"))

    async def lull(self):
        """Wait until nobody asks other servers, which takes most of what is free."""
        for _ in range(400):
            if not self.asking:
                break
            await sleep_ms(20)
        self.release()

    async def retry(self, req, applied):
        """What a handler returns that found no memory, once others have given some back. MemoryError if they have not within
        some seconds, or if a part of its work is done: see Pins.applied."""
        safe = req.method in ("GET", "HEAD")
        for n in range(_TRIES):
            await sleep_ms(n << 3)
            if applied != self.pins.applied:
                break
            req.late = n == _TRIES - 1
            try:
                res = self._answer(req)
                if not hasattr(res, "send"):
                    return res
                if safe:
                    return await res
            except MemoryError:
                res = None  # else what it holds would be in the way
                self.release()
            if res:
                return await res
            if n == 1:
                await self.lull()
        raise MemoryError

    def _answer(self, req):
        if self.wifi and self.wifi.portal:
            res = self.wifi.portal.redirect(req)
            if res:
                return res
        csrf.admit(req)
        hot = self.hot
        if hot[1] == req.path and hot[2] == req.method:
            return hot[3](req, *hot[4].values()) if hot[4] else hot[3](req)
        found = self.find(req)
        res = self.fallback(req, found)
        if res:
            return res
        if callable(found):
            res = found(req, *req.url_args.values())
            if hasattr(res, "status_code"):
                # text made at run time is searched for among all names that MicroPython knows: not twice for a path
                self.hot = req.path.encode(), req.path, req.method, found, req.url_args
            return res
        if isinstance(found, dict):
            return Reply("", 204, found)
        return failure(req, found)

    async def finish(self, req, res):
        """The Response that a coroutine of answer() returns; every failure in words."""
        applied = self.pins.applied
        try:
            try:
                return await res
            except MemoryError:
                res = None
                self.release()
            if req.method not in ("GET", "HEAD"):
                raise MemoryError
            return await self.retry(req, applied)
        except Problem as e:
            res = problem(e)
        except MemoryError:
            self.release()
            res = problem(Problem(503, "out-of-memory", retry_after=1))
        except Exception as e:
            sys.print_exception(e)
            res = problem(Problem(500, "internal-error"))
        return res

    def shown(self, req, res):
        """A Response; that of a problem as a page if a browser has asked."""
        if req and b"text/html" in req.head and isinstance(res.reason, Problem):
            try:
                return act(self, "routes.html", "problem")(req, res)
            except MemoryError:
                self.release()
        return res

    def find(self, req):
        """The handler of a request by our table; or the headers that answer OPTIONS, or the status 404 or 405."""
        method = req.method
        entry, req.url_args = routes.find_route(req.path)
        if not entry:
            return {"Allow": "GET, HEAD, PUT, POST, PATCH, OPTIONS"} if req.path == "*" else 404
        if method == "HEAD":
            method = "GET"
        for word in entry:
            if word == method:
                return routes.load_handler(entry[entry.index(word) + 1])
        req.methods = ", ".join(entry[::2]) + (", HEAD, OPTIONS" if "GET" in entry else ", OPTIONS")
        return {"Allow": req.methods} if method == "OPTIONS" else 405

    def fallback(self, req, found):
        """What answers in place of what find() found, if anything does."""


def failure(req, status, why=None):
    """A Response in words for a bare status code."""
    if status == 405:
        return problem(
            Problem(405, "method-not-allowed", method=req.method, allowed=req.methods, headers={"Allow": req.methods})
        )
    slug = "not-found" if status == 404 else "internal-error" if status == 500 else "error"
    return problem(Problem(status, slug, why if slug == "error" else None))
