# WLAN: station and access point with the complaints of each port (ports/esp8266 and esp32, network_wlan.c).
import _vb

_ask = _vb.fn("ask")
_esp8266 = bool(_vb.fact("hidden"))
_none = object()
_status = (0, 1, 2, 3, 1, 5) if _esp8266 else (1000, 1001, 202, 201, 1001, 1010, 15)  # by wifi.py's IDLE ... HANDSHAKE
_ours = ("mac", "ssid", "hidden", "security", "key", "channel", "hostname", "protocol", "txpower", "pm")
if not _esp8266:
    _ours += ("bandwidth", "max_clients", "reconnects")
_names = {"essid": "ssid", "authmode": "security", "password": "key", "dhcp_hostname": "hostname"}


def _do(*question):
    """Ask the radio; a negative answer is a complaint whose words lie in the exchange area."""
    answer = _ask(*question)
    if answer is not None and answer < 0:
        _complain()
    return answer


def _complain():
    words = _vb.text(_ask("complaint"))
    raise (RuntimeError if words[:12] == "Wifi Unknown" else OSError)(words)


def _text(*question):
    return _vb.text(_do(*question))


class WLAN:
    IF_STA, IF_AP = 0, 1
    SEC_OPEN, SEC_WEP, SEC_WPA, SEC_WPA2, SEC_WPA_WPA2 = range(5)
    PM_NONE, PM_PERFORMANCE, PM_POWERSAVE = (0, 2, 1) if _esp8266 else (0, 1, 2)
    if not _esp8266:
        SEC_WPA2_ENT, SEC_WPA3, SEC_WPA2_WPA3, SEC_WAPI, SEC_OWE = range(5, 10)
        PROTOCOL_DEFAULT, PROTOCOL_LR = 7, 8
        BANDWIDTH_20, BANDWIDTH_40 = 1, 2

    def __new__(cls, id=0):
        if id not in (0, 1):
            raise ValueError("" if _esp8266 else "invalid WLAN interface identifier")
        return _wlans[id]

    def __init__(self, id=0):
        pass

    def _require(self, number):
        if self._id != number:
            raise OSError("AP required" if number else "STA required")

    def active(self, on=_none):
        if on is _none:
            return bool(_ask("wifi_active", self._id, -1))
        _do("wifi_active", self._id, 1 if on else 0)
        _vb.pause(20)
        return None if _esp8266 else bool(on)

    def connect(self, ssid=None, key=None, *, bssid=None):
        if _esp8266:
            self._require(0)
        if bssid is not None and len(bssid) != 6:
            raise ValueError
        _do("wifi_connect", ssid, key, bssid)

    def disconnect(self):
        if _esp8266:
            self._require(0)
        _do("wifi_disconnect")

    def isconnected(self):
        return bool(_ask("wifi_up", self._id))

    def status(self, what=None):
        if what is None:
            if self._id:
                return -1 if _esp8266 else None
            return _status[_ask("wifi_status")]
        if what == "rssi" and (self._id == 0 or not _esp8266):
            self._require(0)
            rssi = _ask("wifi_rssi")
            if rssi == -1:  # not a signal
                _complain()
            return rssi
        if what == "stations" and (self._id == 1 or not _esp8266):
            self._require(1)
            raw = _vb.data(_do("wifi_stations"))
            return [(raw[i : i + 6], "192.168.4.%d" % raw[i + 6]) for i in range(0, len(raw), 7)]
        raise ValueError("unknown status param")

    def scan(self):
        if _esp8266:
            self._require(0)
        if not _ask("wifi_active", 0, -1):
            raise OSError("STA must be active")
        _vb.pause(2100)
        raw = _vb.data(_do("wifi_scan"))
        found = []
        at = 0
        while at < len(raw):
            size = raw[at]
            ssid = raw[at + 1 : at + 1 + size]
            at += 1 + size
            hidden = raw[at + 9]
            found.append(
                (ssid, raw[at : at + 6], raw[at + 6], raw[at + 7] - 256, raw[at + 8], hidden if _esp8266 else False)
            )
            at += 10
        return found

    def config(self, *args, **kwargs):
        if args and kwargs:
            raise TypeError("either pos or kw args are allowed")
        if kwargs:
            return self._configure(kwargs)
        if len(args) != 1:
            raise TypeError("can query only one param")
        return self._tell(_names.get(args[0], args[0]))

    def _configure(self, kwargs):
        changes = []
        for name, value in kwargs.items():
            name = _names.get(name, name)
            if name not in _ours:
                raise ValueError("unknown config param")
            if name == "mac" and len(value) != 6:
                raise ValueError("invalid buffer length")
            if name in ("ssid", "hidden", "security", "key", "max_clients"):
                self._require(1)
            if name == "reconnects":
                self._require(0)
            if isinstance(value, bytes):
                value = str(value, "utf-8") if name in ("ssid", "key", "hostname") else value
            changes.append((name, value))
        if _esp8266 and self._id == 0 and "hostname" not in kwargs and "dhcp_hostname" not in kwargs:
            _do("wifi_ready", 0)
        for name, value in changes:
            _ask("wifi_set", self._id, name, value if not isinstance(value, float) else int(value))
        _do("wifi_apply", self._id)

    def _tell(self, name):
        if name == "ifname" and not _esp8266:
            return "ap1" if self._id else "st1"
        if name not in _ours or name == "key" or (name == "txpower" and _esp8266):
            raise ValueError("unknown config param")
        if name in ("hidden", "security"):
            self._require(1)
        if name in ("hostname", "reconnects"):
            self._require(0)
        if name == "hostname":
            return _text("wifi_hostname")
        if name == "mac":
            return _vb.data(_ask("wifi_get", self._id, name))
        if name == "ssid":
            return _text("wifi_get", self._id, name)
        value = _ask("wifi_get", self._id, name)
        return bool(value) if name == "hidden" else float(value) if name == "txpower" else value

    def ifconfig(self, new=_none):
        if new is _none:
            return tuple(_text("wifi_ifconfig", self._id).split(" "))
        if isinstance(new, str):
            if new != "dhcp" or self._id:
                raise OSError("STA required") if _esp8266 else ValueError("invalid arguments")
            _do("wifi_static", 0, None)
            return
        if len(new) != 4:
            raise ValueError("requested length 4 but object has length %d" % len(new))
        _do("wifi_static", self._id, " ".join([_ip(new[0]), _mask(new[1]), _ip(new[2]), _ip(new[3])]))

    def ipconfig(self, *args, **kwargs):
        now = self.ifconfig()
        if kwargs:
            if args:
                raise TypeError("can't specify pos and kw args")
            now = list(now)
            for name, value in kwargs.items():
                if name == "dhcp4":
                    if value:
                        self.ifconfig("dhcp")
                        return
                elif name == "addr4":
                    if isinstance(value, str):
                        value = value.split("/")
                    now[0] = _ip(value[0])
                    if len(value) > 1:
                        now[1] = _mask(int(value[1]) if value[1].isdigit() else value[1])
                elif name == "gw4":
                    now[2] = _ip(value)
                else:
                    raise ValueError("unexpected key")
            self.ifconfig(now)
            return
        if len(args) != 1:
            raise TypeError("must query one param")
        if args[0] == "addr4":
            return now[0], now[1]
        if args[0] == "gw4":
            return now[2]
        if args[0] == "dhcp4":
            return bool(_ask("wifi_dhcp", self._id))
        raise ValueError("unexpected key")


def _make(number):
    wlan = object.__new__(WLAN)
    wlan._id = number
    return wlan


_wlans = (_make(0), _make(1))


def _ip(text):
    parts = text.split(".")
    if len(parts) != 4 or not all(p.isdigit() and int(p) < 256 for p in parts):
        raise ValueError("invalid arguments")
    return text


def _mask(value):
    if isinstance(value, int):
        bits = (0xFFFFFFFF << (32 - value)) & 0xFFFFFFFF
        return "%d.%d.%d.%d" % (bits >> 24, bits >> 16 & 255, bits >> 8 & 255, bits & 255)
    return _ip(value)
