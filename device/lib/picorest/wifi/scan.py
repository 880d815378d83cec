"""The networks in reach. Imported for an answer, then dropped."""

import json

from .. import clock
from ..problem import Problem
from ..utf8 import text


def scan(wifi):
    """The networks in reach, strongest first, at most 20: what GET /wifi/networks answers, in parts."""
    now = clock.uptime()
    if not wifi.scan_cache or now - wifi.scan_cache[0] > 10:
        wifi.scan_cache = None
        wifi.free_memory()  # the driver makes objects of all that it hears
        try:
            wifi.scan_cache = now, _found(wifi)
        except (OSError, MemoryError):
            raise Problem("scan-failed", "The radio is busy: ask again in a moment.", retry_after=5) from None
    return _text(*wifi.scan_cache)


def _text(when, found):
    mark = b'{"networks":['
    for network in found:
        yield mark
        yield network
        mark = b","
    if mark != b",":
        yield mark
    yield '],"age":%d}' % (clock.uptime() - when)


def _found(wifi):
    best = {}
    for ssid, _, channel, rssi, security, _ in wifi.drive(wifi.sta.scan):
        if ssid and (ssid not in best or best[ssid][0] < rssi):
            best[ssid] = (rssi, channel, security != 0)
    known = [n["ssid"] for n in wifi.config.get("wifi", "networks")]
    found = []
    for rssi, ssid in sorted([(-value[0], ssid) for ssid, value in best.items()])[:20]:
        try:
            name = text(ssid)
        except ValueError:  # not UTF-8: it cannot be written in JSON
            continue
        _, channel, secure = best[ssid]
        found.append(
            '{"ssid":%s,"rssi":%d,"channel":%d,"secure":%s,"known":%s}'
            % (json.dumps(name), -rssi, channel, json.dumps(secure), json.dumps(name in known))
        )
    return found
