"""A `network` module with a small world around it, and time that passes only when somebody sleeps.

Import it before picorest.wifi. `world` says which networks are in reach; `start()` makes a board's Wi-Fi in it.
"""

import asyncio
import json
import sys

from fakes.chip import Lasting
from picorest import clock
from picorest.config.settings import Config

_sleep_ms = asyncio.sleep_ms
_running = {}


class World:
    def __init__(self):
        self.reset()

    def reset(self, chip="esp32"):
        self.chip = chip
        self.now = 0
        self.networks = {}  # ssid: [password, rssi], and the same of further access points; the driver takes the first
        self.up = True  # the router
        self.dhcp = True
        self.stations = 0  # devices on our access point
        self.calls = []
        self.points = []  # those that were named
        self.numbers = {}  # what it says of a state in place of the number that has a name
        self.at = []  # (ms, function) of what is going to happen

    def later(self, seconds, change):
        self.at.append((self.now + seconds * 1000, change))

    def pass_ms(self, ms):
        self.now += ms
        for item in [i for i in self.at if i[0] <= self.now]:
            self.at.remove(item)
            item[1]()


world = World()


async def sleep_ms(ms):
    world.pass_ms(ms)
    await _sleep_ms(0)


async def sleep(seconds):
    await sleep_ms(int(seconds * 1000))


class WLAN:
    PM_NONE = 7

    def __init__(self, interface):
        self.interface = interface
        self.on = interface == AP_IF  # as the ESP8266's firmware leaves it
        self.wanted = None
        self.told = None
        self.since = 0
        self.settings = {}
        self.address = ("192.168.4.1", "255.255.255.0", "192.168.4.1", "0.0.0.0") if interface else None

    def active(self, on=None):
        if on is not None:
            self.on = on
        return self.on

    def config(self, name=None, **settings):
        if name == "mac":
            return b"\x26\x6f\x28\xab\xcd\xef"
        if world.chip == "esp8266" and "reconnects" in settings:
            raise ValueError("unknown config param")
        self.settings.update(settings)

    def ifconfig(self, value=None):
        if value is not None:
            self.address = None if value == "dhcp" else value
        return self.address or ("192.168.1.7", "255.255.255.0", "192.168.1.1", "192.168.1.1")

    def connect(self, ssid=None, key=None, bssid=None):
        assert self.on, "the station is not active"
        if ssid is not None:
            self.told = (ssid, key or "")
            self.point = bssid[5] - 48 if bssid else 0
            if bssid:
                world.points.append(self.point)
        self.wanted = self.told
        self.since = world.now
        world.calls.append(("connect",) + self.told + (world.now // 1000,))

    def disconnect(self):
        self.wanted = None

    def _fate(self):
        if not self.wanted:
            return "IDLE"
        ssid, key = self.wanted
        if len(world.networks.get(ssid, ())) <= 2 * self.point or not world.up:
            return "NO_AP_FOUND" if world.now - self.since > 3000 else "CONNECTING"
        if world.now - self.since < 3000:
            return "CONNECTING"
        if world.networks[ssid][2 * self.point] != key:
            return "WRONG_PASSWORD"
        return "GOT_IP" if world.dhcp or self.address else "CONNECTING"

    def isconnected(self):
        return self._fate() == "GOT_IP"

    def status(self, what=None):
        if what == "stations":
            return [(b"phone", "192.168.4.2")] * world.stations
        if what == "rssi":
            fate = self._fate()
            if fate == "GOT_IP" or fate == "CONNECTING" and world.now - self.since >= 3000:
                return world.networks[self.wanted[0]][2 * self.point + 1]
            if world.chip == "esp8266":
                return 31
            raise OSError("not associated")
        fate = self._fate()
        return world.numbers.get(fate) or globals()["STAT_" + fate]

    def scan(self):
        assert self.on and not self.wanted, "scan while connecting"
        if not world.up:
            return []
        return [
            (ssid.encode(), b"12345%d" % (at // 2), 6, found[at + 1], 3 if found[at] else 0, False)
            for ssid, found in world.networks.items()
            for at in range(0, len(found), 2)
        ]


STA_IF, AP_IF = 0, 1
STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP = 1000, 1001, 1010
STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD = 201, 202
AUTH_WPA2_PSK = 3
_hostname = ["mpy"]


def hostname(name=None):
    if name:
        _hostname[0] = name
    return _hostname[0]


class Portal:
    """Instead of the real one, which needs a port below 1024."""

    open = 0

    def __init__(self, wifi, ssid):
        self.ssid = ssid
        Portal.open = 1

    def redirect(self, req):
        """What would lead phones to the set-up page."""

    def close(self):
        Portal.open = 0


sys.modules["network"] = sys.modules[__name__]
asyncio.sleep = sleep
asyncio.sleep_ms = sleep_ms
clock.uptime = lambda: world.now // 1000

from picorest.wifi import access_point, captive_portal, station  # noqa: E402

captive_portal.Portal = Portal


def keep(*names):
    """Instead of dropping the modules, which would bring the real portal back."""


station.drop = access_point.drop = keep


def start(settings, networks=None, chip="esp32"):
    """A Wifi with these settings, in a world with these networks."""
    world.reset(chip)
    world.networks = networks or {}
    config = Config("no-such.json")
    config.data = dict(settings)
    config.board = Lasting()
    config.patch = lambda change: config.data.update(change) or []
    return station.Wifi(config, keep)


async def live(service, seconds):
    """Let the service run for so many seconds of its time."""
    if service not in _running:
        for other in _running.values():
            other.cancel()
        _running.clear()
        _running[service] = asyncio.create_task(service.run())
    task = _running[service]
    end = world.now + seconds * 1000
    while world.now < end:
        await _sleep_ms(0)
        if task.done():
            await task  # raises what ended it
            raise AssertionError("run() returned")


def told(service):
    """The events as (name, ssid, count), oldest first."""
    return [(e["event"], e["ssid"], e["count"]) for e in reversed(happened(service))]


def state(service):
    """What GET /wifi answers."""
    from picorest.wifi.status import text

    return whole(text(service))


def whole(parts):
    """The object that an answer's parts make."""
    return json.loads("".join([part if isinstance(part, str) else part.decode() for part in parts]))


def attempt(service, ssid, password, keep=False):
    """What PUT /wifi does."""
    service.candidate = (ssid, password, keep)
    service.candidate_result = (ssid, 9, 0)


def happened(service):
    """The events as GET /wifi shows them."""
    return state(service)["events"]
