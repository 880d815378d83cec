"""The radio of the board, as its port drives it, among the networks of the world.

Times are virtual seconds. Joining takes 1 to 3 seconds and can fail; both ports try again by themselves. The ESP8266
keeps the station's network and the access point in its own part of the flash (`saved`). Of several access points of one name
an ESP8266 takes the strongest, an ESP32 the first that it hears, channel by channel; unless the program says which (`bssid`).
"""

import random
import zlib

from .shared_memory import NET
from .wifi_settings import STATION, Complaint, Settings, Unknown

IDLE, CONNECTING, WRONG_PASSWORD, NO_NETWORK, NO_ADDRESS, CONNECTED, HANDSHAKE = range(7)
_MOVE = 1.0  # seconds without connections while the address changes
NAMES = ("idle", "connecting", "wrong password", "no network", "no address", "connected", "wrong password")


class Radio(Settings):
    """`now` gives the virtual time; `saved` is a dict that `keep()` writes down; `world` is the world's part "wifi"."""

    def __init__(self, board, page, now, saved, keep):
        super().__init__(board, saved, keep)
        self.page, self.now = page, now
        self.world = {"up": False, "driver": "ok", "dns": "ok", "networks": {}, "ap_clients": 0}
        self.random = random.Random(7)
        self.power_on()

    def power_on(self):
        """The radio as after a hard reset."""
        self.defaults()
        self.on = [False, False]
        self.wanted = None  # (ssid, key, bssid or None) the station shall be joined to
        self.point = None  # the bssid of the access point that it is joined to
        self.moving = None  # until when it has just been given another address
        self.tries = 0
        self.state, self.until = IDLE, None
        if self.old:
            self.on = list(self.saved.get("on", [False, True]))
            if self.on[0] and self._kept():
                self._join(self._kept())
        self._flags()

    # what the world asks

    def describe(self):
        """The part of GET /world that the board causes."""
        ip = self.addresses(STATION)[0]
        return {
            "station": {
                "active": self.on[0],
                "state": NAMES[self.state],
                "ssid": self.wanted[0] if self.wanted else None,
                "ip": ip if self.state == CONNECTED else None,
                "hostname": self.names["hostname"],
            },
            "access_point": {
                "active": self.on[1],
                "ssid": self.ap["ssid"] if self.on[1] else None,
                "password": (self.ap["key"] if self.ap["security"] else "") if self.on[1] else None,
                "clients": self.clients(),
            },
        }

    def connected(self):
        return self.state == CONNECTED

    def joined(self):
        """The name of the network the station belongs to, or ""."""
        return self.wanted[0] if self.wanted else ""

    def clients(self):
        return self.world["ap_clients"] if self.on[1] else 0

    def tick(self):
        """Let time pass. Returns the virtual seconds until something happens by itself, or None."""
        if self.until is not None and self.now() >= self.until:
            self._arrive()
        elif self.state in (CONNECTED, NO_ADDRESS) and not self._reachable():
            self.state, self.until = CONNECTING, self.now() + 1
        elif self.state == NO_ADDRESS and self._address():
            self.state = CONNECTED
        self._renew()
        self._flags()
        due = [at for at in (self.until, self.moving) if at is not None]
        return max(min(due) - self.now(), 0.0) if due else None

    def _renew(self):
        """DHCP gives the station an address, perhaps another one than before: what was connected to that one ends."""
        lease = self._network()["address"] if self.state == CONNECTED and not self.fixed[STATION] else None
        if lease and self.lease and lease != self.lease:
            self.moving = self.now() + _MOVE
        elif self.moving is not None and self.now() >= self.moving:
            self.moving = None
        self.lease = lease

    def _points(self):
        """(bssid, name, access point) of those in reach."""
        for ssid, points in self.world["networks"].items() if self.world["up"] else ():
            for n, point in enumerate(points):
                yield bytes((2, n)) + zlib.crc32(ssid.encode()).to_bytes(4, "big"), ssid, point

    def _network(self):
        """The access point that the station is joined to, or None."""
        return next((point for bssid, ssid, point in self._points() if bssid == self.point), None)

    def _choose(self):
        """Which access point of the wanted name the driver takes; None if there is none."""
        ssid, _, bssid = self.wanted
        found = [(at, point) for at, name, point in self._points() if name == ssid and bssid in (None, at)]
        best = min(found, key=lambda one: -one[1]["rssi"] if self.old else one[1]["channel"], default=(None, None))
        self.point = best[0]
        return best[1]

    def _reachable(self):
        found = self._network()
        return found is not None and found["password"] == self.wanted[1]

    def _address(self):
        return self.fixed[STATION] is not None or self._network()["dhcp"] == "ok"

    def _arrive(self):
        """An attempt to join ends."""
        found = self._choose()
        if found is None:
            self.state = NO_NETWORK
        elif found["password"] != self.wanted[1]:
            # an ESP32 says of most wrong passwords only that the handshake took too long, and that after its last try
            self.state = WRONG_PASSWORD if self.old or found["refuses"] == "auth" else HANDSHAKE
        else:
            self.state = CONNECTED if self._address() else NO_ADDRESS
            self.until = None
            self.tries = 0
            return
        self.tries += 1
        again = self.old or self.reconnects < 0 or self.tries <= self.reconnects
        self.until = self.now() + self._delay() if again else None

    def _delay(self):
        return self.random.uniform(1.0, 3.0)

    def _join(self, wanted):
        self.wanted, self.tries = wanted, 0
        self.state, self.until = CONNECTING, self.now() + self._delay()

    def _kept(self):
        """The network that the ESP8266's SDK has in its flash, or None."""
        return (*self.saved["station"][:2], None) if self.saved.get("station", [""])[0] else None

    def _flags(self):
        # with an address of another network nobody reaches it, although the station is as connected as ever
        up = self.state == CONNECTED and self.on[0] and self.fits() and self.moving is None
        self.page.set_byte(NET, up | self.on[1] << 1)

    # what the board asks; the names are those that modules/network.py uses

    def trouble(self, name, arguments):
        """Raise what the driver says when it fails, at those calls that reach it."""
        reaches = name in ("connect", "disconnect", "rssi", "stations", "apply", "scan") or name == "active" and arguments[1] >= 0
        if self.world["driver"] == "fails" and reaches:
            raise Complaint("can't do that now") if self.old else Unknown("Wifi Unknown Error 0x3006")

    def active(self, interface, on):
        if on >= 0 and bool(on) != self.on[interface]:
            self.on[interface] = bool(on)
            if interface == STATION:
                self.state, self.until = IDLE, None
                if not on:
                    self.wanted = None if not self.old else self.wanted
            self.save(on=list(self.on))
            if self.old and on and interface == STATION and self._kept():
                self._join(self._kept())
            self._flags()
        return int(self.on[interface])

    def connect(self, ssid, key, bssid=None):
        if not self.on[STATION]:
            if self.old:
                raise Complaint("Cannot set STA config" if ssid is not None else "Cannot connect to AP")
            raise Complaint("Wifi Invalid Mode" if self.on[1] else "Wifi Not Started")
        if not self.old and self.state == CONNECTING and self.until is not None:
            raise Complaint("Wifi Internal State Error")
        wanted = self.wanted
        if ssid is not None or key is not None:
            wanted = ((ssid or b"").decode()[:32], (key or b"").decode()[:64], bssid)
            self.save(station=list(wanted[:2]))
        elif wanted is None and self.old:
            wanted = self._kept()
        if not wanted or not wanted[0]:
            raise Complaint("Cannot connect to AP" if self.old else "Wifi SSID Invalid")
        self._join(wanted)
        self._flags()

    def disconnect(self):
        if not self.on[STATION] and not self.old:
            raise Complaint("Wifi Not Started")
        self.state, self.until = IDLE, None
        self._flags()

    def up(self, interface):
        self.tick()
        return int(self.state == CONNECTED) if interface == STATION else int(self.clients() > 0)

    def status(self):
        self.tick()
        return CONNECTING if self.state == HANDSHAKE and self.until is not None else self.state

    def rssi(self):
        self.tick()
        if self.state not in (CONNECTED, NO_ADDRESS):
            if self.old:
                return 31
            raise Complaint("Wifi Not Connected")
        return self._network()["rssi"]

    def stations(self):
        return b"".join(bytes((2, 0, 0, 0, 0, i + 1, i + 2)) for i in range(self.clients()))

    def scan(self):
        """Length, name, bssid, channel, signal, security, hidden; for every access point, one after the other."""
        out = b""
        if self.world["up"] and not (self.state == CONNECTING and not self.old):
            for bssid, name, net in sorted(self._points(), key=lambda found: -found[2]["rssi"]):
                ssid = b"" if net["hidden"] else name.encode()
                out += bytes((len(ssid),)) + ssid + bssid + bytes((net["channel"], net["rssi"] & 255))
                out += bytes((3 if net["password"] else 0, int(net["hidden"])))
        return out
