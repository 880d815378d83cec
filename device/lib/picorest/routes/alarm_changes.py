"""Changing alarms over HTTP: apart from routes/alarms.py, for that takes all the memory that an ESP8266 has.

On an ESP8266 only with alarms."""

from microdot import Microdot

from ..alarms.spec import every, packed
from ..http.response import Reply
from ..overlay import forget_all
from ..problem import Problem

api = Microdot()

# of an alarm that was read, what nobody sets
_READ = const("next next_iso last until state why error was")


@api.post("/alarms")
def post(req):
    """POST /alarms {"at":"07:00","do":"bell.tune",…}: one more alarm; answers what GET says of it."""
    change = _body(req)
    names = [alarm["id"] for alarm in every(req.app.config.data.get("alarms"))]
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
    from .alarms import stop

    stop(req, id)
    stop = req.app.memory_reserve and forget_all()
    return _store(req.app, id, None)


def _body(req):
    found = req.json
    if not isinstance(found, dict):
        raise Problem("bad-json")
    for name in _READ.split():
        found.pop(name, None)
    return found


def _store(app, id, change):
    # as text, one after the other: as objects they would take five times the memory. Each with its name, for places change
    data = []
    was = at = None
    for alarm in every(app.config.data.get("alarms")):
        if alarm["id"] == id:
            was, at = packed(alarm).decode(), len(data)
            if change is None:
                continue
            alarm.update(change)
        data.append(packed(alarm))
    if at is None:
        at = len(data)
        data.append(packed({"id": id}, change))
    data = b"[" + b",".join(data) + b"]"
    from .config_store import store

    store(app, {"alarms": data})
    store = app.memory_reserve and forget_all()  # the answer has room then
    if change is None:
        return Reply('{"was":%s}' % was)
    from .alarms import answer

    return answer(app, at, was or "null", 200 if was else 201)
