"""What is said on which topic, and what may be said to the board. Not on an ESP8266.

Below BASE, `mqtt.topic` of the configuration, else picorest/HOSTNAME:
    BASE/status             online, offline (the will)
    BASE/gpio/D5            ON or OFF, of each pin with a name
    BASE/gpio/D5/pwm        its duty, 0 to 1, if it has one
    BASE/gpio/D5/set        to the board: ON, OFF, TOGGLE, 1, 0, or an object as PUT /gpio/D5 takes it
    BASE/sensor/D2/WHAT     temperature, humidity … of the DHT on a pin; of another sensor by its name
"""

from .. import clock
from ..dht.sampler import HUMIDITY, PIN, START, TEMPERATURE
from ..problem import Problem
from ..sensors import VALUES
from ..utf8 import text

_FRESH = const(15000)  # ms for which a reading is true


def base(app):
    """BASE."""
    return app.config.get("mqtt", "topic") or "picorest/" + app.config.get("hostname")


def label(app, gpio):
    """What a pin is called on the board, such as D5: its name may change, and may hold what a topic cannot."""
    return app.board.row(str(gpio))[0][1]


def named(app):
    """The Lines of the pins that have a name in the configuration and are set up, by GPIO number."""
    lines = app.pins.lines
    return [lines[gpio] for gpio in sorted(set(app.pins.names.values())) if gpio in lines and lines[gpio].mode]


def states(app):
    """(topic below BASE, text) of all that the board says of its pins and sensors now."""
    for line in named(app):
        topic = "gpio/" + label(app, line.gpio)
        yield topic, "ON" if line.level() else "OFF"
        if line.pwm:
            yield topic + "/pwm", str(line.duty())
    for sensor in app.dht.list if app.dht else ():
        if sensor[TEMPERATURE] is not None and clock.ticks_diff(clock.ticks_ms(), sensor[START]) < _FRESH:
            topic = "sensor/%s/" % label(app, sensor[PIN])
            yield topic + "temperature", str(sensor[TEMPERATURE] / 10)
            yield topic + "humidity", str(sensor[HUMIDITY] / 10)
    for name, what, _, value in app.sensors.readings() if app.sensors else ():
        if value is not None:
            yield "sensor/%s/%s" % (name, what), "%.2f" % (value / 100)


def measured(app):
    """How many quantities each sensor but DHTs has measured: another answer than before, and others() of discovery.py has something
    to tell."""
    return [len(sensor[VALUES] or ()) for sensor in app.sensors.list] if app.sensors else []


def obey(app, start, message):
    """Do what a message says to a pin with a name; start: BASE in bytes. Problem if it cannot be done."""
    for line in named(app):
        if message.topic == start + ("/gpio/%s/set" % label(app, line.gpio)).encode():
            pins = app.pins
            pins.apply(line, pins.plan(line, _wish(message.text)))
            return


def _wish(data):
    data = (data[3:] if data[:3] == b"\xef\xbb\xbf" else data).strip()  # a byte order mark is nobody's wish
    try:
        if data[:1] == b"{":
            from ..jsontext.validate import loads

            return loads(data)
        return {"state": text(data)}
    except ValueError:
        raise Problem("bad-json") from None
