"""Setting up the sensors of the configuration at boot. Imported for that, then dropped. On an ESP8266 only with sensors."""

from .. import clock
from ..overlay import drop, load_overlay
from .check import add
from .service import Sensors


def configured(app, entries):
    """Make app.sensors of the entries that can be; returns sentences about the others."""
    board = app.board
    used = dict(board.owners)
    for gpio, line in board.lines.items():
        if line.mode:
            used[gpio] = "pins"
    sensors = Sensors(app)
    found = []
    warnings = []
    now = clock.ticks_ms()
    for n in range(len(entries)):
        try:
            add(n, entries[n], found, used, board)
        except ValueError as e:
            warnings.append(e.args[1] + ".")
    for name, (kind, pins, address) in found:
        for gpio in pins:
            board.reserve(gpio, used[gpio])
        sensors.list.append([name, kind, load_overlay("sensors." + kind).MEASURES, pins, address, None, now, now, 0, 0, None])
        drop("sensors." + kind)
    drop("sensors.check")
    if found:
        app.sensors = sensors
        app.start("sensors", sensors)
    return warnings
