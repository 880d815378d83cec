"""Somebody presses a button: its wire goes to a level and back, and the contacts bounce both times."""

import time

from .child.wait import LOOK

PRESS = {"level": 0, "ms": 80, "bounces": 0, "times": 1, "gap_ms": 150}  # level: on the wire while it is pressed; gap: between two
LIMITS = {"level": (0, 1), "ms": (0, 60_000), "bounces": (0, 50), "times": (1, 1000), "gap_ms": (0, 60_000)}
_PATIENCE = 5  # real seconds for an interrupt to be served


def play(board, number, press):
    """Press the button on GPIO `number` of a Supervisor, as often as `press` says; returns when it is let go for the last time.

    A chip serves an interrupt within microseconds; this computer may have other things to do. So a level lasts from when the board
    has seen it, and bounces are as short as can be: none becomes a press because somebody else has the processor."""
    down, free = press["level"] + 1, board.play.outside(number)
    for turn in range(press["times"]):
        if turn:
            _pass(board, press["gap_ms"])
        _change(board, number, down, free, press["bounces"])
        _pass(board, press["ms"])
        _change(board, number, free, down, press["bounces"])


def _change(board, number, new, old, bounces):
    with board.lock:
        for level in (new, *(old, new) * bounces):
            board.drive(number, level)
        board.wake(LOOK)  # taken when the interrupts before it have been served
    end = time.monotonic() + _PATIENCE
    while board.page.pending() and time.monotonic() < end:
        time.sleep(0.0005)


def _pass(board, ms):
    time.sleep(ms / 1000 / board.page.speed())
