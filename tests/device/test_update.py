"""PUT /update and the start after it: which place it goes to, what ends it, what is left when something goes wrong."""

import asyncio
import os
import sys

from expect import equal, raises
from fakes.chip import Lasting
from picorest.problem import Problem
from picorest.routes import update_put
from picorest.update import confirm

sys.modules["picorest.update.tar"] = update_tar = type("update_tar", (), {})
DIGEST = "0" * 62 + "ab"
OLD = ["/", "-"]


class Board(Lasting):
    resets = 0

    def reset(self):
        self.resets += 1


class App:
    token = "x"
    config = {}
    trial = None

    def __init__(self):
        self.board = Board()


class Request:
    """PUT /update of a file that arrives as `says`: its digest, or the exception that ends it. places: where it went."""

    conn = body = None
    query = b"yes"
    content_length = 5000

    def __init__(self, app, says=DIGEST, **asked):
        self.app = app
        self.says = says
        self.args = dict({"id": "0123abcd", "sha256": DIGEST}, **asked)
        self.places = []
        update_tar.receive = self.receive

    async def receive(self, conn, length, place):
        self.places.append(place)
        await asyncio.sleep_ms(5)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def state(*words):
    for name in os.listdir():
        os.remove(name)
    if words:
        confirm.write(list(words))


async def refused(request, status, type):
    before = confirm.read()
    with raises(Problem) as caught:
        await update_put.put(request)
    equal((caught.error.status_code, caught.error.type), (status, type))
    equal((confirm.read(), hasattr(request.app, "updating")), (before, False))


async def test_it_goes_to_the_place_that_is_free_and_the_board_restarts_once_the_answer_has_left():
    for words, place in (((), "/a"), (("/", "-"), "/a"), (("/b", "4567abcd"), "/a"), (("/a", "4567abcd"), "/b")):
        state(*words)
        request = Request(App())
        answer = await update_put.put(request)
        equal((answer.status_code, request.places, request.app.board.resets), (202, [place], 0))
        equal(confirm.read(), [place, "0123abcd", "?w"] + list(words or OLD))
        await asyncio.sleep_ms(100)
        equal(request.app.board.resets, 0)
        await asyncio.sleep_ms(300)
        equal(request.app.board.resets, 1)


async def test_one_that_never_ran_is_forgotten_and_one_that_failed_is_overwritten():
    state("/a", "4567abcd", "?w", "/b", "89abcdef")
    request = Request(App())
    await update_put.put(request)
    equal((request.places, confirm.read()), (["/a"], ["/a", "0123abcd", "?w", "/b", "89abcdef"]))
    state("/b", "89abcdef", "!w", "/a", "4567abcd")
    request = Request(App())
    await update_put.put(request)
    equal((request.places, confirm.read()), (["/a"], ["/a", "0123abcd", "?w", "/b", "89abcdef"]))


async def test_what_goes_wrong_leaves_what_runs():
    for says, status, type in (("f" * 64, 400, "damaged"), (OSError(28), 507, "not-stored")):
        state("/a", "4567abcd")
        await refused(Request(App(), says), status, type)
        state()
        await refused(Request(App(), says), status, type)
    request = Request(App(), EOFError())
    with raises(EOFError):
        await update_put.put(request)
    equal(hasattr(request.app, "updating"), False)
    await asyncio.sleep_ms(400)
    equal(request.app.board.resets, 0)


async def test_one_at_a_time_and_none_during_a_trial():
    state()
    app = App()
    first = asyncio.create_task(update_put.put(Request(app)))
    await asyncio.sleep_ms(0)
    with raises(Problem) as caught:
        await update_put.put(Request(app))
    equal((caught.error.status_code, caught.error.type), (409, "updating"))
    equal((await first).status_code, 202)
    app = App()
    app.trial = True
    await refused(Request(app), 409, "updating")


async def test_what_is_no_update():
    state()
    app = App()
    for asked in ({"id": ""}, {"id": "0" * 17}, {"id": "xyz"}, {"sha256": "0" * 63}, {"sha256": "0" * 65}):
        await refused(Request(app, **asked), 400, "bad-update")
    for member, value in (("content_length", 0), ("body", b"small")):
        request = Request(app)
        setattr(request, member, value)
        await refused(request, 400, "bad-update")
    app.token = None
    await refused(Request(app), 403, "update-off")


class Machine:
    """The module `machine`, as far as a trial needs it."""

    kept = b"picorest rest"

    def __init__(self):
        self.timer = None
        self.resets = 0

    def Timer(self, number):
        self.ONE_SHOT = 0
        return self

    def init(self, mode, period, callback):
        self.timer = period, callback

    def RTC(self):
        return self

    def memory(self, new=None):
        """What outlives the restart."""
        self.kept = self.kept if new is None else new
        return self.kept

    def reset(self):
        self.resets += 1


def started(*words):
    """(what choose() returns, the fake machine, the folders that it puts first) when the board starts with this file."""
    state(*words)
    path, machine = list(sys.path), Machine()
    kept = sys.modules.get("machine")
    sys.modules["machine"] = machine
    try:
        timer = __import__("versions").choose()
        if timer:
            machine.timer[1](None)  # its time is over
    finally:
        del sys.modules["machine"]
        if kept:
            sys.modules["machine"] = kept
        found = sys.path[: len(sys.path) - len(path)]
        sys.path[:] = path
    return timer, machine, found


def test_a_trial_begins_with_the_way_back_written_and_a_timer():
    for way, seconds in (("?w", 120), ("?", 60)):
        timer, machine, path = started("/b", "0123abcd", way, "/a", "4567abcd")
        equal((timer is machine, machine.timer[0], path), (True, seconds * 1000, ["/b", "/b/lib"]))
        equal(confirm.read(), ["/a", "4567abcd", way.replace("?", "!"), "/b", "0123abcd"])
        equal((machine.resets, machine.kept), (1, b"picorest fest"))  # in the place of one letter: see log.py


def test_after_a_trial_that_ended_early_the_one_before_runs():
    words = ["/a", "4567abcd", "!w", "/b", "0123abcd"]
    timer, machine, path = started(*words)
    equal((timer, machine.timer, path, confirm.read()), (None, None, ["/a", "/a/lib"], words))


def test_without_a_trial_nothing_is_written():
    for words, folders in ((("/a", "4567abcd"), ["/a", "/a/lib"]), (("/", "-"), []), ((), [])):
        timer, machine, path = started(*words)
        equal((timer, machine.timer, path, confirm.read()), (None, None, folders, list(words) or OLD))
