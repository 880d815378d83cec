"""Joining a network: the known ones in the order of their signal, or one that somebody asked for.

Ports differ in the numbers of a status, so only names are compared.
"""

import asyncio

from .events import JOINED, NO_ADDRESS, NOT_FOUND, REFUSED, WRONG_PASSWORD

# what a status means, by its name: 2 not found, 3 wrong password, 0 not known yet
_NAMES = const("2NO_AP_FOUND 2NO_AP_FOUND_IN_RSSI_THRESHOLD 3WRONG_PASSWORD 3HANDSHAKE_TIMEOUT 0CONNECTING 0IDLE")
_HANDSHAKE = const(15)  # what an ESP32 says of most wrong passwords, and has no name for
_TRY_MS = const(20000)  # for one network, DHCP included
_SETTLE_MS = const(6000)  # an ESP32 may show the failure before this one for so long
# columns of what a scan finds
_SSID = const(0)
_BSSID = const(1)
_RSSI = const(3)


async def join(wifi, eager):
    """True when the station is connected. Unless eager, a client of the access point ends it."""
    if wifi.candidate:
        return await _try(wifi)
    known = wifi.config.get("wifi", "networks")
    if len(known) > 1:
        known = _by_signal(wifi, known)
    for entry in known:
        if wifi.candidate or wifi.clients() and not eager:
            break
        what = await _join(wifi, entry["ssid"], entry.get("password"), eager)
        if what is not None:
            _tell(wifi, what, entry["ssid"])
        if what == JOINED:
            return True
    return False


async def _try(wifi):
    """Try the credentials somebody asked for."""
    wifi.wanted, wifi.candidate = wifi.candidate, None
    ssid, password, _ = wifi.wanted
    trial = wifi.candidate_result
    await asyncio.sleep_ms(1500)  # the answer to the request leaves before the radio changes channel
    what = await _join(wifi, ssid, password, True)
    if what is not None:
        _tell(wifi, what, ssid)
        if what != JOINED:
            wifi.wanted = None
            if wifi.candidate_result == trial:
                wifi.candidate_result = (ssid, what, wifi.status)
    return what == JOINED


def _tell(wifi, what, ssid):
    # for /wifi and, if it went wrong, on the console
    wifi.note(what, ssid)
    if what != JOINED:
        try:
            wifi.act("wifi.status", "say", what, ssid)
        except MemoryError:
            pass


def _by_signal(wifi, known):
    try:
        _quiet(wifi)
        found = wifi.drive(wifi.sta.scan)
    except (OSError, MemoryError):
        return known
    ranked = []
    for i in range(len(known)):
        ssid = known[i]["ssid"].encode()
        ranked.append((-max([n[_RSSI] for n in found if n[_SSID] == ssid] + [-999]), i))  # hidden ones come last
    ranked.sort()
    return [known[i] for _, i in ranked]


async def _join(wifi, ssid, password, eager):
    """Try one network: the access point that the driver takes, or that let us in before, then the others of that name, for they may
    be somebody else's. Returns what came of it, or None when something more urgent came up."""
    given = wifi.last_connect
    before = given[2] if given and given[:2] == (ssid, password) else None
    what = await _connect(wifi, ssid, password, before, eager)
    if what == JOINED or what is None or what == NOT_FOUND and not before:
        return what
    for bssid in _points(wifi, ssid, before):
        found = await _connect(wifi, ssid, password, bssid, eager)
        if found == JOINED or found is None:
            return found
        wifi.last_connect = None  # what did not work is not tried first the next time
    return what


def _points(wifi, ssid, before):
    """The access points of that name, the strongest first; whichever the driver takes (None) where there is only one."""
    try:
        found = [(-n[_RSSI], n[_BSSID]) for n in wifi.drive(wifi.sta.scan) if n[_SSID] == ssid.encode()]
    except (OSError, MemoryError):
        found = ()
    if len(found) > 1:
        return [bssid for _, bssid in sorted(found)]
    return [None] if before and found else []


async def _connect(wifi, ssid, password, bssid, eager):
    """Try one access point, None: the driver's choice, for 20 seconds at most. Returns like _join()."""
    sta = wifi.sta
    _quiet(wifi)
    await asyncio.sleep_ms(200)
    try:
        _fix_address(wifi)
        if wifi.last_connect == (ssid, password, bssid):
            wifi.drive(sta.connect)
        else:
            wifi.last_connect = (ssid, password, bssid)
            wifi.drive(sta.connect, ssid, password or None, bssid=bssid)
    except (OSError, ValueError):
        wifi.last_connect = None
        return REFUSED
    what = None
    for spent in range(0, _TRY_MS, 250):
        await asyncio.sleep_ms(250)
        if sta.isconnected():
            wifi.ssid = ssid
            print("Wi-Fi: joined %s, http://%s/" % (ssid, wifi.address()))
            return JOINED
        if wifi.candidate or not eager and wifi.clients():
            _quiet(wifi)
            return None
        if spent > _SETTLE_MS:
            what = _why(wifi)
            if what is not None and what != NO_ADDRESS:
                break
    _quiet(wifi)
    return REFUSED if what is None else what


def _why(wifi):
    """Why the station is not connected; None while the driver only says that it is trying."""
    wifi.status = wifi.sta.status()
    if wifi.rssi() is not None:
        return NO_ADDRESS
    for name in _NAMES.split(" "):
        if getattr(wifi.net, "STAT_" + name[1:], "") == wifi.status:
            return int(name[0]) or None
    return WRONG_PASSWORD if wifi.status == _HANDSHAKE else REFUSED


def _quiet(wifi):
    try:
        wifi.drive(wifi.sta.disconnect)  # also ends the driver's own tries, which disturb the access point
    except OSError:
        pass


def _fix_address(wifi):
    static = wifi.config.get("wifi", "static")
    if static:
        gateway = static["gateway"]
        netmask = wifi.config.get("wifi", "static", "netmask")
        wifi.drive(wifi.sta.ifconfig, (static["ip"], netmask, gateway, static.get("dns", gateway)))
    elif wifi.static:
        wifi.drive(wifi.sta.ifconfig, "dhcp")
    wifi.static = static
