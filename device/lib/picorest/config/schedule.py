"""When something shall happen, as the configuration says it: "07:30", "mon-fri", "2026-12-24". On an ESP8266 only with alarms."""

from ..ntp.timezone import days_to

_DAYS = const("mon tue wed thu fri sat sun")


def seconds(at):
    """Seconds after midnight of "07:30"; None for sunrise and sunset. ValueError for anything else."""
    if at == "sunrise" or at == "sunset":
        return None
    hour, minute = at[:2], at[3:]
    if not (hour.isdigit() and minute.isdigit() and len(at) == 5 and at[2:3] == ":" and int(hour) < 24 and int(minute) < 60):
        raise ValueError
    return int(hour) * 3600 + int(minute) * 60


def weekdays(text):
    """Seven bits, the lowest for Monday, of "mon-fri", "sat,sun" or "daily". ValueError for anything else."""
    if text == "daily":
        return 127
    found = 0
    for part in text.split(","):
        ends = [_weekday(name) for name in part.split("-")]
        if len(ends) > 2:
            raise ValueError
        day = ends[0]
        found |= 1 << day
        while day != ends[-1]:
            day = (day + 1) % 7
            found |= 1 << day
    return found


def _weekday(name):
    at = _DAYS.find(name.strip())
    if at < 0 or at % 4 or len(name.strip()) != 3:
        raise ValueError
    return at // 4


def day(date):
    """Days from 1970 to "2026-12-24". ValueError for what is no date."""
    year, month, day = date[:4], date[5:7], date[8:]
    if not (year.isdigit() and month.isdigit() and day.isdigit() and date[4:5] == date[7:8] == "-" and len(date) == 10):
        raise ValueError
    year, month = int(year), int(month)
    days = days_to(year, month) + int(day) - 1
    if not (1 <= month <= 12 and 2000 < year < 2100 and days_to(year, month) <= days < days_to(year, month + 1)):
        raise ValueError
    return days
