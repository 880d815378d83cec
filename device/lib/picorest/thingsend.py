"""Readings to ThingSpeak every few seconds, without losing or repeating one when the internet goes away.

Every reading goes through the backlog with its time. One alone is written as an entry, several are delivered by bulk
update. When nobody knows whether something arrived (the answer was lost), the channel is asked for an entry with that
time before anything is sent again; times are unique within a channel.

What is known is kept in the service, see thingsync.py: items (field numbers with names of values), log (the backlog),
time (Unix time when uptime was 0, as the readings under way say it), state, blind (whether the channel cannot be read: then
the server has to sort out what it knows already), attempts that failed, entries sent.
"""

import gc
from json import dumps

from . import backlog, clock, thingspeak
from .web import Problem

_SLOWEST = const(60)  # seconds between two attempts while nothing gets through

# what is known of the readings under way
_SENDING = const(0)  # they have not arrived
_DOUBT = const(1)  # they may have
_TIME = const(2)  # there are none: we only ask what time it is


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
    service.width = len(items)
    service.log = [[], 0, 0, False, most or (1600 if service.app.board.chip == "esp8266" else 16000) // (3 + 2 * len(items))]
    service.time = None
    service.state = _SENDING
    service.blind = False
    service.attempts = service.sent = service.work = 0
    service.begin = clock.uptime()
    return True


def update(service):
    """Take a reading."""
    now = clock.uptime()
    values = [value(service.app, name) for _, name in service.items]
    if None in values and now - service.begin < 10:
        return  # sensors need a moment after power-up
    period = max(service.get("write", "every"), service.get("window"))
    service.next = (service.next or now) + period
    if service.next <= now:
        service.next = now + period
    if values != [None] * len(values):
        backlog.push(service.log, now, values)
        service.work = service.log[backlog.COUNT]


def question(app, entry):
    """Send the oldest readings, or find out whether they have arrived."""
    service = entry[1]
    log = service.log
    channel = service.get("channel")
    service.state = _DOUBT if log[backlog.LOCKED] else _SENDING
    if not service.state:
        # without a set clock, the server's will do
        if clock.synced:
            service.time = clock.unix() - clock.uptime()
        elif service.time is None:
            service.state = _TIME
    if service.state:
        time = 0
        if service.state == _DOUBT:
            for row in backlog.rows(log, service.width):
                time = row[0]
        service.mark = iso(service, time)
        end = service.mark[:10] + "%20" + service.mark[11:19]
        key = service.get("read_key") or service.get("write_key")
        path = "/channels/%d/feeds.json?results=1&start=%s&end=%s" % (channel, end, end)
        return thingspeak.question(app, "GET", path, key, None, 1024, b'"feeds":[ created_at')
    left = thingspeak.wait(app)
    if left:
        service.wait = clock.uptime() + (left + 999) // 1000
        return None
    if log[backlog.LIST][0][0] == 1 and not service.blind:
        path = "/update.json"
        for time, texts in backlog.rows(log, service.width):
            body = "created_at=" + iso(service, time).replace(":", "%3A")
            for n in range(len(texts)):
                if texts[n] is not None:
                    body += "&field%s=%s" % (service.items[n][0], texts[n])
    else:
        path = "/channels/%d/bulk_update.json" % channel
        key = dumps(service.get("write_key"))
        body = lambda: bulk(service, key)  # noqa: E731
    ask = thingspeak.posting(app, path, body)
    backlog.lock(log)
    return ask


def answer(app, entry, res):
    """What came of it. True."""
    service = entry[1]
    log = service.log
    state = service.state
    if not res:
        return True
    try:
        if state:
            arrived = arrival(service, res)
        else:
            arrived = True
            if service.blind or log[backlog.LIST][0][0] > 1:
                thingspeak.posted(app, res)
            else:
                thingspeak.written(app, res)
        service.error = None
        service.attempts = 0
        if state == _TIME:
            if service.time is None:
                service.error = "The clock is not set: readings wait until they can be given a time."
                service.wait = clock.uptime() + _SLOWEST
            return True
        if arrived:
            service.sent += log[backlog.LIST][0][0]
        backlog.done(log, arrived)
        service.work = log[backlog.COUNT]
        pin = service.get("write", "led")
        if arrived and pin is not None:
            app.pins.drive(str(pin), "toggle")
    except Problem as e:
        service.error = str(e)
        service.wait = clock.uptime() + min(_SLOWEST, 5 << min(service.attempts, 4))
        service.attempts += 1
        if not state and log[backlog.LOCKED] and not getattr(e, "sent", False):
            backlog.done(log, False)
    return True


def arrival(service, res):
    # whether the channel has an entry of the time that we asked for
    try:
        thingspeak.judge(res)
    except Problem as e:
        if e.type != "upstream-bad-key":
            raise
        service.blind = True
        return False
    if service.time is None and len(res.datetime) > 24:
        service.time = unix(res.datetime) - clock.uptime()
    return res.found[0] == '"%s"' % service.mark


def iso(service, time):
    return clock.iso((service.time or 0) + time)


def bulk(service, key):
    # the text of a bulk update, in pieces
    mark = '{"write_api_key":%s,"updates":[{"created_at":"%s"'
    for time, texts in backlog.rows(service.log, service.width):
        time = iso(service, time)
        yield mark % (key, time) if key else mark % time
        key = None
        mark = ',{"created_at":"%s"'
        for n in range(len(texts)):
            if texts[n] is not None:
                yield ',"field%s":%s' % (service.items[n][0], texts[n])
        yield "}"
    yield "]}"


def unix(text):
    """Unix seconds of an HTTP date such as "Sat, 21 Nov 2026 04:37:30 GMT"."""
    month = "JanFebMarAprMayJunJulAugSepOctNovDec".find(text[8:11]) // 3 + 1
    year = int(text[12:16])
    days = (year - 1970) * 365 + (year - 1969) // 4  # until 2099 every fourth year is a leap year
    for m in range(1, month):
        days += 31 - (m == 4 or m == 6 or m == 9 or m == 11) - (3 - (year % 4 == 0)) * (m == 2)
    return ((days + int(text[5:7]) - 1) * 24 + int(text[17:19])) * 3600 + int(text[20:22]) * 60 + int(text[23:25])


def value(app, name):
    """The number called "dht.D2.temperature", "adc.A0.volts", "pin.D5" or "status.uptime"; None while there is none."""
    part = name.split(".")
    kind = part[0]
    board = app.board
    try:
        if kind == "dht":
            return app.dht and app.dht.value(board.gpio(part[1]), part[2])
        if kind == "pin":
            return app.pins.find(part[1]).level()
        if kind == "adc":
            full = board.profile.ADC_VOLTS
            name = part[1].upper()
            pin = board.adc(name if full and name == "A0" else board.gpio(name))
            if len(part) > 2 and part[2] == "raw":
                return pin.read_u16()
            return round(pin.read_u16() * full / 65535 if full else pin.read_uv() / 1000000, 3)
        if name == "status.uptime":
            return clock.uptime()
        if name == "status.rssi":
            return app.wifi.rssi()
        if name == "status.heap_free":
            return gc.mem_free()
    except (Problem, IndexError, ValueError, OSError):
        pass
    return None
