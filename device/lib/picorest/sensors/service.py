"""Reading the sensors, one after the other: started, left alone while they measure, read. On an ESP8266 only with sensors.

What a kind knows is in its module, which is loaded for a moment. A sensor is a list, because an object would take twice the memory:
configure.py makes it, routes/sensors.py tells it, and its columns stand in __init__.py.
"""

import asyncio

from .. import clock
from ..overlay import act, drop
from . import ADDRESS, DUE, ERROR, ERRORS, FAILURES, KIND, MEASURES, NAME, PINS, START, VALUES

_EVERY = const(10000)  # ms between two readings of a sensor
_SOON = const(2000)  # ms after the first failures
_FORGET = const(86400000)  # ms after which the last good reading of a dead sensor says nothing any more, and ticks wrap
_FRESH = const(30000)
_STEP = const(200)
_ERRORS = const(3)
_PASCALS = const(4)


class Sensors:
    """The sensors of a board but for DHTs, in `list`."""

    def __init__(self, app):
        self.app = app
        self.list = []

    async def run(self):
        """Read one sensor after the other, for ever."""
        n = 0
        while True:
            await asyncio.sleep_ms(_STEP)
            n = (n + 1) % len(self.list)
            sensor = self.list[n]
            if clock.ticks_diff(clock.ticks_ms(), sensor[DUE]) >= 0:
                try:
                    await self.read(sensor)
                except MemoryError:
                    self.app.release()
                    sensor[DUE] = clock.ticks_add(clock.ticks_ms(), _SOON)

    async def read(self, sensor):
        """Read a sensor once, and take the reading over if it can be believed."""
        error = None
        try:
            ms, known = self.act(sensor, "start")
            await asyncio.sleep_ms(ms)
            sensor[VALUES] = self.act(sensor, "read", known)
            sensor[START] = clock.ticks_ms()
        except OSError:
            error = "The sensor does not answer: check its power and its wires."
        except ValueError as e:
            error = e.args[0]
        wait = _EVERY
        if error:
            sensor[ERRORS] += 1
            sensor[FAILURES] += 1
            if sensor[FAILURES] < 3:
                wait = _SOON
            if clock.ticks_diff(clock.ticks_ms(), sensor[START]) > _FORGET:
                sensor[VALUES] = None
        else:
            sensor[FAILURES] = 0
        sensor[ERROR] = error
        sensor[DUE] = clock.ticks_add(clock.ticks_ms(), wait)

    def value(self, name, quantity):
        """(value, unit, age in seconds, whether it is stale); None while there is none."""
        for sensor in self.list:
            words = sensor[MEASURES].split(" ")
            for n in range(len(sensor[VALUES] or ()) if sensor[NAME] == name else 0):
                if words[2 * n] == quantity:
                    age = clock.ticks_diff(clock.ticks_ms(), sensor[START])
                    return sensor[VALUES][n] / 100, words[2 * n + 1], age / 1000, sensor[FAILURES] > 0 or age > _FRESH
        return None

    def readings(self):
        """(name, quantity, unit, value in hundredths) of all that is measured; value: None where there is none that still holds."""
        for sensor in self.list:
            words = sensor[MEASURES].split(" ")
            values = sensor[VALUES] or (None,) * (len(words) // 2)
            fresh = clock.ticks_diff(clock.ticks_ms(), sensor[START]) < _FRESH
            for n in range(len(values)):
                yield sensor[NAME], words[2 * n], words[2 * n + 1], values[n] if fresh else None

    def values(self, n):
        """(labels, value) for GET /metrics; n: 0 temperature, 1 humidity, 3 errors, 4 pressure."""
        if n == _ERRORS:
            for sensor in self.list:
                yield '{sensor="%s"}' % sensor[NAME], sensor[ERRORS]
        for name, what, _, value in self.readings():
            if what == ("temperature", "humidity", None, None, "pressure")[n]:
                # hundredths of hPa are Pa
                yield '{sensor="%s"}' % name, value if n == _PASCALS or value is None else value / (10000 if n else 100)

    def warnings(self):
        """Sentences about sensors that fail, but for those whose next reading may be good again."""
        return ["sensors.%s: %s" % (sensor[NAME], sensor[ERROR]) for sensor in self.list if sensor[FAILURES] > 1]

    def report(self):
        """(uptime of the last good reading or None, what is wrong or None, (None, None, readings that failed))."""
        age = error = None
        bad = 0
        for sensor in self.list:
            bad += sensor[ERRORS]
            if sensor[VALUES]:
                old = clock.ticks_diff(clock.ticks_ms(), sensor[START]) // 1000
                age = old if age is None else min(age, old)
            if sensor[FAILURES] > 2:
                error = "The sensor %s gives no readings: see /sensors." % sensor[NAME]
        return None if age is None else clock.uptime() - age, error, (None, None, bad)

    def act(self, sensor, deed, *known):
        app = self.app
        module = "sensors." + sensor[KIND]
        try:
            return act(app, module, deed)(app.board, sensor[PINS], sensor[ADDRESS], *known)
        finally:
            if app.memory_reserve:
                drop(module)
