"""The events of one client. Not on an ESP8266, whose four connections are too few for that."""

import asyncio

from .. import clock
from ..dht.sampler import COUNT
from ..gpio.pins import list_pins, revision
from ..sensors import ERRORS, START
from ..service_status import failing
from .dht import list_sensors
from .status import status_parts

_LOOK = const(50)  # ms between two looks at the pins
_SELDOM = const(1000)  # ms between two looks at all else
_SILENCE = const(15000)  # ms after which a comment shows that the connection lives


class Events:
    """Events in bytes, for `async for`: `gpio` with what GET /gpio answers and its revision as the id; `dht`, `status` and,
    where there are others than DHTs, `sensors` likewise without one. known: the id that the client had last, in bytes, or None."""

    def __init__(self, app, known):
        self.app = app
        self.rev = known
        self.readings = self.others = self.state = None
        self.last = self.looked = clock.ticks_add(clock.ticks_ms(), -_SELDOM)
        self.queue = [b"retry: 2000\n\n"]

    def __aiter__(self):
        self.app.patient += 1
        return self

    async def __anext__(self):
        app = self.app
        while not self.queue:
            if app.crowded:  # its place is for somebody who does something; it comes again by itself
                app.crowded = False
                raise StopAsyncIteration
            self._look()
            if not self.queue:
                await asyncio.sleep_ms(_LOOK)
        self.last = clock.ticks_ms()
        return self.queue.pop(0)

    async def aclose(self):
        """Called when the client has gone, or nothing more is to come."""
        self.app.patient -= 1

    def _look(self):
        app = self.app
        rev = b"%d" % revision(app.pins.lines)
        if rev != self.rev:
            self.rev = rev
            self.queue.append(_event(b"gpio\nid: " + rev, list_pins(app)))
        now = clock.ticks_ms()
        if clock.ticks_diff(now, self.looked) < _SELDOM:
            return
        self.looked = now
        readings = [sensor[COUNT] for sensor in app.dht.list] if app.dht else None
        if readings != self.readings:
            self.readings = readings
            self.queue.append(_event(b"dht", list_sensors(app)))
        others = [(sensor[START], sensor[ERRORS]) for sensor in app.sensors.list] if app.sensors else None
        if others != self.others:
            from .sensors import list_sensors as list_all  # here: few boards have such sensors

            self.others = others
            self.queue.append(_event(b"sensors", list_all(app)))
        state = _state(app)
        if state != self.state:
            self.state = state
            self.queue.append(_event(b"status", status_parts(app)))
        if not self.queue and clock.ticks_diff(now, self.last) > _SILENCE:
            self.queue.append(b":\n\n")


def _event(name, pieces):
    """An event in bytes; name: with fields that follow it."""
    out = bytearray(b"event: %s\ndata: " % name)
    for piece in pieces:
        out.extend(piece.encode() if isinstance(piece, str) else piece)  # name: of bytes alone
    out.extend(b"\n\n")
    return bytes(out)


def _state(app):
    """What of the board's status is news when it changes."""
    wifi = app.wifi
    network = wifi.connected(), wifi.ssid, wifi.address(), wifi.portal is None
    services = [name for name, _ in failing(app)], list(app.failures)
    return network, services, list(app.all_warnings())
