"""The last net: a board for which nothing has found room in memory for a minute starts again, and only then."""

import asyncio

import fakes.gpio  # noqa: F401
import fakes.wifi  # noqa: F401

# isort: split
import app
from expect import equal, raises
from picorest import clock, overlay


class Board:
    def __init__(self):
        self.resets = []

    def reset(self, why=b"a"):
        self.resets.append(why)


class Application:
    """What starve() and tend() need of one."""

    starve, feed, mode, outbound = app.App.starve, None, 1, False

    def __init__(self):
        self.board, self.services, self.failures, self.released = Board(), [], {}, 0

    def release(self):
        self.released += 1


def after(seconds, load, looks=None, outbound=False):
    return asyncio.run(_after(seconds, load, looks, outbound))


async def _after(seconds, load, looks, outbound):
    """The resets of a board for which nothing has found room for so long, and whose last tries have been in vain for `looks`
    seconds (None: there were none), when load_overlay() does this now; outbound: while it asks another server. And how often it
    freed memory."""
    here, real = Application(), app.load_overlay
    here.outbound = outbound
    overlay.starved[:] = [clock.ticks_ms() - 1000 * seconds] + ([] if looks is None else [clock.ticks_ms() - 1000 * looks])
    app.load_overlay = load
    try:
        app.App.tend(here)
    finally:
        app.load_overlay = real
        overlay.starved.clear()
    return here.board.resets, here.released


def full(name):
    raise MemoryError


def test_it_restarts_when_nothing_finds_room():
    equal(after(71, full, 11), ([b"f"], 1))


def test_it_has_a_minute_and_ten_seconds_of_last_tries():
    equal(after(30, full), ([], 0))
    equal(after(65, full), ([], 1))
    equal(after(200, full), ([], 1))
    equal(after(71, full, 9), ([], 1))
    equal(after(71, lambda name: None, 11), ([], 1))


def test_a_call_of_its_own_may_have_the_memory_for_a_while():
    """A slow server is no reason to restart; one that never lets go is."""
    equal(after(200, full, 11, True), ([], 0))
    equal(after(301, full, None, True), ([], 1))
    equal(after(312, full, 11, True), ([b"f"], 1))


async def test_after_a_call_the_last_tries_begin_anew():
    here, real = Application(), app.load_overlay
    overlay.starved[:] = [clock.ticks_ms() - 90000, clock.ticks_ms() - 20000]
    app.load_overlay = full
    try:
        here.outbound = True
        app.App.tend(here)
        here.outbound = False
        app.App.tend(here)
    finally:
        app.load_overlay = real
        overlay.starved.clear()
    equal(here.board.resets, [])


async def test_a_failure_is_remembered_until_an_overlay_finds_room():
    overlay.starved.clear()
    overlay.forget("ntp.timezone")
    overlay.__import__ = full
    for _ in range(2):
        with raises(MemoryError):
            overlay.load_overlay("ntp.timezone")
        equal(overlay.starved, [None])
    del overlay.__import__
    app.App.tend(Application())
    first = overlay.starved[0]
    assert first is not None
    app.App.tend(Application())
    equal(overlay.starved, [first])
    overlay.load_overlay("ntp.timezone")
    equal(overlay.starved, [])
