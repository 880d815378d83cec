"""docs/internals.md names files and passes that there are, and all of them."""

import re

import pytest

from host import ROOT

PAGE = (ROOT / "docs" / "internals.md").read_text("utf-8")
DEVICE = ROOT / "device"
PLACES = (DEVICE / "lib" / "picorest", DEVICE / "lib" / "picorest" / "http", DEVICE, ROOT)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w/.]+\.(?:py|html|json))`", PAGE))))
def test_the_files_are_there(name):
    folders = [*PLACES, *(place.parent for place in PLACES[0].glob("*/__init__.py"))]
    assert any((folder / name).is_file() for folder in folders), f"{name} is at none of the places that the page speaks of"


def test_every_package_has_its_floor():
    drawn = PAGE.split("```")[1]
    packages = {path.parent.name for path in PLACES[0].glob("*/__init__.py")}
    assert packages <= set(re.findall(r"(\w+)/", drawn)), "a package that is on no floor"


def test_every_pass_is_told():
    told = set(re.findall(r"`(\w+)`", PAGE.split("| pass |")[1].split("\n\n")[0]))
    helpers = {"__init__", "pipeline", "compiler", "mpy", "forms"}  # what runs the passes, and what they use
    assert told == {path.stem for path in (ROOT / "host" / "build").glob("*.py")} - helpers
