"""The engine wasm32 as a board: the ESP8266's heap to the byte, its world, and what it refuses."""

import contextlib
import json
import re
import socket
import time

import pytest
import requests

from host import ROOT
from host.build import build
from virtualboard import demo
from virtualboard.boards import BOARDS
from virtualboard.client import wait
from virtualboard.control import Control
from virtualboard.rpc_handlers import Answers
from virtualboard.supervisor import Supervisor
from virtualboard.world import Mistake

FREE = BOARDS["nodemcu"].heap32
TOTAL = FREE + BOARDS["nodemcu"].heap32_used
PAUSE = "import time\nwhile True:\n    time.sleep_ms(20)\n"


@pytest.fixture
def start(tmp_path):
    """A function that starts a board with these files on it: start(boot="…", main="…")."""
    running = []

    def begin(boot="", main=PAUSE, **options):
        folder = tmp_path / f"files{len(running)}"
        folder.mkdir()
        (folder / "boot.py").write_text(boot)
        (folder / "main.py").write_text(main)
        board = stack.enter_context(Supervisor("nodemcu", files=folder, engine="wasm32", **options))
        running.append(board)
        assert board.wait_ready()
        return board

    with contextlib.ExitStack() as stack:
        yield begin


def said(board, pattern, seconds=10):
    """The match of a line of the console, as soon as there is one."""

    def find():
        return next((found for line in board.console.lines() if (found := re.search(pattern, line))), None)

    def why():
        return board.console.lines()

    end = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < end, why()
        time.sleep(0.01)
    return found


def evaluated(start, boot, *expressions):
    """What expressions are on the board, as text."""
    board = start(boot + "\n" + "\n".join(f"print('={n}=', {one})" for n, one in enumerate(expressions)))
    return [said(board, f"^={n}= (.*)")[1] for n in range(len(expressions))]


# memory


def test_what_is_free_is_the_chips_figure_to_the_byte(start, monkeypatch):
    told = []
    ready = Answers.ask_ready
    monkeypatch.setattr(Answers, "ask_ready", lambda self, free: (told.append(free), ready(self, free))[1])
    assert evaluated(start, "import gc", "gc.mem_alloc() + gc.mem_free()") == [str(TOTAL)]
    assert told == [FREE]


def test_a_program_without_anything_leaves_all_of_it_but_itself(start):
    memory = start(main="import time\nwhile True: time.sleep_ms(20)").memory()
    assert FREE - 400 < memory["free"] <= FREE and memory["largest"] > memory["free"] - 1000
    assert memory["names"] == memory["pools"] == 0


def test_another_size_can_be_asked_for(start):
    memory = start(heap=50000).memory()
    assert 50000 - 500 < memory["free"] <= 50000


def test_the_heap_ends_where_it_should(start):
    boot = """
import gc
def fits(size):
    gc.collect()
    try:
        bytearray(size)
        return True
    except MemoryError:
        return False
"""
    assert evaluated(start, boot, f"fits({FREE + 16})", f"fits({FREE - 4000})") == ["False", "True"]


def test_names_of_the_chips_rom_cost_nothing_and_tables_grow_as_there(start):
    main = """
import time
class A: pass
def more(first, last):
    for n in range(first, last):
        setattr(A, 'never_seen_%d' % n, 1)
more(0, 1)
setattr(A, 'dht_readinto', 1)  # a name in the ROM
time.sleep_ms(300)
print('one')
time.sleep_ms(600)
more(1, 21)
print('many')
while True:
    time.sleep_ms(20)
"""
    board = start(main=main)
    said(board, "^one")
    one = board.memory()
    said(board, "^many")
    many = board.memory()
    assert one["pools"] == 1 and many["pools"] == 2
    assert many["names"] - one["names"] == 20


def test_the_control_port_tells_memory_on_request(start):
    board = start()
    control = Control(board, 0).start()
    try:
        url = f"http://127.0.0.1:{control.port}/world"
        assert "memory" not in requests.get(url, timeout=5).json()
        assert set(requests.get(url + "?memory", timeout=5).json()["memory"]) == {"free", "largest", "names", "pools"}
    finally:
        control.close()


def test_the_native_engine_tells_it_too(tmp_path):
    (tmp_path / "boot.py").write_text("")
    (tmp_path / "main.py").write_text("never_seen_before = neither_was_this = 1\n" + PAUSE)
    with Supervisor("nodemcu", files=tmp_path) as board:
        assert board.wait_ready()
        memory = wait(board.memory)
        assert BOARDS["nodemcu"].heap - 3000 < memory["free"] <= BOARDS["nodemcu"].heap + 300
        assert memory["free"] >= memory["largest"] > 0 and memory["names"] == 2


def test_a_call_of_the_host_takes_nothing_of_the_heap(start):
    boot = """
import gc, machine, time
pin = machine.Pin(5, machine.Pin.OUT)
def taken():
    gc.collect()
    gc.disable()
    before = gc.mem_free()
    for _ in range(50):
        pin.value(1)
        pin.value()
        time.time()
        time.sleep_ms(0)
    before -= gc.mem_free()
    gc.enable()
    return before
"""
    assert evaluated(start, boot, "taken()") == ["0"]


# the interpreter as the chip's


def test_what_it_is(start):
    found = evaluated(
        start, "import sys, os, time, errno, machine",
        "sys.platform, sys.implementation.version, sys.maxsize", "os.uname().machine",
        "time.gmtime(0)[0], type(time.time())", "hasattr(str, 'partition'), hasattr(machine, 'mem32')",
        "machine.unique_id()", "[n for n in ('uctypes', 'host', '_vb', '_door') if n in sys.modules]",
        "errno.errorcode[errno.ETIMEDOUT], os.listdir('/')", "sys.path",
    )  # fmt: skip
    assert found[0] == "esp8266 (1, 27, 0, 'preview') 2147483647" and found[1] == BOARDS["nodemcu"].machine
    assert found[2] == "2000 <class 'int'>" and found[3] == "False False"
    assert found[4] == repr(BOARDS["nodemcu"].mac[:2:-1] + b"\0") and found[5] == "[]"
    assert found[6] == "ETIMEDOUT ['boot.py', 'main.py']"
    assert found[7] == "['', '.frozen', '/lib', '/']"


@pytest.mark.parametrize("name", ["compile", "execfile", "NotImplemented", "complex"])
def test_what_the_port_leaves_out_is_not_there(start, name):
    board = start(f"try:\n    {name}\n    print('there')\nexcept NameError as e:\n    print('not', e)\n")
    assert said(board, "^(there|not)")[1] == "not"


def test_random_numbers(start):
    boot = "import random, os\nrandom.seed(5)\na = [random.getrandbits(8) for _ in range(9)]\nrandom.seed(5)"
    found = evaluated(start, boot, "a == [random.getrandbits(8) for _ in range(9)]", "len(set(a)) > 4", "len(os.urandom(7))")
    assert found == ["True", "True", "7"]


def test_large_numbers_pass_the_border(start):
    boot = "import machine, time\nr = machine.RTC()\nr.datetime((2031, 5, 6, 0, 7, 8, 9, 0))"
    found = evaluated(start, boot, "r.datetime()[:3], r.datetime()[4:6]", "time.time_ns() // 1000000000 - time.time()")
    assert found[0] == "(2031, 5, 6) (7, 8)" and found[1] in ("0", "-1")


# the world


def test_pins_interrupts_and_pwm(start):
    board = start(main="""
import machine, time
led = machine.Pin(2, machine.Pin.OUT, value=0)
fan = machine.PWM(machine.Pin(14), freq=500, duty_u16=32768)
key = machine.Pin(13, machine.Pin.IN, machine.Pin.PULL_UP)
key.irq(lambda p: (led.value(1), print('pressed', p.value())), machine.Pin.IRQ_FALLING)
print('waits', key.value())
while True:
    time.sleep_ms(1000)
""")
    said(board, "^waits 1")
    assert board.view()["outputs"]["2"]["level"] == 0 and board.view()["outputs"]["14"]["freq"] == 500
    board.change({"pins": {"D7": 0}})
    said(board, "^pressed 0")
    assert board.view()["outputs"]["2"]["level"] == 1


def test_timers_sensor_converter_and_radio(start):
    board = start(main="""
import machine, network, time
buf = bytearray(5)
machine.dht_readinto(machine.Pin(4), buf)
print('dht', buf[0] << 8 | buf[1], 'adc', machine.ADC(0).read_u16())
machine.Timer(-1).init(mode=machine.Timer.ONE_SHOT, period=20, callback=lambda t: print('timer'))
w = network.WLAN(0)
w.active(True)
print('scan', w.scan())
w.connect('home', 'home-secret')
while not w.isconnected():
    time.sleep_ms(50)
print('joined', w.ifconfig()[0], w.status('rssi'))
try:
    machine.dht_readinto(machine.Pin(5), buf)
except OSError as e:
    import errno
    print('dht says', errno.errorcode[e.errno])
""", speed=20)
    said(board, "^dht 525 adc 0")
    said(board, "^timer")
    said(board, r"^scan \[\(b'home'")
    said(board, r"^joined 192.168.1.77 -55")
    said(board, "^dht says ETIMEDOUT")


def test_sockets_both_ways(start):
    board = start(main="""
import network, socket, select, errno
network.WLAN(1).active(True)
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('0.0.0.0', 80))
s.listen(2)
s.setblocking(False)
try:
    s.accept()
except OSError as e:
    print('nobody', errno.errorcode[e.errno])
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(('0.0.0.0', 5353))
p = select.poll()
p.register(s, select.POLLIN)
p.register(u, select.POLLIN)
while True:
    for stream, event in p.ipoll(-1):
        if stream is u:
            data, peer = u.recvfrom(64)
            u.sendto(data + b'!', peer)
        else:
            c, peer = s.accept()
            c.write(b'you said ' + c.readline())
            c.close()
            print('from', peer[0])
""")
    said(board, "^nobody EAGAIN")
    with socket.create_connection(("127.0.0.1", board.port), 5) as client:
        client.sendall(b"hello\n")
        assert client.makefile("rb").read() == b"you said hello\n"
    said(board, "^from 127.0.0.1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.sendto(b"ping", ("127.0.0.1", board.ports.table()["udp:5353"]))
        assert client.recv(64) == b"ping!"


# life


def test_resets_and_what_lasts(start):
    board = start("import machine, os\nprint('cause', machine.reset_cause(), os.listdir('/'), os.statvfs('/')[0])", """
import machine, os, time
if 'count' not in os.listdir('/'):
    with open('count', 'w') as f:
        f.write('1')
    os.rename('count', 'count2')
    os.rename('count2', 'count')
    machine.RTC().memory(b'kept')
    machine.reset()
print('memory', machine.RTC().memory(), open('count').read())
machine.WDT()
while True:
    pass
""")
    said(board, r"^cause 0 \['boot.py', 'main.py'\] 4096")
    said(board, r"^cause 4 \['boot.py', 'count', 'main.py'\]|^cause 4 .*count")
    said(board, "^memory b'kept' 1")
    said(board, "^cause 1 ", 15)
    assert board.boots >= 3


def test_a_program_that_ends_starts_again(start):
    board = start(main="print('once')\n1 // 0\n")
    wait(lambda: board.boots >= 2)
    said(board, "ZeroDivisionError")
    said(board, "no prompt here")


def test_the_flash_is_a_folder_that_lasts(start, tmp_path):
    place = tmp_path / "flash"
    with Supervisor("nodemcu", engine="wasm32", flash=place):
        (place / "files" / "note").write_text("x")
    assert said(start("import os\nprint('has', open('note').read())", flash=place), "^has (.*)")[1] == "x"


# what it refuses


def test_what_it_cannot_do_is_said(tmp_path, start):
    with pytest.raises(RuntimeError, match="does not simulate esp32"):
        Supervisor("esp32", engine="wasm32")
    with pytest.raises(RuntimeError, match="keeps the flash as a folder"):
        Supervisor("nodemcu", engine="wasm32", flash=tmp_path / "flash.img")
    board = start()
    with pytest.raises(Mistake, match="not at a flash write"):
        board.change({"power": {"cut_after_writes": 3}})
    boots = board.boots
    board.change({"power": "cut"})
    wait(lambda: board.boots > boots)
    with socket.create_connection(("127.0.0.1", board.console.port), 5) as client:
        client.settimeout(5)
        client.sendall(b"print(1)\r")
        heard = b""
        while b"this engine has no prompt" not in heard:
            heard += client.recv(200)


def test_its_packages_are_pinned_and_complete():
    lines = (ROOT / "requirements-wasm32.txt").read_text().splitlines()
    assert all(re.fullmatch(r"[\w-]+==[\w.]+", line) for line in lines if not line.startswith("#"))


def test_the_program_survives_a_collection_at_every_allocation(tmp_path):
    """user.py runs last at the start; what the collector would free under the interpreter's feet shows in the answers."""
    built = build("nodemcu")
    files = tmp_path / "flash" / "files"
    files.mkdir(parents=True)
    (files / "user.py").write_text("import gc\ndef setup(app):\n    gc.threshold(16)\n    print('collects')\n")
    (tmp_path / "config.json").write_text(json.dumps(demo.configuration(BOARDS["nodemcu"])))
    options = {"files": built.files, "romfs": built.romfs, "config": tmp_path / "config.json", "flash": tmp_path / "flash"}
    with Supervisor("nodemcu", engine="wasm32", **options) as board, requests.Session() as session:
        said(board, "^collects")
        said(board, "^Wi-Fi: joined home", 60)
        for turn in range(3):
            for path in (*"health status pins gpio gpio/D5 adc/A0 time wifi config".split(), f"gpio?pin=D6&state={turn % 2}"):
                answer = session.get(f"http://127.0.0.1:{board.port}/{path}", timeout=20)
                assert answer.status_code == 200 or path == "health" and answer.status_code == 503, (path, answer.text)
                assert isinstance(answer.json(), dict)
            assert board.view()["outputs"]["12"]["level"] == turn % 2
        assert board.boots == 1 and not any("Traceback" in line for line in board.console.lines())
