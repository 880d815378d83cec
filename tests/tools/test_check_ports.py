"""`./deploy.sh check`: what a module calls in the firmware exists there, on both ports or behind a branch that says so."""

import ast

import pytest

from host.lint import branches, ports

NEITHER = [
    ("machine.freq_of(1)", "No attribute `freq_of` in module `machine`"),
    ("from machine import Pins", "Could not import `Pins` from `machine`"),
    ("machine.Pin(4).toggle_it()", "class `Pin` has no attribute `toggle_it`"),
    ("machine.Pin(4, machine.Pin.OUT, level=1)", "Unexpected keyword argument `level` in function `machine.Pin.__init__`"),
    ("machine.Pin(4).value(level=1)", "function `machine.Pin.value`"),
    ("machine.unique_id(3)", "in function `machine.unique_id`"),
    ("machine.dht_read(1)", "No attribute `dht_read`"),
    ("network.STAT_LOST", "No attribute `STAT_LOST` in module `network`"),
    ("network.WLAN(network.STA_IF).reconnect()", "class `WLAN` has no attribute `reconnect`"),
    ("network.WLAN(network.STA_IF).connect(ssid='x', pass_='y')", "function `network.WLAN.connect`"),
    ("esp.flash_wipe()", "No attribute `flash_wipe` in module `esp`"),
    ("esp.flash_user_start(1)", "in function `esp.flash_user_start`"),
    ("vfs.rom_mount()", "No attribute `rom_mount` in module `vfs`"),
    ("vfs.umount()", "in function `vfs.umount`"),
    ("socket.socket().timeout(3)", "class `socket` has no attribute `timeout`"),
    ("socket.socket().connect()", "in function `socket.socket.connect`"),
    ("def f(sock):\n    sock.timeout(3)", "class `socket` has no attribute `timeout`"),
    ("ssl.create_default_context()", "in module `ssl`"),
    ("os.statvfs()", "in function `os.statvfs`"),
    ("gc.mem_used()", "No attribute `mem_used` in module `gc`"),
    ("time.sleep_ms()", "in function `time.sleep_ms`"),
    ("def f(wifi):\n    wifi.sta.reconnect()", "class `WLAN` has no attribute `reconnect`"),
    ("class A:\n def __init__(self, wifi): self.wifi = wifi\n def f(self):\n  self.wifi.net.nothing()", "`nothing`"),
    ("def f(board):\n    if board.chip == 'esp8266':\n        machine.nothing()", "No attribute `nothing`"),
]
ONE = [
    ("esp8266", "import esp32", "Cannot find module `esp32`"),
    ("esp8266", "machine.ADC(0).read_uv()", "class `ADC` has no attribute `read_uv`"),
    ("esp8266", "network.WLAN.PM_NONE\nmachine.I2S", "No attribute `I2S`"),
    ("esp32", "esp.malloc()", "No attribute `malloc`"),
    ("esp8266", "def f(board):\n    if board.chip == 'esp8266':\n        machine.I2S", "No attribute `I2S`"),
    ("esp8266", "def f(board):\n    if board.chip != 'esp8266':\n        return\n    machine.I2S", "No attribute `I2S`"),
    ("esp32", "def f(board):\n    return 1 if board.chip == 'esp8266' else esp.malloc()", "No attribute `malloc`"),
]
SOUND = [
    "machine.Pin(4, machine.Pin.OUT, value=1)()",
    "def f(wifi):\n    wifi.sta.isconnected()\n    wifi.net.hostname('x')",
    "hasattr(machine, 'I2S') and machine.I2S",
    "if hasattr(machine, 'I2S'):\n    machine.I2S",
    "def f():\n    if not hasattr(machine, 'I2S'):\n        return\n    machine.I2S",
    "def f(board):\n    if board.chip != 'esp8266':\n        import esp32\n        machine.I2S",
    "def f(board, x):\n    if board.chip == 'esp8266' or x:\n        raise ValueError\n    machine.I2S",
    "def f(app):\n return machine.ADC(0).read_u16() if app.board.chip == 'esp8266' else machine.ADC(1).read_uv()",
    "def f(board):\n    return board.chip == 'esp8266' and esp.malloc()",
    "def f(board):\n    return not board.chip == 'esp8266' and machine.I2S",
    "machine.nothing()  # type: ignore  # in a firmware of our own",
    "machine.Pin(unknown()).value(unknown())\ndef unknown(): return {}.get(1)",
    "''.nothing()\n{}.nothing()\nasync def f(): await 3",
]
SEAMS = {
    "wifi": "import network\nclass Wifi:\n net = network\n def __init__(self):\n  self.sta = network.WLAN(network.STA_IF)\n",
    "hardware": "class Board:\n    chip = 'esp8266'\n",
}
IMPORTS = "import esp, gc, machine, network, os, socket, ssl, time, vfs\n"


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """{name of a planted module: its findings}, from one run over all of them."""
    project = tmp_path_factory.mktemp("project")
    folder = project / "device" / "lib" / "picorest"
    folder.mkdir(parents=True)
    for name, source in SEAMS.items():
        (folder / f"{name}.py").write_text(source)
    sources = [source for source, _ in NEITHER] + [source for _, source, _ in ONE] + SOUND
    for source in sources:
        (folder / _name(source)).write_text(IMPORTS + source + "\n")
    found = {_name(source): [] for source in sources}
    for finding in ports.check(project / "device", project):
        found[finding.path.removeprefix("device/lib/picorest/")].append(finding)
    return found


def _name(source):
    return f"planted_{([source for source, _ in NEITHER] + [source for _, source, _ in ONE] + SOUND).index(source)}.py"


@pytest.mark.parametrize(("source", "words"), NEITHER)
def test_what_neither_port_has_is_found(found, source, words):
    [finding] = found[_name(source)]
    assert words in finding.text and "on an ESP8266 or an ESP32: use what it has" in finding.text
    assert "# type: ignore  # why" in finding.text
    assert finding.line == 1 + len(source.splitlines())


@pytest.mark.parametrize(("port", "source", "words"), ONE)
def test_what_one_port_lacks_needs_a_branch(found, port, source, words):
    [finding] = found[_name(source)]
    assert words in finding.text and finding.line == 1 + len(source.splitlines())
    where, sign = {"esp8266": ("an ESP8266", "!="), "esp32": ("an ESP32", "==")}[port]
    assert f' on {where}: ask before, `if board.chip {sign} "esp8266":`' in finding.text


@pytest.mark.parametrize("source", SOUND)
def test_what_is_there_or_behind_a_branch_passes(found, source):
    assert found[_name(source)] == []


@pytest.mark.parametrize(
    ("test", "esp8266", "esp32"),
    [
        ('b.chip == "esp8266"', True, False),
        ('b.chip != "esp8266"', False, True),
        ('b.chip == "esp32c3"', False, None),
        ('b.chip != "esp32c3"', True, None),
        ('not a.b.chip == "esp8266"', False, True),
        ('x or b.chip == "esp8266"', True, None),
        ('x and b.chip == "esp8266"', None, False),
        ('b.chip == "esp8266" or b.chip == "esp32"', True, None),
        ('b.name == "esp8266"', None, None),
        ("b.chip == x", None, None),
        ('b.chip == "esp8266" == x', None, None),
    ],
)
def test_what_a_condition_says_of_a_port(test, esp8266, esp32):
    condition = ast.parse(test, mode="eval").body
    assert (branches.truth(condition, "esp8266"), branches.truth(condition, "esp32")) == (esp8266, esp32)


def test_broken_source_is_left_to_others(tmp_path):
    (tmp_path / "device").mkdir()
    (tmp_path / "device" / "app.py").write_text("def f(:\n")
    assert ports.check(tmp_path / "device", tmp_path) == []


def test_a_checker_that_fails_is_no_clean_bill(tmp_path, monkeypatch):
    (tmp_path / "device").mkdir()
    (tmp_path / "device" / "app.py").write_text("x = 1\n")
    monkeypatch.setattr(ports, "CONFIG", "nonsense = [")
    with pytest.raises(RuntimeError, match="the type checker failed"):
        ports.check(tmp_path / "device", tmp_path)
