"""Addresses of other servers. Imported while somebody asks one, then dropped.

Resolving a name stops the whole board until the name server answers or, after seconds, is given up. So an address is kept, and
used on when it is old and no better one can be had; and after a name server that kept silent nobody waits for it again for a while.

What is known is in board.dns, for all who ask: see below.
"""

import gc
import socket

from . import clock, loop
from .problem import Problem

# board.dns
_KNOWN = const(0)  # lists of host, port, address or None, and the uptime until which that is believed
_NEXT = const(1)  # uptime before which the name server is not waited for
_WAIT = const(2)  # seconds from the last silence to that; 0: it answers
_PAUSES = const(3)  # how often it kept the board waiting for nothing
_LONGEST = const(4)  # ms
# of each of those lists
_HOST = const(0)
_PORT = const(1)
_ADDRESS = const(2)
_UNTIL = const(3)

_KEEP = const(600)  # seconds an address is believed, and
_RETRY = const(15)  # that there is none
_SILENCE = const(1000)  # ms; a name server that answers is faster
_WAIT_LEAST = const(30)
_WAIT_MOST = const(300)


def known(board):
    """board.dns, made if it is not there yet."""
    if not hasattr(board, "dns"):
        board.dns = [[], 0, 0, 0, 0]
    return board.dns


def resolve(board, host, port):
    """What connect() and sendto() take. OSError(seconds until it is worth asking again) if nobody knows the name."""
    state = known(board)
    now = clock.uptime()
    entry = None
    for entry in state[_KNOWN]:
        if entry[_HOST] == host and entry[_PORT] == port:
            break
    else:
        entry = [host, port, None, now]
        state[_KNOWN].insert(0, entry)
        del state[_KNOWN][4 if board.chip == "esp8266" else 8 :]
    if now >= entry[_UNTIL] and now >= state[_NEXT]:
        _ask(state, entry)
    if entry[_ADDRESS] is None:
        raise OSError(max(1, entry[_UNTIL] - now, state[_NEXT] - now))
    return entry[_ADDRESS]


def _ask(state, entry):
    gc.collect()  # what stays of this takes the lowest places
    start = clock.ticks_ms()
    found = None
    try:
        found = loop.address(entry[_HOST], entry[_PORT])
    except OSError:
        pass
    ms = clock.ticks_diff(clock.ticks_ms(), start)
    now = clock.uptime()
    entry[_UNTIL] = now + _RETRY
    if found:
        entry[_ADDRESS:] = found, now + _KEEP
        state[_WAIT] = 0
    elif ms > _SILENCE:
        state[_PAUSES] += 1
        state[_LONGEST] = max(state[_LONGEST], ms)
        state[_WAIT] = min(max(2 * state[_WAIT], _WAIT_LEAST), _WAIT_MOST)
        state[_NEXT] = now + state[_WAIT]


def open_socket(kind, name):
    """A non-blocking socket of that kind to ask `name` by. Problem 503 if the chip has none left."""
    try:
        sock = socket.socket(socket.AF_INET, kind)
    except OSError:
        raise Problem("no-socket", sent=False, upstream=name, retry_after=5) from None
    sock.setblocking(False)
    return sock


def doubt(board, host):
    """Who was there does not answer: the name is resolved again before it is used next."""
    for entry in known(board)[_KNOWN]:
        if entry[_HOST] == host and entry[_ADDRESS]:
            entry[_UNTIL] = 0


def text(board):
    """JSON of how the name server does, for GET /status."""
    _, until, wait, pauses, longest = known(board)
    left = max(0, until - clock.uptime()) if wait else 0
    return '{"state":"%s","pauses":%d,"longest_ms":%d,"retry_after":%s}' % (
        "silent" if wait else "ok", pauses, longest, left or "null"
    )  # fmt: skip
