"""Headers that the parser leaves alone: looked up later, told to handlers, and left out of a head that is too large."""

from expect import equal, raises
from picorest.http.headers import header, wants_page
from picorest.http.oversized_head import shorten
from picorest.http.request import Request
from picorest.http.request_attributes import make
from picorest.problem import Problem

KNOWN = b" host authorization referer "
START = b"GET /a HTTP/1.1\r\nHost: x\r\n"


class Conn:
    used = left_since = left_out = 0
    peer = "1.2.3.4"
    remaining = 0


def shortened(rest, conn=None):
    """What is left of a head, or the type of the refusal."""
    conn = conn or Conn()
    conn.buffer = START + rest
    try:
        shorten(conn, 1536, 40, KNOWN)
    except Problem as problem:
        return problem.type
    equal(conn.buffer[: len(START)], START)
    return conn.buffer[len(START) :]


def test_what_nobody_looks_at_is_left_out():
    long = b"a" * 2000
    for rest, expected in (
        (b"X: %s\r\n\r\n" % long, b"\r\n"), (b"X: %s\r\nY: b\r\n\r\nbody" % long, b"Y: b\r\n\r\nbody"),
        (b"Y: b\r\nX: %s\r\n\r\n" % long, b"Y: b\r\n\r\n"),
        (b"Cookie: a=%s; picorest=1\r\n\r\n" % long, b"cookie: picorest=1\r\n\r\n"),
        (b"COOKIE: %s\r\n\r\n" % long, b"\r\n"), (b"X: picorest=1%s\r\n\r\n" % long, b"\r\n"),
        (b"User-Agent: %s\r\n\r\n" % long, b"User-Agent: %s\r\n\r\n" % long[:438]),
        (b"accept:%s\r\n\r\n" % long, b"accept:%s\r\n\r\n" % long[:443]),
        (b"Referer: %s\r\n\r\n" % long, b"Referer: %s\r\n\r\n" % long[:441]), (b"Host: %s\r\n\r\n" % long, "headers-too-large"),
        (b"Authorization: %s\r\nX: %s\r\n\r\n" % (long[:900], long), b"Authorization: %s\r\n\r\n" % long[:900]),
        (b"X: %s\n\r\n" % long, "bad-header"), (b"X: \0%s\r\n\r\n" % long, "bad-header"),
        (b"X %s\r\n\r\n" % long, "headers-too-large"),
        (b" X: %s\r\n\r\n" % long, "headers-too-large"), (b"X : %s\r\n\r\n" % long, "headers-too-large"),
    ):  # fmt: skip
        equal((rest[:30], shortened(rest)), (rest[:30], expected))


def test_short_ones_go_only_if_there_are_many_or_they_are_much():
    for count, left in ((39, 39), (40, 0), (100, 0)):
        got = shortened(b"X: %s\r\n" % (b"a" * 200) + b"Y: b\r\n" * count + b"\r\n")
        equal((count, got.count(b"Y: b")), (count, left))
    got = shortened(b"X: %s\r\n" % (b"a" * 90) * 20 + b"\r\n")
    equal(got, b"\r\n")
    equal(shortened(b"Y: b\r\n\r\n"), "headers-too-large")  # nothing could be left out
    equal(shortened(b"Accept: b\r\n" * 45 + b"\r\n"), "headers-too-large")


def test_a_header_that_is_still_coming():
    for name, stays in ((b"X", b"-:"), (b"Cookie", b"cookie:")):
        conn = Conn()
        rest = shortened(name + b": " + b"a" * 2000 + b"0123456789", conn)
        equal(rest, stays + b"0123456789")
        conn.buffer += b"b" * 2000 + b"\r\n\r\n"
        shorten(conn, 1536, 40, KNOWN)
        equal((conn.buffer, conn.left_out > 3900), (START + b"\r\n", True))
    equal(shortened(b"X: %s\r" % (b"a" * 2000)), b"-:aaaaaaaaa\r")
    conn = Conn()
    shortened(b"Cookie: %s picor" % (b"a" * 2000), conn)
    conn.buffer += b"est=1; %s\r\n\r\n" % (b"a" * 200)
    shorten(conn, 1536, 40, KNOWN)
    equal(conn.buffer, START + b"cookie: picorest=1\r\n\r\n")


def test_how_much_is_left_out_of_one_head():
    conn = Conn()
    rest = b"X: %s\r\n\r\n" % (b"a" * 4000)
    equal([shortened(rest, conn) for _ in range(5)], [b"\r\n"] * 4 + ["headers-too-large"])
    conn.used = 1  # that was answered
    equal([shortened(rest, conn) for _ in range(5)], [b"\r\n"] * 4 + ["headers-too-large"])


HEAD = b"GET / HTTP/1.1\r\nA:1\r\nX-Long:  two \r\nlong: no\r\nACCEPT: b\r\naccept: c\r\n\r\nB: body\r\n\r\n"


def test_looking_a_header_up():
    for name, expected in (
        (b"a", b"1"), (b"x-long", b"two"), (b"long", b"no"), (b"accept", b"b"), (b"b", None), (b"get / http/1.1", None),
        (b"x", None), (b"", None), (b"x-lon", None),
    ):  # fmt: skip
        equal((name, header(HEAD, name)), (name, expected))
    equal((header(b"GET / HTTP/1.0\r\n\r\n", b"a"), header(b"", b"a")), (None, None))
    equal(header(b"GET / HTTP/1.1\r\nHost: x\r\nLast: y\r\n\r\n", b"last"), b"y")


def request(lines=b"", line=b"POST /a?b=c HTTP/1.1\r\n"):
    return Request(Conn(), line + lines + b"\r\n", {})


def test_who_wants_a_page():
    for accept, expected in (
        (b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True), (b"text/html", True),
        (b"text/HTML,*/*;q=0.1", True), (b"*/*", False), (b"application/json", False), (b"", False),
        (b"text/html, application/json", True), (b"application/json,text/html", True), (b"text/html;q=0.5,application/json", False),
        (b"application/json; q=0.4, text/html ;q=0.5", True), (b"text/html;q=0", False), (b"text/html;q=x", False),
        (b"text/html;charset=utf-8;q=0.2", True), (b"text/html;level=0", True), (b"text/plain", False),
    ):  # fmt: skip
        req = request(b"Accept: %s\r\n" % accept)
        equal((accept, wants_page(req)), (accept, expected))
        if b"HTML" not in accept:
            req.lighten()
            equal((accept, wants_page(req)), (accept, expected))
    equal(wants_page(request()), False)


def test_what_a_handler_of_microdot_may_ask_for():
    req = request(b"Cookie: a=b; c = d ;e;=f;;g=h=i\r\nContent-Type: text/plain\r\nX-A: \xc3\xa4\r\nX-A: 2\r\n")
    equal(req.cookies, {"a": "b", "c ": " d", "e": "", "g": "h=i"})
    equal((req.content_type, req.form, req.url, req.query_string), ("text/plain", None, "/a?b=c", "b=c"))
    equal((req.http_version, req.client_addr, req.scheme, req.url_prefix, req.subapp), ("1.1", ("1.2.3.4", 0), "http", "", None))
    equal((req.body_used, req.route, req.stream is req.conn), (False, None, False))
    equal((list(req.headers), req.headers["x-a"], req.headers.get("no", 1), "No" in req.headers, "COOKIE" in req.headers),
          (["Cookie", "Content-Type", "X-A", "X-A"], "\xe4", 1, False, True))  # fmt: skip
    equal(dict(req.headers.items())["X-A"], "2")
    with raises(KeyError):
        req.headers["no"]
    with raises(AttributeError):
        req.nothing  # noqa: B018
    other = request(line=b"GET /a HTTP/1.1\r\n")
    equal((other.cookies, other.content_type, other.query_string, other.form), ({}, None, None, None))
    other.conn.remaining = 5
    equal((other.stream is other.conn, other.sock, other.conn.remaining), (True, (other.conn, other.conn), 1 << 29))


def test_forms():
    for kind, expected in ((b"application/x-www-form-urlencoded", "1 2"), (b"Application/X-WWW-Form-UrlEncoded ;charset=x", "1 2"),
                           (b"application/x-www-form-urlencoded; charset=x", "1 2"),
                           (b"multipart/form-data", None)):  # fmt: skip
        req = request(b"Content-Type: %s\r\n" % kind)
        req.body = bytearray(b"a=1+2&b=&a=%0A3&c=5")
        form = make(req, "form")  # where memory is short microdot has none
        equal((kind, form and form["a"]), (kind, expected))
        if form:
            equal((form.getlist("a"), form.getlist("b"), form.getlist("d"), form.get("c", type=int)),
                  (["1 2", "\n3"], [""], [], 5))  # fmt: skip
            equal((form.getlist("c", type=int), form.get("d", 4), form.get("a")), ([5], 4, "1 2"))
    req = request(b"Content-Type: application/x-www-form-urlencoded\r\n")
    req.body = b"a=%00"
    with raises(Problem) as caught:
        make(req, "form")
    equal(caught.error.type, "bad-form")
