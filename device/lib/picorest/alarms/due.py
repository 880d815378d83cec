"""What alarms do when their time has come, and when they are put off or stopped. Imported for that moment.

Nothing happens twice, nor is anything lost, when the clock is corrected: of each alarm is known up to which instant of its own it
has been dealt with. A restart begins anew at the time that it is then.

Not on an ESP8266.
"""

from hashlib import sha256
from json import loads
from struct import pack, pack_into, unpack_from

from .. import clock
from ..jsontext.scan import part
from ..overlay import act
from ..problem import Problem

# the record of an alarm: Unix times, four bytes each, 0 for none
DONE = const(0)  # the last instant that has been dealt with
NEXT = const(4)
LAST = const(8)  # when it was done last
UNTIL = const(12)  # to when it rings, or is put off
STATE = const(16)
MARK = const(17)  # four bytes that tell a schedule from a changed one
SIZE = const(21)
# states
RINGING = const(1)  # it was done, and can be stopped or put off
SNOOZED = const(2)

_SCHEDULE = const("id at days date every offset enabled")
_LATE = const(180)  # seconds: what comes later than that, was missed
_WEEK = const(604800)
_RING = const(60)  # seconds for which what was done can be put off, at least
_SNOOZE = const(540)


def get(service, n, field):
    """A Unix time of the record of alarm n, or its state."""
    at = n * SIZE + field
    return service.records[at] if field == STATE else unpack_from("<I", service.records, at)[0]


def put(service, n, field, value):
    """Change that."""
    if field == STATE:
        service.records[n * SIZE + field] = value
    else:
        pack_into("<I", service.records, n * SIZE + field, value)


def spec(data, n):
    """Alarm n of the configuration's, which are JSON in bytes, with what it is called; IndexError if there is none."""
    try:
        found = loads(part(data or b"[]", str(n)))
    except ValueError:
        raise IndexError from None
    found["id"] = found.get("id") or str(n + 1)
    return found


def update(service):
    """Do what is due, and find out when there is more."""
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
    for n in range(len(service.records) // SIZE):
        alarm = spec(service.data, n)
        late, upcoming = 0, "It is switched off."
        if alarm.get("enabled", True):
            late, upcoming = _missed(following, alarm, get(service, n, DONE), now, zone)
        state = get(service, n, STATE)
        over = state and get(service, n, UNTIL) <= now
        due = over and state == SNOOZED or late and (now - late <= _LATE or alarm.get("missed") == "run")
        perform = due and act(app, "actions", "perform")  # if there is no room for that, all of this is tried again
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
            _do(service, n, alarm, now, perform)
        if upcoming:
            soon = min(soon, upcoming)
        if get(service, n, STATE):
            soon = min(soon, get(service, n, UNTIL))
    service.wait = clock.uptime() + max(soon - clock.unix(), 0)


def attempt(service, n):
    """Do now what alarm n does, as if it were due."""
    _do(service, n, spec(service.data, n), clock.unix(), act(service.app, "actions", "perform"))
    service.wait = 0


def _do(service, n, alarm, now, perform):
    put(service, n, LAST, now)
    put(service, n, UNTIL, now + max(_RING, int(alarm.get("for", 0))))
    put(service, n, STATE, RINGING)
    name = alarm["id"]
    _tell(service, name, perform(service.app, alarm, lambda words: _tell(service, name, words)))


def _missed(following, alarm, done, now, zone):
    # the last instant after `done` up to now, 0 if there is none; and the first one after it, or why there is none
    late = 0
    done = max(done, now - alarm.get("every", _WEEK))
    while True:
        found = following(alarm, done, *zone)
        if isinstance(found, str) or found > now:
            return late, found
        late = done = found


def _tell(service, name, words):
    # how it went
    service.errors.pop(name, None)
    if words:
        service.errors[name] = words
        print("alarm %s: %s" % (name, words))
    else:
        service.success = clock.uptime()
    service.error = None
    for words in service.errors.values():
        service.error = words


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


def snooze(service, n):
    """Put alarm n off, which rings or is put off already."""
    alarm = spec(service.data, n)
    if not get(service, n, STATE):
        raise Problem("not-ringing", alarm=alarm["id"])
    _end(service, n, alarm)
    put(service, n, STATE, SNOOZED)
    put(service, n, UNTIL, clock.unix() + alarm.get("snooze", _SNOOZE))
    service.wait = 0


def stop(service, n):
    """End what alarm n does, and what it would do after having been put off."""
    _end(service, n, spec(service.data, n))
    put(service, n, STATE, 0)


def _end(service, n, alarm):
    # what stays as it is done, such as a call or a pulse, is left alone
    at = alarm["do"].rfind(".")
    who, what = alarm["do"][:at], alarm["do"][at + 1 :]
    if get(service, n, STATE) == RINGING and what in "on pulse tune fade".split() or what == "toggle" and "for" in alarm:
        what = ".off" if what == "on" and "for" not in alarm else ".stop"
        _tell(service, alarm["id"], act(service.app, "actions", "perform")(service.app, {"do": who + what}))


def heard(service, name, event):
    """A button was pressed, or is held."""
    pins = service.app.pins
    for n in range(len(service.records) // SIZE):
        state = get(service, n, STATE)
        alarm = spec(service.data, n) if state else {}
        if "button" in alarm and pins.find(alarm["button"]).gpio == pins.find(name).gpio:
            if event == "hold" or "snooze" not in alarm:
                stop(service, n)
            elif state == RINGING:
                snooze(service, n)
