"""How requests are taken from what a connection has received, and what is remembered of them."""

from expect import equal
from picorest.http.request import Request, remember, take
from picorest.problem import Problem

HEAD = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
LONG = b"X-Long: %s\r\n"


class Board:
    last_route = None, None
    seen = last_request = token = None
    max_connections = 4
    most_remembered = 100

    def __init__(self):
        self.peers = {}


class Conn:
    """The reader's side of a connection: what it has received, and the phases that it was put in."""

    state = used = left_since = left_out = 0
    peer = "1.2.3.4"

    def __init__(self, data):
        self.buffer = data
        self.phases = []

    def set_phase(self, state, ms):
        self.state = state
        self.phases.append((state, ms))


def board(**settings):
    made = Request.app = Board()
    for name in settings:
        setattr(made, name, settings[name])
    return made


def refused(data, app=None):
    """The type of the refusal, or None."""
    try:
        take(app or board(), Conn(data))
    except Problem as problem:
        return problem.type


def test_one_after_the_other():
    conn = Conn(HEAD % b"one" + HEAD % b"two" + b"GET /thr")
    app = board()
    equal([take(app, conn).path, conn.phases, take(app, conn).path, conn.buffer], ["/one", [], "/two", b"GET /thr"])
    equal((take(app, conn), conn.buffer, conn.phases), (None, b"GET /thr", [(1, 8000)]))
    conn.buffer += b"ee HTTP/1.1\r\nHost: x\r\n\r"
    equal((take(app, conn), conn.phases), (None, [(1, 8000)]))  # the time goes on
    conn.buffer += b"\n"
    equal((take(app, conn).path, conn.buffer, take(app, conn), app.peers), ("/three", b"", None, {"1.2.3.4": 3}))


def test_of_two_that_came_together_each_has_its_own_headers():
    first = b"PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"
    conn = Conn(first + b"abc" + HEAD % b"b")
    app = board(seen={})
    req = take(app, conn)
    equal((req.method, req.content_length, conn.buffer[:3], conn.phases), ("PUT", 3, b"abc", [(1, 8000)]))
    equal(app.seen, {})  # whoever has a body is looked at each time
    conn.buffer = conn.buffer[3:]
    req = take(app, conn)
    equal((req.path, req.known, req.content_length), ("/b", {"host": b"x"}, 0))
    conn = Conn(first)
    conn.state = 3
    take(app, conn)
    equal(conn.phases, [])


def test_empty_lines_before_a_request_are_ignored_and_other_protocols_refused():
    for empty in (b"\r\n", b"\n", b"\r\n\r\n\r\n"):
        conn = Conn(empty + HEAD % b"a")
        equal((take(board(), conn).path, conn.buffer), ("/a", b""))
        conn = Conn(empty)
        equal((take(board(), conn), conn.buffer), (None, b""))
    for data in (b"\x16\x03\x01\x02", b"\r\n\x16\x03", b"@", b"1" + HEAD % b"a", b" " + HEAD % b"a", b"GET / HTTP/1.1\nHost: x\n\n",
                 b"GET / HTTP/1.1\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\0\r\n\r\n", b"GET / HTTP/1.1\n\n"):  # fmt: skip
        equal((data, refused(data)), (data, "bad-request"))
    equal(refused(b"GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n"), "bad-header")


def test_how_long_a_request_may_be():
    for size, expected in ((1024, None), (1025, "address-too-long")):
        line = b"GET /%s HTTP/1.1" % (b"a" * (size - 15))  # with its CR
        equal((len(line), refused(line + b"\r\nHost: x\r\n\r\n")), (size - 1, expected))
        equal(refused(line + b"\r"), expected)
    equal(refused(b"GET /" + b"a" * 1600), "address-too-long")
    for lines, left in ((39, 39), (40, 0), (400, 0)):
        req = take(board(), Conn(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * lines + b"\r\n"))
        equal((lines, req.head.count(b"A: b")), (lines, left))
    equal(refused(b"GET / HTTP/1.1\r\nHost: %s\r\n\r\n" % (b"x" * 1600)), "headers-too-large")
    conn = Conn(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b"A: b\n" * 90)  # lines behind it are not its own
    equal((take(board(), conn).path, len(conn.buffer)), ("/", 450))
    for size in (1400, 1600, 3000):  # what nobody looks at is left out of a longer one
        data = b"GET /a HTTP/1.1\r\nHost: x\r\n" + LONG % (b"a" * size) + b"\r\n"
        conn = Conn(data + HEAD % b"b")
        req = take(board(), conn)
        equal((size, req.path, len(req.head) > 1000, conn.buffer), (size, "/a", size < 1500, HEAD % b"b"))
        equal(take(board(), conn).path, "/b")
    exact = b"GET /a HTTP/1.1\r\nHost: x\r\n"
    for size in (1536, 1537):
        conn = Conn(exact + LONG % (b"a" * (size - len(exact) - 8)) + b"\r\n")
        equal((size, b"X-Long" in take(board(), conn).head), (size, size < 1537))


def test_who_asks_the_same_again_gets_the_same_request():
    app = board()
    req = take(app, Conn(HEAD % b"a"))
    req.head = HEAD % b"a"
    again = Conn(HEAD % b"a")
    remember(app, req)
    equal((take(app, again) is req, req.conn is again, again.buffer, app.peers), (True, True, b"", {"1.2.3.4": 2}))
    other = take(app, Conn(HEAD % b"b"))  # the same headers are not looked at twice
    equal((other is req, other.known is req.known, other.path), (False, True, "/b"))
    for data in (b"GET /a HTTP/1.1\r\nHost: y\r\n\r\n", b"GET /a HTTP/1.1\r\nhost: x\r\n\r\n",
                 b"GET /a HTTP/1.1\r\nA: b\r\nHost: x\r\n\r\n"):  # fmt: skip
        req = take(app, Conn(data))
        equal((req.known is other.known, len(req.known)), (False, 1))
    both = Conn(HEAD % b"a" + HEAD % b"c")
    equal((take(app, both).path, take(app, both).path), ("/a", "/c"))
    equal(refused(b"GET /a\nHTTP/1.1\r\nHost: x\r\n\r\n", app), "bad-request")


def test_what_is_not_remembered():
    for data in (b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n\r\n",
                 b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n",
                 HEAD % (b"a" * 80), HEAD % b"a" + b"more"):  # fmt: skip
        app = board(seen={})
        req = take(app, Conn(data))
        remember(app, req)
        equal((data, app.last_request, app.seen if b"aaa" not in data else {}), (data, None, {}))


def test_headers_are_known_again_where_there_is_memory():
    app = board(seen={})
    first = take(app, Conn(HEAD % b"a"))
    equal(list(app.seen), [b"\r\nHost: x\r\n\r\n"])
    again = take(app, Conn(HEAD % b"b"))
    equal((again.known is first.known, again.path, len(app.seen)), (True, "/b", 1))
    app.seen[b"\r\nHost: x\r\n\r\n"] = {"host": b"as it was found"}
    equal(take(app, Conn(HEAD % b"c")).known["host"], b"as it was found")
    line = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * 1024)
    equal(refused(line, app), "address-too-long")


def test_queries_are_known_again_but_each_handler_has_its_own():
    app = board(seen={})
    args = take(app, Conn(HEAD % b"?pin=5")).args
    args["more"] = 1
    equal((take(app, Conn(HEAD % b"?pin=5")).args, app.seen[b"pin=5"]), ({"pin": "5"}, {"pin": "5"}))
    for size, kept in ((63, True), (64, False)):
        query = b"a" * size
        args = take(app, Conn(HEAD % (b"?" + query))).args
        equal((len(args), query in app.seen), (1, kept))
    equal(take(app, Conn(HEAD % b"?")).args, {})


def test_where_hooks_are_about_all_see_the_same_query():
    req = take(board(), Conn(HEAD % b"?a=1&b=%2041"))
    req.g = object()
    args = req.args
    equal((args is req.args, args.get("a", type=int), args.getlist("b"), args.get("c", 7)), (True, 1, [" 41"], 7))


def test_the_body_as_json():
    for body, kind, expected in (
        (b'{"a":1}', "text/plain", {"a": 1}), (b'{"a":1}', None, {"a": 1}), (b"", None, None), (b"{", "text/plain", None),
        (b"{", "application/json", "bad-json"), (b"", "application/json; charset=utf-8", "bad-json"),
        (b'{"a":1,"a":1}', "application/json", "repeated-member"),
    ):  # fmt: skip
        kind = b"Content-Type: %s\r\n" % kind.encode() if kind else b""
        req = take(board(), Conn(b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n%s\r\n" % (len(body), kind)))
        req.body = body
        try:
            equal((body, req.json), (body, expected))
        except Problem as problem:
            equal((body, problem.type), (body, expected))


def test_a_request_that_waits_keeps_what_is_still_needed():
    req = take(board(), Conn(b"PUT / HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nContent-Type: a/b\r\n\r\n"))
    req.lighten()
    equal((req.head, req.known, req.light), (b"", {"content-type": b"a/b"}, True))
    req = take(board(), Conn(b"GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n"))
    req.lighten()
    equal((b"text/html" in req.head, req.known, req.light), (True, {}, True))
    req = take(board(), Conn(b"GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html,application/xhtml+xml,*/*;q=0.8\r\nX: y\r\n\r\n"))
    req.lighten()
    equal((req.head, req.light), (b"\r\nAccept: text/html\r\n\r\n", True))
