"""The board's place in the network. The one module that imports `network`.

The station joins the strongest known network. When none can be joined for a minute, the board opens its own access
point, and tries the station again only while nobody is on it: a searching radio drops the access point's packets.
Nothing here resets the board or touches a pin.

Here is what always has to be in memory. join.py joins a network, access_point.py opens and closes the access point,
status.py tells in words what happened, static_address.py tries a new fixed address; they are imported for that moment.
"""

import asyncio
from random import getrandbits

import network

from .. import clock
from ..memory import driver_error
from ..overlay import drop, load_overlay
from .events import ACCESS_POINT_CLOSED, ACCESS_POINT_OPENED, EVENTS, LOST, SIZE

_PATIENCE = const(60)  # seconds without a network until the access point opens
_LINGER = const(90)  # seconds the access point stays when the station is back, and
_LINGER_LEAST = const(10)  # with nobody on it
_BACK_OFF = const(30)  # seconds between tries while the access point is open; doubles up to
_BACK_OFF_MOST = const(300)


class Wifi:
    """Runs the radio. `portal` is there while the access point is open, else None.

    candidate: (ssid, password, keep) that somebody wants to be tried; wanted: the same while it is tried: if it works it is stored,
    in place of the known networks or (keep) before them. candidate_result: (ssid, what came of it, what the driver said) of the
    last such try. deadline: uptime until which a new address has to prove itself, else None. server: what counts its `requests` and
    asks `before()` it answers one, if anything does."""

    net = network
    deadline = server = None

    def __init__(self, config, free_memory):
        self.config = config
        self.free_memory = free_memory  # called when memory runs out, to free what others can spare
        self.sta = network.WLAN(network.STA_IF)
        self.ap = network.WLAN(network.AP_IF)
        try:
            self.drive(self.ap.active, False)  # the firmware's own access point has a public password
        except OSError as e:
            print("Wi-Fi: the radio does not start (%s)" % e)
        self.events = bytearray(EVENTS * SIZE)  # see events.py
        self.names = [None] * EVENTS  # the network of each event
        self.ssid = None  # the network joined last
        self.last_connect = None  # what the driver was told last; telling it again would write the ESP8266's flash
        self.static = None  # the fixed address it was told
        self.status = 0  # what it said when it failed last
        self.portal = self.candidate_result = self.candidate = self.wanted = None
        self.scan_cache = None  # what the last scan found, for some seconds

    def drive(self, deed, *args, **more):
        """A call into the driver. OSError if it fails: an ESP32's may say so with a RuntimeError."""
        try:
            return deed(*args, **more)
        except RuntimeError as e:
            raise driver_error(e)

    def connected(self):
        return self.sta.isconnected()

    def address(self):
        """Our IPv4 address in text: the station's, else the access point's, else None."""
        if self.sta.isconnected():
            return self.sta.ifconfig()[0]
        return self.ap.ifconfig()[0] if self.portal else None

    def rssi(self):
        """Strength of the network's signal in dBm, None when the station has none."""
        try:
            rssi = self.drive(self.sta.status, "rssi")
            return rssi if rssi < 0 else None  # the ESP8266 says 31
        except OSError:
            return None

    def clients(self):
        """How many devices are on the access point."""
        try:
            return len(self.drive(self.ap.status, "stations")) if self.portal else 0
        except (OSError, ValueError):
            return 0

    def note(self, what, ssid=None):
        """Remember an event, by its number in status.py."""
        self.act("wifi.events", "note", what, ssid)

    def act(self, module, deed, *args):
        """Call a function of a module that is imported for this moment."""
        try:
            load_overlay(module)
        except MemoryError:
            self.free_memory()
        try:
            return getattr(load_overlay(module), deed)(self, *args)
        finally:
            drop(module)

    def turn(self, deed):
        """Prepare, start or stop the access point; False if the driver will not."""
        try:
            self.act("wifi.access_point", deed)
            return True
        except OSError as e:
            print("Wi-Fi: the radio fails (%s): it is tried again" % e)
            return False

    async def run(self):
        """Keep the board reachable, for ever."""
        while not self.turn("prepare"):
            await asyncio.sleep(5)
        since = clock.uptime()  # when the station was last connected
        wait = _BACK_OFF
        joined = True  # a try right after a loss does not mind who is on the access point
        while True:
            try:
                wanted = self.candidate is not None
                joined = await self.act("wifi.join", "join", joined)
                if joined:
                    if wanted:
                        self.act("wifi.credentials", "store")
                    wait = _BACK_OFF
                    await self._stay()
                elif self.deadline is not None and clock.uptime() >= self.deadline:
                    self.act("wifi.static_address", "fail")
                if joined or wanted:
                    since = clock.uptime()
                elif self.portal:
                    await self._rest(wait)
                    wait = min(wait * 2, _BACK_OFF_MOST)
                elif clock.uptime() - since < _PATIENCE and self.config.get("wifi", "networks"):
                    await asyncio.sleep(2)
                elif not self.candidate:
                    if self.turn("start"):
                        self.note(ACCESS_POINT_OPENED)
                    else:
                        await asyncio.sleep(5)
            except MemoryError:
                self.free_memory()
                await asyncio.sleep(1)

    async def _stay(self):
        """While the station is connected and nobody wants it elsewhere."""
        joined = clock.uptime()
        data = None
        while not self.candidate:
            try:
                if self.config.data is not data:
                    if self.act("wifi.static_address", "changed"):
                        await asyncio.sleep(1)  # the answer to the request leaves first
                        break
                    data = self.config.data
                if self.deadline is not None:
                    await self.act("wifi.static_address", "prove")
                if not self.sta.isconnected():
                    self.note(LOST, self.ssid)
                    break
                linger = _LINGER if self.clients() else _LINGER_LEAST
                if self.portal and clock.uptime() - joined > linger and self.turn("stop"):
                    self.note(ACCESS_POINT_CLOSED)
            except MemoryError:  # no reason to lose the network
                self.free_memory()
            self.forget()
            await asyncio.sleep(1)

    def forget(self):
        """Forget the last scan when it is old."""
        if self.scan_cache and clock.uptime() - self.scan_cache[0] > 10:
            self.scan_cache = None

    async def _rest(self, wait):
        """Leave the access point alone: for so long, and for as long as somebody is on it."""
        wait += wait * (getrandbits(8) - 128) // 512
        start = clock.uptime()
        data = self.config.data
        while not self.candidate:
            await asyncio.sleep(1)
            self.forget()
            if not self.clients() and (clock.uptime() - start >= wait or self.config.data is not data):
                break
