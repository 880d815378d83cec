"""Endpoints of a module `user` in microdot's manner, on a chip that has no memory for microdot.

What microdot's manual says of `app.route()`, `get()`, `post()`, `put()`, `patch()` and `delete()`, of paths with `<name>`,
`<int:name>` and, at their end, `<path:name>`, and of what a handler may return holds here too. A request has `app`, `method`,
`path`, `args`, `json`, `body`, `headers` and `url_args`. There are no hooks, cookies, forms and templates.
"""

from ..utf8 import latin
from .dispatch import failure
from .response import Reply, body, reply
from .server import Server
from .urlencoded import query, urldecode


class Application(Server):
    """The server, with routes that setup() of a module `user` adds."""

    def __init__(self, max, reserve):
        super().__init__(max, reserve)
        self.url_map = []  # (methods, parts of the path, handler)

    def route(self, path, methods=("GET",)):
        """A decorator for the handler of a path."""

        def add(handler):
            self.url_map.append((methods, path.split("/"), handler))
            return handler

        return add

    def get(self, path):
        return self.route(path)

    def post(self, path):
        return self.route(path, ("POST",))

    def put(self, path):
        return self.route(path, ("PUT",))

    def patch(self, path):
        return self.route(path, ("PATCH",))

    def delete(self, path):
        return self.route(path, ("DELETE",))

    def classic(self, req, found):
        """What a handler of the user's answers, where picorest has none."""
        if found != 404 and req.path != "/":
            return None
        return self._own(req, [urldecode(part) if "%" in part else part for part in req.path.split("/")])

    def _own(self, req, parts):
        methods = []
        for entry in self.url_map:
            args = _match(entry[1], parts)
            if args is not None:
                if req.method in entry[0] or req.method == "HEAD" and "GET" in entry[0]:
                    return _respond(entry[2], Asked(req, args))
                methods += entry[0]
        if methods:
            req.methods = ", ".join(methods) + (", HEAD, OPTIONS" if "GET" in methods else ", OPTIONS")
            return Reply("", 204, {"Allow": req.methods}) if req.method == "OPTIONS" else failure(req, 405)
        if len(parts) > 2 and not parts[-1]:
            return self._own(req, parts[:-1])  # a slash at the end is ignored


class Asked:
    """What a handler of the user's gets."""

    def __init__(self, req, args):
        self.app = req.app
        self.method = req.method
        self.path = req.path
        self.body = bytes(req.body)
        self.url_args = args
        self.headers = Headers(req.head)
        self.req = req

    @property
    def args(self):
        """The parameters behind the question mark, a dict of text."""
        return query(self.req)

    @property
    def json(self):
        """The body, from JSON; None if there is none."""
        return body(self.req) if self.body else None


class Headers:
    """The headers of a request, by their names in any case."""

    def __init__(self, head):
        self.head = head[: head.find(b"\r\n\r\n")]  # what follows is not for this request, or its body

    def get(self, name, default=None):
        name = name.lower().encode()
        for line in self.head.split(b"\r\n")[1:]:
            at = line.find(b":")
            if line[:at].lower() == name:
                return latin(line[at + 1 :].strip())
        return default

    def __contains__(self, name):
        return self.get(name) is not None

    def __getitem__(self, name):
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value


def _match(pattern, parts):
    """The arguments in a path as a dict; None if it is another path."""
    args = {}
    for i, part in enumerate(pattern):
        if i >= len(parts):
            return None
        if part[:1] != "<":
            if part != parts[i]:
                return None
            continue
        at = part.find(":")
        kind, name = part[1 : max(at, 1)], part[max(at, 0) + 1 : -1]
        if kind == "path":
            args[name] = "/".join(parts[i:])
            return args
        if not parts[i]:
            return None
        args[name] = parts[i]
        if kind == "int":
            if not parts[i].lstrip("-").isdigit():
                return None
            args[name] = int(parts[i])
    return args if len(pattern) == len(parts) else None


async def _respond(handler, asked):
    res = handler(asked, **asked.url_args)  # name: the paths of the user's module hold them
    if hasattr(res, "send"):
        res = await res
    if hasattr(res, "status_code"):
        return res
    status, headers = 200, {}
    if isinstance(res, int):
        res, status = "", res
    elif isinstance(res, tuple):
        for more in res[1:]:
            if isinstance(more, int):
                status = more
            else:
                headers = more
        res = res[0]
    if isinstance(res, (dict, list)):
        return reply(res, status, headers)
    if res is None:
        res = ""
        status = 204 if status == 200 else status
    res = Reply(res, status, headers)
    res.kind = None  # plain text, if the headers do not say otherwise
    return res
