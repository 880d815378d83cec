"""docs/time-zones.md: each city's clock goes as zoneinfo says, by the board's own reading of the value beside it."""

import io
import re
import zoneinfo
from datetime import datetime, timedelta, timezone

from host import ROOT
from host.lint import time_zones
from tests.protocol.support.micropython import PROGRAMS, output

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DAY = 86400
BEGIN, END = 1814400000, 1909008000  # July 2027, when what was decided for a single year is over, and 2030
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `([^`]+)` \|$", (ROOT / time_zones.PAGE).read_text("utf-8"), re.M)[1:]
CITIES = {(country, city): value for country, cities, value in ROWS for city in cities.split(", ")}


def offset(zone: zoneinfo.ZoneInfo, unix: int) -> int:
    return int((EPOCH + timedelta(seconds=unix)).astimezone(zone).utcoffset().total_seconds())


def changes(zone: zoneinfo.ZoneInfo) -> list[int]:
    """The instants, to the second, at which the offset becomes another one."""
    found = []
    for low in range(BEGIN, END, 4 * DAY):
        high = low + 4 * DAY
        before = offset(zone, low)
        if offset(zone, high) != before:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
            found.append(high)
    return found


def test_each_city_goes_as_zoneinfo_says():
    zones: dict[str, list[tuple[str, zoneinfo.ZoneInfo]]] = {}
    for line in time_zones.data("zone.tab").decode().splitlines():
        if not line.startswith("#"):
            name = line.split("\t")[2]
            city = name.rsplit("/", 1)[1].replace("_", " ")
            (value,) = {value for (_, other), value in CITIES.items() if other == city}
            zone = zoneinfo.ZoneInfo.from_file(io.BytesIO(time_zones.data(name)))
            zones.setdefault(value, []).append((name, zone))
    assert set(zones) == set(CITIES.values())
    wanted = []
    for value, found in zones.items():
        instants = sorted({at + d for _, zone in found for at in changes(zone) for d in (-1, 0)} | set(range(BEGIN, END, 90 * DAY)))
        wanted += [(name, value, unix, offset(zone, unix)) for name, zone in found for unix in instants]
    asked = sorted({(value, unix) for _, value, unix, _ in wanted})
    lines = output(str(PROGRAMS / "zone_answers.py"), given="".join(f"{value} {unix}\n" for value, unix in asked)).splitlines()
    said = {case: int(line.split()[0]) for case, line in zip(asked, lines, strict=True)}
    assert not [case for case in wanted if said[case[1:3]] != case[3]]


def test_there_are_many_and_the_well_known():
    assert len({country for country, _, _ in ROWS}) > 240 and len(CITIES) > 400
    assert CITIES["France", "Paris"] == CITIES["Germany", "Berlin"] == "CET-1CEST,M3.5.0,M10.5.0/3"
    assert (CITIES["India", "Kolkata"], CITIES["Japan", "Tokyo"]) == ("IST-5:30", "JST-9")
    assert all(len(value.encode()) <= 64 for value in CITIES.values()), "longer than the configuration takes"


def test_a_change_by_hand_is_found_and_written_again(tmp_path):
    page = tmp_path / time_zones.PAGE
    page.parent.mkdir()
    text = (ROOT / time_zones.PAGE).read_text("utf-8")
    page.write_text(text.replace("JST-9", "JST-8"))
    (finding,) = time_zones.check(tmp_path)
    assert finding.path == time_zones.PAGE and "--fix" in finding.text
    assert time_zones.check(tmp_path, fix=True) == [] and page.read_text("utf-8") == text
