"""The chip's functions that the device side (modules/) calls: pins, clock, and questions to the world."""

import os
import signal

from virtualboard.shared_memory import BOOTED, RTC, seen


class Chip:
    """Numbers are GPIO numbers; times are virtual microseconds."""

    NATIVE = ("fact", "area", "patch", "ask", "tell", "pin_get", "pin_set", "pin_latch", "pin_mode",
              "pin_state", "pin_irq", "pin_pwm", "rtc_us", "rtc_seconds", "rtc_set", "ready", "stop")

    def __init__(self, page, ask, setup, bridge):
        self.page = page
        self._ask = ask
        self.setup = setup
        self.bridge = bridge
        page.idle = setup["idle"]
        self._origin = page.number(BOOTED)

    def fact(self, name):
        """A fact about the board: int as it is, text and bytes in the exchange area (their length is returned)."""
        value = self.setup[str(name, "ascii")]
        return value.encode() if isinstance(value, str) else value

    def area(self):
        """Address of the exchange area."""
        return self.bridge.address_of_exchange()

    def patch(self, dictionary, name, value=None):
        """Replace an entry of an interpreter's table, or hide it."""
        return self.bridge.replace(dictionary, bytes(self.bridge.argument(name)), value)

    patch.bare = True

    def ask(self, name, *arguments):
        """A question to the world: int, None or bytes (in the exchange area)."""
        plain = [bytes(a) if isinstance(a, memoryview) else a for a in arguments]
        return self._ask(str(name, "ascii"), *plain)

    def tell(self, name, *arguments):
        """The same, then stop for good: used for resets, after which the supervisor ends this process."""
        self._end(str(name, "ascii"), *[bytes(a) if isinstance(a, memoryview) else a for a in arguments])

    def _end(self, *question):
        self._ask(*question)
        while True:
            signal.pause()

    # pins

    def pin_get(self, number):
        return seen(self.page.pin(number), self.page.idle.get(number, 0), not self.setup["hidden"])

    def pin_latch(self, number):
        return self.page.pin(number)[1]

    def pin_set(self, number, value):
        self.page.set_pin(number, out=1 if value else 0)
        if number in self.setup["fatal"] and self.page.pin(number)[0] > 1:
            self._end("crash", number)

    def pin_mode(self, number, mode, pull):
        """Configure; mode as in shared_memory.py, pull: 0 none, 1 up, 2 down, -1 as it is."""
        old = self.page.pin(number)[0]
        self.page.set_pin(number, mode=old if mode < 0 else mode, pull=None if pull < 0 else pull, used=1)
        if number in self.setup["fatal"] and mode > 1:
            self._end("crash", number)

    def pin_state(self, number):
        """Mode as in shared_memory.py."""
        return self.page.pin(number)[0]

    def pin_irq(self, number, trigger):
        self.page.set_pin(number, irq=trigger)

    def pin_pwm(self, number, freq, duty):
        """PWM with duty 0…65536; freq 0 ends it."""
        self.page.set_pin(number, freq=freq, duty=duty, used=1)

    # clock

    def uptime_ns(self):
        return self.page.now_ns() - self._origin

    def uptime_us(self):
        return self.uptime_ns() // 1000

    def uptime_ms(self):
        return self.uptime_ns() // 1_000_000

    def rtc_us(self):
        """Microseconds since 2000-01-01 by the chip's own clock."""
        return self.page.now_ns() // 1000 + self.page.number(RTC)

    def rtc_seconds(self):
        return self.rtc_us() // 1_000_000

    def unix(self, _):
        """The same in Unix seconds, for the interpreter's own time()."""
        return self.rtc_seconds() + 946_684_800

    def rtc_set(self, us):
        self.page.set_number(RTC, us - self.page.now_ns() // 1000)

    # life

    def ready(self, free):
        """The device's own code comes next. True: this run was only to measure the heap."""
        return self._ask("ready", free)

    def stop(self):
        os._exit(0)
