"""The page of memory that the supervisor and the board's process share: pins, clock, flash counters.

Both sides read and write it without asking each other, so a pin costs about a microsecond. Everything else goes
through questions and answers (rpc.py).
"""

import struct
import time

SIZE = 12288
_CLOCK = struct.Struct("<qqd")  # real ns, virtual ns, speed
_H = struct.Struct("<H")
_Q = struct.Struct("<q")
_PIN = struct.Struct("<6BHII")  # outside, mode, out, pull, irq, used, -, freq, duty
_OWN = struct.Struct("<5BHII")  # all of it but the first byte
_PINS = 512
# the newest levels of each pin: how many there were, then a ring of (virtual ns, level)
_HISTORY = 2048
_CHANGE = struct.Struct("<qB")
CHANGES = 20  # that are kept of a pin
_ROW = _Q.size + CHANGES * _CHANGE.size

# pin modes
UNSET, IN, OUT, OPEN_DRAIN, PWM = range(5)
# offsets of single values
CHANGED, NET, RAW, CUT, TORN, SYNCED, RUNS, PLAIN = 48, 49, 50, 51, 52, 53, 54, 55
WAKES, SEEN = 56, 58  # two bytes each: events sent to the board, events it has taken
WRITES, COUNTDOWN, RTC, BOOTED = 64, 72, 80, 88


class Page:
    """Named access to the shared page `mem` (any writable buffer of SIZE bytes)."""

    def __init__(self, mem):
        self.mem = mem
        self.idle = {}  # GPIO -> level given by a resistor on the board
        self._known = None, 0, 0, 1.0  # number of the change that set the clock last, and what it has set

    def byte(self, at):
        return self.mem[at]

    def set_byte(self, at, value):
        self.mem[at] = value

    def number(self, at):
        return _Q.unpack_from(self.mem, at)[0]

    def set_number(self, at, value):
        _Q.pack_into(self.mem, at, value)

    # clock: the number of its changes is odd while one is made, and who looks then waits. So no two looks of anybody, on
    # either side, show time run backwards, whoever lost the processor in between.

    def now_ns(self):
        """Virtual nanoseconds since the world began; they pass `speed` times as fast as real ones."""
        while True:
            number, real, virtual, speed = self._clock()
            passed = time.monotonic_ns() - real
            if self.mem[CHANGED] == number:
                return virtual + (passed if speed == 1.0 else int(passed * speed))

    def speed(self):
        return self._clock()[3]

    def _clock(self):
        while self.mem[CHANGED] != self._known[0]:
            number = self.mem[CHANGED]
            found = _CLOCK.unpack_from(self.mem)
            if number & 1:
                time.sleep(0)
            elif self.mem[CHANGED] == number:
                self._known = number, *found
        return self._known

    def set_speed(self, speed, virtual=None):
        """From now on; one at a time may call it. virtual: the time that it is then, if it is not to go on."""
        number, real, before, old = self._clock()
        self.mem[CHANGED] = number + 1
        now = time.monotonic_ns()
        _CLOCK.pack_into(self.mem, 0, now, before + int((now - real) * old) if virtual is None else virtual, speed)
        self.mem[CHANGED] = (number + 2) & 255

    # events for the board: counted here before they are sent, so that it can see without asking whether there are any

    def count(self, at, more):
        _H.pack_into(self.mem, at, (_H.unpack_from(self.mem, at)[0] + more) & 0xFFFF)

    def clear_events(self):
        self.mem[WAKES : SEEN + 2] = bytes(4)

    def pending(self):
        """Events that the board has not taken yet."""
        return (_H.unpack_from(self.mem, WAKES)[0] - _H.unpack_from(self.mem, SEEN)[0]) & 0xFFFF

    # pins: `outside` is the supervisor's, the rest is the board's while it runs, and nobody writes what is not his

    def pin(self, number):
        """(mode, out, pull, outside, irq, used, freq, duty) of a pin; outside: 0 nothing, 1 low, 2 high."""
        outside, mode, out, pull, irq, used, _, freq, duty = _PIN.unpack_from(self.mem, _PINS + _PIN.size * number)
        return mode, out, pull, outside, irq, used, freq, duty

    def set_pin(self, number, mode=None, out=None, pull=None, irq=None, used=None, freq=None, duty=None):
        """What the board does with a pin; None: as it is."""
        old = self.pin(number)
        new = [was if value is None else value
               for was, value in zip(old, (mode, out, pull, None, irq, used, freq, duty), strict=True)]
        _OWN.pack_into(self.mem, _PINS + _PIN.size * number + 1, *new[:3], *new[4:6], 0, *new[6:])
        self._note(number, old, new)

    def drive(self, number, outside):
        """What the world does to it: 0 nothing, 1 low, 2 high."""
        old = self.pin(number)
        self.mem[_PINS + _PIN.size * number] = outside
        self._note(number, old, (*old[:3], outside, *old[4:]))

    def _note(self, number, old, new):
        idle = self.idle.get(number, 0)
        now = level(new, idle)
        if now != level(old, idle):
            at = _HISTORY + _ROW * number
            count = self.number(at)
            _CHANGE.pack_into(self.mem, at + _Q.size + count % CHANGES * _CHANGE.size, self.now_ns(), now)
            self.set_number(at, count + 1)

    def history(self, number):
        """The newest changes of the level on a pin's wire, oldest first: (virtual ns, level)."""
        at = _HISTORY + _ROW * number
        count = self.number(at)
        return [
            _CHANGE.unpack_from(self.mem, at + _Q.size + n % CHANGES * _CHANGE.size)
            for n in range(max(0, count - CHANGES), count)
        ]


def seen(state, idle, blind):
    """What the chip reads of it; `blind`: it is an ESP32, whose pads read 0 until somebody sets them up."""
    return 0 if blind and state[0] == UNSET else level(state, idle)


def level(state, idle):
    """What is physically on the wire: 0 or 1. `state` from Page.pin, `idle` the level a resistor on the board gives."""
    mode, out, pull, outside, _, _, _, duty = state
    if mode == OUT or (mode == OPEN_DRAIN and not out):
        return out
    if mode == PWM:
        return int(duty >= 32768)
    if outside:
        return outside - 1
    return {1: 1, 2: 0}.get(pull, idle)
