"""host/build/bundle.py: the modules that are always in memory become one, and nothing changes its meaning."""

import ast

import pytest

from host import ROOT
from host.build.bundle import NAME, PACKAGE, PARTS, Conflict, bundle

DEVICE = ROOT / "device"


def sources(**changes: str) -> dict[str, str]:
    """Texts of all parts: nothing in them, except for those given by name (`routes_gpio` for routes/gpio.py)."""
    given = {name.replace("_", "/", 1) if name.startswith("routes_") else name: text for name, text in changes.items()}
    return {part: given.get(part[:-3], "") for part in PARTS}


def run(**changes: str) -> dict:
    """The names that the joined module defines once it has been executed."""
    found = {"__name__": __name__, "const": lambda value: value}
    text = bundle(sources(**changes))
    exec(text[: text.index('for _name in "')], found)  # the aliases at the end are for the board
    return found


def test_names_are_shared():
    found = run(
        clock="def ticks():\n    return 7\n",
        loop="from .clock import ticks\n\n\ndef twice():\n    return 2 * ticks()\n",
        board="from . import clock, loop\n\n\ndef both():\n    return clock.ticks(), loop.twice()\n",
        routes_gpio="from .. import clock\nfrom ..loop import twice\n\n\ndef get():\n    return clock.ticks() + twice()\n",
    )
    assert found["both"]() == (7, 14) and found["get"]() == 21


def test_constants_of_one_name_stay_apart():
    found = run(
        clock="_LIMIT = const(1)\n\n\ndef first():\n    return _LIMIT\n",
        loop="_LIMIT = const(2)\n\n\ndef second():\n    return _LIMIT\n",
    )
    assert (found["first"](), found["second"]()) == (1, 2)


def test_a_line_with_letters_of_two_bytes_stays_whole():
    text = "from . import clock\n\n\ndef said():\n    return 'Zürich', clock.ticks(), 'Übung', clock.ticks()\n"
    found = run(clock="def ticks():\n    return 7\n", loop=text)
    assert found["said"]() == ("Zürich", 7, "Übung", 7)


@pytest.mark.parametrize("kind", ["def same():\n    pass\n", "class same:\n    pass\n", "same = 1\n", "a, same = 1, 2\n"])
def test_two_of_one_name_are_refused(kind):
    with pytest.raises(Conflict, match="same.*clock"):
        bundle(sources(clock="def same():\n    pass\n", loop=kind))


def test_a_name_that_an_import_has_is_refused():
    with pytest.raises(Conflict, match="json"):
        bundle(sources(clock="import json\n", loop="def json():\n    pass\n"))


def test_an_argument_that_hides_a_module_is_refused():
    with pytest.raises(Conflict, match="clock"):
        bundle(sources(loop="from . import clock\n\n\ndef f(clock):\n    return clock.ticks()\n"))


def test_imports_from_outside_are_kept_once():
    text = bundle(sources(clock="import gc\nfrom .zone import offset\n", loop="import gc\nfrom .zone import offset\n"))
    assert text.count("import gc\n") == 1 and text.count("from .zone import offset") == 1


def test_late_imports_of_a_route_find_their_package():
    text = bundle(sources(routes_gpio="def get():\n    from .gpio_batch import all\n    from ..body import receive\n"))
    assert "from .routes.gpio_batch import all" in text and "from .body import receive" in text


@pytest.fixture(scope="module")
def real():
    return bundle({part: (DEVICE / PACKAGE / part).read_text("utf-8") for part in PARTS})


def test_the_boards_own_modules_fit_together(real):
    tree = ast.parse(real)
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    assert len(names) == len(set(names))
    for part in PARTS:
        for node in ast.parse((DEVICE / PACKAGE / part).read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                assert node.name in names, f"{part}: {node.name}"


def test_it_imports_none_of_its_parts(real):
    held = {part[:-3].replace("/", ".") for part in PARTS}
    for node in ast.parse(real).body:
        if isinstance(node, ast.ImportFrom) and node.level:
            origin = node.module or ""
            assert origin not in held, ast.unparse(node)
            assert not {f"{origin}.{one.name}".strip(".") for one in node.names} & held, ast.unparse(node)


def test_the_others_find_its_parts_under_their_names(real):
    listed = real.rsplit('for _name in "', 1)[1].split('"')[0].split()
    assert listed == sorted(part[:-3].replace("/", ".") for part in PARTS)
    assert '"picorest." + _name' in real and NAME not in listed
