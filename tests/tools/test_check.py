"""`./deploy.sh check`: every rule catches its violation, names file and line, and says what to write instead."""

import pytest

from host import ROOT
from host.commands import check
from host.lint import arrows, device

PATH = "device/lib/picorest/sample.py"
FEATURES = [
    ('a, _, b = "a=b".partition("=")', "partition() does not exist on an ESP8266; use split(sep, 1)"),
    ("x = b'a'.rpartition(b'=')", "rpartition()"),
    ("for line in text.splitlines(): pass", "splitlines()"),
    ("x = ''.center(3)", "center()"),
    ("x = slice(1).indices(3)", "indices()"),
    ("x = name.removeprefix('lib/')", "removeprefix()"),
    ("find = text.partition", "partition()"),
    ("try:\n    f()\nexcept (OSError, RuntimeError): pass", "RuntimeError also means that the stack has no room"),
    ("import random\nrandom.randint(1, 6)", "random.randint does not exist on an ESP8266; random.getrandbits"),
    ("import random as r\nr.choice('ab')", "random.choice"),
    ("from random import randrange", "random.randrange"),
    ("import math\nx = math.inf", "math.inf"),
    ("from math import isclose", "math.isclose"),
    ("import math\nmath.log10(2)", "math.log10"),
    ("import math\nmath.factorial(2)", "math.factorial"),
    ("import binascii\nbinascii.crc32(b'')", "binascii.crc32"),
    ("import hashlib\nhashlib.md5()", "hashlib.md5"),
    ("import os\nos.getenv('HOME')", "os.getenv"),
    ("import os\nos.system('ls')", "os.system"),
    ("import sys\nsys.exc_info()", "sys.exc_info"),
    ("import sys\nsys.getsizeof(1)", "sys.getsizeof"),
    ("import time\ntime.monotonic()", "time.monotonic"),
    ("import micropython\nmicropython.mem_peak()", "micropython.mem_peak"),
    ("import _thread", "no module _thread"),
    ("import typing", "no module typing"),
    ("from functools import partial", "no module functools"),
    ("import os.path", "os.path"),
    ("x = pow(2, 3, 5)", "pow() takes two arguments"),
    ("x = complex(1, 2)", "no complex numbers"),
    ("x = 2j", "no complex numbers"),
    ("def __eq__(self, other): return NotImplemented", "NotImplemented"),
    ("x = compile('1', '', 'eval')", "no compile()"),
    ("execfile('x.py')", "execfile"),
    ("print(__file__)", "__file__"),
    ("import json\nprint(json.__file__)", "__file__"),
    ("class A:\n def __setattr__(self, n, v): pass", "__setattr__ is never called"),
    ("class A:\n def __delattr__(self, n): pass", "__delattr__ is never called"),
    ("try: pass\nexcept ConnectionError: pass", "ConnectionError"),
    ("import time\nx = time.time() / 1000", "time.time() is whole seconds"),
    ("from time import time\nx = time() + 0.5", "time.time() is whole seconds"),
    ("import time\nx = time.ticks_ms() - start", "use ticks_diff()"),
    ("from time import ticks_ms\nx = ticks_ms() + 500", "ticks_add()"),
    ("from picorest import clock\nif clock.ticks_ms() > end: pass", "compare ticks_diff() with 0"),
    ("try: pass\nexcept OSError as e:\n if e.errno == 11: pass", "compare with errno.NAME"),
    ("try: pass\nexcept OSError as e:\n if e.args[0] in (11, 110): pass", "compare with errno.NAME"),
    ("x = error.errno == -2", "compare with errno.NAME"),
]


@pytest.mark.parametrize(("source", "words"), FEATURES, ids=[words[:30] for _, words in FEATURES])
def test_what_an_esp8266_cannot_do_is_caught(source, words):
    source = "# first line\n" + source
    found = device.check(PATH, source)
    assert len(found) == 1, found
    assert words in found[0].text
    line = str(found[0]).removeprefix(f"{PATH}:").split(":")[0]
    assert int(line) == 1 + (len(source.splitlines()) - 1 if not source.startswith("# first line\nclass") else 2)


@pytest.mark.parametrize(
    "source",
    [
        "import random\nrandom.getrandbits(8)",
        "import math\nmath.floor(1.5) + math.pi",
        "import errno\nok = e.errno == errno.EAGAIN or e.args[0] in (errno.EAGAIN, errno.ETIMEDOUT)",
        "from time import ticks_diff, ticks_ms\nlate = ticks_diff(ticks_ms(), start) > 500",
        "from micropython import const\n_X = const(3)\nx = f'{_X!r}' + '%d' % pow(2, 3)",
        "import time\nx = time.time() + 3600",
        "class Gauge:\n    def compile(self): pass\ncompile = 1\nx = compile",
        "from . import clock\nfrom ..errors import Problem\nimport microdot\nimport picorest.pins",
    ],
)
def test_what_a_board_has_passes(source):
    assert device.check(PATH, source) == []


ARROWS = [
    ("lib/picorest/gpio/pins.py", "import machine", "only lib/picorest/board.py imports machine"),
    ("lib/picorest/gpio/pins.py", "from machine import Pin", "ask the board object"),
    ("app.py", "def f():\n import umachine", "imports machine"),
    ("app.py", "__import__('machine')", "imports machine"),
    ("lib/picorest/wifi/station.py", "import esp", "only lib/picorest/board.py imports esp"),
    ("lib/picorest/board.py", "import network", "only lib/picorest/wifi/station.py imports network"),
    ("boot.py", "import network", "only lib/picorest/wifi/station.py imports network"),
    ("lib/picorest/dht/sampler.py", "from time import ticks_ms", "only lib/picorest/clock.py imports time; ask picorest.clock"),
    ("lib/picorest/dht/sampler.py", "import utime", "imports time"),
    ("app.py", "import sys\nif sys.platform == 'x': pass", "nobody asks for the platform"),
    ("lib/picorest/board.py", "from sys import platform", "nobody asks for the platform"),
    ("lib/picorest/board.py", "import platform", "nobody asks for the platform"),
    ("lib/picorest/http/server.py", "from asyncio import core", "only lib/picorest/loop.py touches the inside of asyncio"),
    ("lib/picorest/http/server.py", "import asyncio.core", "inside of asyncio"),
    ("lib/picorest/http/server.py", "q = core._io_queue", "inside of asyncio"),
    ("lib/picorest/gpio/pins.py", "import app", "the package does not import app"),
    ("app.py", "# on the virtual board\n", "nothing under device/ says 'virtual'"),
    ("lib/picorest/gpio/pins.py", "SIMULATED = 1", "nothing under device/ says 'SIMULAT'"),
]


@pytest.mark.parametrize(("name", "source", "words"), ARROWS)
def test_arrows_and_mentions_are_caught(name, source, words):
    found = arrows.check(f"device/{name}", name, source)
    assert len(found) == 1 and words in found[0].text
    assert str(found[0]).startswith(f"device/{name}:")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("lib/picorest/board.py", "import machine, esp"),
        ("lib/picorest/wifi/station.py", "import network"),
        ("main.py", "import machine, time"),
        ("lib/picorest/clock.py", "import time"),
        ("lib/picorest/loop.py", "from asyncio import core\nq = core._io_queue"),
        ("lib/picorest/routes/gpio.py", "from ..errors import Problem\nfrom . import pins"),
        ("lib/picorest/http/server.py", "import picorest.routes.gpio\nfrom .clock import ticks_ms"),
    ],
)
def test_the_seams_themselves_pass(name, source):
    assert arrows.check(f"device/{name}", name, source) == []


@pytest.fixture
def project(tmp_path):
    (tmp_path / "device" / "lib" / "picorest").mkdir(parents=True)
    return tmp_path


def test_pages_are_read_too(project):
    (project / "device" / "index.html").write_text("<p>hello\n<p>Virtual board</p>\n")
    found = check.sources(project / "device", project)
    assert [str(each) for each in found] == [
        "device/index.html:2: nothing under device/ says 'Virtual': it does not know what it runs on"
    ]


def test_broken_source_is_a_finding_not_a_crash(project):
    (project / "device" / "app.py").write_text("x = 1\ndef f(:\n")
    assert str(check.sources(project / "device", project)[0]).startswith("device/app.py:2: this is not Python")
    assert str(check.bytecode(project / "device", project)[0]).startswith("device/app.py:2: SyntaxError")


def test_what_only_micropython_refuses_is_found(project):
    (project / "device" / "app.py").write_text("x = 1\nmatch x:\n    case 1: pass\n")
    assert check.sources(project / "device", project) == []
    assert str(check.bytecode(project / "device", project)[0]).startswith("device/app.py:2: SyntaxError")


def test_long_modules_are_found(project):
    (project / "host").mkdir()
    (project / "host" / "long.py").write_text("x = 1\n" * 301)
    (project / "host" / "right.py").write_text("x = 1\n" * 300)
    assert [str(each) for each in check.shapes(project)] == [
        "host/long.py:301: 301 lines; split it by idea, 300 are the limit"
    ]


def test_ruff_reads_our_settings(tmp_path):
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    folder = tmp_path / "device" / "lib" / "picorest"
    folder.mkdir(parents=True)
    (folder / "pins.py").write_text("from time import ticks_ms\n\nprint(ticks_ms())\n")
    assert check.ruff(tmp_path)
    (folder / "pins.py").rename(folder / "clock.py")
    assert not check.ruff(tmp_path)
