"""A request: its head, taken from what a connection received and strictly parsed."""

import microdot

from ..problem import Problem
from ..utf8 import text
from .urlencoded import learn, parse_urlencoded, urldecode

_IDLE = const(0)  # phases of loop.py
_READ = const(1)
_HEAD = const(1536)  # two readings of the socket
_LINES = const(40)  # of one head: a list of three hundred would take all the memory there is
_LINE = const(1024)
_BLANK = const(32)  # below it, control characters
_LETTER = const(65)  # the first one
_REQUEST_MS = const(8000)  # for line, headers and body together
# the headers that the server and its guards look at; the others stay unparsed until a handler asks for them
_KNOWN = const(
    b" host origin referer connection content-length content-type transfer-encoding expect authorization"
    b" sec-fetch-site sec-purpose purpose "
)
_APART = ("2F", "2f", "25")  # a slash within a part of the path; it stays escaped until the path is cut, and so does %
_LENGTHS = const(0x27CD0)  # a bit for each length of these names


class Request(microdot.Request):
    """What handlers get. What few of them ask for is made when they do: see request_attributes.py."""

    # what most requests have is not written into each
    app = None
    method = "GET"
    version = 1  # 0 or 1, of HTTP/1
    query = b""
    content_length = 0  # -1: the body comes in chunks
    max_content_length = 1 << 29  # for microdot: the server has looked at the length already
    body = b""
    origin = None  # of a page that may read the answer
    methods = "OPTIONS"  # of its path
    url_args = {}
    spec = None  # the query as a dict, once it was asked for
    light = False  # whether it was let in, and then freed of its headers
    g = None  # what hooks and handlers tell each other, while microdot dispatches it

    def __init__(self, conn, head, known):
        self.conn = conn
        self.head = head  # request line and headers, in bytes
        self.known = known  # {name: value} of those in _KNOWN, names in lower case as text, values in bytes

    def __getattr__(self, name):
        from .request_attributes import make

        value = make(self, name)
        setattr(self, name, value)  # name: one of those that make() knows
        return value

    @property
    def args(self):
        """The query as a dict of text, which may be changed. 400 for a parameter given twice, or a bad escape."""
        found = self.spec
        if found is None:
            seen = self.app.seen
            found = seen.get(self.query) if seen else None
            if found is None:
                found = parse_urlencoded(self.query) if self.query else {}
                if len(self.query) < 64:  # long ones seldom come again, and leave holes in the heap
                    learn(seen, self.query, found)
            self.spec = found
        if self.g is None:
            return found.copy()
        from .request_attributes import MultiDict

        self.spec = found = found if isinstance(found, MultiDict) else MultiDict(found)
        return found

    @property
    def json(self):
        """The body from JSON, whatever it is declared to be; None if it is none. 400 if it is none and declared as JSON, or has a
        member twice."""
        try:
            from ..jsontext.validate import loads

            return loads(self.body)
        except ValueError:
            if b"json" in (self.known.get("content-type") or b""):
                raise Problem("bad-json") from None

    def lighten(self):
        """Let go of the headers, which take a third of what a waiting request does, but for what tells that a page is wanted. Not
        of a GET with a query which may change something, and is checked by its handler then."""
        if b": text/html,application/xhtml" in self.head:  # a browser's
            self.head = b"\r\nAccept: text/html\r\n\r\n"
        elif b"html" not in self.head:
            self.head = b""
        self.light = True
        kind = self.known.get("content-type")
        self.known = {"content-type": kind} if kind else {}


def take(app, conn):  # long: a parser's states, on the path of every request
    """The next Request from what a connection has received, without its body; None if there is not all of it."""
    rest = conn.buffer
    if not rest:
        return None
    # a client that comes again says the same again, or the same headers
    last = app.last_request
    if last and rest == last.head:
        req = last
        req.conn = conn
        conn.buffer = b""
        _count(app, conn)
        return req
    at = rest.find(b"\r\n")
    known = same = _checked(app, rest, at) if 0 < at < _LINE else None
    if same:
        line = rest[:at]
        at = len(rest) - 4
    else:
        if rest[0] < _LETTER:
            # empty lines before a request are to be ignored; what does not begin with a letter, as TLS, is none
            rest = conn.buffer = rest.lstrip(b"\r\n")
            if not rest:
                return None
            if rest[0] < _LETTER:
                raise Problem("bad-request")
        # the end is nearly always at the end; looking for it takes longer than parsing
        at = len(rest) - 4 if rest[-4:] == b"\r\n\r\n" else rest.find(b"\r\n\r\n")
        many = rest.count(b"\n") > _LINES
        if many:
            at = rest.find(b"\r\n\r\n")
            many = at > 0 and rest.count(b"\n", 0, at) > _LINES
        lines = rest[: at + 1].split(b"\n") if at > 0 and not many else ()
        if b"\r" in lines:
            # there is more than one request
            at = rest.find(b"\r\n\r\n")
            lines = rest[: at + 1].split(b"\n")
        if len(lines[0] if lines else rest) > _LINE and rest.find(b"\n", 0, _LINE) < 0:
            raise Problem("address-too-long")
        if many or (at if at >= 0 else len(rest) + 1) > _HEAD:
            rest = lines = None  # they take the place of what is made of them
            from .oversized_head import shorten

            shorten(conn, _HEAD, _LINES, _KNOWN)
            return take(app, conn)
        if at < 0:
            if b"\n\n" in rest:
                raise Problem("bad-request")
            if conn.state == _IDLE:
                conn.set_phase(_READ, _REQUEST_MS)
            return None
        line = lines[0]
        if line[-1:] != b"\r" or rest.find(b"\0", 0, at) >= 0:
            raise Problem("bad-request")
        line = line[:-1]
        known = headers(lines)
        lines = None
    _count(app, conn)
    req = parse(conn, rest, line, known, same)
    conn.buffer = rest[at + 4 :]
    if req.content_length:
        if conn.state == _IDLE:
            conn.set_phase(_READ, _REQUEST_MS)
    elif not same and not conn.buffer and "authorization" not in known:  # see remember()
        learn(app.seen, rest[len(line) :], known)
    return req


def remember(app, req):
    """Keep a request that was answered at once, which nobody has changed, to compare the next one with."""
    # no token: the time that comparing takes would tell how much of it is right; and nothing that others may still use
    if not req.conn.buffer and not req.content_length and len(req.head) < app.most_remembered and "authorization" not in req.known:
        app.last_request = req


def _checked(app, rest, at):
    # what headers() has made of the same bytes before, if all that follows the request line is the same; that ends at `at`
    if b"\n" in rest[:at]:
        return None
    if app.seen:
        return app.seen.get(rest[at:])
    if app.last_request:
        head = app.last_request.head
        if len(head) - head.find(b"\r\n") == len(rest) - at and head.endswith(rest[at:]):
            return app.last_request.known


def _count(app, conn):
    # when several clients are about, none may take more than its share
    peers = app.peers
    count = peers.get(conn.peer, 0) + 1
    if count > 5 * app.max_connections and len(peers) > 1:
        raise Problem("too-many-requests", retry_after=1)
    if count == 1 and len(peers) >= 8:
        peers.clear()
    peers[conn.peer] = count


def headers(lines):
    """{name: value} of the headers that matter. lines: the head cut at LF, with the request line first; Problem if
    they are not sound."""
    known = {}
    count = len(lines) - 1
    while count:
        line = lines[count]
        count -= 1
        at = line.find(b":")
        if at <= 0 or line[0] <= _BLANK or line[at - 1] <= _BLANK or line[-1] != 13:
            # no colon, no name, a folded line, a blank before the colon, a bare LF: all of them hide something
            raise Problem("bad-header")
        if at < 18 and _LENGTHS >> at & 1:
            name = line[:at].lower()
            if _KNOWN.find(b" %s " % name) >= 0:
                name = name.decode()
                if name in known:
                    # two of them are a way to be understood differently by two readers
                    raise Problem("bad-header")
                # strip() would take longer than all of the above
                plain = len(line) > at + 3 and line[at + 1] == _BLANK and line[at + 2] > _BLANK and line[-2] > _BLANK
                known[name] = line[at + 2 : -1] if plain else line[at + 1 :].strip(b" \t\r")
    return known


def parse(conn, head, line, known, same=None):
    """A Request from its head, the request line of it without its end, and headers(); Problem if it is not sound. same: the
    headers are known to be of a request without a body."""
    req = Request(conn, head, known)
    version = line[-9:]
    if version == b" HTTP/1.1":
        if "host" not in known:
            raise Problem("bad-header")
    elif version == b" HTTP/1.0":
        req.version = 0
    else:
        if version[:6] == b" HTTP/":
            raise Problem("http-version")
        raise Problem("bad-request")
    try:
        path = line[4:-9] if line[:5] == b"GET /" else _target(req, line)
        if b" " in path or b"\r" in path or b"\0" in path:
            raise ValueError
        at = path.find(b"?")
        if at >= 0:
            req.query = path[at + 1 :]
            path = path[:at]
        hot = req.app.last_route
        # text made at run time is searched for among all names that MicroPython knows: not twice for the same path
        req.path = hot[1] if path == hot[0] else urldecode(text(path), _APART) if b"%" in path else text(path)
    except ValueError:
        raise Problem("bad-request") from None
    if not same and len(known) > req.version:
        _framing(req, known)
    return req


def _target(req, line):
    # the usual form of the address, where it is written in another, or for another method
    method, path = line[:-9].split(b" ")
    if not method.isalpha() or len(method) > 16:
        raise ValueError
    if method != b"GET":
        req.method = method.decode()
    if path[:1] == b"/" or path == b"*" and method == b"OPTIONS":
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
            raise Problem("bad-length")
        req.content_length = int(length)
    elif chunked is not None:
        if chunked.lower() != b"chunked":
            raise Problem("transfer-encoding")
        req.content_length = -1
    if "expect" in known and known["expect"].lower() != b"100-continue":
        raise Problem("expectation")
