"""A new fixed address, or the return to none, is tried before it is kept. Imported for that, then dropped.

What held before is kept before the configuration changes, see config/address_backup.py. Only when somebody has answered over the
new address is it forgotten; when nobody has for two minutes, it holds again. So a power cut in between leaves no board behind that
cannot be reached.
"""

import select
import socket
from asyncio import sleep, sleep_ms
from errno import EAGAIN, ECONNREFUSED, ECONNRESET, EINPROGRESS

from .. import clock, loop
from ..config.address_backup import forget, kept
from .events import ADDRESS_KEPT, ADDRESS_UNDONE

_PATIENCE = const(120)  # seconds
_PORTS = const(b"\x35\x50\x07")  # where routers answer, if only to refuse: name server, web, echo


def begin(wifi):
    """Give an address that is on trial its two minutes."""
    if kept(wifi.config)[0]:
        if wifi.config.get("wifi", "networks") or wifi.config.get("wifi", "static"):
            wifi.deadline = clock.uptime() + _PATIENCE
        else:
            forget(wifi.config)  # somebody has begun anew


def changed(wifi):
    """Whether the station has to join again, with another address than the driver was told."""
    if wifi.config.get("wifi", "static") == wifi.static:
        return False
    begin(wifi)
    return True


async def prove(wifi):
    """Wait until somebody answers over the new address, time is up, or something else comes up."""
    data = wifi.config.data
    server = wifi.server
    heard = server and server.requests
    gateway = wifi.sta.ifconfig()[2]
    while wifi.connected() and not wifi.candidate and data is wifi.config.data:
        if server and server.requests != heard and not wifi.clients() or await _answers(gateway):
            _end(wifi, ADDRESS_KEPT)
            return
        if clock.uptime() >= wifi.deadline:
            fail(wifi)
            return
        await sleep(1)


def fail(wifi):
    """Return to what held before."""
    from ..problem import Problem

    before = kept(wifi.config)[1]
    if before:  # a merge patch: what is not said stays
        whole = {"netmask": None, "dns": None}
        whole.update(before)
        before = whole
    wifi.free_memory()
    try:
        wifi.config.patch({"wifi": {"static": before}})
    except (Problem, MemoryError) as e:
        print("Wi-Fi: the address from before cannot be stored:", e)
        wifi.deadline = clock.uptime() + _PATIENCE
        return
    _end(wifi, ADDRESS_UNDONE)


def _end(wifi, what):
    wifi.deadline = None
    forget(wifi.config)
    wifi.note(what, wifi.ssid)
    print("Wi-Fi: the new address", "works." if what == ADDRESS_KEPT else "was not answered by anybody: the one from before holds.")


async def _answers(host):
    # whether there is anybody at an address: a refusal is an answer too
    for port in _PORTS:
        sock = socket.socket()
        try:
            sock.setblocking(False)
            try:
                sock.connect(loop.address(host, port))
            except OSError as e:
                if e.errno != EINPROGRESS:
                    raise
            poll = select.poll()
            poll.register(sock, select.POLLOUT)
            for _ in range(20):
                if poll.poll(0):
                    sock.read(1)
                    return True
                await sleep_ms(100)
        except OSError as e:
            if e.errno in (EAGAIN, ECONNREFUSED, ECONNRESET):
                return True
        finally:
            sock.close()
    return False
