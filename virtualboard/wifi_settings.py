"""What a port lets a program set on its radio, with its defaults and its complaints."""

STATION, ACCESS_POINT = 0, 1
FACTORY_KEY = "micropythoN"
NETWORK = "192.168.1."  # of every router in the world
ROUTER = NETWORK + "1"


class Complaint(Exception):
    """What the port raises as OSError, in its words."""


class Unknown(Complaint):
    """What an ESP32's port has no words for: it raises RuntimeError."""


class Settings:
    """Both interfaces' settings. Methods without an underscore are questions of modules/network.py as well."""

    def __init__(self, board, saved, keep):
        self.board, self.saved, self._keep = board, saved, keep
        self.old = board.chip.port == "esp8266"
        self.on = [False, False]

    def defaults(self):
        """As after a hard reset; the ESP8266 finds its access point in flash, and a public one from the factory."""
        mac = self.board.mac
        self.macs = [mac, mac[:5] + bytes((mac[5] + 1,))]
        tail = self.macs[1][3:].hex()
        if self.old:
            factory = {"ssid": f"MicroPython-{tail}", "key": FACTORY_KEY, "security": 4, **self.saved.get("ap", {})}
        else:
            factory = {"ssid": f"ESP_{tail.upper()}", "key": "", "security": 0}
        self.ap = {"hidden": 0, "channel": 1, "max_clients": 4, **factory}
        self.common = {"protocol": 3 if self.old else 7, "txpower": 20, "pm": 2 if self.old else 1, "bandwidth": 1}
        self.names = {"hostname": self.board.hostname, "country": "XX"}
        self.fixed = [None, None]
        self.lease = None  # what DHCP gave
        self.name_server = None
        self.reconnects = -1
        self.draft = {}

    def save(self, **changes):
        """Keep in flash what the ESP8266's SDK keeps there."""
        if self.old:
            self.saved.update(changes)
            self._keep()

    def connected(self):
        raise NotImplementedError

    def joined(self):
        raise NotImplementedError

    def set(self, interface, name, value):
        name = name.decode()
        if isinstance(value, bytes) and name != "mac":
            value = value.decode()
        self.draft[name] = value

    def ready(self, interface):
        if not self.on[interface]:
            raise Complaint("can't set AP config" if interface else "can't set STA config")

    def apply(self, interface):
        draft, self.draft = self.draft, {}
        if "mac" in draft:
            self.macs[interface] = draft.pop("mac")
        if "hostname" in draft:
            self.names["hostname"] = draft.pop("hostname")
        if "reconnects" in draft:
            self.reconnects = draft.pop("reconnects")
        for name in ("protocol", "txpower", "pm", "bandwidth"):
            if name in draft:
                self.common[name] = draft.pop(name)
        if not draft:
            return
        if interface == STATION:
            self.common.update(draft)
            return
        if not self.on[ACCESS_POINT]:
            raise Complaint("can't set AP config" if self.old else "Wifi Invalid Mode")
        new = {**self.ap, **draft}
        if new["security"] and len(new["key"]) < 8:
            raise Complaint("can't set AP config" if self.old else "Wifi Invalid Password")
        if not new["ssid"]:
            raise Complaint("can't set AP config" if self.old else "Wifi SSID Invalid")
        if self.old and new["security"] > 4:
            raise Complaint("can't set AP config")
        self.ap = new
        self.save(ap={k: new[k] for k in ("ssid", "key", "security", "hidden", "channel")})

    def get(self, interface, name):
        name = name.decode()
        if name == "mac":
            return self.macs[interface]
        if name == "ssid":
            if not interface and self.old:  # what its SDK keeps in flash
                return self.saved.get("station", [""])[0].encode()
            return (self.ap["ssid"] if interface else self.joined()).encode()
        if name == "reconnects":
            return self.reconnects
        if name in self.ap:
            return self.ap[name]
        return self.common[name]

    def hostname(self, new=None):
        return self._name("hostname", new)

    def country(self, new=None):
        return self._name("country", new)

    def _name(self, kind, new):
        if new is None:
            return self.names[kind].encode()
        self.names[kind] = new.decode()
        return None

    def ifconfig(self, interface):
        return " ".join(self.addresses(interface)).encode()

    def addresses(self, interface):
        """(address, netmask, gateway, name server) as text."""
        if interface:
            return self.fixed[1] or ("192.168.4.1", "255.255.255.0", "192.168.4.1", "192.168.4.1")
        if not self.connected() and not self.fixed[0]:
            return ("0.0.0.0",) * 4
        found = self.fixed[0] or (self.lease, "255.255.255.0", ROUTER, ROUTER)
        return (*found[:3], self.name_server or found[3])

    def fits(self):
        """Whether the station's address is one of the world's network."""
        return not self.fixed[STATION] or self.fixed[STATION][0].startswith(NETWORK) and self.fixed[STATION][0] != ROUTER

    def router(self, host):
        """Whether that is the router, and the station can reach it."""
        return int(host.decode() == ROUTER and self.connected() and self.fits())

    def static(self, interface, text):
        self.fixed[interface] = tuple(text.decode().split(" ")) if text else None

    def dns(self, address):
        self.name_server = address.decode()

    def dhcp(self, interface):
        return int(self.fixed[interface] is None)
