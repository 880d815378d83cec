"""The tables of docs/api.md are made of the sources: what is new is entered, what is changed by hand is told."""

import shutil

import pytest

from host import ROOT
from host.lint import api_page

ROUTES = "device/lib/picorest/routes/__init__.py"
TYPES = "device/lib/picorest/problem_types.py"


@pytest.fixture
def tree(tmp_path):
    shutil.copytree(ROOT / "device", tmp_path / "device", ignore=shutil.ignore_patterns("__pycache__", "www"))
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / api_page.PAGE, tmp_path / api_page.PAGE)
    return tmp_path


def change(tree, name: str, old: str, new: str) -> str:
    text = (tree / name).read_text("utf-8")
    assert text.count(old) == 1, old
    (tree / name).write_text(text.replace(old, new), "utf-8")
    return text


def test_what_is_new_is_missed_and_entered(tree):
    assert api_page.check(tree) == []
    page = (tree / api_page.PAGE).read_text("utf-8")
    kept = [(name, change(tree, name, old, new)) for name, old, new in (
        (ROUTES, "\n/health GET status.health\n", "\n/bell/<name> GET bell.get PUT bell.get\n/health GET status.health\n"),
        (TYPES, "\nbad-as 400 ", "\nbad-bell 409 GPIO%(pin)d rings at 100 %%: %(why)s.\nbad-as 400 "),
    )]  # fmt: skip
    bell = tree / "device/lib/picorest/routes/bell.py"
    bell.write_text('"""/bell. Not on an ESP8266."""\n\n\ndef get(req, name):\n    """GET /bell/NAME: ring it."""\n', "utf-8")
    (finding,) = api_page.check(tree)
    line = page.splitlines()[finding.line - 2]
    assert finding.path == api_page.PAGE and line.startswith("<!-- endpoints: ") and "--fix" in finding.text
    assert api_page.check(tree, fix=True) == [] == api_page.check(tree)
    made = (tree / api_page.PAGE).read_text("utf-8")
    assert "\n| `GET /bell/NAME`, `PUT /bell/NAME` | Ring it (ESP32 family) |  | 200 |  |\n" in made
    assert "\n| 409 | `bad-bell` | GPIO*pin* rings at 100 %: *why*. |\n" in made
    assert "`/bell/NAME`" in made.partition("## Parameters")[2]
    bell.unlink()
    for name, text in kept:
        (tree / name).write_text(text, "utf-8")
    assert api_page.check(tree, fix=True) == [] and (tree / api_page.PAGE).read_text("utf-8") == page


@pytest.mark.parametrize("old, new", [
    ("| `GET /time` | The time,", "| `GET /time` | A time,"), ("| `pwm` | 0 to 1 |", "| `pwm` | 0 to 2 |"),
    ("| `lat` | `/weather` |", "| `lat` | `/time` |"), ("| `EntryNumber` | `entry_id` |", "| `EntryNumber` | `entry` |"),
    ("| 409 | `flash-pin` |", "| 404 | `flash-pin` |"),
])  # fmt: skip
def test_a_change_by_hand_is_told_and_undone(tree, old, new):
    page = change(tree, api_page.PAGE, old, new)
    (finding,) = api_page.check(tree)
    assert "is not what the sources say" in finding.text
    assert api_page.check(tree, fix=True) == [] and (tree / api_page.PAGE).read_text("utf-8") == page


def test_a_block_that_is_gone(tree):
    change(tree, api_page.PAGE, "<!-- shapes: made by ./deploy.sh check --fix -->\n", "")
    for fix in (False, True):
        (finding,) = api_page.check(tree, fix)
        assert finding.text.endswith("look at shapes")


def test_a_type_that_nobody_explains(tree):
    change(tree, TYPES, "\nbad-as 400 ", "\nbad-bell 409\nbad-as 400 ")
    (finding,) = api_page.check(tree, True)
    assert finding.path == TYPES and finding.text.startswith("bad-bell has no sentence")
