"""What a microdot request has that few handlers ask for; made when one does, see http/request.py."""

from ..loop import ip
from ..utf8 import latin
from .urlencoded import parse_urlencoded

_PLAIN = {"scheme": "http", "url_prefix": "", "subapp": None, "route": None, "body_used": False, "_form": None, "_files": None}


def make(req, name):  # long: one branch per attribute
    """The attribute of that name; AttributeError if a request has none."""
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "headers":
        return Headers(req.head)
    if name == "cookies":
        pairs = [pair.strip().split("=", 1) for pair in req.headers.get("Cookie", "").split(";")]
        return {pair[0]: pair[1] if len(pair) > 1 else "" for pair in pairs if pair[0]}
    if name == "content_type":
        return req.headers.get("Content-Type")
    if name == "form":
        return form(req)
    if name == "url":
        return latin(req.head.split(b" ", 2)[1])
    if name == "query_string":
        at = req.url.find("?")
        return req.url[at + 1 :] if at >= 0 else None
    if name == "http_version":
        return "1.%d" % req.version
    if name == "client_addr":
        return ip(req.conn.peer), 0
    if name == "_body":
        return req.body
    if name == "_stream":
        return req.conn if req.conn.remaining else None
    if name == "sock":
        # for protocols that take over: from now on, all that comes is theirs
        req.conn.remaining = 1 << 29
        return req.conn, req.conn
    if name == "after_request":
        return lambda handler: req.after_request_handlers.append(handler) or handler
    raise AttributeError(name)


class Headers:
    """The headers of a request, by their names in any case, looked up in the bytes that came."""

    def __init__(self, head):
        self.head = head[: head.find(b"\r\n\r\n")]  # what follows is not for this request, or its body

    def items(self):
        for line in self.head.split(b"\r\n")[1:]:
            at = line.find(b":")
            yield latin(line[:at]), latin(line[at + 1 :].strip())

    def get(self, name, default=None):
        name = name.lower().encode()
        for line in self.head.split(b"\r\n")[1:]:
            at = line.find(b":")
            if line[:at].lower() == name:
                return latin(line[at + 1 :].strip())
        return default

    def __iter__(self):
        return iter([name for name, _ in self.items()])

    def __contains__(self, name):
        return self.get(name) is not None

    def __getitem__(self, name):
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value


class MultiDict(dict):
    """{name: text}; of a name that came more than once the first, and all by getlist(). more: (name, text) of the others."""

    def __init__(self, found, more=()):
        super().__init__()
        self.more = more
        self.update(found)

    def get(self, key, default=None, type=None):
        if key not in self:
            return default
        return type(self[key]) if type else self[key]

    def getlist(self, key, type=None):
        found = [self[key]] + [value for name, value in self.more if name == key] if key in self else []
        return [type(value) for value in found] if type else found


def form(req):
    """The body as a form; None if it is none."""
    if (req.content_type or "").split(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return None
    more = []
    return MultiDict(parse_urlencoded(bytes(req.body), more), more)
