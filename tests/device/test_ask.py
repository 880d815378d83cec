"""Asking other servers one at a time: who waits for its turn, or for memory, holds nothing of what asks."""

import asyncio

import fakes.gpio  # noqa: F401
import fakes.wifi  # noqa: F401

# isort: split
import app as application
from expect import equal, raises
from picorest import clock
from picorest.http.dispatch import Dispatcher
from picorest.problem import Problem


class App(Dispatcher):
    """What fetch() says is in `says`, one after the other: None, an exception, or words; it takes a moment."""

    memory_reserve = 4000
    asking = 0
    ask = application.App.ask

    class board:
        chip = "esp8266"

    def __init__(self, *says):
        self.says = list(says)
        self.queue = []
        self.begun = []  # (who, what `outbound` was)
        self.released = 0

    async def bring(self, module, function, app, name, *more):
        self.begun.append((name, self.outbound))
        if self.says[0] is OSError:  # no memory for fetch.py itself
            self.says.pop(0)
            raise MemoryError
        return self.fetch()

    async def fetch(self):
        self.outbound, self.kept = True, ("upstream.fetch",)
        await asyncio.sleep_ms(5)
        said = self.says.pop(0)
        if said is MemoryError:  # it may have been done
            raise MemoryError
        return said

    def release(self):
        equal(self.kept, ())
        self.released += 1


async def quickly(app, *names):
    """What each gets, or the type of its problem, with waits that take no time."""
    real = asyncio.sleep_ms
    asyncio.sleep_ms = lambda ms: real(0)

    async def one(name):
        try:
            return await app.ask(name, "asker", name)
        except Problem as e:
            return e.type

    try:
        return await asyncio.gather(*[one(name) for name in names])
    finally:
        asyncio.sleep_ms = real


async def test_the_second_begins_when_the_first_is_done():
    app = App("one", "two")
    equal(await quickly(app, "a", "b"), ["one", "two"])
    equal(app.begun, [("a", 2), ("b", 2)])
    equal((app.outbound, app.kept, app.asking), (False, (), 0))


async def test_no_more_wait_than_there_is_room_for():
    app = App("one", "two")
    equal(await quickly(app, "a", "b", "c"), ["one", "two", "upstream-busy"])
    equal(app.asking, 0)


async def test_without_memory_it_is_tried_again_with_empty_hands():
    app = App(OSError, None, None, "at last")
    equal(await quickly(app, "a"), ["at last"])
    equal((app.begun, app.released), ([("a", 2)] * 4, 3))
    equal((app.outbound, app.kept), (False, ()))


async def test_those_who_wait_for_memory_come_before():
    app = App(None, "then")
    task = asyncio.create_task(quickly(app, "a"))
    while not app.released:
        await asyncio.sleep_ms(1)
    app.queue.append([None])
    for _ in range(20):
        await asyncio.sleep_ms(5)
    equal((len(app.begun), app.outbound), (1, 2))
    app.queue.clear()
    equal(await task, ["then"])


async def test_what_may_have_been_done_is_not_tried_again():
    app = App(MemoryError, "never")
    with raises(MemoryError):
        await quickly(app, "a")
    equal((len(app.begun), app.outbound), (1, False))


async def test_it_does_not_try_for_ever():
    app = App(*[None] * 5)
    real = clock.ticks_diff
    clock.ticks_diff = lambda a, b: real(a, b) + 14001 * (len(app.begun) > 2)
    try:
        with raises(MemoryError):
            await quickly(app, "a")
    finally:
        clock.ticks_diff = real
    equal((len(app.begun), app.outbound), (3, False))
