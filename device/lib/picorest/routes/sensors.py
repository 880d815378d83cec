"""/sensors: all sensors of every kind, with their last readings."""

import json

from microdot import Microdot

from .. import clock
from ..http.headers import wants_page
from ..http.response import Reply
from ..problem import Problem
from ..sensors import ERROR, ERRORS, KIND, MEASURES, NAME, START, VALUES

api = Microdot()

_UNREAD = const("The sensor has not been read yet.")
_CSV = const("text/csv; charset=utf-8; header=present")


@api.get("/sensors")
def index(req):
    """GET /sensors: all sensors of every kind, as JSON or, for who accepts text/csv, as a table."""
    if wants_page(req, b"text/csv"):
        res = Reply(_table(req.app))
        res.kind = _CSV
        return res
    return Reply(list_sensors(req.app))


@api.get("/sensors/<name>")
def get(req, name):
    """GET /sensors/NAME: one sensor, by its name."""
    names = []
    for sensor in _all(req.app):
        called, _, values, _, errors, error = sensor
        if called.lower() == name.lower():
            if not values:
                raise Problem("no-reading", error, name=called, errors=errors, retry_after=5)
            return Reply(_text(sensor))
        names.append(called)
    raise Problem("unknown-sensor", allowed=names)


def list_sensors(app):
    """JSON of all sensors, in pieces."""
    mark = b'{"sensors":['
    for sensor in _all(app):
        yield mark
        yield _text(sensor)
        mark = b","
    if mark != b",":
        yield mark
    yield b"]}"


def _all(app):
    # (name, type, [(quantity, text of its value, unit)], age in seconds, errors, what is wrong or None) of each
    for sensor in app.sensors.list if app.sensors else ():
        words = sensor[MEASURES].split(" ")
        values = sensor[VALUES] or ()
        found = [(words[2 * n], "%.2f" % (values[n] / 100), words[2 * n + 1]) for n in range(len(values))]
        yield sensor[NAME], sensor[KIND], found, _age(sensor[START]), sensor[ERRORS], sensor[ERROR] or _unread(found)
    if app.dht:
        from ..dht.sampler import ERROR as WRONG
        from ..dht.sampler import ERRORS as FAULTS
        from ..dht.sampler import FAILURES, HUMIDITY, PIN, TEMPERATURE, TYPE
        from ..dht.sampler import START as READ
        from .dht import words as step

        for sensor in app.dht.list:
            found = []
            if sensor[TEMPERATURE] is not None:
                found = [("temperature", "%.1f" % (sensor[TEMPERATURE] / 10), "°C")]
                found.append(("humidity", "%.1f" % (sensor[HUMIDITY] / 10), "%RH"))
            name = app.board.row(str(sensor[PIN]))[0][1]
            error = step(app, sensor, sensor[WRONG]) if sensor[FAILURES] else _unread(found)
            yield name, "dht%d" % sensor[TYPE], found, _age(sensor[READ]), sensor[FAULTS], error


def _unread(found):
    return None if found else _UNREAD


def _age(start):
    return clock.ticks_diff(clock.ticks_ms(), start) / 1000


def _text(sensor):
    name, kind, values, age, errors, error = sensor
    text = ",".join(['"%s":{"value":%s,"unit":"%s"}' % value for value in values])
    age = "%.1f" % age if values else "null"
    text = '{"name":%s,"type":"%s","values":{%s},"age":%s,"errors":%d' % (json.dumps(name), kind, text, age, errors)
    if error:
        text += ',%s"error":%s' % ('"stale":true,' if values else "", json.dumps(error))
    return text + "}"


def _table(app):
    yield b"name,type,quantity,value,unit,age,error\r\n"
    for name, kind, values, age, _, error in _all(app):
        for value in values or (("", "", ""),):
            yield "%s,%s,%s,%s,%s,%s,%s\r\n" % ((_quoted(name), kind) + value + ("%.1f" % age if values else "", _quoted(error)))


def _quoted(text):
    return '"%s"' % text.replace('"', '""') if text else ""
