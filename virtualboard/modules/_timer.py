# Timer and WDT.
import _vb

_arm = _vb.fn("timer")
_ask = _vb.fn("ask")
_esp8266 = bool(_vb.fact("hidden"))
_next = [0]


class Timer:
    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id, **kwargs):
        if id >= 0 and not _esp8266 and id > 3:
            raise ValueError("invalid Timer number")
        if id < 0:
            _next[0] += 1
            id = 3 + _next[0]
        self._id = id
        if kwargs:
            self.init(**kwargs)

    def init(self, *, mode=1, callback=None, period=0xFFFFFFFF, tick_hz=1000, freq=None, hard=False):
        us = int(1000000 / freq) if freq is not None else period * 1000000 // tick_hz
        self._callback = callback
        _vb.handlers[256 + self._id] = self._fire, self
        _arm(self._id, max(us, 100), bool(mode))

    def _fire(self, timer):
        if self._callback:
            self._callback(timer)

    def deinit(self):
        _arm(self._id, -1, False)
        _vb.handlers.pop(256 + self._id, None)


class WDT:
    def __init__(self, id=0, timeout=5000):
        if id != 0:
            raise ValueError
        if _esp8266 and timeout != 5000:
            raise ValueError
        if timeout <= 0:
            raise ValueError("WDT timeout too short")
        self._timeout = timeout
        self.feed()

    def feed(self):
        _ask("watchdog", self._timeout)
