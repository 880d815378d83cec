"""microdot's names on an ESP8266, whose memory microdot's own module does not fit in: the same meanings, fewer of them.
On an ESP8266 not without user.

- `from microdot import Microdot, Request, Response, URLPattern, HTTPException, abort, redirect`
- an application: `route`, `get`, `post`, `put`, `patch`, `delete`, `query`, `mount`, `before_request`, `after_request`,
  `after_error_request`, `errorhandler`, `options_handler`
- paths: `<name>`, `<int:name>`, `<path:name>`, `<re:EXPRESSION:name>`, `URLPattern.register_type()`
- a request: `app`, `method`, `path`, `args`, `json`, `form`, `headers`, `cookies`, `body`, `g`, `url_args`, `url`, `url_prefix`,
  `query_string`, `content_length`, `content_type`, `http_version`, `client_addr`, `scheme`, `route`, `subapp`, `after_request`
- a response: what a handler may return (text, bytes, a dict or list, a generator, a status, tuples of them, None), `body`,
  `status_code`, `headers`, `reason`, `set_cookie`, `delete_cookie`, `redirect`, `default_content_type`, `already_handled`

Not there: microdot's server, its extensions, files (`send_file`, multipart forms, `stream`), websockets, templates, sessions.
"""

import re
import sys

from microdot_resident import HTTPException, Request, Response  # noqa: F401


def abort(status_code, reason=None):
    raise HTTPException(status_code, reason)


def redirect(location, status_code=302):
    if "\r" in location or "\n" in location:
        raise ValueError("invalid redirect URL")
    return Response(b"", status_code, {"Location": location})


Response.redirect = staticmethod(redirect)


class URLPattern:
    """The path of a route."""

    segment_patterns = {"string": "/([^/]+)", "int": "/(-?\\d+)", "path": "/(.+)"}
    segment_parsers = {"int": int}
    regex = segments = None

    @classmethod
    def register_type(cls, type_name, pattern="[^/]+", parser=None):
        cls.segment_patterns[type_name] = "/(%s)" % pattern
        cls.segment_parsers[type_name] = parser

    def __init__(self, url_pattern):
        self.url_pattern = url_pattern

    def compile(self):
        pattern = "^"
        self.segments = []  # (name, kind, parser); (None, text, None) for what stands there as it is
        for segment in self.url_pattern.lstrip("/").split("/"):
            if segment[:1] != "<":
                pattern += "/" + segment
                self.segments.append((None, segment, None))
                continue
            if segment[-1:] != ">":
                raise ValueError("invalid URL pattern")
            kind, name = ("string:" + segment[1:-1]).rsplit(":", 1)
            kind = kind[7:] or "string"
            known = "/(%s)" % kind[3:] if kind[:3] == "re:" else self.segment_patterns.get(kind)
            if not known:
                raise ValueError("invalid URL segment type")
            pattern += known
            self.segments.append((name, kind, self.segment_parsers.get(kind)))
        kinds = [segment[1] for segment in self.segments if segment[0]]
        if kinds.count("path") > 1 or [kind for kind in kinds if kind not in ("string", "int", "path")]:
            self.regex = re.compile(pattern + "$")
        return self.regex

    def match(self, path):
        """The arguments in a path as a dict; None if it is another path."""
        if "<" not in self.url_pattern:
            return {} if path == self.url_pattern else None
        if not self.segments:
            self.compile()
        values = self._search(path) if self.regex else self._walk(path)
        if not values:
            return None
        args = {}
        for name, _, parser in self.segments:
            if name:
                value = values.pop(0)
                args[name] = parser(value) if parser else value
                if args[name] is None:
                    return None
        return args

    def _search(self, path):
        found = self.regex.match(path)
        named = [segment for segment in self.segments if segment[0]]
        return found and [found.group(i + 1) for i in range(len(named))]

    def _walk(self, path):
        # re takes some of the stack for each character, and a path may have a thousand
        parts = path.split("/")
        more = len(parts) - 1 - len(self.segments)  # parts that a path takes beyond its first
        values = []
        at = 1
        for name, kind, _ in self.segments:
            end = at + 1 + (more if kind == "path" else 0)
            value = "/".join(parts[at:end])
            at = end
            if name is None and value != kind or name and not value:
                return None
            if name:
                if kind == "int" and not (value[1:] if value[:1] == "-" else value).isdigit():
                    return None
                values.append(value)
        return None if parts[0] or at != len(parts) else values


class Microdot:
    """Routes, hooks and error handlers. Has get, post, put, patch, delete, query and the hooks' decorators too."""

    abort = staticmethod(abort)
    before_request_handlers = after_request_handlers = after_error_request_handlers = ()

    def __init__(self):
        self.url_map = []  # (methods, URLPattern, handler, prefix, application)
        self.error_handlers = {}

    def route(self, url_pattern, methods=("GET",)):
        def decorated(handler):
            self.url_map.append(([method.upper() for method in methods], URLPattern(url_pattern), handler, "", None))
            return handler

        return decorated

    def errorhandler(self, status_code_or_exception_class):
        return lambda handler: self.error_handlers.update({status_code_or_exception_class: handler}) or handler

    def __getattr__(self, name):
        # each function would take memory, and these are called once
        if name in ("get", "post", "put", "patch", "delete", "query"):
            return lambda url_pattern: self.route(url_pattern, (name,))
        if name in ("before_request", "after_request", "after_error_request"):
            return lambda handler: self._add(name, (handler,)) or handler
        if name == "options_handler":
            return self.default_options_handler
        raise AttributeError(name)

    def _add(self, name, handlers):
        if name == "before_request":
            self.before_request_handlers += handlers
        elif name == "after_request":
            self.after_request_handlers += handlers
        else:
            self.after_error_request_handlers += handlers

    def mount(self, subapp, url_prefix="", local=False):
        for methods, pattern, handler, prefix, app in subapp.url_map:
            pattern = URLPattern(url_prefix + pattern.url_pattern)
            self.url_map.append((methods, pattern, handler, url_prefix + prefix, app or subapp))
        if not local:
            self._add("before_request", subapp.before_request_handlers)
            self._add("after_request", subapp.after_request_handlers)
            self._add("after_error_request", subapp.after_error_request_handlers)
            self.error_handlers.update(subapp.error_handlers)
            subapp.before_request_handlers = subapp.after_request_handlers = subapp.after_error_request_handlers = ()
            subapp.error_handlers = {}

    def default_options_handler(self, req):
        allow = []
        for entry in self.url_map:
            if entry[1].match(req.path) is not None:
                allow += entry[0]
        if "GET" in allow:
            allow.append("HEAD")
        allow.append("OPTIONS")
        return {"Allow": ", ".join(allow)}  # name: of methods that routes have

    def find_route(self, req):
        """Handler, headers that answer OPTIONS, or status; prefix; mounted application."""
        method = req.method
        if method == "OPTIONS":
            return self.options_handler(req), "", None
        if method == "HEAD":
            method = "GET"
        found = 404, "", None
        for methods, pattern, handler, prefix, app in self.url_map:
            req.url_args = pattern.match(req.path)
            if req.url_args is not None:
                if method in methods:
                    return handler, prefix, app
                found = 405, prefix, app
        return found

    async def dispatch_request(self, req):  # long: microdot's own order of hooks, handler and errors
        found, req.url_prefix, req.subapp = self.find_route(req)
        sub = req.subapp or self
        local = sub is not self
        failed = True
        try:
            if callable(found):
                req.route = found
                res = None
                for hook in self.before_request_handlers + (sub.before_request_handlers if local else ()):  # name: of functions
                    res = await invoke_handler(hook, req)
                    if res:
                        break
                res = _response(await invoke_handler(found, req, **req.url_args) if res is None else res)  # name: routes have them
                hooks = (sub.after_request_handlers if local else ()) + self.after_request_handlers
                for hook in hooks + tuple(req.after_request_handlers):  # name: of functions
                    res = await invoke_handler(hook, req, res) or res
                failed = False
            elif isinstance(found, dict):
                res = Response(headers=found)
            else:
                res = await self.error_response(req, found, "Not found")
        except HTTPException as e:
            res = await self.error_response(req, e.status_code, e.reason)
        except MemoryError:
            raise  # the server makes room
        except Exception as e:
            sys.print_exception(e)
            best = res = None
            for app in (self, sub):
                for kind, handler in app.error_handlers.items():
                    if isinstance(kind, type) and isinstance(e, kind) and (not best or issubclass(kind, best)):
                        best = kind
                        found = handler
            res = await invoke_handler(found, req, e) if best else None
            if res is None:
                res = await self.error_response(req, 500, "Internal server error")
        res = _response(res)
        if failed:
            hooks = (sub.after_error_request_handlers if local else ()) + self.after_error_request_handlers
            for hook in hooks:  # name: of functions
                res = await invoke_handler(hook, req, res) or res
        if hasattr(req.g, "_vary"):
            words = [word.strip() for word in res.headers.get("Vary", "").split(",") if word]
            res.headers["Vary"] = ", ".join(req.g._vary | set(words))
        return res


async def invoke_handler(handler, *args, **kwargs):
    res = handler(*args, **kwargs)  # name: as above
    return await res if hasattr(res, "send") else res


def _response(res):
    # what a handler returns may be several things
    if hasattr(res, "status_code"):
        return res
    if isinstance(res, int):
        return Response(b"", res)
    if not isinstance(res, tuple):
        return Response(res)
    if isinstance(res[0], int):
        return Response(b"", *res)
    return Response(*res) if isinstance(res[1], int) else Response(res[0], 200, res[1])
