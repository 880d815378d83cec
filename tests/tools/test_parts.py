"""Parts that the program of an ESP8266 may have or not: what there is, what is left out, and what does not fit together."""

import argparse
import ast
import itertools
import json
import re

import pytest

from host import ROOT, UserError, cli
from host.build import build, forms, one_chip, parts
from host.build.bundle import PACKAGE
from host.build.pipeline import ELSEWHERE, sources_of
from host.build.route_index import INDEX

SOURCES = sources_of()
KNOWN = parts.known(SOURCES)
PAGE = (ROOT / "docs/install.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([a-z,]+)` \| (.*) \|$", PAGE, re.M)
TABLE = {(more, less) for more, words in ROWS for less in re.findall(r"`([a-z,]+)`", words)}
for path in (ROOT / "docs").glob("*.md"):
    TABLE |= set(re.findall(r"--with ([a-z,]+) --without ([a-z,]+)", path.read_text("utf-8")))


def asked(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parts.add_arguments(parser)
    return parser.parse_args(words)


def test_the_parts_are_those_that_modules_name():
    assert {"alarms": False, "display": False, "links": False, "thingspeak": True, "user": True}.items() <= KNOWN.items()
    source = SOURCES[parts.SOURCE].decode()
    assert f'PARTS = const("{" ".join(KNOWN)}")' in source and 'MISSING = const("")' in source
    sections = {row.split(" ")[0].split(".")[0].split("[")[0] for row in SOURCES[forms.SOURCE].decode().split("\n")}
    assert {name for name, usual in KNOWN.items() if not usual} - {"boards"} <= sections


def test_what_is_not_chosen_is_not_there():
    chosen = parts.chosen(SOURCES, {"display"})
    gone = {name.removeprefix("lib/picorest/") for name in SOURCES.keys() - chosen.keys()}
    assert {"links/service.py", "alarms/due.py", "sensors/bme280.py", "routes/weather.py", "user_modules.py"} <= gone
    assert not {name for name in gone if "display" in name or name in ("heard.py", "i2c.py")}
    services = chosen["lib/picorest/services.py"].decode()
    assert 'if False and get("links")' in services and "if True:\n        display" in services and INDEX in chosen
    assert b'PARTS = const("display")' in chosen[parts.SOURCE]
    assert b'MISSING = const("alarms boards links' in chosen[parts.SOURCE]


@pytest.mark.parametrize(("words", "config", "before", "more", "less"), [
    ([], None, None, "", ""),
    (["--with", "display,links"], None, None, "display links", ""),
    (["--without", "weather, user"], None, None, "", "weather user"),
    ([], {"display": {"sda": "D2"}, "links": [], "note": 1}, None, "display", ""),
    ([], None, ["display", "user", "an old one"], "display", "weather proxy metrics"),
    (["--with", "links", "--without", "display"], None, ["display", "user"], "links", "weather proxy metrics"),
])  # fmt: skip
def test_who_chooses(words, config, before, more, less):
    found = parts.wanted(SOURCES, asked(*words), config and json.dumps(config).encode(), before)
    if before is None:
        assert found == (parts.usual(SOURCES) | set(more.split())) - set(less.split())
    assert set(more.split()) <= found and not set(less.split()) & found and found <= KNOWN.keys()


def imported(path: str, source: str) -> set[str]:
    """The modules of the program that a source imports or has brought, by their paths."""
    package, found = path.split("/")[:-1], set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level:
            place = "/".join(package[: len(package) + 1 - node.level] + (node.module or "").split(".")).rstrip("/")
            found |= {f"{place}.py", *(f"{place}/{each.name}.py" for each in node.names)}
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("bring", "call"):
            said = [str(each.value) for each in node.args if isinstance(each, ast.Constant)]
            found |= {f"{PACKAGE}{name.replace('.', '/')}.py" for name in said}
    return found & SOURCES.keys()


@pytest.mark.parametrize("path", [path for path, data in SOURCES.items() if path.startswith(PACKAGE) and path.endswith(".py")])
def test_nothing_needs_what_may_be_left_out_without_it(path):
    """Whatever the choice is: what a module imports is there when that module is."""
    if ELSEWHERE in SOURCES[path]:
        return
    source = SOURCES[path].decode()
    needs = imported(path, one_chip.without_others(source))
    marks = lambda each: {name for mark in parts.of_module(SOURCES[each]) for name in mark.parts}  # noqa: E731
    there = lambda each, names: all(mark.parts & names for mark in parts.of_module(SOURCES[each]))  # noqa: E731
    choices = set()
    for asked in {frozenset(marks(path) | marks(each)) for each in needs if marks(each)}:
        some = itertools.product(*[("", name) for name in sorted(asked)])
        choices |= {frozenset(names) | (KNOWN.keys() - asked) for names in some}  # with all others: most is imported then
    for names in choices:
        if there(path, names):
            left = imported(path, one_chip.without_others(parts._decided(source, names)))
            assert not [each for each in left if not there(each, names)], names


def test_what_cannot_be_chosen_is_told():
    with pytest.raises(UserError, match="there is no part sensor; there are: alarms, boards, display"):
        parts.wanted(SOURCES, asked("--with", "sensor"))
    with pytest.raises(UserError, match="the configuration has display"):
        parts.wanted(SOURCES, asked("--without", "display"), b'{"display":{"sda":1}}')


@pytest.mark.parametrize("words", [["build", "esp32"], ["virtual", "--board", "esp32c3"]])
def test_a_board_that_has_every_part_is_told(words, capsys):
    name = words[-1]
    assert cli.main([*words, "--with", "display"]) == 1
    assert f"--with and --without are for an ESP8266 (nodemcu): the program of the {name} has every part" in capsys.readouterr().err


def test_the_page_lists_them_all():
    for name in KNOWN:
        assert f"`{name}`" in PAGE.replace("`\n", "` "), name


def test_what_does_not_fit_is_told_as_on_the_page():
    words = re.search(r"build nodemcu --with alarms\ndeploy.sh build: (.+)", PAGE)[1]
    pattern = ".*".join(re.escape(part) for part in words.split("…"))
    with pytest.raises(UserError, match=pattern) as told:
        build("nodemcu", chosen=parts.usual(SOURCES) | {"alarms"})
    assert re.search(r": [\d,]+ bytes too many; .*alarms \(1?\d,\d+\)", str(told.value))


@pytest.mark.parametrize(("more", "less"), sorted(TABLE))
def test_what_fits_by_the_page_fits(more, less):
    chosen = (parts.usual(SOURCES) | set(more.split(","))) - set(less.split(","))
    made = build("nodemcu", chosen=chosen)
    assert made.parts == chosen
    assert (made.files.with_name("rom") / parts.FILE).read_text().split() == sorted(chosen)
    assert made.romfs.stat().st_size <= parts.HALF
