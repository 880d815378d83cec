"""/alarms: what happens at set times. Not on an ESP8266."""

from json import dumps

from microdot import Microdot

from .. import clock
from ..alarms.due import LAST, NEXT, STATE, UNTIL, attempt, get, spec, update
from ..alarms.due import snooze as put_off
from ..alarms.due import stop as end
from ..http.response import Reply
from ..ntp.timezone import offset
from ..problem import Problem
from ..services import ALARMS, NAME, SERVICE
from .config_store import store

api = Microdot()

_STATES = const("idle ringing snoozed")
# of an alarm that was read, what nobody sets
_READ = const("next next_iso last until state why error was")


@api.get("/alarms")
def index(req):
    """The alarms, and when they are due next."""
    return Reply(_list(req.app, _service(req.app)))


@api.get("/alarms/<id>")
def one(req, id):
    """One alarm."""
    return _answer(req.app, _find(req.app, id))


@api.post("/alarms")
def post(req):
    """POST /alarms {"at":"07:00","do":"bell.tune",…}: one more alarm; answers what GET says of it."""
    change = _body(req)
    names = [alarm["id"] for alarm in _all(req.app)]
    n = 1
    while str(n) in names:
        n += 1
    if "id" not in change:
        change["id"] = str(n)
    return _store(req.app, None, change)


@api.put("/alarms/<id>")
def put(req, id):
    """PUT /alarms/ID: change an alarm; null takes a member away. A new ID makes a new alarm, 201."""
    return _store(req.app, id, _body(req))


@api.delete("/alarms/<id>")
def delete(req, id):
    """DELETE /alarms/ID: end an alarm for good."""
    stop(req, id)
    return _store(req.app, id, None)


@api.post("/alarms/<id>/snooze")
def snooze(req, id):
    """POST /alarms/ID/snooze: put an alarm that rings off by its `snooze` seconds."""
    return _now(req.app, id, put_off)


@api.post("/alarms/<id>/stop")
def stop(req, id):
    """POST /alarms/ID/stop: end an alarm that rings, or the wait after it was put off."""
    return _now(req.app, id, end)


@api.post("/alarms/<id>/try")
def rehearse(req, id):
    """POST /alarms/ID/try: do now what an alarm does when it is due, switched off or not."""
    return _now(req.app, id, attempt)


def _body(req):
    found = req.json
    if not isinstance(found, dict):
        raise Problem("bad-json")
    for name in _READ.split():
        found.pop(name, None)
    return found


def _all(app):
    n = 0
    try:
        while True:
            yield spec(app.config.data.get("alarms"), n)
            n += 1
    except IndexError:
        pass


def _store(app, id, change):
    # as text, one after the other: as objects they would take five times the memory. Each with its name, for places change
    data = []
    was = at = None
    for alarm in _all(app):
        if alarm["id"] == id:
            was, at = _packed(alarm).decode(), len(data)
            if change is None:
                continue
            alarm.update(change)
        data.append(_packed(alarm))
    if at is None:
        at = len(data)
        data.append(_packed({"id": id}, change))
    store(app, {"alarms": b"[" + b",".join(data) + b"]"})
    if change is None:
        return Reply('{"was":%s}' % was)
    return _answer(app, at, was or "null", 200 if was else 201)


def _packed(alarm, change=()):
    alarm.update(change)
    return dumps({name: alarm[name] for name in alarm if alarm[name] is not None}, separators=(",", ":")).encode()


def _find(app, id):
    for n, alarm in enumerate(_all(app)):
        if alarm["id"] == id:
            return n
    raise Problem("unknown-alarm")


def _service(app):
    # all that is due is done in it; None if there is none, or the clock is not set
    for entry in app.services:
        if entry[NAME] == ALARMS and clock.synced:
            update(entry[SERVICE])
            return entry[SERVICE]
    return None


def _now(app, id, deed):
    n = _find(app, id)
    known = _service(app)
    state = get(known, n, STATE) if known else 0
    if deed is attempt and not known:
        raise Problem("clock-not-set", "The clock is not set yet: see /time.", retry_after=5)
    if state or deed is attempt:
        deed(known, n)
    elif deed is put_off:
        raise Problem("not-ringing")
    return _answer(app, n, dumps(_STATES.split()[state]))


def _answer(app, n, was=None, status=200):
    return Reply(list(_text(app, _service(app), n, ',"was":' + was if was else "")), status)


def _list(app, known):
    mark = '{"alarms":['
    for n, _ in enumerate(_all(app)):
        yield mark
        yield from _text(app, known, n, "")
        mark = ","
    yield "]}" if mark == "," else mark + "]}"


def _text(app, known, n, more):
    alarm = spec(app.config.data.get("alarms"), n)
    name = alarm["id"]
    alarm["enabled"] = alarm.get("enabled", True)
    yield _packed(alarm)[:-1].decode()
    upcoming, last, until, state = [get(known, n, field) for field in (NEXT, LAST, UNTIL, STATE)] if known else (0, 0, 0, 0)
    iso = clock.iso(upcoming, offset(app.config.get("timezone"), upcoming)[0]) if upcoming else None
    why = known.why.get(name) if known else "The clock is not set yet: see /time."
    error = known and known.errors.get(name)
    shown = [upcoming or None, iso, last or None, state and until or None, _STATES.split()[state], why, error]
    yield ',"next":%s,"next_iso":%s,"last":%s,"until":%s,"state":%s,"why":%s,"error":%s' % tuple([dumps(value) for value in shown])
    yield more + "}"
