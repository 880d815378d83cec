"""The radio of the board, as its port drives it, among the networks of the world.

Times are virtual seconds. Joining takes 1 to 3 seconds and can fail; both ports try again by themselves. The ESP8266
keeps the station's network and the access point in its own part of the flash (`saved`).
"""

import random

from .shared_memory import NET
from .wifi_settings import STATION, Complaint, Settings, Unknown

IDLE, CONNECTING, WRONG_PASSWORD, NO_NETWORK, NO_ADDRESS, CONNECTED, HANDSHAKE = range(7)
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
        self.wanted = None  # (ssid, key) the station shall be joined to
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
        self._flags()
        return None if self.until is None else max(self.until - self.now(), 0.0)

    def _network(self):
        if not self.world["up"] or not self.wanted:
            return None
        return self.world["networks"].get(self.wanted[0])

    def _reachable(self):
        found = self._network()
        return found is not None and found["password"] == self.wanted[1]

    def _address(self):
        return self.fixed[STATION] is not None or self._network()["dhcp"] == "ok"

    def _arrive(self):
        """An attempt to join ends."""
        found = self._network()
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
        return tuple(self.saved["station"]) if self.saved.get("station", [""])[0] else None

    def _flags(self):
        # with an address of another network nobody reaches it, although the station is as connected as ever
        up = self.state == CONNECTED and self.on[0] and self.fits()
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

    def connect(self, ssid, key):
        if not self.on[STATION]:
            if self.old:
                raise Complaint("Cannot set STA config" if ssid is not None else "Cannot connect to AP")
            raise Complaint("Wifi Invalid Mode" if self.on[1] else "Wifi Not Started")
        if not self.old and self.state == CONNECTING and self.until is not None:
            raise Complaint("Wifi Internal State Error")
        wanted = self.wanted
        if ssid is not None or key is not None:
            wanted = ((ssid or b"").decode()[:32], (key or b"").decode()[:64])
            self.save(station=list(wanted))
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
        """Length, name, bssid, channel, signal, security, hidden; for every network, one after the other."""
        out = b""
        if self.world["up"] and not (self.state == CONNECTING and not self.old):
            for i, (name, net) in enumerate(sorted(self.world["networks"].items(), key=lambda n: -n[1]["rssi"])):
                ssid = b"" if net["hidden"] else name.encode()
                out += bytes((len(ssid),)) + ssid + bytes((2, 1, 0, 0, 0, i, net["channel"], net["rssi"] & 255))
                out += bytes((3 if net["password"] else 0, int(net["hidden"])))
        return out
