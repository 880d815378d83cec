"""The least of `machine` that the contestants need: pins that remember their level. METER names a file that gets the bytes
of heap in use, after a collection, each time a pin is driven: whoever asks for that is in the middle of a request."""

import gc
import os

_levels = {}
_meter = os.getenv("METER")
PWRON_RESET = 1


class Pin:
    IN, OUT, OPEN_DRAIN = 0, 1, 2
    PULL_UP = 1
    IRQ_RISING, IRQ_FALLING = 1, 2

    def __init__(self, number, mode=None, pull=None, value=None):
        self.number = number
        if value is not None:
            self.value(value)

    def init(self, mode=None):
        pass

    def value(self, level=None):
        if level is None:
            return _levels.get(self.number, 0)
        _levels[self.number] = 1 if level else 0
        if _meter:
            gc.collect()
            gc.collect()
            with open(_meter, "a") as file:
                file.write(f"{gc.mem_alloc()}\n")

    __call__ = value

    def irq(self, handler=None, trigger=3):
        pass


class RTC:
    def memory(self, data=None):
        return b""

    def datetime(self, values):
        pass


class WDT:
    def __init__(self, id=0, timeout=5000):
        pass

    def feed(self):
        pass


def reset_cause():
    return PWRON_RESET


def unique_id():
    return b"bench!"
