"""The pins of the configuration, at boot: names, modes and safe states."""

from ..config.schema import add_warning
from ..problem import Problem


def set_up(pins, entries):
    """Apply the configuration's "pins"; one that cannot be applied becomes a warning, and the others stay."""
    for text, entry in entries.items():
        try:
            line = pins.find(text)
            if entry.get("name"):
                pins.names[entry["name"].lower()] = line.gpio
                line.call(entry["name"])
            if entry.get("invert") and not line.invert:
                line.invert = 1
                line.latest ^= 1
            pins.lines[line.gpio] = line
            line.safe = entry.get("safe")
            spec = setting(entry)
            if spec:
                pins.apply(line, pins.plan(line, spec))
                line.button = line.mode == "in"
        except MemoryError:
            raise
        except Exception as e:  # a Problem, or a fault: the others have to be in their safe states all the same
            add_warning(pins.warnings, "pins.%s: %s" % (text, e if isinstance(e, Problem) else repr(e)))


def setting(entry):
    """What an entry does to its pin, as Pins.plan() takes it."""
    spec = {}
    if entry.get("mode"):
        spec["mode"] = entry["mode"]
    if entry.get("pull"):
        spec["pull"] = entry["pull"]
    if entry.get("mode") in ("out", "open_drain") or entry.get("safe") is not None:
        spec["state"] = entry.get("safe") or 0
    return spec


class Boot:
    """A pin, and all pins, as they are when the configuration sets them up: for Pins.plan()."""

    mode = pull = pwm = None
    button = False
    lines = {}

    def __init__(self, board, gpio):
        self.board = board
        self.gpio = gpio
