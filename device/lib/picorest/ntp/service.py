"""The clock's service: what is kept between one question to the time servers and the next.

How they are asked is in query.py, what is told in status.py: both are imported when they are needed.
"""

import asyncio

from .. import clock
from ..overlay import drop
from ..problem import Problem

_RETRY = const(15)
_TRIES = const(8)  # where memory is short


class Sntp:
    """config: ntp.servers, timezone. board: set_rtc(). app: wifi.connected(), and who else asks and takes memory."""

    def __init__(self, config, board, app):
        self.config = config
        self.board = board
        self.app = app
        self.refusing = []  # servers that have refused us for good
        self.wait = self.min_interval = _RETRY  # seconds from round to round, and what RATE made the least of that
        self.next_at = 0  # uptime of the next round
        self.burst_used = 0  # uptime up to which rounds by hand are paid for
        self.busy = False
        self.unconfirmed_offset = None  # ms by which the last answer wanted to move the clock, and nobody has confirmed
        self.set_at = 0  # uptime of the last sync
        self.source = None  # (server, its stratum, ms that the clock may have been wrong then)
        self.error = None  # why the last round failed, in words

    async def run(self):
        """Keep the clock right, for ever."""
        while True:
            if clock.uptime() >= self.next_at and not self.busy and self.app.wifi.connected():
                try:
                    await self.ask()
                except (MemoryError, Problem):
                    pass  # state() tells; without memory it asks again
            await asyncio.sleep(1)

    async def ask(self):
        """Ask the servers in turn until one is believed. Returns by how many milliseconds the clock was moved, None if
        it was not set before. Problem 502 or 504: what came of the last of them."""
        app = self.app
        self.busy = True
        ours = False
        try:
            for _ in range(_TRIES):
                try:
                    if app.memory_reserve:
                        await app.alone()
                        app.outbound = ours = True
                        app.release()
                    return await (await app.bring("ntp.query", "ask", self))
                except MemoryError:  # others may have what it takes
                    if ours:
                        app.outbound = ours = False
                    drop("ntp.query", "resolver")
                    await asyncio.sleep_ms(200)
            raise MemoryError
        finally:
            self.busy = False
            if ours:
                app.outbound = False
            drop("ntp.query", "resolver")

    def state(self):
        """What GET /time says, as JSON in parts. Problem 503 before the first sync."""
        from .status import state

        return state(self)

    async def sync(self):
        """Ask now. state(), and by how much the clock was moved: `offset_ms`, and `was`, the Unix time that it would
        have told (both None the first time). Problem 429, 502, 503 or 504 if the clock was left alone."""
        while self.busy:
            await asyncio.sleep_ms(50)
        app = self.app
        await app.bring("ntp.status", "pay", self)
        moved = await self.ask()
        return await app.bring("ntp.status", "moved", self, moved)
