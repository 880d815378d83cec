"""Which handler answers, and how every kind of answer leaves, byte for byte."""

import asyncio
import json

from expect import equal
from fakes.http import Changes, Socket
from microdot import Response
from picorest.http.application import Application
from picorest.http.response import Reply, one_write, reply
from picorest.loop import Conn
from picorest.problem import Problem

SAID = []


class Drip(Socket):
    """What it has received comes a few bytes at a time."""

    full = False

    def readinto(self, buf):
        self.full = not self.full
        return None if self.full else super().readinto(memoryview(buf)[:7])


class Index:
    """Handlers by their paths."""

    def read(req):
        return reply({"a": 1})

    def write(req):
        SAID.append(bytes(req.body))
        return reply("[]", 201)

    def one(req, name):
        return reply({"name": name})

    def broken(req):
        return 1 // 0

    def refusing(req):
        raise Problem("too-early", seconds=15, retry_after=2.1)

    TABLE = {"/a": ["GET", read, "PUT", write], "/broken": ["GET", broken], "/refusing": ["GET", refusing]}

    def find_route(self, path):
        if path[:5] == "/one/":
            return ["GET", Index.one], {"name": path[5:]}
        return self.TABLE.get(path), {}

    def load_handler(self, target):
        return target

    def body_limit(self, path):
        return 0

    def problem_page(self, req, res):
        return Reply("<p>", res.status_code)


class App(Application):
    index = Index()
    changes = Changes()

    def log(self, name, e):
        self.logged = name


def served(data, made=None, sock=Drip):
    """What the server sends on a connection that receives these bytes and then ends."""
    made = made or App(4, 0)
    sock = sock(data)
    conn = Conn(sock, ("1.2.3.4", 5))
    conn.set_phase(0, 5000)
    made.clients.append(conn)
    asyncio.run(made.handle_connection(conn))
    return sock.sent


def ask(line, lines="", body=b"", made=None):
    """(status, {header: value}, body) of an answer to a request that closes."""
    length = "Content-Length: %d\r\n" % len(body) if body else ""
    sent = served(("%s HTTP/1.1\r\nHost: 1.1.1.1\r\nConnection: close\r\n%s%s\r\n" % (line, lines, length)).encode() + body, made)
    head, body = sent.split(b"\r\n\r\n", 1)
    head = head.decode().split("\r\n")
    return int(head[0].split(" ")[1]), dict([line.split(": ", 1) for line in head[1:]]), body


def both(*args, **words):
    """The status and the body of that."""
    status, _, body = ask(*args, **words)
    return status, body


def test_who_answers():
    equal(both("GET /a"), (200, b'{"a":1}'))
    status, headers, body = ask("HEAD /a")
    equal((status, headers["Content-Length"], body), (200, "7", b""))
    equal(both("PUT /a", body=b"12345678"), (201, b"[]"))
    equal(SAID.pop(), b"12345678")
    equal(ask("GET /one/b")[2], b'{"name":"b"}')
    for method in ("POST", "DELETE"):
        status, headers, body = ask(method + " /a")
        equal((status, headers["Allow"], json.loads(body)["type"]), (405, "GET, PUT, HEAD, OPTIONS", "method-not-allowed"))
    equal(ask("PUT /one/b")[1]["Allow"], "GET, HEAD, OPTIONS")
    for path, allowed in (("/a", "GET, PUT, HEAD, OPTIONS"), ("*", "GET, HEAD, PUT, POST, PATCH, OPTIONS")):
        status, headers, body = ask("OPTIONS " + path)
        equal((status, headers["Allow"], body), (204, allowed, b""))
    equal([json.loads(ask("%s /none" % method)[2])["type"] for method in ("GET", "PUT", "OPTIONS")], ["not-found"] * 3)


def test_what_goes_wrong():
    made = App(4, 0)
    status, headers, body = ask("GET /broken", made=made)
    equal((status, json.loads(body)["type"], made.logged, made.error, made.requests), (500, "internal-error", "http", 1, 1))
    status, headers, body = ask("GET /refusing", made=made)
    equal((status, headers["Retry-After"], json.loads(body)["seconds"], made.error), (429, "3", 15, 1))
    equal((headers["Content-Type"], headers["Content-Length"]), ("application/problem+json", str(len(body))))
    equal(ask("GET /refusing", "Accept: text/html\r\n")[2], b"<p>")
    equal(ask("GET /a", "Accept: text/html\r\n")[2], b'{"a":1}')


def test_what_lasts_moves_while_a_client_waits_for_memory_and_no_other_is_at_work():
    missing = []

    def short(req):
        req.conn.task = asyncio.core.cur_task
        if missing:
            missing.pop()
            raise MemoryError
        return reply("fine")

    Index.TABLE["/short"] = ["GET", short]
    for states, expected in (((), 2), ((0,), 2), ((0, 2), 0), ((3,), 0)):
        made, moved = App(4, 0), []
        made.rest = lambda moved=moved: moved.append(True)
        for state in states:
            made.clients.append(Conn(Drip(b""), ("1.2.3.5", 5)))
            made.clients[-1].set_phase(state, 0)
        missing[:] = [None] * 2  # when it is first asked, and when it waits
        equal((ask("GET /short", made=made)[2], len(moved)), (b"fine", expected))


def test_a_request_waits_for_memory_as_long_as_since_it_came():
    calls = []

    def never(req):
        calls.append(req)
        req.conn.start -= 19000  # it has waited before it was looked at
        raise MemoryError

    Index.TABLE["/never"] = ["GET", never]
    made = App(4, 0)
    made.clients.append(Conn(Drip(b""), ("1.2.3.5", 5)))
    made.clients[-1].set_phase(2, 0)
    status, body = both("GET /never", made=made)
    equal((status, json.loads(body)["type"], len(calls)), (503, "out-of-memory", 2))
    conn = Conn(Drip(b""), ("1.2.3.5", 5), since=7)
    conn.set_phase(2, 0)
    equal(conn.start, 7)  # from then on, also while it is worked at


def test_what_may_answer_before_all_handlers():
    made = App(4, 0)
    made.before = lambda req: reply({"before": req.path}) if req.path != "/a" else None
    equal((ask("GET /none", made=made)[2], ask("GET /a", made=made)[2]), (b'{"before":"/none"}', b'{"a":1}'))


def test_routes_and_error_handlers_of_microdot():
    made = App(4, 0)

    @made.get("/own")
    def own(request):
        return "own", 202, {"X-Own": "1"}

    @made.get("/own/<name>")
    def named(request, name):
        return {"name": name}

    @made.errorhandler(404)
    def lost(request):
        return "lost", 404

    status, headers, body = ask("GET /own", made=made)
    equal((status, headers["X-Own"], headers["Content-Type"], body), (202, "1", "text/plain; charset=UTF-8", b"own"))
    equal(ask("GET /own/", made=made)[2], b"own")
    equal(json.loads(ask("GET /own/a%2Fb", made=made)[2]), {"name": "a/b"})
    equal(both("GET /none", made=made), (404, b"lost"))
    status, headers, body = ask("PUT /own", made=made)
    equal((status, json.loads(body)["type"]), (405, "method-not-allowed"))
    equal(ask("GET /a", made=made)[2], b'{"a":1}')


CHUNKED = "PUT /a HTTP/1.1\r\nHost: 1.1.1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_bodies_that_come_in_pieces():
    for size in (1, 1023, 1024, 1025, 4096):
        body = bytes([n % 251 for n in range(size)])
        equal((size, ask("PUT /a", body=body)[0], SAID.pop() == body), (size, 201, True))
    equal(ask("PUT /a", body=b"x" * 4097)[0], 413)
    for text, status in (
        ("5\r\nabcde\r\n0\r\n\r\n", 201), ("3;x=y\r\nabc\r\n2 \r\nde\r\n0\r\nTrailer: x\r\n\r\n", 201),
        ("0005\r\nabcde\r\n000\r\n\r\n", 201),
        ("5\r\nabcdef\r\n0\r\n\r\n", 400), ("5\nabcde\r\n0\r\n\r\n", 400), ("-5\r\nabcde\r\n", 400), ("\r\n", 400), ("5g\r\n", 400),
        ("00000005\r\nabcde\r\n0\r\n\r\n", 400), ("1001\r\n", 413), ("5" + " " * 300, 400),
    ):  # fmt: skip
        sent = served((CHUNKED + text).encode())
        equal((text[:20], int(sent[9:12])), (text[:20], status))
        equal(SAID, [b"abcde"] if status == 201 else [])
        del SAID[:]
    equal(served((CHUNKED + "5\r\nabc").encode()), b"")  # it breaks off


def test_bodies_that_wait_for_a_word():
    head = b"PUT /a HTTP/1.1\r\nHost: 1.1.1.1\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    sent = served(head + b"ab", sock=Socket)  # it has not waited
    equal((sent[:12], SAID.pop()), (b"HTTP/1.1 201", b"ab"))
    made = App(4, 0)
    sock = Parts([head, b"ab"])
    conn = Conn(sock, ("1.2.3.4", 5))
    conn.set_phase(0, 5000)
    made.clients.append(conn)
    asyncio.run(made.handle_connection(conn))
    equal((sock.sent[:37], SAID.pop()), (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201", b"ab"))
    for coding, status in (("identity", 201), ("Identity", 201), ("gzip", 415)):
        equal((coding, ask("PUT /a", "Content-Encoding: %s\r\n" % coding, b"ab")[0]), (coding, status))


class Parts(Socket):
    """Has received these one after the other."""

    def readinto(self, buf):
        data = self.data.pop(0) if self.data else b""
        buf[: len(data)] = data
        return len(data)


class Request:
    method = "GET"
    origin = None


HEAD = b"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: application/json\r\nConnection: "


def test_the_usual_answer_in_one_piece():
    equal(one_write(Request, reply({"a": [1, 2]}), False), HEAD + b'close\r\nContent-Length: 11\r\n\r\n{"a":[1,2]}')
    equal(one_write(Request, reply("{}"), True), HEAD + b"keep-alive\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\n{}")
    equal(one_write(Request, Reply("x" * 512), True)[-513:], b"\n" + b"x" * 512)
    equal(one_write(Request, Reply("x" * 513), True), None)
    head, page = Request(), Request()
    head.method, page.origin = "HEAD", "http://panel"
    for req, res in ((None, Reply("")), (head, Reply("")), (page, Reply("")), (Request, Reply("", 201)),
                     (Request, Reply("", 200, {"A": "b"})), (Request, Reply([""])), (Request, Response("x"))):  # fmt: skip
        equal(one_write(req, res, True), None)


def sent(res, keep=True, **words):
    from picorest.http.response import write_response

    req = Request()
    for name in words:
        setattr(req, name, words[name])
    sock = Socket(b"")
    conn = Conn(sock, ("1.2.3.4", 5))
    asyncio.run(write_response(conn, req, res, keep))
    return sock.sent


def test_all_others():
    kept = b"\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\nCache-Control: no-store"
    start = b"HTTP/1.1 %s\r\nContent-Type: %s" + kept
    plain = b"application/json"
    for res, expected in (
        (Reply("[]"), start % (b"200 OK", plain) + b"\r\nContent-Length: 2\r\n\r\n[]"),
        (Reply("", 204, {"Allow": "GET"}), start % (b"204 No Content", plain) + b"\r\nAllow: GET\r\n\r\n"),
        (Reply("x", 304), start % (b"304 Not Modified", plain) + b"\r\n\r\n"),
        (Reply(["a", "\xe4"], 503), start % (b"503 Service Unavailable", plain) + b"\r\nContent-Length: 3\r\n\r\na\xc3\xa4"),
        (Reply("", 299), start % (b"299 ", plain) + b"\r\nContent-Length: 0\r\n\r\n"),
        (Reply("", 200, {"A": ["b", "c"]}), start % (b"200 OK", plain) + b"\r\nA: b\r\nA: c\r\nContent-Length: 0\r\n\r\n"),
        (Response("x", 404, reason="Gone"), start % (b"404 Gone", b"text/plain; charset=UTF-8")
         + b"\r\nContent-Length: 1\r\n\r\nx"),
        (Reply(iter(("ab", b"c"))), start % (b"200 OK", plain) + b"\r\nTransfer-Encoding: chunked\r\n\r\n003\r\nabc\r\n0\r\n\r\n"),
    ):  # fmt: skip
        equal(sent(res), expected)
    streamed = Reply(iter(("ab",)))
    sent(streamed)
    equal(streamed.body, None)  # a generator keeps what it has told of
    text = sent(Response("x", headers={"Content-Type": "text/css", "Cache-Control": "max-age=9"}), False)
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nConnection: close\r\nCache-Control: max-age=9"
    equal(text, start + b"\r\nContent-Length: 1\r\n\r\nx")
    equal(sent(Reply("[]"), method="HEAD")[-24:], b"e\r\nContent-Length: 2\r\n\r\n")
    told = sent(Reply("", 204, {"Allow": "GET"}), origin="http://panel", method="OPTIONS")
    for line in (b"Access-Control-Allow-Origin: http://panel", b"Vary: Accept, Origin", b"Access-Control-Allow-Methods: GET",
                 b"Access-Control-Allow-Headers: Authorization, Content-Type"):  # fmt: skip
        equal((line, told.count(b"\r\n" + line + b"\r\n")), (line, 1))
    told = sent(Reply("[]"), origin="http://panel")
    equal((b"Allow-Origin" in told, b"Allow-Methods" in told), (True, False))
    equal(sent(Reply("y" * 5000))[-5002:], b"\r\n" + b"y" * 5000)


def test_files_and_asynchronous_generators():
    class Pieces:
        def __init__(self):
            self.left = ["ab", b"c", ""]

        def __aiter__(self):
            return self

        async def __anext__(self):
            if not self.left:
                raise StopAsyncIteration
            return self.left.pop(0)

    body = sent(Response(Pieces()), False)
    equal(body[body.find(b"\r\n\r\n") + 4 :], b"abc")
    body = sent(Response(Pieces()), True)
    equal(body[body.find(b"\r\n\r\n") + 4 :], b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")


def test_what_comes_while_a_kept_connection_is_closed_is_answered():
    class Late(Socket):
        """Keeps silent after its first request, until somebody decides to close its connection."""

        woken = False

        def readinto(self, buf):
            return super().readinto(buf) if self.data or self.woken else None

        def ioctl(self, request, wanted):
            return wanted & 4 if request == 3 else 0

    async def close(kept):
        made, sock = App(4, 0), Late(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        conn = Conn(sock, ("1.2.3.4", 5))
        made.clients.append(conn)
        conn.task = asyncio.create_task(made.handle_connection(conn))
        await asyncio.sleep(0.05)
        first = sock.sent
        sock.data, sock.woken = b"GET /one/b HTTP/1.1\r\nHost: a\r\n\r\n", True
        if not kept:
            made.clients.remove(conn)
        conn.task.cancel()
        await asyncio.sleep(0.05)
        return first, sock.sent[len(first) :], sock.closed

    first, second, _ = asyncio.run(close(True))
    equal(first[-7:], b'{"a":1}')
    equal(second[-12:], b'{"name":"b"}')
    _, second, closed = asyncio.run(close(False))
    equal((second, closed), (b"", True))
