"""host/build/seldom.py: functions that are seldom called are overlays, and say what they said before."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from host.build import overlays, seldom
from host.build.bundle import Conflict

PROGRAM = '''# from one.py
_SIZE = const(5)
count = 0


@seldom("rare")
def add(n=_SIZE):
    """Not this one."""
    return other(n) + len([count for count in range(n)])


def other(n):
    global count
    count += 1
    return n + count


class Box:
    """A box."""

    held = 3

    @seldom("rare")
    def weigh(self, *more, unit="kg"):
        return [self.held + sum(more), unit,
                count, add(2)]

    def twice(self):
        add = self.weigh()
        return add, self.weigh(unit="g"), self.weigh(1, 2)

    @seldom("boot")
    async def slowly(self):
        return self.weigh(4)


def said():
    found = [add(), add(3), Box().twice(), sorted(map(add, (1, 2)))]
    try:
        Box().slowly().send(None)
    except StopIteration as e:
        return found + [e.value]
'''
BEFORE = "def seldom(group):\n    return lambda function: function\n\n\nconst = int\n"
AFTER = """
def load_overlay(name):
    return __import__(name.split(".")[1])
"""
SCRIPT = "import sys, json; sys.path[:] = [{!r}, '.frozen']; from picorest import said; print(json.dumps(said()))"


def said(folder, sources):
    for path, source in sources.items():
        (folder / path.rpartition("/")[2]).write_text(source)
    engine = Path(sys.executable).with_name("micropython")
    run = subprocess.run([engine, "-c", SCRIPT.format(str(folder))], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def built(program):
    """The sources by path of the joined module `program` and of its overlays."""
    core, apart, found = seldom.taken_out(program, "picorest")
    sources = {overlays.RESIDENT: core} | apart
    seldom.check(sources.values(), found)
    return overlays.written_out(sources, set(), found)


def test_functions_that_are_apart_do_what_they_did(tmp_path):
    made = built(PROGRAM)
    assert sorted(made) == ["lib/picorest.py", "lib/picorest/seldom/boot.py", "lib/picorest/seldom/rare.py"]
    for name in ("add", "weigh", "slowly"):
        assert f"def {name}" not in made["lib/picorest.py"]
    for folder in ("plain", "apart"):
        (tmp_path / folder).mkdir()
    there = {path: text.replace("const(", "int(") for path, text in made.items()}
    assert said(tmp_path / "apart", there | {overlays.RESIDENT: there[overlays.RESIDENT] + AFTER}) == said(
        tmp_path / "plain", {overlays.RESIDENT: BEFORE + PROGRAM}
    )


def test_lines_stay_where_they_are():
    made = built(PROGRAM)
    lines = PROGRAM.splitlines()
    for path, source in made.items():
        for number, line in enumerate(source.splitlines()):
            if line.lstrip().startswith(("def ", "async def ")):
                assert line == lines[number], path


@pytest.mark.parametrize(("source", "why"), [
    (PROGRAM + "\n\ndef deed(box):\n    return box.weigh\n", "weigh is @seldom, so it can only be called"),
    (PROGRAM + "\n\ndef weigh():\n    pass\n", "a method called weigh cannot be @seldom"),
    (PROGRAM.replace("weigh", "reset"), "a method called reset cannot be @seldom"),
    (PROGRAM.replace("    return other", "    global count\n    return other"), "add cannot be @seldom: it sets what is global"),
])  # fmt: skip
def test_what_would_change_the_meaning_is_refused(source, why):
    with pytest.raises(Conflict, match=why):
        built(source)


def test_other_modules_find_them_by_import():
    _, _, found = seldom.taken_out(PROGRAM, "picorest")
    source = '"""A module."""\n\nfrom . import one, three\nfrom .one import Box, add\n\n\ndef deed():\n'
    source += "    return add(), one.add(1), three.add(1), Box().weigh()\n"
    made = overlays.written_out({"lib/picorest/two.py": source}, {"one"}, found)["lib/picorest/two.py"].splitlines()
    assert made == [
        '"""A module."""; from picorest import load_overlay',
        "",
        "import picorest as one; from picorest import three",
        'from picorest import Box; add = load_overlay("seldom.rare").add',
        "",
        "",
        "def deed():",
        '    return add(), load_overlay("seldom.rare").add(1), three.add(1), load_overlay("seldom.rare").weigh(Box())',
    ]
