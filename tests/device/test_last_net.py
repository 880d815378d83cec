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

    starve, feed, mode = app.App.starve, None, 1

    def __init__(self):
        self.board, self.services, self.failures, self.released = Board(), [], {}, 0

    def release(self):
        self.released += 1


def after(seconds, load):
    return asyncio.run(_after(seconds, load))


async def _after(seconds, load):
    """The resets of a board for which nothing has found room for so long, and load_overlay() does this now."""
    here, real = Application(), app.load_overlay
    overlay.starved[:] = [clock.ticks_ms() - 1000 * seconds]
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
    equal(after(71, full), ([b"f"], 1))


def test_it_has_a_minute_and_a_last_try():
    equal(after(30, full), ([], 0))
    equal(after(65, full), ([], 1))
    equal(after(71, lambda name: None), ([], 1))


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
