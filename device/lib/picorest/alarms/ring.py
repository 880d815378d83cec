"""What alarms do when their time has come, and when they are put off or stopped. Imported for that moment.

A tune beside a display takes all the memory that an ESP8266 has, so due.py goes before. On an ESP8266 only with alarms.
"""

from .. import clock
from ..actions import SHORT
from ..overlay import act, drop
from ..problem import Problem
from .records import LAST, PENDING, RINGING, SIZE, SNOOZED, STATE, UNTIL, get, put
from .spec import spec

_RING = const(60)  # seconds for which what was done can be put off, at least
_SNOOZE = const(540)


def ring(service, also=-1):
    """Do what update() has found due, and alarm number `also`."""
    if service.app.memory_reserve:
        drop("alarms.due", "alarms.when", "alarms.sun", "config.schedule", "ntp.timezone")  # list: what update() has loaded
    for n in range(len(service.records) // SIZE):
        if n == also or get(service, n, STATE) == PENDING:
            perform = act(service.app, "actions", "perform")  # if there is no room for that, it is tried again
            alarm = spec(service.data, n)
            now = clock.unix()
            # all of it here: the stack of an ESP8266 ends soon
            words = perform(service.app, alarm, lambda words, name=alarm["id"]: _tell(service, name, words))
            if words == SHORT:
                raise MemoryError  # it is tried again
            put(service, n, LAST, now)
            put(service, n, UNTIL, now + max(_RING, int(alarm.get("for", 0))))
            put(service, n, STATE, RINGING)
            service.wait = 0
            _tell(service, alarm["id"], words)


def attempt(service, n):
    """Do now what alarm n does, as if it were due."""
    ring(service, n)


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
