"""A chip whose time passes when the test says so."""

from picorest import clock

PERIOD = 1 << 30  # of a chip's ticks_ms


class Lasting:
    """What a board remembers over a restart."""

    chip = "esp8266"  # what it says of itself
    remembered = b""

    def retained(self, new=None):
        if new is None:
            return self.remembered
        self.remembered = new


class Chip(Lasting):
    """Ticks and an RTC that the test moves, with a chip's short period; on leaving, the clock is as it was."""

    NAMES = ("ticks_ms", "ticks_add", "ticks_diff", "time", "_ticks", "_uptime", "_unix", "_unix_ms", "synced")

    def __init__(self, ticks=0):
        self.ticks = ticks
        self.rtc = []
        self.dns = [(), 0, 0, 0, 0]
        self.asked = 0

    def __enter__(self):
        self.kept = {name: getattr(clock, name) for name in self.NAMES}
        clock.ticks_ms = lambda: self.ticks
        clock.ticks_add = lambda ticks, ms: (ticks + ms) % PERIOD
        clock.ticks_diff = lambda a, b: (a - b + PERIOD // 2) % PERIOD - PERIOD // 2
        clock.time = self.time
        clock._ticks = self.ticks
        clock._uptime = clock._unix = clock._unix_ms = 0
        clock.synced = False
        return self

    def __exit__(self, *_):
        for name, value in self.kept.items():
            setattr(clock, name, value)

    def time(self):
        self.asked += 1
        return 0

    def set_rtc(self, seconds, ms):
        self.rtc.append((seconds, ms))

    def wait(self, ms):
        self.ticks = (self.ticks + ms) % PERIOD
