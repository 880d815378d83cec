"""Which alarms are due, and when there is more. Imported for that moment; ring.py does what they do.

Nothing happens twice, nor is anything lost, when the clock is corrected: of each alarm is known up to which instant of its own it
has been dealt with. A restart begins anew at the time that it is then.

On an ESP8266 only with alarms.
"""

from hashlib import sha256
from struct import pack

from .. import clock
from .records import DONE, MARK, NEXT, PENDING, SIZE, SNOOZED, STATE, UNTIL, get, put
from .spec import spec

_SCHEDULE = const("id at days date every offset enabled")
_LATE = const(180)  # seconds: what comes later than that, was missed
_WEEK = const(604800)


def update(service):
    """Find out what is due now, and when there is more. True if something is PENDING then."""
    from ..config.schedule import day  # noqa: F401  what the next one needs comes first: the stack of an ESP8266 ends soon
    from .when import following

    app = service.app
    config = app.config.get
    service.seen = app.sntp.set_at
    if service.data is not app.config.data.get("alarms"):
        adopt(service)
    zone = config("timezone"), (config("weather", "lat"), config("weather", "lon"))
    now = clock.unix()
    soon = now + 3600
    pending = False
    for n in range(len(service.records) // SIZE):
        alarm = spec(service.data, n)
        late, upcoming = 0, "It is switched off."
        if alarm.get("enabled", True):
            late, upcoming = _missed(following, alarm, get(service, n, DONE), now, zone)
        state = get(service, n, STATE)
        over = state and (state == PENDING or get(service, n, UNTIL) <= now)
        due = over and state in (SNOOZED, PENDING) or late and (now - late <= _LATE or alarm.get("missed") == "run")
        if late:
            put(service, n, DONE, late)
        service.why.pop(alarm["id"], None)
        if isinstance(upcoming, str):
            service.why[alarm["id"]] = upcoming
            upcoming = 0
        put(service, n, NEXT, upcoming)
        if over:
            put(service, n, STATE, 0)
        if due:
            put(service, n, STATE, PENDING)
            put(service, n, UNTIL, now)
            pending = True
        if upcoming:
            soon = min(soon, upcoming)
        if get(service, n, STATE):
            soon = min(soon, get(service, n, UNTIL))
    service.wait = clock.uptime() + max(soon - clock.unix(), 0)
    return pending


def _missed(following, alarm, done, now, zone):
    # the last instant after `done` up to now, 0 if there is none; and the first one after it, or why there is none
    late = 0
    done = max(done, now - alarm.get("every", _WEEK))
    while True:
        found = following(alarm, done, *zone)
        if isinstance(found, str) or found > now:
            return late, found
        late = done = found


def adopt(service):
    """Take over the configuration's alarms. Those whose schedule is the same, go on as they were."""
    app, old = service.app, service.records
    now = clock.unix()
    service.data = app.config.data.get("alarms")
    fresh = bytearray()
    errors = {}
    n = 0
    while True:
        try:
            alarm = spec(service.data, n)
        except IndexError:
            break
        mark = sha256(repr([alarm.get(key) for key in _SCHEDULE.split()]).encode()).digest()[:4]
        record = pack("<IIIIB", now, 0, 0, 0, 0) + mark
        for at in range(0, len(old), SIZE):
            if old[at + MARK : at + SIZE] == mark:
                record = old[at : at + SIZE]
        fresh.extend(record)
        name = alarm["id"]
        if name in service.errors:
            errors[name] = service.errors[name]
        n += 1
    service.records, service.errors, service.why = fresh, errors, {}
