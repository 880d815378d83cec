"""The pins in use: driving, reading, leases and revisions. State lives here; rules in rules.py; wires in board.py."""

import asyncio
import gc
import json
from os import urandom

from .. import clock
from ..boards.profile import reason, suggestions
from ..problem import Problem
from .rules import level_of, plan, require_usable


class Line:
    """One pin: how it is set up, and who may expect it to fall back."""

    mode = None  # "in" "out" "open_drain" "pwm"; None: nobody set it up, it reads like an input
    pull = None
    pwm = None  # (duty, freq, machine.PWM)
    rev = 0  # of this start of the board: see Pins
    safe = None
    expires = None  # ticks at which the lease ends
    back = None  # the setting that it falls back to
    task = None
    invert = 0  # 1: what the hardware shows and gets is the other way round
    driven = 0  # the level that an output was last set to: something else may hold an open drain's wire low
    button = False  # whether the configuration says that it is an input: then it is not driven by the way

    by = None  # the revision that a link has made of it, and how many links stand behind that, see links/service.py
    depth = 0
    boot = False  # whether its level matters at boot
    board = None  # the Board, for all lines

    def __init__(self, gpio, name, pin):
        self.gpio = gpio
        self.call(name)
        self.pin = pin
        self.latest = pin.value()
        self.rev += self.latest  # a pin that nobody has set up is forgotten between two requests

    def call(self, name):
        """Give it a name for people."""
        self.start = b'{"pin":%d,"name":%s,"mode":"' % (self.gpio, json.dumps(name))  # of its JSON

    def level(self):
        """The level that the hardware shows; a change that nobody asked for counts as a revision too."""
        now = int(self.duty() > 0) if self.pwm else self.pin.value() ^ self.invert
        if now != self.latest:
            self.latest = now
            self.rev += 1
        return now

    def duty(self):
        """The duty that the hardware has, 0..1: it knows fewer steps than one may ask for."""
        duty = self.board.duty(self.pwm[2])
        return round(1 - duty if self.invert else duty, 4)

    def output(self):
        """The level that an output was set to, whatever its wire shows; of all others level()."""
        return self.driven if self.mode == "out" or self.mode == "open_drain" else self.level()

    def get(self):
        """All that Pins.set() needs to come back here: mode, level, pull, (duty, freq)."""
        return self.mode, self.output(), self.pull, self.pwm and self.pwm[:2]

    def text(self, was=None):
        """The pin as a JSON object in bytes, with its revision or, after apply(), with what it was before."""
        level = self.latest if was is not None else self.level()
        more = b""
        if self.pull:
            more = b',"pull":"%s"' % self.pull
        if self.pwm:
            more += b',"pwm":%s,"freq":%d' % (json.dumps(self.duty()), self.pwm[2].freq())
        if self.invert:
            more += b',"invert":true'
        if self.expires is not None:
            left = clock.ticks_diff(self.expires, clock.ticks_ms()) / 1000
            more += b',"for":%s' % json.dumps(left if left > 0 else 0)
        if self.by == self.rev and self.depth > 15:
            more += b',"by":"link"'
        if self.boot:
            more += b',"warning":%s' % json.dumps(reason(self.board, self.gpio))
        if was is None:
            more += b',"rev":%d}' % self.rev
        else:
            more += b',"was":%s}' % was
        # filling in takes longer than putting together
        if self.mode == "out":
            return self.start + (b'out","state":1' if level else b'out","state":0') + more
        return self.start + b'%s","state":%d' % (self.mode or "in", level) + more

    def irq(self, _):
        """Interrupt of an input: it changed, even if it changed back."""
        self.rev += 1


class Pins:
    """The pins of a board, by GPIO number. config gives names, modes and safe states ("pins")."""

    applied = 0  # changes that were begun

    def __init__(self, config, board):
        self.board = Line.board = board
        # so that what a client knows from before a restart is never taken for the newest: the upper part differs with each
        Line.rev = int.from_bytes(urandom(2), "big") >> 2 << 16
        self.lines = board.lines  # those that somebody set up, or waits for
        self.names = {}  # those of the configuration
        self.warnings = []
        entries = config.get("pins")
        if entries:
            from .configure import set_up

            set_up(self, entries)

    def find(self, text):
        """The Line of what a client calls a pin: a number, a name on the board, or a name of the configuration.
        404 if there is none, 409 if it may not be touched."""
        board = self.board
        gpio = self.names.get(text.lower()) if self.names else None
        if gpio is None:
            gpio = int(text) if len(text) < 3 and text.isdigit() else None
            if gpio not in self.lines:
                if not text:
                    raise Problem("missing-pin", example=(suggestions(board) or ["14"])[0])
                gpio = board.gpio(text)
        line = self.lines.get(gpio)
        if not line or gpio in board.owners:
            name, boot = require_usable(board, gpio)
            line = Line(gpio, name, board.pin(gpio))
            if boot:
                line.boot = True
        return line

    def plan(self, line, spec):
        """Check a change without doing it. spec: state, mode, pull, pwm, freq, for, as text or JSON values.
        Returns what apply() takes; raises 400 or 409."""
        if len(spec) == 1 and "state" in spec and line.mode == "out":
            return "out", level_of(line, spec["state"]), None, None, None
        return plan(self, line, spec)

    def apply(self, line, plan):
        """Do what plan() returned: set the hardware, start or end the lease. Returns the value before (`was`): the level,
        or the duty of a PWM output."""
        self.applied += 1
        if not line.mode:
            gc.collect()  # what stays goes to the bottom of the heap, so that the rest of it stays in one piece,
            line.mode = line.expires = line.back = line.task = None  # with the table of its attributes at its full size
            line.driven = 0
            self.lines[line.gpio] = line
        mode, level, pull, pwm, seconds = plan
        was = line.duty() if line.pwm else line.level()
        before = line.get() if seconds and line.expires is None else line.back
        if level == 2:
            level = 1 - line.output()
        self.set(line, mode, level, pull, pwm)
        if seconds:
            line.back = before
            line.expires = clock.ticks_add(clock.ticks_ms(), int(seconds * 1000))
            if not line.task or line.task.done():
                line.task = asyncio.create_task(self._lease(line))
        elif line.expires is not None:
            line.expires = line.back = None
        return was

    def set(self, line, mode, level, pull, pwm):
        """Set the hardware. level None: leave it."""
        if line.mode == "out" == mode:
            if level is not None:
                line.driven = level
                line.pin.value(level ^ line.invert)
        elif pwm:
            if not (line.pwm and line.pwm[:2] == pwm):
                try:
                    duty = 1 - pwm[0] if line.invert else pwm[0]
                    line.pwm = pwm + (self.board.start_pwm(line.gpio, duty, pwm[1], line.invert),)
                except (OSError, ValueError):
                    raise Problem("pwm-busy", pin=line.gpio) from None
        else:
            line.driven = line.output() if level is None else level
            if line.pwm:
                line.pwm[2].deinit()
                line.pwm = None
            line.pin = self.board.pin(line.gpio, mode, pull, line.driven ^ line.invert if mode != "in" else None)
            try:
                # so that a press between two polls is not lost; GPIO16 has no interrupt: there only polls see changes
                line.pin.irq(line.irq if mode == "in" else None, 3)
            except (OSError, ValueError):
                pass
        line.mode = mode
        if line.pull != pull:
            line.pull = pull
        line.rev += 1
        line.latest = line.level()

    async def _lease(self, line):
        while line.expires is not None:
            left = clock.ticks_diff(line.expires, clock.ticks_ms())
            if left > 0:
                # a new request may move the end: look again at least every second
                await asyncio.sleep_ms(min(left, 1000))
            else:
                mode, level, pull, pwm = line.back
                line.expires = line.back = None
                if line.safe is not None:
                    mode, level, pull, pwm = "out", line.safe, None, None
                same = line.by == line.rev
                try:
                    self.set(line, mode or "out", level, pull, pwm)
                except Problem:  # others have taken the PWM channels
                    self.set(line, "out", line.safe or 0, None, None)
                if same:
                    line.by = line.rev
        line.task = None

    def drive(self, text, level):
        """Set a pin from a service: text as clients name it, level 0 or 1. Raises Problem as a request would."""
        line = self.find(text)
        return self.apply(line, self.plan(line, {"state": level}))


def revision(lines):
    """The revision of all pins in use together: none of theirs ever falls, nor does their sum."""
    rev = Line.rev
    for line in lines.values():
        if line.mode:
            line.level()
            rev += line.rev - Line.rev
    return rev


def list_pins(app):
    """JSON of all pins in use, with their revision."""
    lines = app.pins.lines
    # in pieces: the list may be long, and the heap is short
    start = b'{"pins":['
    rev = revision(lines)  # first: what changes while this is sent is news to the client
    for gpio in sorted(lines):
        line = lines[gpio]
        if line.mode:
            yield start + line.text()
            start = b","
    if start != b",":
        yield start
    yield b'],"rev":%d}' % rev
