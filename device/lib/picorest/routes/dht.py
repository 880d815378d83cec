"""/dht: temperature and humidity sensors."""

import asyncio

from .. import clock
from ..web import Problem, Reply, query

_STEP = const(100)  # ms from look to look, while a first reading is awaited
_STEPS = const(40)

# by what dht.py found wrong with a reading
_WORDS = const("""
0 The sensor has not been read yet.
1 The sensor does not answer.
2 The reading arrived garbled: its checksum is wrong.
3 The sensor sent nothing but zeros.
4 This is the answer of a DHT%(other)d, and the sensor is set up as a DHT%(type)d: correct its type.
5 The sensor sent %(temperature).1f °C and %(humidity).1f %%, which a DHT%(type)d cannot measure.
6 The sensor sent %(temperature).1f °C and %(humidity).1f %% all of a sudden: the next reading has to confirm that.
7 Check the sensor's power (3.3 V and ground), the data wire on %(name)s, the 10 kΩ resistor from it to 3.3 V, \
and that the sensor is a DHT%(type)d.
""")


async def get(req):
    """GET /dht: all sensors; ?pin=P: one of them; ?pin=P&type=T: one that is set up on the spot if it is not there yet."""
    app = req.app
    spec = query(req)
    if not spec:
        return Reply(_list(app))
    sensor = _find(req, spec)
    for _ in range(_STEPS):
        if sensor[6]:
            break
        await asyncio.sleep_ms(_STEP)
    if sensor[2] is None:
        pin, type, _, _, _, _, count, errors, failures, error, data = sensor
        more = {"hint": _words(app, sensor, 7)} if failures > 2 else {}
        raise Problem(503, "no-reading", _words(app, sensor, error), pin=pin, errors=errors, reads=count, retry_after=5, **more)
    return Reply(list(_pieces(app, sensor)))


def _find(req, spec):
    # the sensor that the query means
    app = req.app
    text = spec.pop("pin", "")
    type = spec.pop("type", "").lower()
    if spec:
        raise Problem(400, "unknown-parameter", parameter=list(spec)[0], allowed=["pin", "type"])
    if not text:
        from ..pinmap import free

        raise Problem(400, "missing-pin", example=free(app.board)[0])
    if type not in ("", "dht11", "dht22"):
        raise Problem(400, "bad-type", allowed=["dht11", "dht22"])
    pin = app.pins.names.get(text.lower())
    if pin is None:
        pin = app.board.gpio(text)
    for sensor in app.dht.list if app.dht else ():
        if sensor[0] == pin:
            if type and type != "dht%d" % sensor[1]:
                raise Problem(409, "other-type", pin=pin, kind="DHT%d" % sensor[1])
            return sensor
    if not type:
        raise Problem(400, "missing-type", pin=pin, allowed=["dht11", "dht22"])
    if req.method == "HEAD":
        raise Problem(400, "head-has-no-effect")
    from ..access import change
    from ..config import drop
    from ..dhtsetup import add

    change(req)
    sensor = add(app, text, type)
    drop("dhtsetup")
    return sensor


def _list(app):
    start = '{"dht":['
    for sensor in app.dht.list if app.dht else ():
        yield start
        yield from _pieces(app, sensor)
        start = ","
    yield "]}" if start == "," else start + "]}"


def _pieces(app, sensor):
    # small ones: with a heap in pieces there may be no room for a large one
    pin, type, temperature, humidity, start, _, count, errors, failures, error, _ = sensor
    age = "null"
    if temperature is not None:
        age = "%.1f" % (clock.ticks_diff(clock.ticks_ms(), start) / 1000)
    yield '{"pin":%d,"name":"%s","type":"dht%d","temperature":%s,"humidity":%s,"age":%s,"errors":%d,"reads":%d' % (
        pin,
        app.board.row(str(pin))[0][1],
        type,
        age if age == "null" else "%.1f" % (temperature / 10),
        age if age == "null" else "%.1f" % (humidity / 10),
        age,
        errors,
        count,
    )
    if failures or not count:
        yield ',"stale":true,"error":"%s"' % _words(app, sensor, error)
    if failures > 2:
        yield ',"hint":"%s"' % _words(app, sensor, 7)
    yield "}"


def _words(app, sensor, n):
    more = {"type": sensor[1], "other": 33 - sensor[1]}
    if n == 7:
        more["name"] = app.board.row(str(sensor[0]))[0][1]
    elif n > 4:
        from ..dht import decode

        more["temperature"], more["humidity"], _ = decode(sensor[1], sensor[10])
        more["temperature"] /= 10
        more["humidity"] /= 10
    at = _WORDS.find("\n%d " % n) + 3
    return _WORDS[at : _WORDS.find("\n", at)] % more
