# RTC: the chip's own clock, and its memory that outlives a reset.
from time import gmtime, mktime

import _vb

_us = _vb.fn("rtc_us")
_set = _vb.fn("rtc_set")
_ask = _vb.fn("ask")
_esp8266 = bool(_vb.fact("hidden"))


class RTC:
    if _esp8266:
        ALARM0 = 0

    def datetime(self, new=None):
        if new is None:
            us = _us()
            t = gmtime(us // 1000000)
            return t[0], t[1], t[2], t[6], t[3], t[4], t[5], us % 1000000 // (1000 if _esp8266 else 1)
        if len(new) != 8:
            raise ValueError("requested length 8 but object has length %d" % len(new))
        seconds = mktime((new[0], new[1], new[2], new[4], new[5], new[6], 0, 0))
        _set(seconds * 1000000 + new[7] * (1000 if _esp8266 else 1))

    if not _esp8266:

        def init(self, new):
            self.datetime((new[0], new[1], new[2], 0, new[3], new[4], new[5], new[7]))

    def memory(self, new=None):
        if new is None:
            return _vb.data(_ask("rtc_memory"))
        if len(new) > (492 if _esp8266 else 2048):
            raise ValueError("buffer too long")
        _ask("rtc_memory", new)
