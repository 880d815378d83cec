"""Addresses of other servers. Imported while somebody asks one, then dropped.

Resolving a name stops the whole board until the name server answers or, after seconds, is given up. So an address is kept, and
used on when it is old and no better one can be had; and after a name server that kept silent nobody waits for it again for a while.

What is known is in board.dns, for all who ask: see below. It is tuples, which settle.py can move.
"""

import socket

from . import clock, loop
from .problem import Problem

# board.dns
_KNOWN = const(0)  # of each name (host, port, address or None, uptime until which that is believed)
_NEXT = const(1)  # uptime before which the name server is not waited for
_WAIT = const(2)  # seconds from the last silence to that; 0: it answers
_PAUSES = const(3)  # how often it kept the board waiting for nothing
_LONGEST = const(4)  # ms
# of each of those
_HOST = const(0)
_ADDRESS = const(2)
_UNTIL = const(3)

_KEEP = const(600)  # seconds an address is believed, and
_RETRY = const(15)  # that there is none
_SILENCE = const(1000)  # ms; a name server that answers is faster
_WAIT_LEAST = const(30)
_WAIT_MOST = const(300)


def resolve(board, host, port):
    """What connect() and sendto() take. OSError(seconds until it is worth asking again) if nobody knows the name."""
    state = board.dns
    now = clock.uptime()
    found, until = None, now
    for entry in state[_KNOWN]:
        if entry[:_ADDRESS] == (host, port):
            found, until = entry[_ADDRESS:]
    if now >= until and now >= state[_NEXT]:
        found, until = _ask(state, host, port, found)
        rest = [entry for entry in state[_KNOWN] if entry[:_ADDRESS] != (host, port)]
        state[_KNOWN] = ((host, port, found, until),) + tuple(rest[: 3 if board.chip == "esp8266" else 7])
    if found is None:
        raise OSError(max(1, until - now, state[_NEXT] - now))
    return found


def _ask(state, host, port, known):
    # (address or None, until when that is believed)
    start = clock.ticks_ms()
    found = None
    try:
        found = loop.address(host, port)
    except OSError:
        pass
    ms = clock.ticks_diff(clock.ticks_ms(), start)
    now = clock.uptime()
    if found:
        state[_WAIT] = 0
        return found, now + _KEEP
    if ms > _SILENCE:
        state[_PAUSES] += 1
        state[_LONGEST] = max(state[_LONGEST], ms)
        state[_WAIT] = min(max(2 * state[_WAIT], _WAIT_LEAST), _WAIT_MOST)
        state[_NEXT] = now + state[_WAIT]
    return known, now + _RETRY


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
    known = board.dns[_KNOWN]
    board.dns[_KNOWN] = tuple([entry[:_UNTIL] + (0,) if entry[_HOST] == host and entry[_ADDRESS] else entry for entry in known])


def text(board):
    """JSON of how the name server does, for GET /status."""
    _, until, wait, pauses, longest = board.dns
    left = max(0, until - clock.uptime()) if wait else 0
    return '{"state":"%s","pauses":%d,"longest_ms":%d,"retry_after":%s}' % (
        "silent" if wait else "ok", pauses, longest, left or "null"
    )  # fmt: skip
