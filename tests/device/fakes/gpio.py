"""The chips' pins without chips: a module `machine` that writes down what it is asked to do, and boards on it.

Import this before picorest.board.
"""

import os
import sys
from collections import namedtuple

BOARDS = ("nodemcu", "esp32", "nano_esp32", "esp32c3")
MACHINES = {
    "nodemcu": "ESP module with ESP8266",
    "esp32": "Generic ESP32 module with ESP32",
    "nano_esp32": "Arduino Nano ESP32 with ESP32S3",
    "esp32c3": "ESP32C3 module with ESP32C3",
}


class Pin:
    """log: what was asked for, as (number, what, …); levels: number -> level on the wire; asking for one is no change.
    blind: pads that read 0, as those of an ESP32 do until they are set up."""

    IN, OUT, OPEN_DRAIN, PULL_UP, PULL_DOWN = "in", "out", "open_drain", "up", "down"
    log = []
    levels = {}
    handlers = {}
    no_irq = ()
    blind = set()
    outputs = set()

    def __init__(self, n, mode=None, pull=None, value=None):
        self.n = n
        if mode:
            self.log.append((n, mode, pull, value))
            self.blind.discard(n)
            self.outputs.discard(n)
            if mode != "in":
                self.outputs.add(n)
        if value is not None:
            self.levels[n] = value

    def value(self, level=None):
        if level is None:
            return 0 if self.n in self.blind else self.levels.get(self.n, 0)
        self.log.append((self.n, level))
        self.levels[self.n] = level

    def init(self, mode):
        assert mode == "in" and self.n not in self.outputs, "an output that is only read stays one"
        self.blind.discard(self.n)

    def __repr__(self):
        return "Pin(%d, mode=Pin.%s)" % (self.n, "OUT" if self.n in self.outputs else "IN")

    def irq(self, handler, trigger):
        if self.n in self.no_irq:
            raise OSError
        assert trigger == 3, "rising and falling"
        self.handlers[self.n] = handler


class PWM:
    most = 99
    active = set()

    def __init__(self, pin, freq, duty_u16):
        self.hz, self.duty = freq, duty_u16
        if pin.n not in self.active and len(self.active) >= self.most:
            raise RuntimeError
        self.pin = pin
        self.active.add(pin.n)
        pin.log.append((pin.n, "pwm", freq, duty_u16))

    def freq(self, hz=None):
        if hz is None:
            return self.hz
        self.hz = hz
        self.pin.log.append((self.pin.n, "freq", hz))

    def duty_u16(self, value=None):
        if value is None:
            return self.duty
        self.duty = value
        self.pin.log.append((self.pin.n, "duty", value))

    def deinit(self):
        self.active.discard(self.pin.n)
        self.pin.log.append((self.pin.n, "deinit"))


class Machine:
    Pin, PWM = Pin, PWM
    PWRON_RESET, HARD_RESET, SOFT_RESET = 0, 6, 4
    cause = 0
    kept = b""  # what outlives a restart

    def reset_cause(self):
        return self.cause

    def RTC(self):
        return self

    def datetime(self, when):
        self.when = when

    def SoftI2C(self, scl, sda, **rest):
        return scl.n, sda.n, rest

    def memory(self, data=None):
        if data is not None:
            self.kept = data
        return self.kept


class Esp:
    mode = 2

    def flash_read(self, address, buffer):
        assert address == 0 and len(buffer) == 4
        buffer[:] = bytes((0xE9, 1, self.mode, 0x40))


Uname = namedtuple("Uname", ("sysname", "nodename", "release", "version", "machine"))


class Os:
    machine = ""

    def uname(self):
        return Uname("sysname", "nodename", "release", "version", self.machine)

    def __getattr__(self, name):
        return getattr(os, name)


machine, esp, system = Machine(), Esp(), Os()
sys.modules["machine"], sys.modules["esp"] = machine, esp

from picorest import board as hardware  # noqa: E402
from picorest.board import Board  # noqa: E402
from picorest.config.settings import Config  # noqa: E402
from picorest.gpio.pins import Pins  # noqa: E402

hardware.os = system


def board(name, wanted=None, flash=2):
    """A Board of this kind, just switched on."""
    system.machine = MACHINES.get(name, name)
    esp.mode = flash
    Pin.log.clear()
    Pin.levels.clear()
    Pin.handlers.clear()
    Pin.outputs.clear()
    Pin.blind.clear()
    Pin.blind.update(range(0 if name == "nodemcu" else 49))
    Pin.no_irq = (16,) if name == "nodemcu" else ()
    PWM.active.clear()
    PWM.most = {"nodemcu": 8, "esp32c3": 6}.get(name, 16)
    return Board(wanted)


def pins(name, entries=None, flash=2):
    """The Pins of a board with these "pins" in its configuration."""
    config = Config("no-such.json")
    if entries:
        from picorest.jsontext.validate import loads  # noqa: F401

        config = type("C", (), {"get": lambda self, *path: entries if path == ("pins",) else None})()
    found = Pins(config, board(name, flash=flash))
    if not entries:
        Pin.log.clear()
    return found


def do(found, text, **spec):
    """What PUT /gpio/TEXT does: the value before."""
    if "for_" in spec:
        spec["for"] = spec.pop("for_")
    line = found.find(text)
    return found.apply(line, found.plan(line, spec))


def refusal(found, text, **spec):
    """The status and type with which that is refused; nothing may have been touched."""
    from picorest.problem import Problem

    if "for_" in spec:
        spec["for"] = spec.pop("for_")
    before = list(Pin.log)
    try:
        line = found.find(text)
        found.plan(line, spec)
    except Problem as problem:
        assert Pin.log == before, Pin.log
        assert len(str(problem)) > 15 and str(problem)[-1] == ".", str(problem)
        return problem.status_code, problem.type
    return None
