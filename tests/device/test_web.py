"""The request parser and the query, without a socket."""

from expect import equal
from picorest.http.request import Request, headers, parse
from picorest.http.urlencoded import learn
from picorest.problem import Problem


class App:
    last_route = None, None
    seen = None


Request.app = App


def ask(text, body=b""):
    """A Request from text with LF line ends, or (status, type) of the refusal."""
    head = text.replace("\n", "\r\n").encode() if isinstance(text, str) else text
    try:
        lines = (head + b"\r").split(b"\n")
        return parse(None, head, lines[0][:-1], headers(lines))
    except Problem as problem:
        return problem.status_code, problem.type


def asked(path):
    """The query of a path as a dict, or the type of the refusal."""
    try:
        return ask("GET %s HTTP/1.1\nHost: x" % path).args
    except Problem as problem:
        return problem.type


def test_a_sound_request():
    req = ask("PUT /gpio/D5?a=1&b HTTP/1.1\nHost: board\nContent-Length: 12\nX-Other: y")
    equal((req.method, req.path, req.query, req.version, req.content_length), ("PUT", "/gpio/D5", b"a=1&b", 1, 12))
    equal((req.known["host"], "x-other" in req.known), (b"board", False))
    req = ask("GET / HTTP/1.0")
    equal((req.path, req.version, req.content_length, req.query), ("/", 0, 0, b""))
    req = ask("GET http://board/gpio?pin=1 HTTP/1.1\nhOsT:board")
    equal((req.path, req.query, req.known["host"]), ("/gpio", b"pin=1", b"board"))
    for line in ("Type:text/plain", "Type: text/plain", "type:   text/plain  ", "TYPE:\ttext/plain"):
        equal(ask("GET / HTTP/1.1\nHost: x\nContent-" + line).known["content-type"], b"text/plain")


def test_paths_are_decoded_but_for_what_would_change_where_they_are_cut():
    for path, expected in (("/gpio/%44%35", "/gpio/D5"), ("/T%C3%BCr", "/Tür"), ("/a%2520b", "/a%2520b"), ("/a+b", "/a+b"),
                           ("/a%2Fb", "/a%2Fb"), ("/a%2fb", "/a%2fb")):  # fmt: skip
        equal(ask("GET %s HTTP/1.1\nHost: x" % path).path, expected)


def test_lines_that_are_no_request():
    for text in (
        "", "GET", "GET /", "GET / HTTP/1.1 ", "GET  / HTTP/1.1", "GET / / HTTP/1.1", " GET / HTTP/1.1", "GE T / HTTP/1.1",
        "G3T / HTTP/1.1", "GET gpio HTTP/1.1", "GET ftp://x/ HTTP/1.1", "GET http://x HTTP/1.1", "GET * HTTP/1.1",
        "GET /%ff HTTP/1.1", "GET /%zz HTTP/1.1", "GET /%2 HTTP/1.1", "GET /%c0%af HTTP/1.1",
        "GET /%00 HTTP/1.1", "GET /%0d%0a HTTP/1.1",
        "ABCDEFGHIJKLMNOPQ / HTTP/1.1", "GET /\rx HTTP/1.1", "GET /\x00 HTTP/1.1", "GET / HTTQ/1.1", "GET / http/1.1",
    ):  # fmt: skip
        equal((text, ask(text + "\nHost: x")), (text, (400, "bad-request")))
    for version in ("HTTP/2.0", "HTTP/0.9", "HTTP/1.2"):
        equal((version, ask("GET / %s\nHost: x" % version)[0]), (version, 505))


def test_headers_that_hide_something():
    twice = "Content-Length: 1\nContent-Length: 1"
    for line in ("nonsense", ": x", " folded: x", "\tx: y", "Name : x", "Name\t: x", "Host: other", twice):
        equal((line, ask("GET / HTTP/1.1\nHost: x\n" + line)), (line, (400, "bad-header")))
    equal(ask(b"GET / HTTP/1.1\r\nHost: x\nX: y\r\n"), (400, "bad-header"))
    equal(ask("GET / HTTP/1.1\nX: y"), (400, "bad-header"))


def test_framing():
    for line, expected in (
        ("Content-Length: -1", (400, "bad-length")), ("Content-Length: +1", (400, "bad-length")),
        ("Content-Length: 1,1", (400, "bad-length")), ("Content-Length: 0x1", (400, "bad-length")),
        ("Content-Length:", (400, "bad-length")), ("Content-Length: 1 1", (400, "bad-length")),
        ("Content-Length: 9999999999", (400, "bad-length")),
        ("Content-Length: 1\nTransfer-Encoding: chunked", (400, "bad-length")),
        ("Transfer-Encoding: gzip", (501, "transfer-encoding")),
        ("Transfer-Encoding: chunked, chunked", (501, "transfer-encoding")),
        ("Expect: miracles", (417, "expectation")),
    ):  # fmt: skip
        equal((line, ask("PUT / HTTP/1.1\nHost: x\n" + line)), (line, expected))
    equal(ask("PUT / HTTP/1.1\nHost: x\nTransfer-Encoding: Chunked").content_length, -1)
    equal(ask("PUT / HTTP/1.1\nHost: x\nContent-Length: 007").content_length, 7)


def test_queries():
    for text, expected in (
        ("/", {}), ("/?", {}), ("/?&", {}), ("/?a", {"a": ""}), ("/?a=", {"a": ""}), ("/?a=1&b=2", {"a": "1", "b": "2"}),
        ("/?a=1&", {"a": "1"}), ("/?a=b=c", {"a": "b=c"}), ("/?a=%41+%2b%26%3D", {"a": "A +&="}), ("/?%61=1", {"a": "1"}),
        ("/?t=T%C3%BCr", {"t": "Tür"}), ("/?a=?", {"a": "?"}), ("/?=1", {"": "1"}),
    ):  # fmt: skip
        equal((text, asked(text)), (text, expected))


def test_queries_that_cannot_be_read():
    for text in ("%", "%4", "%zz", "%ff", "%c3", "%c3%28", "%c0%80", "%ed%a0%80", "%f5%80%80%80",
                 "a=%00", "a=%0a", "%g1=1", "%+1", "a=%-1"):
        equal((text, asked("/?" + text)), (text, "bad-query"))
    for text in ("a&a", "a=1&a=2", "a=1&%61=1", "a+b=1&a%20b=2"):
        equal((text, asked("/?" + text)), (text, "repeated-parameter"))


def test_what_was_learnt_is_little_and_forgotten():
    seen = {}
    learn(seen, b"x" * 511, 1)
    learn(seen, b"x" * 512, 2)
    equal(seen, {b"x" * 511: 1})
    for n in range(31):
        learn(seen, b"%d" % n, n)
    equal((len(seen), seen[b"30"]), (32, 30))
    learn(seen, b"one more", 1)
    equal(seen, {b"one more": 1})
    learn(None, b"a", 1)  # where memory is short nothing is kept
