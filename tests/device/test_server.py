"""The server's side of one connection, with a socket that is none: what leaves it when things go wrong."""

import asyncio
import json

from expect import equal
from fakes.http import Changes, Socket
from microdot import Response
from picorest import routes
from picorest.http import server
from picorest.http.application import Application
from picorest.loop import Conn
from picorest.overlay import loaded

CLOSE = b"GET /%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
PIECES = []
SHORT = []  # of which pieces there is no memory for, once each
KEEP = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"


class App(Application):
    index = routes
    changes = Changes()


def app():
    made = App(4, 0)

    @made.get("/fine")
    def fine(request):
        return "fine"

    @made.get("/cut")
    async def cut(request):
        def parts():
            yield "one" * 300  # more than waits for others
            raise MemoryError

        return parts()

    @made.get("/small")
    async def small(request):
        def parts():
            yield "one"
            raise MemoryError

        return parts()

    @made.get("/pieces")
    async def pieces(request):
        return (part for part in PIECES)

    @made.get("/none")
    async def none(request):
        def parts():
            raise MemoryError
            yield "one"

        return parts()

    @made.get("/headers")
    def headers(request):
        return Response("x", headers={"X-%d" % i: "y" * 90 for i in range(20)})

    @made.post("/told")
    async def told(request):
        names = ("host", "X-Mine", "X-YOURS", "X-Evil", "")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        return {"headers": headers, "body": len(request.body), "args": {name: request.args[name] for name in request.args}}

    add_short(made)
    return made


def add_short(made):
    @made.get("/short")
    async def short(request):
        def parts():
            for n, part in enumerate(PIECES):
                if n in SHORT:
                    SHORT.remove(n)
                    raise MemoryError
                yield part

        return parts()


def served(data, others=()):
    """What the server sends on a connection that receives these bytes and then ends, while others ask too."""
    made = app()
    made.peers.update({other: 1 for other in others})
    sock = Socket(data)
    conn = Conn(sock, ("1.2.3.4", 5))
    conn.set_phase(0, 5000)
    made.clients.append(conn)
    asyncio.run(made.handle_connection(conn))
    equal(made.clients, [])
    equal(sock.closed or made.lingering[0][0] is sock, True)
    return sock.sent


def at_once(*requests):
    """What served() says, without waiting for memory that does not come."""
    sleep, asyncio.sleep_ms = asyncio.sleep_ms, lambda ms: sleep(0)
    try:
        return served(*requests)
    finally:
        asyncio.sleep_ms = sleep


def test_without_memory_in_an_answer_nothing_is_added_to_it():
    for kind in (CLOSE, KEEP):
        sent = at_once(kind % b"cut" + KEEP % b"fine")
        equal((sent.count(b"HTTP/1.1"), b"one" in sent, b"503" in sent, b"\r\n0\r\n\r\n" in sent), (1, True, False, False))


def test_an_answer_goes_on_where_memory_ran_out():
    for PIECES[:] in (["x%d," % n * 40 for n in range(30)], ["a", "y" * 700, "b", b"z" * 1500, "", "c"] * 3):
        whole = [served(kind % b"short") for kind in (CLOSE, KEEP)]
        for missing in ([0], [1], [2], [4], [16], [17], [3, 9], [7, 8], [10, 10], [5, 3]):
            for kind, right in zip((CLOSE, KEEP), whole):
                SHORT[:] = missing
                sent = served(kind % b"short")
                equal((SHORT, unchunked(sent)), ([], unchunked(right)))


def unchunked(sent):
    """Status and body of the only answer that was sent."""
    at = sent.find(b"\r\n\r\n") + 4
    head, body, size = sent[:at], sent[at:], 1
    equal(sent.count(b"HTTP/1.1"), 1)
    if b"chunked" in head:
        body = b""
        while size:
            end = sent.find(b"\r\n", at)
            size = int(sent[at:end], 16)
            body += sent[end + 2 : end + 2 + size]
            at = end + 4 + size
        equal(len(sent), at)
    return head[:12], body


def test_without_memory_before_an_answer_it_is_503():
    for kind in (CLOSE % b"none", KEEP % b"none", CLOSE % b"small", KEEP % b"small"):
        sent = at_once(kind + KEEP % b"fine")
        equal((sent.count(b"HTTP/1.1"), sent[:12]), (1, b"HTTP/1.1 503"))
        head, body = sent.split(b"\r\n\r\n")
        equal(b"Content-Length: %d" % len(body) in head, True)
        equal(b"Connection: close" in head and b"Retry-After: 1" in head, True)


def test_a_client_that_goes_in_the_pause_after_its_answer_is_not_waited_for():
    class Leaving(Socket):
        late = False  # whether it was waited for after it was closed: for some ports that is no socket any more

        def ioctl(self, request, wanted):
            self.late = self.late or self.closed
            return super().ioctl(request, wanted)

    class Short(App):
        def release(self):
            loaded.clear()
            asyncio.create_task(looking())

    async def looking():
        made.watch()

    async def serve():
        conn.task = asyncio.create_task(made.handle_connection(conn))
        await conn.task

    loaded["x"] = None
    made = Short(4, 1)

    @made.post("/fine")
    async def fine(request):
        return "fine"

    sock = Leaving(b"POST /fine HTTP/1.1\r\nHost: 1.1.1.1\r\n\r\n")
    conn = Conn(sock, ("1.2.3.4", 5))
    conn.set_phase(0, 5000)
    made.clients.append(conn)
    asyncio.run(serve())
    equal((sock.sent[:12], sock.closed, sock.late), (b"HTTP/1.1 200", True, False))


async def test_closing_what_takes_too_long_survives_a_lack_of_memory():
    seen = []

    class Short(App):
        def tend(self):
            seen.append(len(self.clients))
            if len(seen) < 3:
                raise MemoryError

    ticking = asyncio.create_task(Short(4, 0).housekeeping())
    while len(seen) < 4 and not ticking.done():
        await asyncio.sleep_ms(20)
    equal(len(seen), 4)


def told(data):
    """What a handler of the user's is told about the first request."""
    head, body = served(data).split(b"\r\n\r\n")[:2]
    equal(head[:12], b"HTTP/1.1 200")
    return json.loads(body[: body.rfind(b"}") + 1])


def test_the_headers_that_a_handler_sees_are_those_of_its_request():
    expected = {"host": "1.1.1.1", "X-Mine": "a: b", "X-YOURS": ""}
    head = b"POST /told?a=%41 HTTP/1.1\r\nHost: 1.1.1.1\r\nX-Mine: a: b\r\nx-yours:\r\n"
    body = b"\r\nX-Evil: y\r\n\r\nX-Evil: z\r\n"
    sized = b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    for rest, size in ((b"\r\n", 0), (b"\r\n" + KEEP % b"fine", 0), (sized + KEEP % b"fine", len(body))):
        equal(told(head + rest), {"headers": expected, "body": size, "args": {"a": "A"}})


def test_a_header_that_is_no_utf8_is_read_as_latin1():
    said = told(b"POST /told HTTP/1.1\r\nHost: 1.1.1.1\r\nX-Mine: \xe9\xff\r\n\r\n")
    equal(said["headers"], {"host": "1.1.1.1", "X-Mine": "\xe9\xff"})


def test_after_a_lack_of_memory_for_a_body_nothing_is_taken_from_it():
    def short(app, module, function):
        raise MemoryError

    act, server.act = server.act, short
    try:
        inner = KEEP % b"fine"
        sent = at_once(b"PUT /told HTTP/1.1\r\nHost: 1.1.1.1\r\nContent-Length: %d\r\n\r\n" % len(inner) + inner + inner)
    finally:
        server.act = act
    equal((sent.count(b"HTTP/1.1"), sent[:12], b"Connection: close" in sent), (1, b"HTTP/1.1 503", True))


def test_pieces_leave_together_in_chunks_of_the_right_size():
    for PIECES[:] in ([], [""], ["a"], ["a", b"", "bc"], ["x" * n for n in range(100)], ["x" * 5000], ["a", "x" * 770, "b"] * 3,
                      ["x" * n for n in (740, 761, 762, 768, 769)], [b"x" * 300, memoryview(b"yyy")[1:], "z" * 460] * 2):
        whole = b"".join([part.encode() if isinstance(part, str) else bytes(part) for part in PIECES])
        closed = served(CLOSE % b"pieces")
        equal(closed[closed.find(b"\r\n\r\n") + 4 :], whole)
        kept = served(KEEP % b"pieces" + CLOSE % b"fine")
        at = kept.find(b"\r\n\r\n") + 4
        equal(b"Transfer-Encoding: chunked" in kept[:at], True)
        body, chunks, size = b"", 0, 1
        while size:
            end = kept.find(b"\r\n", at)
            size = int(kept[at:end], 16)
            body += kept[end + 2 : end + 2 + size]
            at = end + 2 + size
            equal(kept[at : at + 2], b"\r\n")
            at += 2
            chunks += 1
        equal(body, whole)
        equal(kept[at : at + 15], b"HTTP/1.1 200 OK")
        assert chunks <= 2 + 3 * len(whole) // 700, chunks


def test_many_headers_leave_in_several_pieces():
    sent = served(CLOSE % b"headers")
    head, body = sent.split(b"\r\n\r\n")
    equal((body, head.count(b"\r\nX-"), b"X-19: " + b"y" * 90 in head), (b"x", 20, True))


def test_while_others_ask_a_client_gets_its_share_and_then_429():
    share = 5 * 4  # five for each connection that the board has, in a quarter of a second
    sent = served(KEEP % b"fine" * (share + 3), others=("another",))
    equal((sent.count(b"HTTP/1.1 200"), sent.count(b"HTTP/1.1 429")), (share, 1))
    last = sent[sent.find(b"HTTP/1.1 429") :]
    assert b"\r\nRetry-After: 1\r\n" in last and b'"too-many-requests"' in last and b"Connection: close" in last
    sent = served(KEEP % b"fine" * (share + 3))  # alone it may ask as fast as it can
    equal((sent.count(b"HTTP/1.1 200"), sent.count(b"HTTP/1.1 429")), (share + 3, 0))


def test_who_asks_another_server_needs_a_socket_too():
    made = app()
    made.clients[:] = [None] * (made.max_connections - 2)
    for outbound, left in ((False, 2), (True, 1)):
        made.outbound, made.lingering[:] = outbound, [[Socket(b""), 2] for _ in range(3)]
        socks = [entry[0] for entry in made.lingering]
        made.close_lingering()
        equal([sock.closed for sock in socks], [True] * (3 - left) + [False] * left)


def test_no_connection_is_taken_without_memory_for_it():
    found = []

    class Listener(Socket):
        def accept(self):
            found.append("taken")
            raise asyncio.CancelledError  # that is enough

        def setsockopt(self, *option):
            pass

        bind = listen = setblocking = setsockopt

    def memory(size):
        found.append(size)
        if len(found) < 3:
            raise MemoryError
        return b"r" * size

    class Sockets:
        SOL_SOCKET = SO_REUSEADDR = 0

        def socket():
            return Listener(b"")

    known, server.socket, server.bytearray = server.socket, Sockets, memory
    try:
        asyncio.run(app().run())
    except asyncio.CancelledError:
        pass
    finally:
        server.socket = known
        del server.bytearray
    equal(found, [128, 128, 128, "taken"])
