"""One request: which handler it is for, whether it may be answered, and every failure in words."""

import gc
import sys

from . import access, routes
from .base import Microdot, whole
from .config import drop
from .web import Problem, Reply, problem

_COLD = None, None, None, None, None


class Dispatcher(Microdot):
    """microdot's application with our route table (routes/__init__.py) before its own.

    Services become attributes (`app.pins`, …), where handlers find them as `req.app.pins`. names: what the board is
    called, for the check of Host. token, closed (auth is "all"), origins: who may do what, see access.py.
    """

    names = ()
    wifi = None
    host = None  # what the last sound Host header said
    hot = _COLD  # path in bytes and as text, method, handler and its arguments, of the last request
    token = origins = None
    closed = False

    def release(self):
        """Drop the modules that are only needed now and then: they are imported again when asked for."""
        self.hot = _COLD
        self.tail = None
        name = "picorest"
        while name:
            # one at a time: a list of them would take memory, of which there is none
            for name in sys.modules:
                if name[:16] == "picorest.routes." and name[16:] != "gpio":
                    del sys.modules[name]
                    delattr(routes, name[16:])
                    break
                if name[:9] == "picorest." and routes.DROPPABLE.find(" %s " % name[9:]) >= 0:
                    drop(name[9:])
                    break
            else:
                name = None
        gc.collect()

    def answer(self, req):
        """The Response to a Request, or a coroutine that returns it where the handler takes its time."""
        applied = self.pins.applied
        again = True
        while again:
            again = False
            try:
                res = self._answer(req)
            except Problem as e:
                res = problem(e)
            except MemoryError:
                # nothing was done yet: once more, with all the memory there is
                again = self.pins.applied == applied
                applied = -1
                self.release()
                if not again:
                    res = problem(Problem(503, "out-of-memory", retry_after=1))
            except Exception as e:
                sys.print_exception(e)
                res = problem(Problem(500, "internal-error"))
        return res

    def _answer(self, req):
        if self.wifi and self.wifi.portal:
            res = self.wifi.portal.redirect(req)
            if res:
                return res
        access.admit(req)
        hot = self.hot
        if hot[1] == req.path and hot[2] == req.method:
            return hot[3](req, **hot[4]) if hot[4] else hot[3](req)
        found, _, _ = self.find_route(req)
        if whole and (
            callable(found)
            and not req.local
            or self.before_request_handlers
            or self.after_request_handlers
            or self.after_error_request_handlers
        ):
            from .classic import request

            return super().dispatch_request(request(req))
        if callable(found):
            res = found(req, **req.url_args)
            if hasattr(res, "status_code"):
                # text made at run time is searched for among all names that MicroPython knows: not twice for a path
                self.hot = req.path.encode(), req.path, req.method, found, req.url_args
            return res
        if isinstance(found, dict):
            return Reply("", 204, found)
        return self.error_response(req, found)

    async def finish(self, req, res):
        """The Response that a coroutine of answer() returns; every failure in words."""
        try:
            res = await res
        except Problem as e:
            res = problem(e)
        except MemoryError:
            self.release()
            res = problem(Problem(503, "out-of-memory", retry_after=1))
        except Exception as e:
            sys.print_exception(e)
            res = problem(Problem(500, "internal-error"))
        return res

    def find_route(self, req):
        """microdot's look-up, with our table before it."""
        method = req.method
        entry, req.url_args = routes.find(req.path)
        req.local = bool(entry)
        if not entry:
            if req.path == "*":
                return {"Allow": "GET, HEAD, PUT, POST, PATCH, OPTIONS"}, "", None
            req.methods = self.default_options_handler(req)["Allow"] if whole and self.url_map else "OPTIONS"
            return super().find_route(req) if req.methods != "OPTIONS" else (404, "", None)
        if method == "HEAD":
            method = "GET"
        for word in entry:
            if word == method:
                return routes.load(entry[entry.index(word) + 1]), "", None
        req.methods = ", ".join(entry[::2]) + (", HEAD, OPTIONS" if "GET" in entry else ", OPTIONS")
        return ({"Allow": req.methods} if method == "OPTIONS" else 405), "", None

    async def error_response(self, req, status_code, reason=None):
        """Every error as application/problem+json; handlers registered with microdot's errorhandler() come first."""
        if isinstance(reason, Problem):
            return problem(reason)
        if whole and status_code in self.error_handlers:
            return await super().error_response(req, status_code, reason)
        more = {}
        slug = "not-found" if status_code == 404 else "internal-error" if status_code == 500 else "error"
        if status_code == 405:
            slug = "method-not-allowed"
            more = {"method": req.method, "allowed": req.methods, "headers": {"Allow": req.methods}}
        return problem(Problem(status_code, slug, None if slug != "error" else str(reason), **more))
