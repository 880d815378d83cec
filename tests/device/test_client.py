"""One question to another server, with sockets that are none: what is sent, and where answers and redirects lead."""

from errno import ECONNREFUSED, EINPROGRESS

from expect import equal, raises
from picorest.problem import Problem
from picorest.upstream import call, client, tls

FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine"
MOVED = b"HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
HOSTS = {"a.example": "93.0.0.1", "b.example": "93.0.0.2", "same.example": "93.0.0.1", "home.example": "192.168.0.9"}


class Sock:
    """A server that answers with these bytes, or fails with this exception; it takes and gives a few at a time."""

    def __init__(self, says):
        self.says = says
        self.heard = b""
        self.closed = self.full = False
        self.polls = 0

    def connect(self, address):
        self.address = address
        raise OSError(ECONNREFUSED if self.says is None else EINPROGRESS)

    def write(self, data):
        self.full = not self.full
        if self.full:
            return None
        self.heard += bytes(data[:100])
        client.loop.buf[:] = b"#" * len(client.loop.buf)  # others use it while we wait
        return min(100, len(data))

    def read(self, n):
        self.full = not self.full
        if self.full:
            return None
        if not isinstance(self.says, bytes):
            raise self.says
        data = self.says[:n]
        self.says = self.says[n:]
        return data

    def close(self):
        self.closed = True


class Poll:
    """The module `select`, and what its poll() returns: ready at the second look."""

    POLLOUT = 4

    def poll(self, ms=None):
        if ms is None:
            self.looks = 0
            return self
        self.looks += 1
        return [1] if self.looks > 1 else []

    def register(self, sock, what):
        equal(what, self.POLLOUT)


def resolve(board, host, port):
    if host not in HOSTS:
        raise OSError(7)
    return HOSTS[host], port


class App:
    board = type("Board", (), {"chip": "esp32"})
    memory_reserve = 0

    def __init__(self):
        self.upstreams = {}


DOUBTED = []
client.select = Poll()
client.resolve = resolve
client.doubt = lambda board, host: DOUBTED.append(host)


def ask(*says, url="http://a.example/x", end="", method="GET", headers=None, body=None, size=1000, any=False, want=None):
    """(the Response or the Problem, the sockets) of a question that servers answer so."""
    socks, left = [], list(says)

    def open_socket(kind, name):
        socks.append(Sock(left.pop(0)))
        return socks[-1]

    client.open_socket = open_socket
    del DOUBTED[:]
    res = None
    try:
        for leg in client.run(App, "up", 8000, url, end, method, headers, body, size, any, want):
            res = leg
    except Problem as problem:
        equal(problem.members["upstream"], "up")
        return problem, socks
    equal((left, [sock.closed for sock in socks]), ([], [True] * len(socks)))
    return res, socks


def test_what_is_asked():
    for url, end, said in (
        ("http://a.example", "", b"GET / HTTP/1.1\r\n"), ("http://a.example/x", "/y?a=1", b"GET /x/y?a=1 HTTP/1.1\r\n"),
        ("http://a.example", "/y", b"GET /y HTTP/1.1\r\n"), ("http://a.example?a", "", b"GET /?a HTTP/1.1\r\n"),
        ("http://a.example/x#b", "", b"GET /x HTTP/1.1\r\n"),
        ("http://a.example/\xe4 b", "%41", b"GET /%C3%A4%20b%41 HTTP/1.1\r\n"),
    ):  # fmt: skip
        res, (sock,) = ask(FINE, url=url, end=end)
        equal((res.status, bytes(res.body), sock.heard[: len(said)]), (200, b"fine", said))
    head = b"GET / HTTP/1.1\r\nConnection: close\r\nUser-Agent: picorest\r\nAccept-Encoding: identity\r\nHost: a.example"
    equal((sock.address, ask(FINE, url="http://a.example")[1][0].heard), (("93.0.0.1", 80), head + b"\r\n\r\n"))
    equal(ask(FINE, url="http://a.example:80")[1][0].heard, head + b"\r\n\r\n")
    res, (sock,) = ask(FINE, url="http://a.example:443", headers={"Key": "a\r\nb", "Other": "c"})
    equal((sock.address[1], sock.heard), (443, head + b":443\r\nKey: ab\r\nOther: c\r\n\r\n"))


def test_bodies_of_any_size():
    for pieces in (["\xe4b"], ["x" * 600], ["a" * 100, "b" * 500, "c" * 512, "d" * 513, "e"], ["f" * 300] * 4):
        text = "".join(pieces)
        for body in (text, lambda pieces=pieces: iter(pieces)):
            _, (sock,) = ask(FINE, method="POST", body=body)
            head, sent = sock.heard.split(b"\r\n\r\n")
            equal((sent, head[-25:].split(b"\r\n")[-1]), (text.encode(), b"Content-Length: %d" % len(text.encode())))
    _, (sock,) = ask(FINE, headers={"Key": "k" * 700})
    equal((b"Key: " + b"k" * 700 + b"\r\n\r\n" in sock.heard, b"Content-Length" in sock.heard), (True, False))


def test_what_goes_wrong_is_told_with_whether_it_may_have_arrived():
    cut = FINE[:-1]
    for says, type, sent in (
        (None, "upstream-refused", False), (OSError(104), "upstream-refused", True), (cut, "upstream-garbage", True),
        (b"SSH-2.0\r\n\r\n", "upstream-garbage", True), (b"", "upstream-garbage", True),
        (FINE.replace(b"4\r", b"1001\r"), "upstream-too-large", True),
    ):  # fmt: skip
        problem, _ = ask(says)
        equal((says, problem.type, problem.sent), (says, type, sent))
        equal(DOUBTED, ["a.example"] if type == "upstream-refused" else [])
    problem, _ = ask(None, url="http://a.example:81")
    equal((problem.members["at"], problem.members["error"]), ("a.example:81", ECONNREFUSED))
    problem, socks = ask(url="http://nobody.example")
    equal((problem.type, problem.members["host"], problem.members["retry_after"]), ("upstream-unknown", "nobody.example", 7))
    equal(socks, [])
    for url in ("ftp://a.example", "http://", "http://a.example:0", "http://a b", "http://a:b:c/"):
        equal((url, ask(url=url)[0].type), (url, "upstream-bad-url"))


def test_who_gives_up_doubts_the_address():
    client.open_socket = lambda kind, name: Sock(FINE)
    del DOUBTED[:]
    legs = client.run(App, "up", 8000, "http://a.example", "", "GET", None, None, 100, False, None)
    next(legs)
    next(legs)
    legs.close()
    equal(DOUBTED, ["a.example"])


def test_a_certificate_that_is_refused():
    def wrong(app, name):
        raise ValueError("certificate has expired")

    kept, tls.context = tls.context, wrong
    try:
        problem, _ = ask(FINE, url="https://a.example")
    finally:
        tls.context = kept
    equal((problem.type, problem.sent, problem.members["why"]), ("upstream-untrusted", False, "certificate has expired"))


def test_where_redirects_lead():
    for status in (301, 302, 303, 307, 308):
        res, socks = ask(MOVED % (status, b"/y?b=1"), FINE, url="http://a.example/x", end="?a=1")
        equal((res.status, socks[1].heard[:15], socks[1].address), (200, b"GET /y?b=1 HTTP", ("93.0.0.1", 80)))
    for status in (300, 304, 305, 306, 309):
        says = MOVED % (status, b"/y")
        equal((status, ask(says)[0].status), (status, status))
    equal(ask(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")[0].status, 302)
    res, socks = ask(MOVED % (302, b"http://b.example:81/z"), FINE, headers={"Key": "k"})
    equal((socks[0].heard.count(b"Key"), socks[1].heard.count(b"Key"), socks[1].address), (1, 0, ("93.0.0.2", 81)))
    res, socks = ask(MOVED % (302, b"http://A.example/z"), FINE, headers={"Key": "k"})
    equal(socks[1].heard.count(b"Key"), 1)


def test_where_redirects_end():
    there = MOVED % (302, b"/x")
    problem, socks = ask(there, there, there, end="?secret=1")
    equal((problem.type, problem.members["at"], len(socks), problem.sent), ("upstream-redirect", "http://a.example/x", 3, False))
    for location, any, expected in ((b"http://home.example/", False, "upstream-redirect"), (b"http://home.example/", True, 200),
                                    (b"http://same.example/", False, 200)):  # fmt: skip
        res, _ = ask(*[MOVED % (302, location), FINE][: 1 + (expected == 200)], any=any)
        equal((location, res.type if isinstance(res, Problem) else res.status), (location, expected))


def test_a_change_that_is_redirected():
    res, socks = ask(MOVED % (303, b"/y"), FINE, method="POST", body="a=1")
    equal((socks[1].heard[:7], b"a=1" in socks[1].heard, res.sent), (b"GET /y ", False, True))
    res, socks = ask(MOVED % (307, b"/y"), FINE, method="POST", body="a=1")
    equal((socks[1].heard[:8], socks[1].heard[-7:]), (b"POST /y ", b"\r\n\r\na=1"))
    problem, socks = ask(MOVED % (307, b"http://b.example/"), method="POST", body="a=1")
    equal((problem.type, problem.sent, len(socks)), ("upstream-redirect", True, 1))
    problem, socks = ask(MOVED % (307, b"http://nobody.example:99999/"), method="POST", body="a=1")
    equal((problem.type, problem.sent), ("upstream-bad-url", True))
    problem, socks = ask(MOVED % (303, b"http://a.example:81/"), None, method="POST", body="a=1")
    equal((problem.type, problem.sent), ("upstream-refused", True))


class Config:
    def __init__(self, **settings):
        self.settings = settings

    def get(self, *path):
        value = self.settings
        for step in path:
            value = value.get(step)
        return value


def test_calling_an_upstream_for_what_that_does():
    app = App()
    home = {"url": "http://a", "headers": {"K": "v"}, "max_bytes": 5, "private": True}
    app.config = Config(proxy={"a": home, "b": {"url": "http://b"}})
    equal(call.question(app, [True, "a"]), ("a", 8000, "http://a", "", "GET", {"K": "v"}, None, 5, True, None))
    equal(call.question(app, [True, "b"]), ("b", 8000, "http://b", "", "GET", None, None, 2048, None, None))
    for says, expected in ((FINE, True), (FINE.replace(b"200", b"399"), True),
                           (FINE.replace(b"200 OK", b"400 No"), "upstream-error"),
                           (FINE.replace(b"4\r", b"1001\r"), True), (None, "upstream-refused")):  # fmt: skip
        try:
            equal(call.answer(app, [True, "a"], ask(says)[0]), expected)
        except Problem as problem:
            equal(problem.type, expected)
            equal("400 No" in problem.detail, expected == "upstream-error")
    with raises(Problem) as caught:
        call.question(app, [True, "c"])
    equal(caught.error.type, "unknown-upstream")


def test_https_is_refused_where_certificates_cannot_be_checked():
    app = App()
    app.config = Config(ca=None)
    app.board = type("Board", (), {"chip": "esp8266"})
    before = tls.clock.synced
    try:
        for chip, ca, synced, expected in (
            ("esp8266", "/ca.pem", True, "this chip"), ("esp32", None, True, "certificate of its authority"),
            ("esp32", "", True, "certificate of its authority"), ("esp32", "/none.pem", False, "clock"),
            ("esp32", "/none.pem", True, "/none.pem, named in"),
        ):  # fmt: skip
            app.board.chip, app.config.settings["ca"], tls.clock.synced = chip, ca, synced
            with raises(Problem) as caught:
                tls.context(app, "up")
            problem = caught.error
            equal((expected in problem.detail, problem.members["upstream"]), (True, "up"))
            equal(problem.type, "clock-not-set" if expected == "clock" else "no-https")
    finally:
        tls.clock.synced = before


PIECES = FINE.replace(b"\r\n\r\n", b"\r\n" + b"X-Word: word\r\n" * 20 + b"\r\n")  # more than is read at a time


def short_of_memory(none, *says, **asked):
    """(what ask() returns, or the MemoryError; how often there was a look) where the looks at memory of these numbers find none."""
    looks = []

    def room(size):
        looks.append(size)
        if len(looks) in none:
            raise MemoryError
        return b"r" * size

    App.memory_reserve, App.release = 1, lambda: None
    client.bytearray = room
    try:
        return ask(*says, **asked), len(looks)
    except MemoryError as e:
        return e, len(looks)
    finally:
        App.memory_reserve = 0
        del client.bytearray


def test_nothing_is_asked_without_the_memory_for_an_answer():
    found, looks = short_of_memory(range(1, 1000), method="POST")
    equal((type(found), looks < 50), (MemoryError, True))  # no server was there to be asked


def test_nothing_is_read_while_there_is_no_memory_to_keep_it():
    (res, socks), looks = short_of_memory([2, 3, 4], PIECES)
    equal((res.status, bytes(res.body), looks > 4), (200, b"fine", True))


def test_what_may_be_asked_again_gives_its_memory_away():
    found, looks = short_of_memory(range(2, 1000), PIECES)
    equal((type(found), looks < 50), (MemoryError, True))


def test_what_was_sent_and_must_not_be_sent_twice_is_read_with_what_there_is():
    (res, socks), looks = short_of_memory(range(2, 1000), PIECES, method="POST", body="x")
    equal((res.status, bytes(res.body), looks > 20), (200, b"fine", True))
    equal(looks < 60, True)  # a quarter of a second before the first piece, not before each: else it is too late in the end
