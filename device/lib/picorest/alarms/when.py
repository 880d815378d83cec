"""The instants of {"at": "07:00", "days": "mon-fri"}, as Unix times. Imported for that moment. On an ESP8266 only with alarms."""

from ..config.schedule import day, seconds, weekdays
from ..ntp.timezone import offset

_DAY = const(86400)
_AHEAD = const(9)  # days that are looked through: every day of the week is among them


def following(spec, after, tz, place):
    """The first instant of a schedule that is later than `after`, or in words why there is none. tz: a POSIX time zone. place:
    (latitude, longitude) in degrees."""
    every = spec.get("every")
    if every:
        return (after // every + 1) * every
    at = seconds(spec["at"])
    n = (after + offset(tz, after)[0]) // _DAY - 1
    end = n + _AHEAD
    found = "Its day is over."
    if spec.get("date"):
        n = day(spec["date"])
        end = n + 1
    days = weekdays(spec.get("days", "daily"))
    while n < end:
        if days >> (n + 3) % 7 & 1:  # 1970 began on a Thursday
            if at is None:
                from .sun import event

                noon = instant(tz, n * _DAY + _DAY // 2)
                found = event(noon, spec["at"] == "sunset", *place)
                if isinstance(found, int):
                    found += spec.get("offset", 0)
            else:
                found = instant(tz, n * _DAY + at)
            if isinstance(found, int):
                if found > after:
                    return found
                found = "Its day is over."
        n += 1
    return found


def instant(tz, wall):
    """The Unix time at which the clock on the wall shows so many seconds since 1970. What it shows twice, counts the first time;
    what it leaves out comes at the moment at which the clocks are put forward."""
    before = offset(tz, wall - _DAY)[0]
    late = wall - before
    if offset(tz, late)[0] == before:
        return late
    after = offset(tz, wall + _DAY)[0]
    early = wall - after
    if offset(tz, early)[0] == after:
        return early
    while late - early > 1:
        middle = early + (late - early) // 2
        if offset(tz, middle)[0] == before:
            early = middle
        else:
            late = middle
    return late
