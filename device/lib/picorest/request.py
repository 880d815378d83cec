"""A request: its head, strictly parsed."""

from .web import Problem, urldecode

# the headers that the server and its guards look at; the others stay unparsed until a handler asks for them
_known = {}
for _name in (
    "host origin referer connection content-length content-type transfer-encoding expect authorization"
    " sec-fetch-site sec-purpose purpose"
).split():
    _known[_name.encode()] = _name
_LENGTHS = const(0x27CD0)  # a bit for each length of these names


class Request:
    """What our own handlers get. Those written for microdot get microdot's Request, made from it by classic.py."""

    length = 0  # of the body; -1: chunked
    body = b""
    origin = None  # of a page that may read the answer
    url_args = local = None
    methods = "OPTIONS"

    def __init__(self, app, conn, method, path, version, head, known):
        self.app = app
        self.conn = conn
        self.method = method
        at = path.find(b"?")
        self.query = path[at + 1 :] if at >= 0 else b""
        self.path = path = (path[:at] if at >= 0 else path).decode()
        self.version = version  # 0 or 1, of HTTP/1
        self.head = head  # request line and headers, in bytes
        self.known = known  # {name: value} of those that guards look at, names in lower case as text, values in bytes
        if "%" in path:
            self.path = urldecode(path)


def parse(app, conn, head, lines):
    """A Request from the bytes before the empty line, whole and cut at LF; Problem if they are not a sound HTTP request."""
    first = lines[0]
    version = first[-10:]
    if version == b" HTTP/1.1\r":
        version = 1
    elif version == b" HTTP/1.0\r":
        version = 0
    else:
        if version[:6] == b" HTTP/":
            raise Problem(505, "http-version")
        raise Problem(400, "bad-request")
    known = {}
    count = len(lines) - 1
    while count:
        line = lines[count]
        count -= 1
        at = line.find(b":")
        if at <= 0 or line[0] <= 32 or line[at - 1] <= 32 or line[-1] != 13:
            # no colon, no name, a folded line, a blank before the colon, a bare LF: all of them hide something
            raise Problem(400, "bad-header")
        if at < 18 and _LENGTHS >> at & 1:
            name = _known.get(line[:at].lower())
            if name:
                if name in known:
                    # two of them are a way to be understood differently by two readers
                    raise Problem(400, "bad-header")
                # strip() would take longer than all of the above
                plain = len(line) > at + 3 and line[at + 1] == 32 and line[at + 2] > 32 and line[-2] > 32
                known[name] = line[at + 2 : -1] if plain else line[at + 1 :].strip()
    if version and "host" not in known:
        raise Problem(400, "bad-header")
    try:
        method, path = first[:-10].split(b" ")
        lines = line = None
        if not method.isalpha() or len(method) > 16 or not path or b"\r" in path or b"\0" in path:
            raise ValueError
        if path[0] != 47:
            path = _origin_form(method, path)
        req = Request(app, conn, method.decode(), path, version, head, known)
    except ValueError:
        raise Problem(400, "bad-request") from None
    if len(known) > version:
        _framing(req, known)
    return req


def _origin_form(method, path):
    if path == b"*" and method == b"OPTIONS":
        return path
    at = path.find(b"/", 7)
    if path[:7].lower() != b"http://" or at < 0:
        raise ValueError
    return path[at:]


def _framing(req, known):
    length = known.get("content-length")
    chunked = known.get("transfer-encoding")
    if length is not None:
        if chunked is not None or not length.isdigit() or len(length) > 9:
            raise Problem(400, "bad-length")
        req.length = int(length)
    elif chunked is not None:
        if chunked.lower() != b"chunked":
            raise Problem(501, "transfer-encoding")
        req.length = -1
    if "expect" in known and known["expect"].lower() != b"100-continue":
        raise Problem(417, "expectation")
