# time of the chips: seconds since 2000, tuples of eight, ticks since the start of the board.
from _vb import fn
from _vb import pause as _pause
from utime import gmtime as _gmtime
from utime import mktime as _mktime
from utime import ticks_add, ticks_diff, ticks_ms, ticks_us

_EPOCH = 946684800
_rtc = fn("rtc_us")
_seconds = fn("rtc_seconds")
ticks_cpu = ticks_us


def time():
    return _seconds()


def time_ns():
    return _rtc() * 1000


def gmtime(secs=None):
    return _gmtime((time() if secs is None else int(secs)) + _EPOCH)[:8]


localtime = gmtime


def mktime(t):
    if len(t) != 8 and len(t) != 9:
        raise TypeError("mktime needs a tuple of length 8 or 9")
    return int(_mktime((t[0], t[1], t[2], t[3], t[4], t[5], 0, 0, 0))) - _EPOCH


def sleep(seconds):
    _pause(0, int(seconds * 1000000))


def sleep_ms(ms):
    _pause(max(ms, 0))


def sleep_us(us):
    _pause(0, max(us, 0))
