"""The list of the last ten events. Imported for one more, then dropped."""

from struct import pack_into, unpack_from

from .. import clock

_EVENTS = const(10)
_SIZE = const(12)  # of an event: uptime of the last and of the first time, how often, what


def note(wifi, what, ssid):
    """Remember an event; one that repeats itself, alone or in turn with one or two others, is counted instead."""
    now = clock.uptime()
    ring, names = wifi.events, wifi.names
    at, first, count = _EVENTS - 1, now, 1
    for i in range(3):
        _, began, times, code = unpack_from("IIHH", ring, i * _SIZE)
        if times and code == what and names[i] == ssid:
            at, first, count = i, began, min(times + 1, 65535)
            break
    while at:
        ring[at * _SIZE : (at + 1) * _SIZE] = ring[(at - 1) * _SIZE : at * _SIZE]
        names[at] = names[at - 1]
        at -= 1
    pack_into("IIHH", ring, 0, now, first, count, what)
    names[0] = ssid
