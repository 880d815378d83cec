"""GET /metrics: what the board knows in numbers, in Prometheus's text format 0.0.4. docs/metrics.md says what each means.
On an ESP8266 not without metrics."""

import gc
import os

from microdot import Microdot

from .. import clock
from ..dht.sampler import COUNT, ERRORS, HUMIDITY, PIN, START, TEMPERATURE
from ..http.response import Reply
from ..overlay import drop

api = Microdot()

# the metrics: those of the board itself in the order of get(), then those of pins, sensors and services
_NAMES = const(
    "build_info uptime_seconds heap_free_bytes heap_size_bytes flash_free_bytes loop_lag_seconds requests_total errors_total "
    "refused_total timeouts_total wifi_signal_dbm pin_state pin_duty_ratio temperature_celsius humidity_ratio sensor_reads_total "
    "sensor_errors_total pressure_pascals service_up service_waiting service_delivered_total service_lost_total "
)
_PIN = const(11)  # the first of the pins
_SENSOR = const(13)
_PRESSURE = const(17)
_SERVICE = const(18)
_FREE = const(3)  # column of os.statvfs()
_FRESH = const(15000)  # ms for which a reading is true


@api.get("/metrics")
def get(req):
    """GET /metrics: all numbers, for Prometheus. What is not known, or too old to be true, is left out."""
    app = req.app
    # at once, what might find no memory: half an answer says nothing
    from ..service_status import rows

    services = list(rows(app))
    rows = app.memory_reserve and drop("service_status")
    gc.collect()
    free = gc.mem_free()
    flash = os.statvfs("/")
    values = (
        1, clock.uptime(), free, free + gc.mem_alloc(), flash[0] * flash[_FREE], app.lag / 1000, app.requests, app.error,
        app.rejected, app.timeout, app.wifi.rssi() if app.wifi.connected() else None,
    )  # fmt: skip
    return Reply(_pieces(app, values, services), 200, {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


def _pieces(app, values, services):
    start = n = 0
    while start < len(_NAMES):
        end = _NAMES.find(" ", start)
        name = _NAMES[start:end]
        start = end + 1
        head = "# HELP picorest_%s %s.\n# TYPE picorest_%s %s\n" % (
            name, name.replace("_", " "), name, "counter" if name[-6:] == "_total" else "gauge"
        )  # fmt: skip
        for labels, value in _samples(app, services, n) if n >= _PIN else (("", values[n]),):
            if value is not None:
                if not n:
                    labels = '{version="%s",board="%s"}' % (app.version, app.board.name)
                yield "%spicorest_%s%s %s\n" % (head, name, labels, value)
                head = ""
        n += 1


def _samples(app, services, n):
    if n < _SENSOR:
        lines = app.pins.lines
        for gpio in sorted(lines):
            line = lines.get(gpio)
            if line and line.mode and (line.pwm or n == _PIN):
                # as in JSON: a name has no characters that are written otherwise here
                name = line.start[line.start.find(b":", 7) + 1 : -9].decode()
                yield '{pin="%d",name=%s}' % (gpio, name), line.level() if n == _PIN else line.duty()
    elif n < _SERVICE:
        for sensor in app.dht.list if app.dht and n < _PRESSURE else ():
            value = sensor[(TEMPERATURE, HUMIDITY, COUNT, ERRORS)[n - _SENSOR]]
            if n < _SENSOR + 2:
                old = value is None or clock.ticks_diff(clock.ticks_ms(), sensor[START]) > _FRESH
                value = None if old else value / 10 if n == _SENSOR else value / 1000
            yield '{sensor="%s"}' % app.board.row(str(sensor[PIN]))[0][1], value
        if app.sensors:
            yield from app.sensors.values(n - _SENSOR)
    else:
        for name, state, _, _, counts in services:
            yield '{service="%s"}' % name, int(not state) if n == _SERVICE else counts[n - _SERVICE - 1]
