"""docs/time-zones.md: the table has to be what the time zone database (the package tzdata) says of each country's cities."""

import re
from collections import defaultdict
from importlib import resources
from pathlib import Path

from host.lint import Finding

PAGE = "docs/time-zones.md"
BLOCK = re.compile(r"(?<=<!-- zones: made by \./deploy\.sh check --fix -->\n)(.*?)(?=^<!-- end -->\n)", re.M | re.S)
HEAD = "| country | city | `timezone` |\n| --- | --- | --- |\n"


def check(root: Path, fix: bool = False) -> list[Finding]:
    """A finding if the table is another one; fix: write it."""
    path = root / PAGE
    if not path.is_file():
        return []
    old = path.read_text("utf-8")
    new = BLOCK.sub(lambda _: table(), old)
    if new == old:
        return []
    if fix:
        path.write_text(new, "utf-8")
        return []
    return [Finding(PAGE, 1, "the table is not what the time zone database says: ./deploy.sh check --fix writes it")]


def table() -> str:
    """A line for each rule of a country, with the cities for which it holds."""
    countries = dict(_rows("iso3166.tab"))
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, _, name, *_ in _rows("zone.tab"):
        found[countries[code], rule(name)].append(name.rsplit("/", 1)[1].replace("_", " "))
    lines = sorted((country, min(cities), ", ".join(sorted(cities)), value) for (country, value), cities in found.items())
    return HEAD + "".join(f"| {country} | {cities} | `{value}` |\n" for country, _, cities, value in lines)


def rule(name: str) -> str:
    """The POSIX time zone of "Europe/Paris": the last line of its file, which holds from the end of its history on."""
    return data(name).splitlines()[-1].decode()


def data(name: str) -> bytes:
    """A file of the database."""
    return resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def _rows(name: str) -> list[list[str]]:
    lines = data(name).decode("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
