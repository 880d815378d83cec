"""host/board/tracebacks.py: a fault is told with the module, the line and the function of the sources."""

import pytest

from host import ROOT
from host.board.tracebacks import Tracebacks, when_needed
from host.build import build, mpy

BUILT = {name: build(name) for name in ("nodemcu", "esp32")}
DEVICE = ROOT / "device"


def place(source: str, text: str) -> int:
    """The number of the line in a file of device/ that says `text`."""
    lines = (DEVICE / source).read_text("utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if text in line)


def said(name: str, source: str, function: str, text: str) -> str:
    """The frame as that board says it."""
    built = BUILT[name]
    lines = built.files.with_name("names.txt").read_text("utf-8").splitlines()
    there = {word: borrowed for borrowed, word in (line.split(" = ") for line in lines)}
    number, file = place(source, text), there.get(source, source)
    joined = built.files.with_name("core.py").read_text("utf-8").splitlines()
    mark = f"# from {source.removeprefix('lib/picorest/')}"
    if mark in joined:
        file, number = "picorest" if built.romfs else "core", number + joined.index(mark) + 1
    return f'  File "{file}", line {number}, in {there.get(function, function)}'


@pytest.mark.parametrize(("source", "function", "text"), [
    ("lib/picorest/gpio/pins.py", "drive", "def drive("),
    ("lib/picorest/routes/gpio.py", "read", "def read("),
    ("lib/picorest/clock.py", "uptime", "def uptime("),
])  # fmt: skip
@pytest.mark.parametrize("name", list(BUILT))
def test_a_part_of_the_joined_module(name, source, function, text):
    told = Tracebacks(*BUILT.values()).line(said(name, source, function, text))
    assert told == f'  File "{source.removeprefix("lib/")}", line {place(source, text)}, in {function}'


def test_an_overlay():
    source = "lib/picorest/routes/weather.py"
    told = Tracebacks(BUILT["nodemcu"]).line(said("nodemcu", source, "question", "def question("))
    assert told == f'  File "picorest/routes/weather.py", line {place(source, "def question(")}, in question'


def test_an_object_of_ours_that_lacks_something():
    names = dict(reversed(line.split(" = ")) for line in BUILT["nodemcu"].files.with_name("names.txt").read_text().splitlines())
    assert names["Line"] != "Line" and names["find_row"] != "find_row"
    lacks = "AttributeError: '%s' object has no attribute '%s'"
    line = Tracebacks(BUILT["esp32"], BUILT["nodemcu"]).line
    line(said("nodemcu", "lib/picorest/routes/weather.py", "question", "def question("))
    assert line(lacks % (names["Line"], "nope")) == lacks % ("Line", "nope")
    assert line(lacks % (names["Line"], names["find_row"])) == lacks % ("Line", "find_row")
    assert line(lacks % ("int", names["find_row"])) == lacks % ("int", names["find_row"])


def test_a_board_that_was_blank_is_translated_from_its_first_fault_on():
    asked = []
    line = when_needed(lambda: asked.append(1) or BUILT["nodemcu"])
    assert line("Wi-Fi: joined home") == "Wi-Fi: joined home" and not asked
    for _ in range(2):
        told = line(said("nodemcu", "lib/picorest/routes/weather.py", "question", "def question("))
        assert told.startswith('  File "picorest/routes/weather.py", line ') and told.endswith(", in question")
    assert asked == [1]


def test_the_lines_of_the_joined_module_are_those_of_its_parts():
    for built in BUILT.values():
        marks = Tracebacks(built).known[0].marks
        joined = built.files.with_name("core.py").read_text("utf-8").splitlines()
        assert len(marks) > 15
        for at, part in marks:
            source = DEVICE / ("app.py" if part == "app.py" else f"lib/picorest/{part}")
            if built.romfs and (DEVICE / "esp8266" / part).exists():
                source = DEVICE / "esp8266" / part
            lines = source.read_text("utf-8").splitlines()
            for number, line in enumerate(lines, 1):
                if line.startswith(("def ", "class ", "async def ")):
                    apart = built.romfs and lines[number - 2].startswith("@seldom(")
                    assert joined[at + number - 1].split()[:1] == ([] if apart else line.split()[:1]), (part, number)


def test_what_is_seldom_called_has_the_lines_of_the_joined_module():
    built = BUILT["nodemcu"].files
    lines = built.with_name("names.txt").read_text("utf-8").splitlines()
    there = next(line.split(" = ")[0] for line in lines if line.endswith("/pinplan.py"))
    data = built.with_name("rom").joinpath("o", there).read_bytes()
    assert mpy.read(data[data.index(mpy.MAGIC) :]).names[0] == "picorest"
    test_a_part_of_the_joined_module("nodemcu", "lib/picorest/gpio/rules.py", "plan", "def plan(")


@pytest.mark.parametrize("line", ["", "MemoryError: ", '  File "user.py", line 3, in f', "Wi-Fi", '  File "main.py", line 9'])
def test_all_else_stays_as_it_is(line):
    assert Tracebacks(*BUILT.values()).line(line) == line


@pytest.mark.parametrize("name", list(BUILT))
def test_what_a_user_calls_by_a_borrowed_name_stays(name):
    borrowed = BUILT[name].files.with_name("names.txt").read_text("utf-8").split(" = ")[0]
    line = f'  File "user.py", line 3, in {borrowed}'
    assert Tracebacks(BUILT[name]).line(line) == line
