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

from host import ROOT
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


def first_times(zone: ZoneInfo, since: int, shown: list[datetime], days: int = 4) -> list[int]:
    """The first minute at which the clock on the wall shows that, or more: what it leaves out comes right after the gap."""
    walls = list(accumulate((wall(zone, unix) for unix in range(since, since + days * DAY, 60)), max))
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


WHERE = {
    "Europe/Paris": (48.85, 2.35), "America/New_York": (40.71, -74.01), "Australia/Lord_Howe": (-31.55, 159.08),
    "America/Santiago": (-33.45, -70.67), "Africa/Cairo": (30.04, 31.24),
}  # fmt: skip
STEP = 20  # seconds
SLACK = 100  # seconds that the sun may be early or late


@pytest.mark.parametrize("name", ZONES)
def test_what_is_done_in_the_days_around_a_change(name):
    """The service itself, in fast time: each alarm as often as the references say, at their time, and nothing else."""
    zone, place = ZoneInfo(name), astral.Observer(*WHERE[name])
    cases, wanted = [], []
    for change in changes(zone, 2027):
        begin, end = change - 36 * 3600, change + 36 * 3600
        date = wall(zone, change).replace(hour=0, minute=0)
        shifts = [-90, -30, -1, 0, 15, 30, 90]  # minutes from the hour of the change
        times = [(wall(zone, change) + timedelta(minutes=minutes)).strftime("%H:%M") for minutes in shifts]
        alarms = [{"at": at, "do": f"{at}.on"} for at in times] + [{"every": 3 * 3600, "do": "every.on"}]
        days = [date + timedelta(days=n) for n in range(-2, 3)]
        said = [(at, datetime.combine(one, datetime.strptime(at, "%H:%M").time())) for at in times for one in days]
        found = first_times(zone, change - 4 * DAY, [shown for _, shown in said], 9)
        expected = [(unix, f"{at}.on") for (at, _), unix in zip(said, found, strict=True)]
        expected += [(unix, "every.on") for unix in range(begin // 10800 * 10800, end + 1, 10800)]
        wanted.append((begin, end, expected))
        cases.append({"alarms": alarms, "begin": begin, "end": end})
        suns = [{"at": at, "offset": offset, "do": f"{at}{offset}.on"} for at in ("sunrise", "sunset") for offset in (0, -3600)]
        dates = [one.date() for one in days]
        expected = [(round(unix) + one["offset"], one["do"]) for one in suns for unix in astral_says(one["at"], place, dates)]
        wanted.append((begin, end, expected))
        cases.append({"alarms": suns, "begin": begin, "end": end})
    around = {"tz": ZONES[name], "place": WHERE[name], "step": STEP}
    given = "".join(json.dumps({**case, **around}) + "\n" for case in cases)
    told = output(str(PROGRAMS / "alarm_days.py"), given=given, path=[ROOT / "tests" / "device"]).splitlines()
    for (begin, end, expected), line in zip(wanted, told, strict=True):
        seen = [(unix, do) for unix, do in json.loads(line) if begin + SLACK < unix <= end - SLACK]
        for do in {do for _, do in expected}:
            early = SLACK if do.startswith("sun") else 0
            near = sorted(unix for unix, what in expected if what == do and begin + SLACK < unix <= end - SLACK)
            had = [unix for unix, what in seen if what == do]
            assert len(had) == len(near), (do, near, had)
            assert all(-early <= had_at - unix <= early + STEP for had_at, unix in zip(had, near, strict=True)), (do, near, had)
        assert {do for _, do in seen} <= {do for _, do in expected}


def test_polar_day_and_night_are_said():
    place = (69.65, 18.96)  # Tromsø
    tz = "CET-1CEST,M3.5.0,M10.5.0/3"
    june, december = (int(datetime(2026, month, 10, tzinfo=timezone.utc).timestamp()) for month in (6, 12))
    for begin, words in ((june, "polar day"), (december, "polar night")):
        for at in ("sunrise", "sunset"):
            case = {"spec": {"at": at}, "after": begin, "until": begin + 5 * DAY, "tz": tz, "place": place}
            assert words in answers([case])[0]["then"]
