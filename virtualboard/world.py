"""The world around the board as data: what PUT /world may change, checked as a whole, and how it starts."""

import copy

from . import demo, devices, press
from .devices import ssd1306
from .devices.onewire import crc8
from .standins.channels import instant
from .standins.world import STATES
from .wifi_settings import NETWORK

UPSTREAMS = tuple(STATES["weather"])
NTP = tuple(STATES["ntp"])
DNS = ("ok", "fails", "hangs")
_CAUSES = {"cut": "power", "panic": "panic", "reset": "hard"}  # of a restart, see Supervisor.restart()
TORN = ("lost", "old", "half")
DHT_FAULTS = ("timeout", "checksum", "zero", "stuck")
_SENSOR = {"type": "dht22", "temperature": 21.5, "humidity": 52.5, "fault": None}
# of an access point; address: the one that its DHCP gives
_NETWORK = {
    "password": "", "rssi": -55, "dhcp": "ok", "address": NETWORK + "77", "channel": 6, "hidden": False, "refuses": "handshake",
}  # fmt: skip


class Mistake(ValueError):
    """A change that the world does not know; the message names the key and says what is possible."""


def start(board, speed=1):
    """The world as it is at the beginning and after POST /world/reset."""
    return {
        "pins": {},
        "dht": {board.label(board.gpio(demo.sensor(board))): dict(_SENSOR)},
        "adc": {},
        "onewire": {},
        "i2c": {ssd1306.ADDRESS: dict(ssd1306.Ssd1306.start)},
        "wifi": {
            "up": True, "driver": "ok", "dns": "ok", "ap_clients": 0,
            "networks": {demo.NETWORK: [dict(_NETWORK, password=demo.PASSWORD)]},
        },
        "time": {"ntp": "up", "speed": speed},
        "upstream": {"weather": "ok", "thingspeak": "ok"},
    }


def merge(board, old, change):
    """The world after `change` (the body of PUT /world). Raises Mistake; `old` stays as it was."""
    new = copy.deepcopy(old)
    _members("", change, ("pins", "dht", "adc", "onewire", "i2c", "wifi", "time", "upstream", "power", "services", "press"))
    for text, value in _table("pins", change).items():
        number = _gpio(board, "pins", text)
        _put(new["pins"], board.label(number), _level(text, value))
    for text, value in _table("adc", change).items():
        volts = None if value is None else _number(f"adc.{text}", value, 0, 5)
        _put(new["adc"], board.adc_label(_adc(board, text)), volts)
    for text, value in _table("dht", change).items():
        label = board.label(_gpio(board, "dht", text))
        _put(new["dht"], label, None if value is None else _dht(text, old["dht"].get(label), value))
    for text, value in _table("onewire", change).items():
        label = board.label(_gpio(board, "onewire", text))
        _put(new["onewire"], label, None if value is None else _onewire(f"onewire.{text}", value))
    for text, value in _table("i2c", change).items():
        address = _i2c_address(text)
        _put(new["i2c"], address, None if value is None else _device("i2c", f"i2c.{text}", old["i2c"].get(address), value))
    _wifi(new["wifi"], change.get("wifi", {}))
    _time(new["time"], change.get("time", {}))
    for name, value in _members("upstream", change.get("upstream", {}), ("weather", "thingspeak")).items():
        new["upstream"][name] = _choice(f"upstream.{name}", value or "ok", UPSTREAMS)
    return new


def presses(board, change):
    """GPIO number -> how its button is pressed now (press.py), from `press`. Raises Mistake."""
    found = {}
    for text, value in _table("press", change).items():
        name = f"press.{text}"
        found[_gpio(board, "press", text)] = how = {**press.PRESS, **_members(name, value, tuple(press.PRESS))}
        for key, limits in press.LIMITS.items():
            _number(f"{name}.{key}", how[key], *limits, (int, float) if key.endswith("ms") else int)
    return found


def show_wifi(wifi):
    """The part "wifi" as it is told: a network is a list only where there are several of one name, and its password alone where
    the rest is as usual."""
    told = {}
    for name, points in wifi["networks"].items():
        shown = [one["password"] if one == {**_NETWORK, "password": one["password"]} else one for one in points]
        told[name] = shown if len(shown) > 1 else shown[0]
    return {**wifi, "networks": told}


def power(value):
    """(cause of a restart now or None, writes until a cut or None, what becomes of the block under way) from `power`."""
    if isinstance(value, str) and value in _CAUSES:
        return _CAUSES[value], None, "half"
    if value is None:
        return None, 0, "half"
    if not isinstance(value, dict):
        raise Mistake('power is "cut", "panic", "reset", {"cut_after_writes": N} or null')
    _members("power", value, ("cut_after_writes", "torn"))
    count = value.get("cut_after_writes")
    if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 1):
        raise Mistake("power.cut_after_writes is a number of flash writes from 1 on, or null")
    return None, count or 0, _choice("power.torn", value.get("torn", "half"), TORN)


def _wifi(wifi, change):
    _members("wifi", change, ("up", "driver", "dns", "networks", "ap_clients"))
    if "dns" in change:
        wifi["dns"] = _choice("wifi.dns", change["dns"] or "ok", DNS)
    if "driver" in change:
        wifi["driver"] = _choice("wifi.driver", change["driver"] or "ok", ("ok", "fails"))
    if "up" in change:
        wifi["up"] = _truth("wifi.up", change["up"])
    if "ap_clients" in change:
        wifi["ap_clients"] = _number("wifi.ap_clients", change["ap_clients"], 0, 8, int)
    networks = change.get("networks", {})
    if networks is None:
        wifi["networks"] = {}
        return
    if not isinstance(networks, dict):
        raise Mistake('wifi.networks is an object such as {"home": "secret"}')
    for ssid, value in networks.items():
        name = f"wifi.networks.{ssid}"
        if not 1 <= len(ssid.encode()) <= 32:
            raise Mistake(f"{name}: a network's name has 1 to 32 bytes")
        if value is None:
            wifi["networks"].pop(ssid, None)
            continue
        if isinstance(value, list):
            if not 1 <= len(value) <= 8:
                raise Mistake(f"{name} is an access point, or a list of 1 to 8")
            wifi["networks"][ssid] = [_point(f"{name}[{n}]", {}, one) for n, one in enumerate(value)]
        else:
            wifi["networks"][ssid] = [_point(name, wifi["networks"].get(ssid, [{}])[0], value)]


def _point(name, old, value):
    if isinstance(value, str):
        value = {"password": value}
    _members(name, value, tuple(_NETWORK))
    new = {**_NETWORK, **old, **value}
    if not isinstance(new["password"], str):
        raise Mistake(f"{name}.password is text, empty for an open network")
    _number(f"{name}.rssi", new["rssi"], -127, 0, int)
    _number(f"{name}.channel", new["channel"], 1, 13, int)
    _choice(f"{name}.dhcp", new["dhcp"], ("ok", "silent"))
    last = str(new["address"]).removeprefix(NETWORK)
    if not last.isdecimal() or not 2 <= int(last) <= 254:
        raise Mistake(f"{name}.address is one from {NETWORK}2 to {NETWORK}254")
    _choice(f"{name}.refuses", new["refuses"], ("handshake", "auth"))
    _truth(f"{name}.hidden", new["hidden"])
    return new


def _time(time, change):
    _members("time", change, ("ntp", "speed", "date"))
    if "ntp" in change:
        time["ntp"] = _choice("time.ntp", change["ntp"] or "up", NTP)
    if "speed" in change:
        time["speed"] = _number("time.speed", 1 if change["speed"] is None else change["speed"], 0.1, 3600)
    if "date" in change:
        try:
            if change["date"] is not None:
                instant(change["date"])
            time["date"] = change["date"]
        except ValueError as problem:
            raise Mistake(f"time.date is what the time server says, such as 1999-12-31T23:59:50Z, or null: {problem}") from None


def _dht(text, old, value):
    name = f"dht.{text}"
    _members(name, value, ("type", "temperature", "humidity", "fault", "frame"))
    new = {**(old or _SENSOR), **value}
    _choice(f"{name}.type", new["type"], ("dht11", "dht22"))
    _number(f"{name}.temperature", new["temperature"], -100, 200)
    _number(f"{name}.humidity", new["humidity"], 0, 200)
    if new["fault"] is not None:
        _choice(f"{name}.fault", new["fault"], DHT_FAULTS)
    frame = new.get("frame")
    if frame is not None:
        if not isinstance(frame, list) or len(frame) not in (4, 5):
            raise Mistake(f"{name}.frame is a list of the four bytes that the sensor sends, or of five with their sum")
        for byte in frame:
            _number(f"{name}.frame", byte, 0, 255, int)
    return new


def _device(bus, name, old, value, *more):
    """The members of a device on a bus, see devices/."""
    kinds = devices.kinds(bus)
    if not isinstance(value, dict):
        raise Mistake(f"{name} is a JSON object: its type is one of {', '.join(sorted(kinds))}")
    old = old or {}
    kind = kinds[_choice(f"{name}.type", value.get("type", old.get("type", sorted(kinds)[0])), sorted(kinds))]
    new = {**kind.start, **(old if old.get("type") in kind.types else {}), **_members(name, value, (*kind.start, *more))}
    for key, limits in kind.limits.items():
        _number(f"{name}.{key}", new[key], *limits)
    if new["fault"] is not None:
        _choice(f"{name}.fault", new["fault"], kind.faults)
    return new


def _onewire(name, value):
    """The devices on a pin. An address without its last byte, the check, gets it."""
    if not isinstance(value, list):
        raise Mistake(f'{name} is a list of devices such as {{"address": "28ff641e8216c3"}}')
    found = []
    for n, one in enumerate(value):
        new = _device("onewire", f"{name}[{n}]", None, one, "address")
        try:
            rom = bytes.fromhex(new.get("address"))
        except (TypeError, ValueError):
            rom = b""
        if len(rom) not in (7, 8) or any(rom.hex().startswith(each["address"][:14]) for each in found):
            raise Mistake(f"{name}[{n}].address is 14 or 16 hexadecimal digits that no other device there has")
        new["address"] = (rom if len(rom) == 8 else rom + bytes((crc8(rom),))).hex()
        found.append(new)
    return found


def _i2c_address(text):
    try:
        if 8 <= int(text, 0) < 0x78:
            return str(int(text, 0))
    except ValueError:
        pass
    raise Mistake(f"i2c.{text}: an address on the bus is a number from 8 to 119, such as 118 or 0x76")


def _members(name, value, allowed):
    if not isinstance(value, dict):
        raise Mistake(f"{name or 'a change'} is a JSON object with {', '.join(allowed)}")
    for key in value:
        if key not in allowed:
            raise Mistake(f"{name + '.' if name else ''}{key} is unknown; there are {', '.join(allowed)}")
    return value


def _table(name, change):
    value = change.get(name, {})
    if not isinstance(value, dict):
        raise Mistake(f'{name} is an object with pins as keys, such as {{"D2": …}}')
    return value


def _gpio(board, name, text):
    try:
        return board.gpio(text)
    except KeyError:
        raise Mistake(f"{name}.{text}: a {board.name} has no such pin") from None


def _adc(board, text):
    try:
        return board.adc(text)
    except KeyError:
        raise Mistake(f"adc.{text}: nothing is measured there on a {board.name}") from None


def _level(text, value):
    if value is None or value in (0, 1):
        return None if value is None else int(value)
    raise Mistake(f"pins.{text} is 0, 1 or null (let go)")


def _choice(name, value, allowed):
    if value not in allowed:
        raise Mistake(f"{name} cannot be {value!r}; choose one of {', '.join(allowed)}")
    return value


def _truth(name, value):
    if not isinstance(value, bool):
        raise Mistake(f"{name} is true or false")
    return value


def _number(name, value, low, high, kind=(int, float)):
    if not isinstance(value, kind) or isinstance(value, bool) or not low <= value <= high:
        raise Mistake(f"{name} is a number from {low} to {high}")
    return value


def _put(table, key, value):
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value
