"""What the board knows, by name: for readings that are sent, screens, links. Imported for that, then dropped.

dht.PIN.temperature, dht.PIN.humidity, NAME.QUANTITY of another sensor, adc.PIN.volts, adc.PIN.raw, PIN or pin.PIN (1 or 0),
wifi.ip, wifi.ssid, wifi.rssi, status.uptime, status.heap_free; and what is in heard.py, if that is there.
"""

import gc

from . import clock
from .parts import PARTS
from .problem import Problem

STALE = const(3)  # of a value
_FRESH = const(15)  # seconds for which a reading of a sensor is fresh


def value(app, name):
    """(value, unit, age in seconds or None, whether it is stale); None while there is none. value: a number or a text."""
    part = name.split(".")
    kind = part[0]
    try:
        if kind == "dht":
            found = app.dht and app.dht.value(app.board.gpio(part[1]), part[2])
            return found and (found[0], "°C" if part[2][:1] == "t" else "%", found[1], found[1] > _FRESH)
        if kind == "adc":
            return _analog(app.board, part[1].upper(), len(part) > 2 and part[2] == "raw")
        if ("alarms" in PARTS or "display" in PARTS or "links" in PARTS) and kind in ("time", "weather", "thingspeak"):
            from .heard import value as found

            return found(app, kind, part[1])
        if kind == "wifi" or kind == "status":
            found = _own(app, part[1])
        else:
            if app.sensors and len(part) > 1:
                found = app.sensors.value(kind, part[1])
                if found:
                    return found
            found = app.pins.find(name[4:] if kind == "pin" else name).level()
        return None if found is None else (found, "dBm" if part[-1] == "rssi" else "", None, False)
    except (Problem, IndexError, ValueError, TypeError, OSError, ImportError):
        return None


def _analog(board, mark, raw):
    full = board.profile.ADC_VOLTS
    pin = board.adc(mark if full and mark == "A0" else board.gpio(mark))
    if raw:
        return pin.read_u16(), "", None, False
    volts = pin.read_u16() * full / 65535 if board.chip == "esp8266" else pin.read_uv() / 1000000
    return round(volts, 3), "V", None, False


def _own(app, name):
    wifi = app.wifi
    if name == "ip":
        return wifi.address()
    if name == "ssid":
        return wifi.ssid if wifi.connected() else None
    if name == "rssi":
        return wifi.rssi()
    if name == "uptime":
        return clock.uptime()
    return gc.mem_free() if name == "heap_free" else None
