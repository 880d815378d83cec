"""Time zones as POSIX TZ strings: "CET-1CEST,M3.5.0,M10.5.0/3", "IST-5:30", "<+03>-3".

The string says it all, so a board needs no database. Hours of change go from -167 to 167 (RFC 8536, section 3.3.1).
"""

from ..clock import civil
from ..problem import Problem

_last = None  # (string, first second, last second + 1, answer): true for months, so most requests need not parse


def offset(tz, unix):
    """(seconds east of Greenwich, abbreviation, is_dst) in zone tz at a Unix time. Problem 400 if tz is malformed."""
    global _last
    if _last and _last[0] == tz and _last[1] <= unix < _last[2]:
        return _last[-1]
    text = [tz, 0]  # the string, and how far it is read
    name = _name(text)
    std = (-_seconds(text, 24), name, False)
    if text[1] == len(tz):
        return std
    name = _name(text)
    dst = (std[0] + 3600 if tz[text[1] :][:1] in (",", "") else -_seconds(text, 24), name, True)
    begin = _rule(text)
    end = _rule(text)
    if text[1] < len(tz):
        _refuse(text, "nothing more")
    year = civil((unix + std[0]) // 86400)[0]
    since = until = answer = None
    # A neighbouring year's change may be the last or the next. A rule's time is told by the clock it puts an end to.
    for y in (year - 1, year, year + 1):
        for rule, before, after in ((end, dst[0], std), (begin, std[0], dst)):
            at = _when(rule, y) - before
            if at > unix:
                if until is None or at < until:
                    until = at
            elif since is None or at >= since:  # equal: daylight saving all year ends only to begin again
                since = at
                answer = after
    _last = (tz, since, until, answer)
    return answer


def _refuse(text, expected):
    tz, i = text
    raise Problem(
        "bad-timezone",
        'Time zone "%s": expected %s at %s. Write it like CET-1CEST,M3.5.0,M10.5.0/3.'
        % (tz, expected, '"%s"' % tz[i:] if i < len(tz) else "its end"),
    )


def _take(text, token):
    if not text[0].startswith(token, text[1]):
        return False
    text[1] += len(token)
    return True


def _number(text, low, high):
    tz, start = text
    end = start
    while tz[end : end + 1].isdigit():
        end += 1
    if not start < end < start + 4 or not low <= int(tz[start:end]) <= high:
        _refuse(text, "a number from %d to %d" % (low, high))
    text[1] = end
    return int(tz[start:end])


def _name(text):
    quoted = _take(text, "<")
    tz, start = text
    end = start
    while tz[end : end + 1].isalpha() or quoted and (tz[end : end + 1].isdigit() or tz[end : end + 1] in ("+", "-")):
        end += 1
    if end < start + 3:
        _refuse(text, "a name of 3 letters or more")
    text[1] = end
    if quoted and not _take(text, ">"):
        _refuse(text, ">")
    return tz[start:end]


def _seconds(text, hours):
    sign = -1 if _take(text, "-") else 1
    if sign > 0:
        _take(text, "+")
    seconds = _number(text, 0, hours) * 3600
    for unit in (60, 1):
        if not _take(text, ":"):
            break
        seconds += _number(text, 0, 59) * unit
    return sign * seconds


def _rule(text):
    # (month or 0, week or True where 29 February is not counted, weekday or day of the year, seconds after midnight)
    if not _take(text, ","):
        _refuse(text, "a comma and the day when the clocks change")
    month = week = 0
    if _take(text, "M"):
        month = _number(text, 1, 12)
        if not _take(text, "."):
            _refuse(text, "a dot and the week")
        week = _number(text, 1, 5)
        if not _take(text, "."):
            _refuse(text, "a dot and the weekday")
        day = _number(text, 0, 6)
    elif _take(text, "J"):
        week = 1
        day = _number(text, 1, 365)
    else:
        day = _number(text, 0, 365)
    return month, week, day, _seconds(text, 167) if _take(text, "/") else 7200


def days_to(year, month):
    # days from 1970 to the first of a month; month 13 is the next January
    year -= month < 3
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * ((month + 9) % 12) + 2) // 5 - 719468


def _when(rule, year):
    # seconds from 1970 to the change, as the clock on the wall counts them
    month, week, day, seconds = rule
    if month:
        days = days_to(year, month)
        days += (day - days - 4) % 7 + 7 * week - 7  # 1970 began on a Thursday
        if days >= days_to(year, month + 1):
            days -= 7
    else:
        days = days_to(year, 1) + day
        if week and (day < 60 or days_to(year, 3) - days_to(year, 2) == 28):
            days -= 1
    return days * 86400 + seconds
