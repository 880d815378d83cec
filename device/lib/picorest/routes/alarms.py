"""/alarms: what happens at set times. On an ESP8266 only with alarms."""

from json import dumps

from microdot import Microdot

from .. import clock
from ..alarms.records import LAST, NEXT, STATE, UNTIL, get
from ..alarms.spec import every, packed, spec
from ..http.response import Reply
from ..overlay import load_overlay
from ..problem import Problem
from ..services import ALARMS, NAME, SERVICE

api = Microdot()

_STATES = const("idle ringing snoozed")


@api.get("/alarms")
def index(req):
    """The alarms, and when they are due next."""
    return Reply(_list(req.app, _service(req.app)))


@api.get("/alarms/<id>")
def one(req, id):
    """One alarm."""
    return answer(req.app, _find(req.app, id))


@api.post("/alarms/<id>/snooze")
def snooze(req, id):
    """POST /alarms/ID/snooze: put an alarm that rings off by its `snooze` seconds."""
    return _now(req.app, id, lambda ring: ring.snooze, "tell")


@api.post("/alarms/<id>/stop")
def stop(req, id):
    """POST /alarms/ID/stop: end an alarm that rings, or the wait after it was put off."""
    return _now(req.app, id, lambda ring: ring.stop)


@api.post("/alarms/<id>/try")
def rehearse(req, id):
    """POST /alarms/ID/try: do now what an alarm does when it is due, switched off or not."""
    return _now(req.app, id, lambda ring: ring.attempt, "try")


def _find(app, id):
    for n, alarm in enumerate(every(app.config.data.get("alarms"))):
        if alarm["id"] == id:
            return n
    raise Problem("unknown-alarm")


def _service(app):
    # all that is due is done in it; None if there is none, or the clock is not set
    for entry in app.services:
        if entry[NAME] == ALARMS and clock.synced:
            entry[SERVICE].update()
            return entry[SERVICE]
    return None


def _now(app, id, deed, idle=None):
    # idle: what to do with an alarm that does not ring: "try" it all the same, or say so, or None: leave it alone
    n = _find(app, id)
    known = _service(app)
    state = get(known, n, STATE) if known else 0
    if idle == "try" and not known:
        raise Problem("clock-not-set", "The clock is not set yet: see /time.", retry_after=5)
    if state or idle == "try":
        deed(load_overlay("alarms.ring"))(known, n)
    elif idle:
        raise Problem("not-ringing")
    return answer(app, n, dumps(_STATES.split()[state]))


def answer(app, n, was=None, status=200):
    """What is said of alarm n, with the JSON of what it was before."""
    return Reply(list(_text(app, _service(app), n, ',"was":' + was if was else "")), status)


def _list(app, known):
    mark = '{"alarms":['
    for n, _ in enumerate(every(app.config.data.get("alarms"))):
        yield mark
        yield from _text(app, known, n, "")
        mark = ","
    yield "]}" if mark == "," else mark + "]}"


def _text(app, known, n, more):
    from ..ntp.timezone import offset

    alarm = spec(app.config.data.get("alarms"), n)
    name = alarm["id"]
    alarm["enabled"] = alarm.get("enabled", True)
    yield packed(alarm)[:-1].decode()
    upcoming, last, until, state = [get(known, n, field) for field in (NEXT, LAST, UNTIL, STATE)] if known else (0, 0, 0, 0)
    iso = clock.iso(upcoming, offset(app.config.get("timezone"), upcoming)[0]) if upcoming else None
    why = known.why.get(name) if known else "The clock is not set yet: see /time."
    error = known and known.errors.get(name)
    shown = [upcoming or None, iso, last or None, state and until or None, _STATES.split()[state], why, error]
    yield ',"next":%s,"next_iso":%s,"last":%s,"until":%s,"state":%s,"why":%s,"error":%s' % tuple([dumps(value) for value in shown])
    yield more + "}"
