"""picorest/alarms, run by the real MicroPython: a day across each change of the clocks fires what zoneinfo says, and the sun rises
and sets when astral says."""

import json
from bisect import bisect_left
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from itertools import accumulate
from zoneinfo import ZoneInfo

import astral
import astral.sun
import pytest

from tests.protocol.support.micropython import PROGRAMS, output

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DAY = 86400
ZONES = {
    "Europe/Paris": "CET-1CEST,M3.5.0,M10.5.0/3",
    "America/New_York": "EST5EDT,M3.2.0,M11.1.0",
    "Australia/Lord_Howe": "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
    "America/Santiago": "<-04>4<-03>,M9.1.6/24,M4.1.6/24",
    "Africa/Cairo": "EET-2EEST,M4.5.5/0,M10.5.4/24",
}


def answers(cases: list[dict]) -> list[dict]:
    """What programs/alarm_instants.py says to each."""
    given = "".join(json.dumps(case) + "\n" for case in cases)
    return [json.loads(line) for line in output(str(PROGRAMS / "alarm_instants.py"), given=given).splitlines()]


def wall(zone: ZoneInfo, unix: int) -> datetime:
    return (EPOCH + timedelta(seconds=unix)).astimezone(zone).replace(tzinfo=None)


def changes(zone: ZoneInfo, year: int) -> list[int]:
    """The hours, as Unix times, in which the clocks change."""
    begin = int(datetime(year, 1, 1, tzinfo=timezone.utc).timestamp())
    hours = range(begin, begin + 366 * DAY, 3600)
    return [hour for hour in hours if wall(zone, hour + 3600) - wall(zone, hour) != timedelta(hours=1)]


def first_times(zone: ZoneInfo, since: int, shown: list[datetime]) -> list[int]:
    """The first minute at which the clock on the wall shows that, or more: what it leaves out comes right after the gap."""
    walls = list(accumulate((wall(zone, unix) for unix in range(since, since + 4 * DAY, 60)), max))
    return [since + 60 * bisect_left(walls, one) for one in shown]


@pytest.mark.parametrize("name", ZONES)
def test_a_day_across_each_change_of_the_clocks(name):
    zone = ZoneInfo(name)
    found = [change for year in (2026, 2027) for change in changes(zone, year)]
    assert len(found) == 4
    for change in found:
        since = change // 60 * 60 - 2 * DAY
        date = wall(zone, change).replace(hour=0, minute=0)
        days = [date + timedelta(days=n) for n in (-1, 0, 1)]
        times = [timedelta(minutes=15 * n + 5 * (n % 3)) for n in range(95)]
        flat = first_times(zone, since, [day + time for time in times for day in days])
        wanted = [flat[n : n + 3] for n in range(0, len(flat), 3)]
        around = {"after": min(map(min, wanted)) - 1, "until": max(map(max, wanted)), "tz": ZONES[name]}
        said = answers([{"spec": {"at": f"{day(time)}"}, **around} for time in times])
        for time, instants, one in zip(times, wanted, said, strict=True):
            inside = [unix for unix in one["instants"] if unix >= instants[0]][:3]
            assert inside == instants, f"{name} {day(time)} around {date}"


def day(time: timedelta) -> str:
    return f"{time.seconds // 3600:02}:{time.seconds // 60 % 60:02}"


def test_days_dates_and_periods():
    zone, tz = ZoneInfo("Europe/Paris"), ZONES["Europe/Paris"]
    begin = int(datetime(2026, 11, 30, tzinfo=zone).timestamp())  # a Monday
    cases = {"daily": "0123456", "mon-fri": "01234", "sat,sun": "56", "fri-mon": "4560", "wed": "2", "mon,wed-thu,sun": "0236"}
    specs = [{"at": "07:30", "days": days} for days in cases] + [{"at": "07:30"}]
    for spec, one, wanted in zip(
        specs, answers([{"spec": spec, "after": begin, "until": begin + 7 * DAY - 1, "tz": tz} for spec in specs]),
        [*cases.values(), "0123456"], strict=True,
    ):  # fmt: skip
        assert one["instants"] == sorted(begin + int(n) * DAY + 27000 for n in wanted), spec
    year = {"after": begin, "until": begin + 400 * DAY, "tz": tz}
    once, over, period = answers([
        {"spec": {"at": "12:00", "date": "2027-07-01"}, **year},
        {"spec": {"at": "12:00", "date": "2026-11-29"}, **year},
        {"spec": {"every": 600}, **year, "until": begin + 3600},
    ])  # fmt: skip
    assert once == {"instants": [int(datetime(2027, 7, 1, 12, tzinfo=zone).timestamp())], "then": "Its day is over."}
    assert over == {"instants": [], "then": "Its day is over."}
    assert period["instants"] == [begin + n * 600 for n in range(1, 7)]


PLACES = {
    "Quito": (-0.18, -78.47, "<-05>5"),
    "Paris": (48.85, 2.35, ZONES["Europe/Paris"]),
    "Santiago": (-33.45, -70.67, ZONES["America/Santiago"]),
    "Reykjavik": (64.15, -21.94, "GMT0"),
    "Kiritimati": (1.87, -157.4, "<+14>-14"),
    "Adak": (51.88, -176.66, "HST10HDT,M3.2.0,M11.1.0"),
    "Auckland": (-36.85, 174.76, "NZST-12NZDT,M9.5.0,M4.1.0/3"),
}


def astral_says(at, observer, dates):
    for date in dates:
        with suppress(ValueError):  # near midnight it has no event for some dates
            yield getattr(astral.sun, at)(observer, date).timestamp()


@pytest.mark.parametrize("name", PLACES)
def test_the_sun(name):
    latitude, longitude, tz = PLACES[name]
    observer = astral.Observer(latitude, longitude)
    begin = datetime(2027, 1, 1, tzinfo=timezone.utc)
    for at in ("sunrise", "sunset"):
        spec = {"spec": {"at": at}, "tz": tz, "place": (latitude, longitude)}
        days = [begin + timedelta(days=n) for n in range(0, 365, 6)]
        said = answers([{**spec, "after": int(day.timestamp()), "until": int(day.timestamp()) + DAY} for day in days])
        for day, one in zip(days, said, strict=True):
            near = list(astral_says(at, observer, [(day + timedelta(days=n)).date() for n in (-1, 0, 1, 2)]))
            wanted = [unix for unix in near if day.timestamp() + 120 < unix <= day.timestamp() + DAY - 120]
            assert len(one["instants"]) == 1 or not wanted
            for unix in wanted:
                assert abs(one["instants"][0] - unix) < 100, day


def test_polar_day_and_night_are_said():
    place = (69.65, 18.96)  # Tromsø
    tz = "CET-1CEST,M3.5.0,M10.5.0/3"
    june, december = (int(datetime(2026, month, 10, tzinfo=timezone.utc).timestamp()) for month in (6, 12))
    for begin, words in ((june, "polar day"), (december, "polar night")):
        for at in ("sunrise", "sunset"):
            case = {"spec": {"at": at}, "after": begin, "until": begin + 5 * DAY, "tz": tz, "place": place}
            assert words in answers([case])[0]["then"]
