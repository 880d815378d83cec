"""`./deploy.sh mutants`: which mistakes are made, which tests are asked, and what is told of those that no test notices."""

import textwrap

import pytest

from host import UserError
from host.commands.mutants import study
from host.testing.mutation import mutants
from host.testing.nearest import nearest

LIMITS = """\
'''How much is too much.'''


def over(n):
    return n > 10


def level(on):
    return 1 if on else 0
"""


@pytest.fixture
def tree(tmp_path):
    """A function that writes files under a root of their own, which it gives back."""

    def plant(**files):
        for folder in ("device/lib/tiny", "tests/device"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            folder = "tests/device" if name.startswith(("test_", "helper")) else "device/lib/tiny"
            (tmp_path / folder / f"{name}.py").write_text(textwrap.dedent(text))
        return tmp_path

    return plant


def changes(source):
    return [mutant.change for mutant in mutants(textwrap.dedent(source))]


@pytest.mark.parametrize(
    "source, change",
    {
        "x = a < b": "a < b -> a <= b",
        "x = a + b": "a + b -> a - b",
        "x = a and b": "a and b -> a or b",
        "x = not a": "not a -> a",
        "x = 1 if a else 2": "1 if a else 2 -> 1 if False else 2",
        "if a:\n    b()": "a -> False",
        "while a < b:\n    b()": "a < b -> a <= b",
        "x = 7": "7 -> 8",
        "x = True": "True -> False",
        "x = 'on'": "'on' -> 'onx'",
        "x = b'on'": "b'on' -> b'onx'",
        "def f():\n    a.b = c": "a.b = c -> nothing",
        "def f():\n    raise a": "raise a -> nothing",
        "x += y": "x += y -> x -= y",
        "x = 'é' < b": "'é' < b -> 'é' <= b",
    }.items(),
)
def test_the_mistakes(source, change):
    assert change in changes(source)


def test_what_stays_as_it_is():
    assert changes("'''About.'''\nimport a\n\n\ndef f(b):\n    '''What.'''\n") == []
    assert changes("x = '%d%%' % y")[1:] == [] and changes("x = 'a sentence'") == []


def test_mutants_differ_in_one_place_and_from_each_other():
    found = mutants(LIMITS)
    assert len({mutant.source for mutant in found}) == len(found) > 7
    for mutant in found:
        compile(mutant.source, "mutant", "exec")
        different = [n for n, (a, b) in enumerate(zip(LIMITS.split("\n"), mutant.source.split("\n"), strict=True), 1) if a != b]
        assert different == [mutant.line]


def test_the_nearest_tests_are_found_by_name_or_by_imports(tree):
    root = tree(
        limits="",
        late="",
        own="",
        user="def f():\n    from .limits import over\n    load('late')\n",
        far="from . import user",
        helper="from tiny import user",
        test_far="from tiny import far",
        test_other="from helper import user",
        test_own_things="import json",
    )
    names = {path.stem: [test.stem for test in nearest(root, path)] for path in (root / "device/lib/tiny").glob("*.py")}
    assert names == {
        **{"limits": ["test_other"], "late": ["test_other"], "user": ["test_other"]},
        **{"far": ["test_far"], "own": ["test_own_things"]},
    }


def test_who_imports_another_module_of_a_package_is_near_it_too(tree):
    root = tree(
        far="def f():\n    from .pack import rules",
        test_far="from tiny import far",
        test_pins="from tiny.pack import pins",
        test_direct="from tiny.pack.rules import one",
        test_elsewhere="import json",
    )
    pack = root / "device/lib/tiny/pack"
    pack.mkdir()
    for name, text in {"__init__": "", "pins": "def f():\n    load(1)", "rules": "one = 1", "alone": ""}.items():
        (pack / f"{name}.py").write_text(text)
    assert [test.stem for test in nearest(root, pack / "rules.py")] == ["test_direct", "test_pins"]
    assert nearest(root, pack / "alone.py") == []
    assert [test.stem for test in nearest(root, root / "device/lib/tiny/far.py")] == ["test_far"]


def test_a_survivor_is_told_and_what_is_killed_is_not(tree):
    root = tree(
        __init__="",
        limits=LIMITS,
        test_limits="""
            from tiny.limits import over, level
            def test_over():
                assert over(99) and not over(0)
            def test_level():
                assert level(True) == 1 and level(False) == 0
        """,
    )
    told = []
    killed, tried = study(root, root / "device/lib/tiny/limits.py", 100, 0, told.append)
    survivors = [line for line in told if "survived" in line]
    place = "device/lib/tiny/limits.py"
    assert [line for line in survivors if line.startswith(place)] == [
        f"{place}:5: survived test_limits.py: n > 10 -> n >= 10",
        f"{place}:5: survived test_limits.py: 10 -> 11",
    ]
    assert told[-1] == f"{killed} of {tried} killed: {100 * killed // tried} %"
    assert (len(survivors), tried) == (tried - killed, len(mutants(LIMITS)))
    assert (root / place).read_text() == LIMITS, "the tree itself was changed"


def test_so_many_and_the_same_for_a_seed(tree):
    root = tree(limits=LIMITS, test_limits="from tiny.limits import over\ndef test_nothing():\n    pass\n")
    told = {seed: [] for seed in (1, 2)}
    for seed, lines in told.items():
        assert study(root, None, 2, seed, lines.append) == (0, 2)
        again = []
        study(root, None, 2, seed, again.append)
        assert again == lines
    assert told[1][1:] != told[2][1:]


def test_without_tests_that_pass_nothing_is_judged(tree):
    root = tree(limits=LIMITS, alone="x = 1", test_limits="from tiny.limits import over\ndef test_ill():\n    assert over(1)\n")
    told = []
    with pytest.raises(UserError, match="test_limits.py fails without a mutant, too: test_ill"):
        study(root, None, 2, 0, told.append)
    assert "device/lib/tiny/alone.py: no test in tests/device imports it" in told
    for name in ("missing.py", "../../tests/device/test_limits.py"):
        with pytest.raises(UserError, match="is no module in"):
            study(root, (root / "device/lib" / name).resolve(), 2, 0)
