"""Guessing the token: what is remembered of it, and for how long. Without a socket."""

from expect import equal
from picorest import clock
from picorest.http import auth
from picorest.problem import Problem

HEAD = b"PUT / HTTP/1.1\r\n\r\n"
FREE = 40  # wrong tokens without a pause


class Board:
    token = "secret"


class Request:
    head = HEAD

    def __init__(self, app, peer, token):
        self.app = app
        self.conn = type("Conn", (), {"peer": peer})
        self.known = {"authorization": b"Bearer " + token} if token else {}


class Time:
    """The clock of the board at this uptime."""

    def __init__(self):
        self.kept, self.now = clock.uptime, 1000
        clock.uptime = lambda: self.now

    def __enter__(self):
        return self

    def __exit__(self, *_):
        clock.uptime = self.kept


def tried(app, peer, token=b"wrong"):
    """The status of a try; for how long one has to wait after it is looked at."""
    try:
        auth.check(Request(app, peer, token))
    except Problem as problem:
        return problem.members.get("retry_after") or problem.status_code
    return 200


def test_the_pauses_grow_up_to_16_seconds_and_end():
    with Time() as time:
        app, pauses = Board(), []
        equal([tried(app, "a") for _ in range(FREE)], [401] * FREE)
        for _ in range(7):
            pauses.append(tried(app, "a", b"secret"))
            time.now += pauses[-1]
            equal(tried(app, "a"), 401)
        equal(pauses, [1, 2, 4, 8, 16, 16, 16])
        time.now += 15
        equal(tried(app, "a", b"secret"), 1)
        time.now += 1
        equal(tried(app, "a", b"secret"), 200)
        equal(tried(app, "a"), 401)  # it goes on where it was
        equal(tried(app, "a", b"secret"), 16)
        time.now += 16 + 601
        equal([tried(app, "a") for _ in range(FREE + 1)], [401] * FREE + [1])  # ten minutes without: forgotten


def test_no_token_is_no_guess():
    with Time():
        app = Board()
        equal([tried(app, "a", b"") for _ in range(50)], [401] * 50)
        equal(hasattr(app, "lock"), False)


def test_others_need_not_wait_and_after_several_addresses_all_but_one():
    with Time() as time:
        app = Board()
        for _ in range(FREE + 1):
            tried(app, "a")
        equal((tried(app, "a"), tried(app, "b", b"secret"), tried(app, "b"), tried(app, "b")), (1, 200, 401, 2))
        equal((tried(app, "c", b"secret"), tried(app, "a")), (2, 2))
        time.now += 2
        equal((tried(app, "c", b"secret"), tried(app, "d"), tried(app, "d")), (200, 401, 4))
        equal((tried(app, "c", b"secret"), tried(app, "b", b"secret")), (200, 4))  # the last one that had it
        equal((tried(app, "c"), tried(app, "c", b"secret")), (401, 8))  # a wrong one there, too


def test_it_takes_no_more_for_a_thousand_addresses():
    with Time() as time:
        app = Board()
        for n in range(1000):
            time.now += 20
            tried(app, "10.0.%d.%d" % (n // 250, n % 250))
        equal((len(app.lock), app.lock[0], app.lock[2]), (4, FREE + 4, 1))
