"""Readings to ThingSpeak every few seconds, without losing or repeating one when the internet goes away.

Every reading goes through the backlog with its time. One alone is written as an entry, several are delivered by bulk
update; a batch that is refused for good is sent one by one, and what is refused even so is lost. When nobody knows whether
something arrived (the answer was lost), the channel is asked for an entry with that time before anything is sent again;
times are unique within a channel.

What is known is kept in the service, see service.py: items (field numbers with names of values), log (the backlog),
time (Unix time when uptime was 0, as the readings under way say it), state, blind (whether the channel cannot be read: then
the server has to sort out what it knows already), attempts that failed, entries sent, alone (how many readings are to be sent
one by one), doubts (how many were refused since the last success with a word that may also mean a wrong key).
On an ESP8266 not without thingspeak.
"""

from .. import clock
from ..problem import Problem
from ..upstream.negative_cache import seconds
from . import api, outbox

_DOUBTS = const(3)
_SLOWEST = const(60)  # seconds between two attempts while nothing gets through

# what is known of the readings under way
_SENDING = const(0)  # they have not arrived
_DOUBT = const(1)  # they may have
_TIME = const(2)  # there are none: we only ask what time it is


def question(app, service):
    """Send the oldest readings, or find out whether they have arrived."""
    log = service.log
    channel = service.get("channel")
    service.state = _DOUBT if log[outbox.LOCKED] else _SENDING
    if not service.state:
        # without a set clock, the server's will do
        if clock.synced:
            service.time = clock.unix() - clock.uptime()
        elif service.time is None:
            service.state = _TIME
    if service.state:
        time = 0
        if service.state == _DOUBT:
            for row in outbox.rows(log, len(service.items)):
                time = row[0]
        service.mark = iso(service, time)
        end = service.mark[:10] + "%20" + service.mark[11:19]
        key = service.get("read_key") or service.get("write_key")
        path = "/channels/%d/feeds.json?results=1&start=%s&end=%s" % (channel, end, end)
        return api.question(app, "GET", path, key, None, 1024, b'"feeds":[ created_at')
    left = api.wait(app)
    if left:
        service.wait = clock.uptime() + (left + 999) // 1000
        return None
    if service.alone:
        outbox.split(log, len(service.items))
    if log[outbox.LIST][0][0] == 1 and not service.blind:
        path = "/update.json"
        for time, texts in outbox.rows(log, len(service.items)):
            body = "created_at=" + iso(service, time).replace(":", "%3A")
            for n in range(len(texts)):
                if texts[n] is not None:
                    body += "&field%s=%s" % (service.items[n][0], texts[n])
    else:
        path = "/channels/%d/bulk_update.json" % channel
        from .bulk import body

        body = body(service)
    ask = api.build_write(app, path, body)
    outbox.lock(log)
    return ask


def answer(app, service, res):
    """What came of it. True."""
    log = service.log
    state = service.state
    if not res:
        return True
    try:
        if state:
            arrived = arrival(service, res)
        else:
            arrived = True
            if service.blind or log[outbox.LIST][0][0] > 1:
                api.check_write(app, res)
            else:
                api.entry_id(app, res)
        if state == _TIME:
            if service.time is None:
                service.error = "The clock is not set: readings wait until they can be given a time."
                service.wait = clock.uptime() + _SLOWEST
            return True
        if arrived:  # a channel that can be asked may take nothing even so
            service.error = None
            service.attempts = service.doubts = 0
            service.success = clock.uptime()
            service.sent += log[outbox.LIST][0][0]
            service.alone -= service.alone > 0
        outbox.done(log, arrived)
        service.work = log[outbox.COUNT]
        pin = service.get("write", "led")
        if arrived and pin is not None:
            app.pins.drive(str(pin), "toggle")
    except MemoryError:
        if not log[outbox.LOCKED]:
            return True  # all is done but for the lamp
        raise
    except Problem as e:
        service.error = str(e)
        service.wait = clock.uptime() + max(min(_SLOWEST, 5 << min(service.attempts, 4)), seconds(e))
        service.attempts += 1
        if not state and log[outbox.LOCKED] and not e.sent:
            if getattr(e, "final", False):
                refused(service, e.members["reason"])
            elif e.members.get("reason") == "it answers 0" and service.sent and service.doubts < _DOUBTS:
                # the key was good a moment ago
                service.doubts += log[outbox.LIST][0][0] == 1
                refused(service, e.members["reason"])
            outbox.done(log, False)
    return True


def refused(service, reason):
    """ThingSpeak will never take what is under way: it is sent one by one, or dropped if it is one reading."""
    log = service.log
    batch = log[outbox.LIST][0]
    service.wait = service.attempts = 0
    if batch[0] > 1:
        service.alone = batch[0]
        return
    for time, _ in outbox.rows(log, len(service.items)):
        time = iso(service, time)
    service.error = "ThingSpeak refuses the reading of %s (%s): it was dropped." % (time, reason)
    service.alone -= service.alone > 0
    log[outbox.LIST].pop(0)
    log[outbox.COUNT] -= 1
    log[outbox.LOST] += 1
    service.work = log[outbox.COUNT]


def arrival(service, res):
    # whether the channel has an entry of the time that we asked for
    try:
        api.check_response(res)
    except Problem as e:
        if e.type != "upstream-bad-key":
            raise
        service.blind = True
        return False
    if service.time is None and len(res.datetime) > 24:
        from ..upstream.httpdate import unix

        service.time = unix(res.datetime) - clock.uptime()
    return res.found[0] == '"%s"' % service.mark


def iso(service, time):
    return clock.iso((service.time or 0) + time)
