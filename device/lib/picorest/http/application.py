"""The server as a microdot application: routes, hooks and error handlers that were written for microdot. On an ESP8266
not without user."""

from microdot import Microdot, invoke_handler

from ..problem import Problem
from .dispatch import failure
from .response import problem_response
from .server import Server
from .urlencoded import urldecode


class Application(Server, Microdot):
    """microdot's application, with a server that has bounds. Its routes come after those of the index, its hooks around all."""

    def __init__(self, max, reserve):
        Microdot.__init__(self)
        Server.__init__(self, max, reserve)

    def fallback(self, req, found):
        """A coroutine that lets microdot answer, if the route is its own, or there are hooks or a handler for the error."""
        hooks = self.before_request_handlers or self.after_request_handlers or self.after_error_request_handlers
        if not hooks and not self.url_map and not self.error_handlers:
            return None

        class G:  # here, for it takes memory only while it is needed
            """What hooks and handlers tell each other."""

        # new at each try: there may be a second one, when memory was short
        req.g = G()
        req.after_request_handlers = []
        req.spec = None
        req.found = self._own_or_none(req) if found == 404 or req.path == "/" else None
        if not req.found:
            handled = isinstance(found, int) and found in self.error_handlers
            if not hooks and not handled:
                req.g = None
                return None
            if isinstance(found, dict):
                found = self.options_handler(req)
                found["Allow"] = req.methods
            elif callable(found):
                req.handler = found
                found = self._whole
            req.found = found, "", None
        req.body = bytes(req.body)
        return self.dispatch_request(req)

    def _own_or_none(self, req):
        try:
            return self._own(req)
        except RuntimeError:
            # the regular expression of a route takes some of the stack for each character of the path
            if len(req.path) > 40:
                return None
            raise

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

    async def _whole(self, req, **args):
        # a handler of the index; hooks may want to add to a body that comes in pieces
        res = req.handler(req, **args)  # name: the index has them
        return joined(await res if hasattr(res, "send") else res)

    def find_route(self, req):
        """For microdot: fallback() has looked already."""
        return req.found

    async def error_response(self, req, status_code, reason=None):
        """For microdot: every error as application/problem+json; handlers registered with errorhandler() come first."""
        if isinstance(reason, Problem):
            return joined(problem_response(reason))
        for app in (req.subapp, self):
            if app and status_code in app.error_handlers:
                return await invoke_handler(app.error_handlers[status_code], req)
        return joined(failure(req, status_code, str(reason)))


def joined(res):
    """The same Response, without pieces."""
    if isinstance(res.body, list):
        res.body = "".join(res.body).encode()
    return res
