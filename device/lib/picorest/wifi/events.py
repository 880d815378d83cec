"""The list of the last ten events. Imported for one more, then dropped."""

from struct import pack_into, unpack_from

from .. import clock
from ..log import WIFI
from ..overlay import load_overlay

EVENTS = const(10)
SIZE = const(12)  # of an event: uptime of the last and of the first time, how often, what

# what may happen; the words are in status.py
JOINED = const(0)
LOST = const(1)
NOT_FOUND = const(2)
WRONG_PASSWORD = const(3)
NO_ADDRESS = const(4)
REFUSED = const(5)
ACCESS_POINT_OPENED = const(6)
ACCESS_POINT_CLOSED = const(7)
NOT_STORED = const(8)
TRYING = const(9)
ADDRESS_KEPT = const(10)
ADDRESS_UNDONE = const(11)


def note(wifi, what, ssid):
    """Remember an event; one that repeats itself, alone or in turn with one or two others, is counted instead."""
    now = clock.uptime()
    ring, names = wifi.events, wifi.names
    at, first, count = EVENTS - 1, now, 1
    for i in range(3):
        _, began, times, code = unpack_from("IIHH", ring, i * SIZE)
        if times and code == what and names[i] == ssid:
            at, first, count = i, began, min(times + 1, 65535)
            break
    while at:
        ring[at * SIZE : (at + 1) * SIZE] = ring[(at - 1) * SIZE : at * SIZE]
        names[at] = names[at - 1]
        at -= 1
    pack_into("IIHH", ring, 0, now, first, count, what)
    names[0] = ssid
    if what != TRYING:
        try:
            load_overlay("log").add(wifi.config.board, WIFI + what, ssid or "")
        except MemoryError:
            pass
