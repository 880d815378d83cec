"""`./deploy.sh check` finds what a reader stumbles over: size, misleading guards, numbers without a name, names that two things
have, lists that somebody keeps by hand."""

import pytest

from host.lint import guards, lists, public, records, sizes
from host.lint.kinds import Program

PATH = "device/lib/picorest/sample.py"
LONG = "def f():\n" + "    x = 1\n" * 50
BRANCHES = "async def f(x):\n" + "    if x: y = 1 if x else 2\n" * 7 + "    return [z for z in x if z if x]\n"
ONE_MORE = BRANCHES.replace("return", "for y in x: return")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (LONG, "f() has 51 lines and 0 branches, 50 and 15 are the limits: give a part of it a name"),
        ("class A:\n" + LONG.replace("\n", "\n    ").replace("def", "    def", 1), "f() has 51 lines"),
        (BRANCHES, "f() has 9 lines and 16 branches"),
        ("def f(x): # long: because\n    pass\n", None),  # one word is no reason
        ("def f(x):  # long: a table of cases\n    pass\n", "f() is not long any more: remove `# long: …`"),
        (LONG.replace(":", ":  # long: a table of cases", 1), None),
        ("# long: a table of cases\n" + LONG, None),
        ("x = 1  # long: a table of cases\n" + LONG, "f() has 51 lines"),
        (LONG.replace("    x = 1\n", "", 1), None),
        (LONG.replace("    x = 1\n", "    def g():\n        x = 1\n", 1).removesuffix("    x = 1\n"), "f() has 51 lines"),
    ],
)
def test_functions_that_are_too_large_are_found(source, words):
    found = sizes.check(PATH, source)
    assert [each.text.startswith(words) for each in found] == ([True] if words else []), found
    assert all(str(each).startswith(f"{PATH}:{each.line}: ") and "def f" in source.splitlines()[each.line - 1] for each in found)


def test_branches_of_a_function_within_are_its_own():
    within = "def f(x):\n    def g(x):\n" + "        if x: return 1\n" * 10
    assert sizes.check(PATH, within + "    if x: return 2\n" * 10) == []


@pytest.mark.parametrize(
    "guard",
    [
        'method not in "GET HEAD OPTIONS"',
        "kind in 'ab'",
        "METHODS = 'GET HEAD'\nok = method in METHODS",
        '"picorest.version" in " ".join(names)',
        "ok = text[1:3] in 'abc'",
        "0 < size and word.lower() in 'yes on true'",
    ],
)
def test_guards_that_look_for_a_part_are_found(guard):
    found = guards.check(PATH, "if True:\n    pass\n" + guard)
    assert len(found) == 1 and "passes when it is any part of" in found[0].text and "look in a tuple" in found[0].text
    assert found[0].line == 3 + guard.count("\n")


@pytest.mark.parametrize(
    "guard",
    [
        'method not in ("GET", "HEAD", "OPTIONS")',
        "text[at : at + 1] in '/?#'",
        "text[:1] in 'ab' or text[-1:] in 'cd'",
        "data[at] in b' \\t'",
        "'\\n' in text",
        "',' in ', ; :'",
        "part in text  # what text is, nobody knows here",
        "WORDS = ('GET', 'HEAD')\nok = method in WORDS",
        "word in 'the whole text'  # substring: part of a sentence",
    ],
)
def test_sound_guards_pass(guard):
    assert guards.check(PATH, guard) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def f(sensor):\n    return sensor[10]", "which column is 10? Name it, as in _NAME = const(10): the compiler writes"),
        ("def f(app):\n    app.last_route[3] = 1", "which column is 3?"),
        ("def f(data, at):\n    return data[at] == 34", "is 34 the character '\"'? Name it, as in _NAME = const(0x22)"),
        ("def f(data, at):\n    c = data[at]\n    return c in b'x' or c == 0x5C", "is 92 the character '\\\\'?"),
        ("def f(data):\n    for c in data:\n        if 48 <= c: return c", "is 48 the character '0'?"),
    ],
)
def test_numbers_that_stand_for_something_are_found(source, words):
    found = records.check(Program({PATH: source}))
    assert len(found) == 1 and found[0].text.startswith(words), found
    assert found[0].line == len(source.splitlines())


@pytest.mark.parametrize(
    "source",
    [
        "_LAST = const(10)\ndef f(sensor):\n    return sensor[_LAST]",
        "def f(pair):\n    return pair[0], pair[1], pair[2], pair[-1], pair[3:5]",
        "def f(text):\n    return text.encode()[4] & 7, bytes(9)[5]",
        "_QUOTE = const(34)\ndef f(data, at):\n    return data[at] == _QUOTE or data[at] < 8",
        "def f(words):\n    return len(words) == 48 or int(words[1]) > 100",
        "def f(table):\n    for n in range(90):\n        if n == 48: return table",
    ],
)
def test_numbers_that_are_numbers_pass(source):
    assert records.check(Program({PATH: source})) == []


def test_a_public_name_that_two_modules_of_a_package_have_is_found():
    one, two = "def check(): pass\ndef _check(): pass\n", "x = 1\n\n\ndef check(): pass\ndef _check(): pass\n"
    package = {"host/board/cable.py": one, "host/board/probe.py": two} | {f"host/board/{n}.py": "" for n in range(3)}
    found = public.check(package)
    assert [str(each) for each in found] == [
        "host/board/probe.py:4: host/board/cable.py has a function check() too: call one of them after what it is about"
    ]
    del package["host/board/2.py"]
    assert public.check(package) == [], "what half of a package's modules have is what they have in common"
    assert public.check({"host/a.py": one, "virtualboard/b.py": two, "host/c.py": "", "host/d.py": "", "host/e.py": ""}) == []


MODULES = {f"device/lib/picorest/wifi/{name}.py": "" for name in ("join", "scan", "status")}


@pytest.mark.parametrize(
    "source",
    [
        'x = ("wifi.join", "wifi.scan", "wifi.status")',
        'x = "wifi.join wifi.scan wifi.status".split()',
        'x = """\n/a wifi.join.get\n/b wifi.scan.put\n/c wifi.status.get\n"""',
        'forget("wifi.join", "wifi.scan", "wifi.status")',
        'x = {"a": "wifi.join", "b": "wifi.scan", "c": "wifi.status.text"}',
    ],
)
def test_lists_of_modules_kept_by_hand_are_found(source):
    found = lists.check({**MODULES, PATH: f"# a file\n{source}\n"})
    assert [(each.path, each.line) for each in found] == [(PATH, 2)]
    assert "(wifi.join, wifi.scan, wifi.status, …) forgets the next one: ask the tree" in found[0].text


def test_a_package_names_its_modules_without_itself():
    assert lists.check({**MODULES, "device/lib/picorest/wifi/all.py": "x = 'join.a scan.b status.c'"}) != []
    assert lists.check({**MODULES, PATH: "x = 'join.a scan.b status.c'"}) == []


@pytest.mark.parametrize(
    "source",
    [
        '"""wifi.join, wifi.scan, wifi.status"""',
        'x = ("wifi.join", "wifi.scan")',
        'x = ("wifi.networks", "wifi.static", "wifi.ap", "wifi.ap.password")',
        'x = ("wifi.join", "wifi.scan", "wifi.status")  # list: what is resident',
        '# made by ./deploy.sh check --fix\nx = ("wifi.join", "wifi.scan", "wifi.status")',
    ],
)
def test_other_texts_are_no_lists_of_modules(source):
    assert lists.check({**MODULES, PATH: source}) == []
