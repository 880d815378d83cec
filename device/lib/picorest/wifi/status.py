"""What station.py knows, in words. Imported for an answer, then dropped."""

import json
from struct import unpack_from

from .. import clock
from ..overlay import drop
from .events import EVENTS, SIZE, TRYING

# one line for each number of events.py: its name, and what it means for the user
_WORDS = const("""
connected|joined the network
lost|the connection broke: the router went away, or the signal is weak
not-found|no network of this name is nearby: check the name, the router, and that it sends on 2.4 GHz
wrong-password|the network refused the password
no-address|joined, but the router gave no IP address: check its DHCP, or set a fixed address (wifi.static)
refused|the network did not let the board in: most often the password is wrong
access-point-opened|no network could be joined, so the board opened its own
access-point-closed|the network is back, so the board's own was closed
not-stored|joined, but the configuration could not be written: the old networks hold after a restart
trying|trying to join: this takes up to 20 seconds
address-kept|the new fixed address works: the router or a client answered over it
address-undone|nobody answered over the new address for two minutes: the settings from before hold again
""")


def text(wifi, events=True):  # long: one JSON object, piece by piece
    """JSON of how things are, in parts: GET /wifi, and without MAC address and events in GET /status."""
    # written part by part and not from a dict: that would take three times the memory. Short parts are bytes: a short text
    # would be remembered for ever
    on = wifi.connected()
    config = wifi.config
    dump = json.dumps
    portal = wifi.portal
    yield '{"state":"%s","mode":"%s","hostname":%s,"ssid":%s,"ip":%s,"rssi":%s' % (
        "connected access-point connecting".split(" ")[0 if on else 1 if portal else 2],
        "station access-point station+access-point".split(" ")[2 if on and portal else 1 if portal else 0],
        dump(config.get("hostname")),
        dump(wifi.ssid if on else None),
        dump(wifi.address()),
        dump(wifi.rssi() if on else None),
    )
    if on:
        yield ',"netmask":"%s","gateway":"%s","dns":"%s"' % wifi.sta.ifconfig()[1:]
    mark = b',"networks":['
    for network in config.get("wifi", "networks"):
        yield mark
        yield dump(network["ssid"])
        mark = b","
    if mark != b",":
        yield mark
    if portal:
        yield '],"access_point":{"active":true,"ssid":%s,"ip":"%s","clients":%d}' % (
            dump(portal.ssid),
            wifi.ap.ifconfig()[0],
            wifi.clients(),
        )
    else:
        yield '],"access_point":{"active":false}'
    if not wifi.candidate_result:
        yield ',"trial":null'
    else:
        ssid, what, status = wifi.candidate_result
        yield ',"trial":{"result":"%s","reason":"%s","ssid":%s,"state":"%s","status":%d,"ip":%s}' % (
            _words(what)
            + (
                dump(ssid),
                "trying connected failed".split(" ")[0 if what == TRYING else 1 if what in (0, 8) else 2],
                status,
                dump(wifi.address() if on and wifi.ssid == ssid else None),
            )
        )
    if events:
        yield ',"mac":"%s"' % wifi.sta.config("mac").hex(":")
        mark = b',"events":['
        for event in _events(wifi):
            yield mark
            yield event
            mark = b","
        if mark != b",":
            yield mark
        yield b"]"
    yield b"}"
    drop("wifi.status")


def say(wifi, what, ssid):
    """One line on the console: what came of a try to join a network."""
    print("Wi-Fi: %s: %s" % (ssid, _words(what)[1]))


def _events(wifi):
    """The events as JSON, newest first."""
    now = clock.uptime()
    for i in range(EVENTS):
        last, first, count, what = unpack_from("IIHH", wifi.events, i * SIZE)
        if not count:
            break
        when = json.dumps(clock.unix() - now + last if clock.synced else None)
        yield '{"event":"%s","reason":"%s","ssid":%s,"time":%s,"age":%d,"count":%d,"since":%d}' % (
            _words(what) + (json.dumps(wifi.names[i]), when, now - last, count, now - first)
        )


def _words(number):
    at = 0  # found line by line: a list of them all would take more memory than the whole answer
    for _ in range(number + 1):
        at = _WORDS.find("\n", at) + 1
    return tuple(_WORDS[at : _WORDS.find("\n", at)].split("|"))
