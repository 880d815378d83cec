"""/dht: temperature and humidity sensors."""

import asyncio

from microdot import Microdot

from .. import clock
from ..dht.sampler import COUNT, DATA, HUMIDITY, PIN, TEMPERATURE, TYPE
from ..http.response import Reply
from ..problem import Problem

api = Microdot()

_STEP = const(100)  # ms from look to look, while a first reading is awaited
_STEPS = const(40)

# by what dht/sampler.py found wrong with a reading; what is filled in: see words()
_WORDS = const("""
0 The sensor has not been read yet.
1 The sensor does not answer.
2 The reading arrived garbled: its checksum is wrong.
3 The sensor sent nothing but zeros.
4 This is the answer of a DHT%d, and the sensor is set up as a DHT%d: correct its type.
5 The sensor sent %.1f °C and %.1f %%, which a DHT%d cannot measure.
6 The sensor sent %.1f °C and %.1f %% all of a sudden: the next reading has to confirm that.
7 Check the sensor's power (3.3 V and ground), the data wire on %s, the 10 kΩ resistor from it to 3.3 V, \
and that the sensor is a DHT%d.
""")


@api.get("/dht")
async def get(req):
    """GET /dht: all DHT sensors; ?pin=P: one of them; ?pin=P&type=T: one that is set up on the spot if it is not there yet."""
    app = req.app
    spec = req.args
    if not spec:
        return Reply(list_sensors(app))
    sensor = _find(req, spec)
    for _ in range(_STEPS):
        if sensor[COUNT]:
            break
        await asyncio.sleep_ms(_STEP)
    if sensor[TEMPERATURE] is None:
        pin, type, _, _, _, _, count, errors, failures, error, data = sensor
        more = {"hint": words(app, sensor, 7)} if failures > 2 else {}
        raise Problem("no-reading", words(app, sensor, error), pin=pin, errors=errors, reads=count, retry_after=5, **more)
    if b"text/html" in req.head:
        from .html import readable

        name = "DHT%d on %s" % (sensor[1], app.board.row(str(sensor[0]))[0][1])
        return readable(req, name, "%.1f °C · %.1f %%" % (sensor[TEMPERATURE] / 10, sensor[HUMIDITY] / 10), _pieces(app, sensor))
    return Reply(_pieces(app, sensor))


def _find(req, spec):
    # the sensor that the query means
    app = req.app
    text = spec.pop("pin", "")
    type = spec.pop("type", "").lower()
    if spec:
        raise Problem("unknown-parameter", parameter=list(spec)[0], allowed=["pin", "type"])
    if not text:
        from ..boards.profile import suggestions

        raise Problem("missing-pin", example=(suggestions(app.board) or ["14"])[0])
    types = "dht11 dht22".split(" ")
    if type and type not in types:
        raise Problem("bad-type", allowed=types)
    pin = app.pins.names.get(text.lower())
    if pin is None:
        pin = app.board.gpio(text)
    for sensor in app.dht.list if app.dht else ():
        if sensor[PIN] == pin:
            if type and int(type[3:]) != sensor[TYPE]:
                raise Problem("other-type", pin=pin, kind=app.board.owners[pin])
            return sensor
    if not type:
        raise Problem("missing-type", pin=pin, allowed=types)
    if req.method == "HEAD":
        raise Problem("head-has-no-effect")
    from ..dht.configure import add
    from ..http.csrf import check_cross_site
    from ..overlay import drop

    check_cross_site(req)
    sensor = add(app, text, type)
    drop("dht.configure")
    return sensor


def list_sensors(app):
    """JSON of all sensors, in pieces."""
    # bytes, because MicroPython keeps every short text for ever
    mark = b'{"dht":['
    for sensor in app.dht.list if app.dht else ():
        yield mark
        yield from _pieces(app, sensor)
        mark = b","
    if mark != b",":
        yield mark
    yield b"]}"


def _pieces(app, sensor):
    # small ones: with a heap in pieces there may be no room for a large one
    pin, type, temperature, humidity, start, _, count, errors, failures, error, _ = sensor
    yield '{"pin":%d,"name":"%s","type":"dht%d","temperature":' % (pin, app.board.row(str(pin))[0][1], type)
    if temperature is None:
        yield 'null,"humidity":null,"age":null'
    else:
        age = clock.ticks_diff(clock.ticks_ms(), start) / 1000
        yield '%.1f,"humidity":%.1f,"age":%.1f' % (temperature / 10, humidity / 10, age)
    yield ',"errors":%d,"reads":%d' % (errors, count)
    if failures or not count:
        yield ',"stale":true,"error":"%s"' % words(app, sensor, error)
    if failures > 2:
        yield ',"hint":"%s"' % words(app, sensor, 7)
    yield b"}"


def words(app, sensor, n):
    """The sentence with that number, filled in."""
    type = sensor[TYPE]
    more = ()
    if n == 7:
        more = app.board.row(str(sensor[PIN]))[0][1], type
    elif n == 4:
        more = 33 - type, type
    elif n > 4:
        from ..dht.sampler import decode

        temperature, humidity, _ = decode(type, sensor[DATA])
        more = (temperature / 10, humidity / 10, type)[: 8 - n]
    at = _WORDS.find("\n%d " % n) + 3
    return _WORDS[at : _WORDS.find("\n", at)] % more
