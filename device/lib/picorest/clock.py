"""What time it is, and how long ago something was. The one module that imports `time`.

Everything is counted by `ticks_ms`, which follows the crystal; the chips' real-time clocks have whole seconds and, on
the ESP8266, an RC oscillator that is out by seconds a day. The RTC is only set, for the dates of files.

`synced` is True once `set_unix` was called; until then Unix times are whatever the RTC held at boot.
"""

from time import gmtime, ticks_add, ticks_diff, ticks_ms, time

from .overlay import seldom

# Ports count from 1970 or from 2000; picorest always says Unix seconds.
_unix = int(time()) + (946684800 if gmtime(0)[0] == 2000 else 0)  # Unix time when uptime was 0
_unix_ms = 0
_uptime = 0
_ticks = ticks_ms()  # when uptime became _uptime
synced = False


def uptime():
    """Whole seconds since boot. Call it at least every 6 days (every 7 hours on an ESP8266) and it never wraps."""
    global _uptime, _ticks
    seconds = ticks_diff(ticks_ms(), _ticks) // 1000
    if seconds > 0:
        _uptime += seconds
        _ticks = ticks_add(_ticks, seconds * 1000)
        time()  # the ESP8266 notices the wrap of its RTC (every 7 h 45 min) only when it is asked
    return _uptime


def unix_ms():
    """(Unix seconds, milliseconds 0..999)."""
    seconds = uptime() + _unix
    ms = ticks_diff(ticks_ms(), _ticks) + _unix_ms
    return seconds + ms // 1000, ms % 1000


def unix():
    """Whole Unix seconds, as an int."""
    return unix_ms()[0]


def set_unix(seconds, ms, board):
    """Set the clock, and the board's RTC with it. Uptime and ticks do not notice."""
    global _unix, _unix_ms, synced
    board.set_rtc(seconds, ms)
    _unix = seconds - uptime()
    ms -= ticks_diff(ticks_ms(), _ticks)
    _unix += ms // 1000
    _unix_ms = ms % 1000
    synced = True


@seldom("calendar")
def civil(days):
    """(year, month 1..12, day 1..31) of the day that many days after 1970-01-01, in the Gregorian calendar."""
    days += 719468  # from 0000-03-01: years that begin in March have their leap day at the end
    era = days // 146097
    days -= era * 146097
    year = (days - days // 1460 + days // 36524 - days // 146096) // 365
    days -= 365 * year + year // 4 - year // 100
    month = (5 * days + 2) // 153
    day = days - (153 * month + 2) // 5 + 1
    month += 3 if month < 10 else -9
    return year + era * 400 + (month < 3), month, day


@seldom("calendar")
def iso(seconds, offset=0):
    """ISO 8601 of a Unix time at so many seconds east: "2026-11-21T04:30:00Z", "2026-11-21T05:30:00+01:00"."""
    offset -= offset % 60  # the notation has no seconds of offset
    seconds += offset
    zone = "Z"
    if offset:
        zone = "%s%02d:%02d" % ("-" if offset < 0 else "+", abs(offset) // 3600, abs(offset) // 60 % 60)
    days = seconds // 86400
    seconds %= 86400
    return "%04d-%02d-%02dT%02d:%02d:%02d%s" % (
        civil(days) + (seconds // 3600, seconds // 60 % 60, seconds % 60, zone)
    )
