"""Buttons: inputs whose presses are told from bounces, counted, and made events of. Imported where the configuration has one.

The interrupt keeps the ticks of each change that lasted, and the loop makes events of them when it comes to it: so no press is
lost while the loop is busy. Both may work at the same time: what the one stores, the other would store too.
"""

import asyncio
import sys
from array import array

from .. import clock
from ..problem import Problem
from .pins import Line

_BOUNCE = const(20)  # ms that a level has to last to count
_DOUBLE = const(400)  # ms from a release to the press that makes it a double
_KEPT = const(15)  # changes that may wait for the loop with their ticks; of more only the number is known

_EVENTS = const("press release hold double")
_PRESS = const(0)
_RELEASE = const(1)
_HOLD = const(2)
_DOUBLED = const(3)


class Button(Line):
    """A Line that is a button. spec: its "button" in the configuration. Its state is the level without bounces, and its revision
    moves with each event.

    name: what listeners hear. counts: how often each event happened."""

    event = None  # the number of the newest
    polled = False  # a pin without interrupt: what is shorter than a turn of the loop is lost
    since = None  # ticks at which it was pressed, until `hold` is told
    until = None  # ticks before which the next press makes a double

    def __init__(self, line, name, spec):
        self.name = name
        self.active = spec.get("active", 0)
        self.wait = int(spec.get("hold", 1) * 1000)
        self.counts = [0, 0, 0, 0]
        # changes that lasted; their lowest bit is the level on the wire. seen: those that were made events of.
        # Those from before are the pull resistor's, or somebody holds the button at the start.
        self.n = self.seen = self.last = line.pin.value()
        self.ticks = clock.ticks_ms()  # of the newest change, bounces too
        self.ring = array("i", [0] * (_KEPT + 1))
        super().__init__(line.gpio, name, line.pin)
        self.mode, self.pull, self.invert, self.boot = line.mode, line.pull, line.invert, line.boot
        self.button = True
        try:
            self.pin.irq(self.irq, 3)
        except (OSError, ValueError):
            self.polled = True

    def irq(self, changed):
        """Interrupt: allocates nothing, and may come in the middle of itself. So n is read before ticks, and that before last."""
        n = self.n
        at = self.ticks
        if (self.last ^ n) & 1 and clock.ticks_diff(clock.ticks_ms(), at) >= _BOUNCE:
            n += 1
            self.ring[n & _KEPT] = at
            self.n = n
        if changed:
            self.last = self.pin.value()
            self.ticks = clock.ticks_ms()

    def level(self):
        if self.mode != "in":
            return super().level()
        self.latest = self.seen & 1 ^ self.invert
        return self.latest

    def text(self, was=None):
        event = "null" if self.event is None else '"%s"' % _EVENTS.split(" ")[self.event]
        text = b',"button":{"event":%s,"press":%d,"release":%d,"hold":%d,"double":%d' % ((event,) + tuple(self.counts))
        return super().text(was)[:-1] + text + (b',"polled":true}}' if self.polled else b"}}")

    def poll(self, app):
        """Make events of what happened."""
        # an interrupt may get lost among many, and some pins have none
        self.irq(self.pin.value() != self.last)
        while self.seen != self.n:
            self.seen += 1
            known = self.n - self.seen < _KEPT
            at = self.ring[self.seen & _KEPT]
            if self.seen & 1 == self.active:
                double = known and self.until is not None and clock.ticks_diff(self.until, at) >= 0
                self.until = None
                self.since = at if known else None
                self.tell(app, _PRESS)
                if double:
                    self.tell(app, _DOUBLED)
            else:
                self._held(app, at)
                single = known and self.since is not None and self.event != _DOUBLED
                self.until = clock.ticks_add(at, _DOUBLE) if single else None
                self.since = None
                self.tell(app, _RELEASE)
        now = clock.ticks_ms()
        self._held(app, self.ticks if (self.last ^ self.n) & 1 else now)
        if self.until is not None and clock.ticks_diff(now, self.until) > _BOUNCE:
            self.until = None  # ticks come round

    def _held(self, app, now):
        if self.wait and self.since is not None and clock.ticks_diff(now, self.since) >= self.wait:
            self.since = None
            self.tell(app, _HOLD)

    def tell(self, app, event):
        """Count an event, and tell App.listeners of it."""
        self.counts[event] += 1
        self.event = event
        self.rev += 1
        for listener in app.listeners:
            try:
                listener(self.name, _EVENTS.split(" ")[event])
            except Exception as e:
                sys.print_exception(e)


class Buttons:
    """The service that watches all buttons. success: uptime of the newest event."""

    log = error = None

    def __init__(self, app):
        self.app = app
        self.success = clock.uptime()
        self.lines = []
        pins = app.pins
        for text, entry in app.config.get("pins").items():
            if "button" in entry:
                try:
                    line = pins.find(text)
                except Problem:  # which is among the warnings
                    continue
                if line.mode == "in":
                    line = Button(line, entry.get("name") or pins.board.row(str(line.gpio))[0][1], entry["button"])
                    pins.lines[line.gpio] = line
                    self.lines.append(line)

    async def run(self):
        """Work for ever."""
        while True:
            self.step()
            await asyncio.sleep_ms(20)

    def step(self):
        """Tell what has happened."""
        for line in self.lines:
            if line.mode == "in":
                rev = line.rev
                line.poll(self.app)
                if line.rev != rev:
                    self.success = clock.uptime()
