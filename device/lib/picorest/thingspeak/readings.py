"""Readings for ThingSpeak: taken every few seconds, put into the backlog. See upload.py for what the service knows.
On an ESP8266 not without thingspeak."""

from .. import clock
from ..values import STALE, value
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
    found = [value(service.app, name) for _, name in service.items]
    values = [one[0] if one and not one[STALE] else None for one in found]
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
