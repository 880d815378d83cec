"""A new fixed address, or the return to none, is tried before it is kept. Imported for that, then dropped.

What held before is written into a file of its own before the configuration changes. Only when somebody has answered over the
new address is that file removed; when nobody has for two minutes, it says what holds again. So a power cut in between leaves
no board behind that cannot be reached.
"""

import json
import os
import select
import socket
from asyncio import sleep, sleep_ms
from errno import EAGAIN, ECONNREFUSED, ECONNRESET, EINPROGRESS

from .. import clock, loop
from ..memory import SMALL
from ..overlay import drop

_KEPT = const(10)  # these numbers have their words in status.py
_UNDONE = const(11)
_PATIENCE = const(120)  # seconds
_PORTS = const(b"\x35\x50\x07")  # where routers answer, if only to refuse: name server, web, echo


def _path(config):
    return config.path.rsplit(".", 1)[0] + ".address.json"


def _nvs():
    if SMALL:
        return None
    from ..nvs import find

    found = find()
    drop("nvs")
    return found


def _before(config):
    # (whether an address is on trial, "wifi.static" from before)
    nvs = _nvs()
    if nvs:
        kept = nvs.get("address")
        return kept is not None, json.loads(kept or "null")
    try:
        with open(_path(config)) as f:
            return True, json.load(f)
    except OSError:
        return False, None
    except ValueError:  # the power went while it was written: the configuration had not changed yet
        return True, config.get("wifi", "static")


def _remove(config):
    nvs = _nvs()
    if nvs:
        nvs.remove("address")
        return
    try:
        os.remove(_path(config))
    except OSError:
        pass


def note(config, static):
    """Keep what has held so far, unless that was never proven itself. OSError if the flash is full."""
    if not _before(config)[0]:
        nvs = _nvs()
        if nvs:
            nvs.put("address", json.dumps(static))
        else:
            with open(_path(config), "w") as f:
                json.dump(static, f)


def begin(wifi):
    """Give an address that is on trial its two minutes."""
    if _before(wifi.config)[0]:
        if wifi.config.get("wifi", "networks") or wifi.config.get("wifi", "static"):
            wifi.deadline = clock.uptime() + _PATIENCE
        else:
            _remove(wifi.config)  # somebody has begun anew


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
    while wifi.connected() and not wifi.wanted and data is wifi.config.data:
        if server and server.requests != heard and not wifi.clients() or await _answers(gateway):
            _end(wifi, _KEPT)
            return
        if clock.uptime() >= wifi.deadline:
            fail(wifi)
            return
        await sleep(1)


def fail(wifi):
    """Return to what held before."""
    from ..problem import Problem

    before = _before(wifi.config)[1]
    if before:  # a merge patch: what is not said stays
        whole = {"netmask": None, "dns": None}
        whole.update(before)
        before = whole
    wifi.relief()
    try:
        wifi.config.patch({"wifi": {"static": before}})
    except (Problem, MemoryError) as e:
        print("Wi-Fi: the address from before cannot be stored:", e)
        wifi.deadline = clock.uptime() + _PATIENCE
        return
    _end(wifi, _UNDONE)


def _end(wifi, what):
    wifi.deadline = None
    _remove(wifi.config)
    wifi.note(what, wifi.ssid)
    print("Wi-Fi: the new address", "works." if what == _KEPT else "was not answered by anybody: the one from before holds.")


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
