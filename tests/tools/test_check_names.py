"""`./deploy.sh check` finds what would turn text from outside into names, which MicroPython keeps until the board restarts."""

import pytest

from host.build import DEVICE
from host.commands import check
from host.lint import names
from host.lint.kinds import Program

PATH = "device/lib/picorest/sample.py"
WALK = "each character of a text that is walked through"
PICK = "a character taken out of a text"
PLANTED = [  # the line in question comes last
    ("text = data.decode()\nfor char in text: pass", WALK),
    ("def f(data):\n for n, char in enumerate(str(data, 'utf-8')): pass", WALK),
    ("def f(req):\n x = [c for c in req.query.decode().strip()]", WALK),
    ("def f(x):\n y = f'{x}'\n list(y)", WALK),
    ("def f(x):\n return sorted('%s' % x)", WALK),
    ("def f(x):\n return tuple('a' + x)", WALK),
    ("def f(x):\n return set(str(x))", WALK),
    ("def f(x):\n return min(str(x)), max(3, x)", WALK),
    ("def f(x):\n return ','.join(x.decode())", WALK),
    ("def f(x):\n return any(map(ord, x.decode()))", WALK),
    ("def f(x):\n return zip(x.decode(), x)", WALK),
    ("def f(x):\n return reversed(x.decode())", WALK),
    ("def f(x):\n a, b = x.decode()", WALK),
    ("def f(x):\n print(*x.decode())", WALK),
    ("def f(x):\n yield from x.decode()", WALK),
    ("def f(x, found):\n found.extend(str(x))", WALK),
    ("def f(x):\n for word in x.decode().split():\n  for c in word: pass", WALK),
    ("def f(unknown):\n for c in unknown:\n  ord(c)".replace(":\n  ord", ": ord"), WALK),
    ("def f(unknown):\n return [c for c in unknown if c in '+-.']", WALK),
    ("def g(name):\n for c in name: pass\ndef f(x): g(x.decode())", WALK),
    ("class A:\n def f(self, x):\n  self.path = x.decode()\ndef g(a):\n for c in a.path: pass", WALK),
    ("def f(x):\n return x.decode()[0]", PICK),
    ("def f(x):\n return str(x)[-1]", PICK),
    ("def f(x, i):\n return json.dumps(x)[i]", PICK),
    ("def f(x):\n return x.decode().split()[0][1]", PICK),
    ("def f(x):\n return {'a': str(x)}.get('a')[0]", PICK),
    ("def f(unknown):\n return unknown[0] == '-'", PICK),
    ("def f(unknown, i):\n return unknown[i] not in '/?#'", PICK),
    ("def f(n):\n return chr(n)", "what chr() makes"),
    ("def f(x):\n return [chr(byte) for byte in x]", "what chr() makes"),
    ("def f(x, name):\n return getattr(x, name)", "what getattr() gets"),
    ("def f(x, name):\n return getattr(x, 'PULL_' + name.upper())", "what getattr() gets"),
    ("def f(x, name):\n setattr(x, name, 1)", "what setattr() gets"),
    ("def f(x, name):\n return hasattr(x, name)", "what hasattr() gets"),
    ("def f(x, name):\n delattr(x, '%s_' % name)", "what delattr() gets"),
    ("def f(name):\n return __import__('boards.' + name)", "what __import__() gets"),
    ("def f(text):\n return eval(text)", "what eval() gets"),
    ("def f(text):\n exec(text, {})", "what exec() gets"),
    ("def f(name):\n return sys.intern(name)", "what intern() gets"),
    ("def f(name):\n return type(name, (), {})", "a class made at run time"),
    ("def f(x, spec):\n return x(**spec)", "the keys after **"),
    ("def f(x, data):\n return x(**json.loads(data))", "the keys after **"),
    ("def f(x, key):\n return x(**{key: 1})", "the keys after **"),
    ("def f(text):\n return text.format(1)", "the fields of format()"),
    ("def f(x, kind):\n return x.decode(kind)", "the name of an encoding"),
    ("def f(x, kind):\n return str(x, kind)", "the name of an encoding"),
]


@pytest.mark.parametrize(("source", "words"), PLANTED, ids=[source.split("\n", 1)[-1].strip() for source, _ in PLANTED])
def test_what_makes_names_of_text_from_outside_is_caught(source, words):
    found = names.check(Program({PATH: source}))
    assert len(found) == 1, found
    assert words in found[0].text
    line = source.splitlines()[found[0].line - 1]
    assert found[0].path == PATH and line.strip() and not line.startswith("def f(x): g")


@pytest.mark.parametrize(
    "source",
    [
        "_CAPS = const('abc')\nfor c in _CAPS: print(_CAPS[0])",
        "LETTERS = 'xyz'\ndef f(b): return LETTERS[b & 1], 'on off'.split()[b]",
        "def f(x):\n for byte in x.decode().encode(): print(byte)",
        "def f(x):\n for byte in x: print(bytes((byte,)))\n return x[0] == 47 and x[1:2] == b'/'",
        "def f(x):\n t = x.decode()\n return t[0:1], t[:1] == '-', t.find('a'), 'a' in t, t.strip('-')",
        "def f(x):\n for word in x.decode().split(','): print(word)\n return x.decode().split()[0]",
        "def f(x):\n return ','.join([str(each) for each in x]), min(len(str(x)), 3)",
        "NAMES = '2NO_AP 3WRONG'\ndef f(x):\n for name in NAMES.split(' '):\n  getattr(x, 'STAT_' + name[1:])",
        "def f(x): return getattr(x, 'sock', None), hasattr(x, 'send'), chr(65), [chr(n) for n in range(32, 127)]",
        "def load(module, function):\n return getattr(__import__('picorest.' + module), function)\nload('routes.gpio', 'read')",
        "def refuse(type, **more): return Problem(type, **more)",
        "def f(x): return x(**{'name': x})",
        "def f(x): return 'a {} b'.format(x), str(x, 'utf-8'), x.decode(), 'é'.encode('utf-8')",
        "def f(x): return eval('1 + 1')",
        "def f(spec):\n for key in spec: print(key)\n return list(spec)[0], spec['state'], sorted(spec)",
        "def f(x, text):\n for one in x if isinstance(x, list) else (x,): print('%s: %s' % (text, one))",
        "def f(asked):\n return asked(**asked.url_args)  # name: the user's own module has them",
    ],
)
def test_what_is_the_sources_own_or_no_text_passes(source):
    assert names.check(Program({PATH: source})) == []


def test_an_excuse_needs_a_reason():
    assert len(names.check(Program({PATH: "def f(n): return chr(n)  # name:"}))) == 1


def test_text_is_followed_from_one_module_to_another():
    one = "from .other import walk\n\n\ndef f(req):\n    walk(req.head.decode())\n"
    other = "def walk(words):\n    for c in words:\n        print(c)\n"
    found = names.check(Program({PATH: one, "device/lib/picorest/other.py": other}))
    assert [(each.path, each.line) for each in found] == [("device/lib/picorest/other.py", 2)]


def test_a_segment_of_the_path_is_text():
    source = "@api.get('/x/<name>')\ndef get(req, name):\n    for c in name:\n        print(c)\n"
    assert [each.line for each in names.check(Program({"device/lib/picorest/routes/sample.py": source}))] == [3]


MODULES = {  # a file of the real sources: a line of it, and the violation that is put behind it
    "lib/picorest/utf8.py": ("    found = data.decode()\n", "    for char in found:\n        print(char)\n"),
    "lib/picorest/ntp/timezone.py": ("    text = [tz, 0]  # the string, and how far it is read\n", "    print(tz[0] == 'C')\n"),
    "lib/picorest/routes/proxy.py": ("    app = req.app\n", "    print([c for c in name])\n"),
    "lib/picorest/config/validate.py": ("    size = len(value.encode())\n", "    print(ord(value[0]))\n"),
    "lib/picorest/gpio/pins.py": ("import gc\n", "print(getattr(gc, input()))\n"),
}


def test_violations_in_the_real_sources_are_caught():
    sources = {path.relative_to(DEVICE).as_posix(): path.read_text("utf-8") for path in sorted(DEVICE.rglob("*.py"))}
    assert names.check(Program(sources)) == []
    for name, (line, planted) in MODULES.items():
        assert line in sources[name]
        sources[name] = sources[name].replace(line, line + planted)
    found = names.check(Program(sources))
    assert [each.path for each in found] == sorted(MODULES), found


def test_the_check_says_it(tmp_path):
    folder = tmp_path / "device"
    folder.mkdir()
    (folder / "app.py").write_text("def f(data):\n    return data.decode()[0]\n")
    (folder / "broken.py").write_text("def f(:\n")
    assert str(check.sources(folder, tmp_path)[-1]).startswith("device/app.py:2: a character taken out of a text stays in memory")
