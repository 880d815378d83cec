"""Readings for ThingSpeak: taken every few seconds, put into the backlog. See upload.py for what the service knows."""

import gc

from .. import clock
from ..problem import Problem
from . import outbox


def start(service):
    if service.log:
        return True  # it died and was started again
    items = sorted(service.get("write", "fields").items())
    for n, _ in items:
        if not n.isdigit() or not 1 <= int(n) <= 8 or not service.get("channel"):
            service.app.failures["thingspeak.write"] = "it needs a channel, and fields from 1 to 8"
            return False
    most = service.get("write", "buffer")
    service.items = items
    service.log = [[], 0, 0, False, most or (1600 if service.app.board.chip == "esp8266" else 16000) // (3 + 2 * len(items))]
    service.time = None
    service.blind = False
    service.attempts = service.sent = service.work = service.alone = service.doubts = 0
    service.missing = None  # the first of the values that there was none of at the last reading
    service.begin = clock.uptime()
    return True


def update(service):
    """Take a reading."""
    now = clock.uptime()
    values = [value(service.app, name) for _, name in service.items]
    if None in values and now - service.begin < 10:
        return  # sensors need a moment after power-up
    service.missing = service.items[values.index(None)][1] if None in values else None
    period = max(service.get("write", "every"), service.get("window"))
    service.next = (service.next or now) + period
    if service.next <= now:
        service.next = now + period
    if values != [None] * len(values):
        outbox.push(service.log, now, values)
        service.work = service.log[outbox.COUNT]


def value(app, name):
    """The number called "dht.D2.temperature", "adc.A0.volts", "pin.D5" or "status.uptime"; None while there is none."""
    part = name.split(".")
    kind = part[0]
    board = app.board
    try:
        if kind == "dht":
            return app.dht and app.dht.value(board.gpio(part[1]), part[2])
        if kind == "pin":
            return app.pins.find(name[4:]).level()
        if kind == "adc":
            full = board.profile.ADC_VOLTS
            name = part[1].upper()
            pin = board.adc(name if full and name == "A0" else board.gpio(name))
            if len(part) > 2 and part[2] == "raw":
                return pin.read_u16()
            volts = pin.read_u16() * full / 65535 if board.chip == "esp8266" else pin.read_uv() / 1000000
            return round(volts, 3)
        if name == "status.uptime":
            return clock.uptime()
        if name == "status.rssi":
            return app.wifi.rssi()
        if name == "status.heap_free":
            return gc.mem_free()
    except (Problem, IndexError, ValueError, OSError):
        pass
    return None
