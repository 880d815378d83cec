"""picorest/ntp/timezone.py, run by the real MicroPython, says what zoneinfo says: at every change of the clocks and in between.

Three oracles. zoneinfo interprets the POSIX string itself, as the end of a time-zone file that holds nothing else: that
covers 1990 to 2037. So does the C library with the string in TZ. And zoneinfo interprets the zone's real history, from
the last year in which that differed.
"""

import io
import os
import random
import struct
import subprocess
import sys
import time
import zoneinfo
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

from host import ROOT
from host.build import place_microdot

START = "import sys, micropython_run; sys.exit(micropython_run.run_main(['micropython', *sys.argv[1:]]))"
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DAY = 86400
BEGIN, END = 631152000, 2145916800  # 1990-01-01, 2038-01-01
STEP = 4 * DAY  # no two changes are closer; 48 years are a whole number of steps

ZONES = {
    "UTC": "UTC0",
    "Etc/GMT+12": "<-12>12",
    "Europe/Paris": "CET-1CEST,M3.5.0,M10.5.0/3",
    "Europe/London": "GMT0BST,M3.5.0/1,M10.5.0",
    "Europe/Dublin": "IST-1GMT0,M10.5.0,M3.5.0/1",  # summer is standard time: daylight saving is negative
    "Europe/Moscow": "MSK-3",
    "Africa/Cairo": "EET-2EEST,M4.5.5/0,M10.5.4/24",
    "Africa/Johannesburg": "SAST-2",
    "Asia/Kolkata": "IST-5:30",
    "Asia/Kathmandu": "<+0545>-5:45",
    "Asia/Tehran": "<+0330>-3:30",
    "Asia/Jerusalem": "IST-2IDT,M3.4.4/26,M10.5.0",
    "Asia/Beirut": "EET-2EEST,M3.5.0/0,M10.5.0/0",
    "Asia/Tokyo": "JST-9",
    "Australia/Sydney": "AEST-10AEDT,M10.1.0,M4.1.0/3",
    "Australia/Adelaide": "ACST-9:30ACDT,M10.1.0,M4.1.0/3",
    "Australia/Lord_Howe": "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",  # half an hour of daylight saving
    "Australia/Eucla": "<+0845>-8:45",
    "Pacific/Auckland": "NZST-12NZDT,M9.5.0,M4.1.0/3",
    "Pacific/Chatham": "<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45",
    "Pacific/Apia": "<+13>-13",
    "Pacific/Kiritimati": "<+14>-14",
    "Pacific/Marquesas": "<-0930>9:30",
    "Pacific/Easter": "<-06>6<-05>,M9.1.6/22,M4.1.6/22",
    "America/New_York": "EST5EDT,M3.2.0,M11.1.0",
    "America/St_Johns": "NST3:30NDT,M3.2.0,M11.1.0",
    "America/Santiago": "<-04>4<-03>,M9.1.6/24,M4.1.6/24",
    "America/Havana": "CST5CDT,M3.2.0/0,M11.1.0/1",
    "America/Sao_Paulo": "<-03>3",
    "America/Mexico_City": "CST6",
    "America/Nuuk": "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",  # begins on the Saturday before
    "America/Scoresbysund": "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
    "Antarctica/Troll": "<+00>0<+02>-2,M3.5.0/1,M10.5.0/3",  # two hours of daylight saving
    "Atlantic/Azores": "<-01>1<+00>,M3.5.0/0,M10.5.0/1",
}
# what no zone uses today, but the notation allows
ODD = {
    "day 60, leap day skipped": "AAA3BBB,J60,J300/3",
    "days skipped, south": "AAA-11BBB,J274/0,J89/23:59:59",
    "four days late": "EET-2EEST,M3.4.4/50,M10.4.4/50",
    "a week late": "AAA-8BBB,M3.1.1/167,M10.1.1/167",
    "a week early": "AAA-8BBB,M3.2.1/-167,M10.2.1/-167",
    "seconds": "AAA0:25:21BBB-1:02:03,M4.1.3/1:02:03,M9.4.6/-0:00:01",
    "signs": "AAA+5BBB+4,M5.1.2/+2,M8.3.5/+3",
    "long names": "<-0012AB>+0:12<Summertime>,M6.1.0,M7.1.0",
}
# zoneinfo of CPython 3.11 takes day 0 for the 31st of December
COUNTED = {"day 60, leap day counted": "AAA3BBB,59,299/3", "days counted, south": "AAA-11BBB,273/0,89/23:59:59"}


def only(posix: str) -> zoneinfo.ZoneInfo:
    """A zone without any history: a time-zone file (RFC 8536) of which all but the last line is empty."""
    header = struct.pack("!4sc15x6I", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    body = struct.pack("!iBB4s", 0, 0, 0, b"UTC\0")
    return zoneinfo.ZoneInfo.from_file(io.BytesIO(2 * (header + body) + f"\n{posix}\n".encode()))


def footer(name: str) -> str:
    """The last line of the zone's file: the rule from the end of its history on."""
    for folder in zoneinfo.TZPATH:
        if (file := Path(folder, name)).is_file():
            return file.read_bytes().splitlines()[-1].decode()
    return (resources.files("tzdata") / "zoneinfo" / name).read_bytes().splitlines()[-1].decode()


def zone_info(zone: zoneinfo.ZoneInfo):
    def says(unix: int) -> tuple[int, str, int]:
        local = (EPOCH + timedelta(seconds=unix)).astimezone(zone)
        return int(local.utcoffset().total_seconds()), local.tzname(), int(bool(local.dst()))

    return says


@contextmanager
def c_library(posix: str):
    """Asks the C library instead: says(unix)."""
    kept = os.environ.get("TZ")
    os.environ["TZ"] = posix
    time.tzset()
    try:
        yield lambda unix: ((t := time.localtime(unix)).tm_gmtoff, t.tm_zone, t.tm_isdst)
    finally:
        del os.environ["TZ"]
        os.environ.update({"TZ": kept} if kept is not None else {})
        time.tzset()


def changes(says) -> list[int]:
    """The instants, to the second, at which a zone begins to say something else."""
    found = []
    for low, high in pairwise(range(BEGIN, END + 1, STEP)):
        before = says(low)
        if says(high) != before:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if says(middle) == before else (low, middle)
            found.append(high)
    return found


def instants(says, since: int) -> list[int]:
    chosen = random.Random(since)
    wanted = [t + d for t in changes(says) for d in (-1, 0, 1)] + [chosen.randrange(since, END) for _ in range(300)]
    return [unix for unix in wanted if unix >= since]


def micropython(cases: list[tuple[str, int]]) -> list[tuple[int, str, int]]:
    place_microdot()  # the errors derive from its own
    environment = {**os.environ, "MICROPYPATH": f"{ROOT / 'device' / 'lib'}:.frozen"}
    command = [sys.executable, "-I", "-c", START, str(Path(__file__).parent / "programs" / "zone_answers.py")]
    lines = "".join(f"{posix} {unix}\n" for posix, unix in cases)
    run = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=60, env=environment)
    assert run.returncode == 0, run.stdout[-500:] + run.stderr
    answers = [line.split() for line in run.stdout.splitlines()]
    assert len(answers) == len(cases)
    return [(int(east), name, int(dst)) for east, name, dst in answers]


def differences(posix: str, says, since: int = BEGIN) -> list[str]:
    wanted = instants(says, since)
    answers = micropython([(posix, unix) for unix in wanted])
    return [
        f"{posix} at {unix}: {answer}, should be {says(unix)}"
        for unix, answer in zip(wanted, answers, strict=True)
        if answer != says(unix)
    ]


@pytest.mark.parametrize("posix", [*ZONES.values(), *ODD.values()], ids=[*ZONES, *ODD])
def test_the_rule_1990_to_2037(posix):
    says = zone_info(only(posix))
    assert len(changes(says)) == (96 if "," in posix else 0)  # twice a year, or never
    assert differences(posix, says) == []


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system's C library cannot be told a time zone")
@pytest.mark.parametrize("posix", [*ODD.values(), *COUNTED.values()], ids=[*ODD, *COUNTED])
def test_the_rule_as_the_c_library_reads_it(posix):
    with c_library(posix) as says:
        assert len(changes(says)) == 96
        assert differences(posix, says) == []


@pytest.mark.parametrize("name", ZONES)
def test_the_zone_since_its_rule_holds(name):
    try:
        real, posix = zone_info(zoneinfo.ZoneInfo(name)), footer(name)
    except (zoneinfo.ZoneInfoNotFoundError, ModuleNotFoundError):
        pytest.skip(f"this machine has no time-zone file of {name}: install tzdata")
    rule = zone_info(only(posix))
    # between these instants neither changes, so the first second speaks for the whole stretch
    stretches = pairwise(sorted({BEGIN, END, *changes(real), *changes(rule)}))
    since = max([end for begin, end in stretches if real(begin) != rule(begin)], default=BEGIN)
    assert since < END - 10 * 365 * DAY, f"the history of {name} leaves less than ten years to compare"
    assert differences(posix, real, since) == []
