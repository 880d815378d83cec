"""Setting up DHT sensors: those of the configuration at boot, and others on the spot. Imported for that, then dropped."""

from .. import clock
from ..boards.profile import verdict
from ..config.schema import add_warning
from ..gpio.rules import conflict
from ..problem import Problem
from .sampler import Dht

_MOST = const(4)
_NO_PULL = const("GPIO%d has no pull-up, which the sensor's wire needs: use another pin.")


def configured(app):
    """Set up the configuration's "dht"; an entry that cannot be becomes a warning, and the others stay."""
    entries = app.config.get("dht")
    for n in range(len(entries)):
        try:
            add(app, str(entries[n]["pin"]), entries[n]["type"])
        except Problem as e:
            add_warning(app.pins.warnings, "dht[%d]: %s" % (n, e))


def add(app, text, type):
    """A new sensor, as dht/sampler.py describes it, on the pin that `text` names; type: "dht11" or "dht22". From now on the pin is
    the sensor's, until the board restarts. Raises 404 or 409 if it is no pin for a sensor."""
    if app.dht and len(app.dht.list) >= _MOST:
        raise Problem("too-many-sensors")
    pins = app.pins
    line = pins.find(text)
    pin = line.gpio
    if line.mode:
        raise conflict(app.board, pin, "pin-in-use")
    flags = verdict(app.board, line.gpio)[1]
    if "o" in flags and "u" not in flags:
        raise conflict(app.board, pin, "no-pull", "u", detail=_NO_PULL % pin)
    # sensor and board talk over one wire that either of them pulls low
    pins.plan(line, {"mode": "open_drain", "pull": "up"})
    pins.lines.pop(pin, None)
    if not app.dht:
        app.dht = Dht(app.board)
        app.start("dht", app.dht)
    now = clock.ticks_ms()
    # a sensor is not ready in the first second or two after power-up
    type = int(type[3:])
    due = clock.ticks_add(now, type // 11 * 1000)
    sensor = [pin, type, None, 0, now, due, 0, 0, 0, 0, None]
    app.dht.list.append(sensor)
    # constants: their text takes no memory
    app.board.reserve(pin, "DHT11 sensor" if type == 11 else "DHT22 sensor")
    return sensor
