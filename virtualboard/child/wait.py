"""Waiting: virtual time-outs, timers and what the world sends while the board waits."""

import os

from virtualboard.shared_memory import PLAIN, SEEN

LOOK = 255  # wake bytes that are no pins: look at the page;
COLLECT = 254  # collect garbage and tell what is free (modules/_boot.py)


class Waiter:
    """`begin` a wait, ask how long is `left`, and take the events that `woken` reports."""

    NATIVE = ("begin", "left", "expired", "woken", "timer", "wake_fd")
    TIMER = 256  # event numbers from here on are timers, below they are pins

    def __init__(self, page, wake, follow):
        self.page = page
        self.fd = wake
        self.follow = follow
        self.timers = {}
        self._look()

    def _look(self):
        """PLAIN: no timers, and virtual milliseconds are real ones; then waits need no help from here."""
        self.page.set_byte(PLAIN, not self.timers and self.page.speed() == 1)

    def wake_fd(self):
        return self.fd

    def begin(self, ms, us=0):
        """The virtual instant at which a wait of `ms` ends; -1 for one without end."""
        return self.page.now_ns() + ms * 1_000_000 + us * 1000 if ms >= 0 else -1

    def left(self, end):
        """Real milliseconds to wait until `end` or the next timer; -1 for ever."""
        ends = [due for due, _ in self.timers.values()]
        if end >= 0:
            ends.append(end)
        if not ends:
            return -1
        rest = min(ends) - self.page.now_ns()
        return int(rest / (self.page.speed() * 1e6) + 0.999) if rest > 0 else 0

    def expired(self, end):
        return 0 <= end <= self.page.now_ns()

    def woken(self):
        """The next event to handle (a pin's number, or TIMER + a timer's); -1: none is left; -2: nothing happened."""
        nothing = -2
        while self.page.pending():
            got = os.read(self.fd, 1)
            if not got:
                os._exit(1)  # the supervisor is gone
            self.page.count(SEEN, 1)
            if got[0] != LOOK:
                return got[0]
            nothing = -1
            self._look()
            self.follow()
        now = self.page.now_ns() if self.timers else 0
        for number, (due, period) in self.timers.items():
            if due <= now:
                if period:
                    self.timers[number] = max(due + period, now), period
                else:
                    del self.timers[number]
                    self._look()
                return self.TIMER + number
        return nothing

    def timer(self, number, us, periodic):
        """Arm a timer; us < 0 disarms it."""
        self.timers.pop(number, None)
        if us >= 0:
            self.timers[number] = self.page.now_ns() + us * 1000, us * 1000 if periodic else 0
        self._look()
