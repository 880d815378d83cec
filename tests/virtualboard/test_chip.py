"""Heap, language, clock and resets of the virtual chips."""

import threading
import time

import pytest

from virtualboard.boards import BOARDS
from virtualboard.child.wait import LOOK
from virtualboard.client import wait
from virtualboard.repl import DeviceError, Repl
from virtualboard.supervisor import Supervisor


@pytest.fixture(scope="module", params=list(BOARDS))
def chip(request):
    with Supervisor(request.param) as board:
        assert board.wait_ready()
        with Repl(board.console.port) as repl:
            repl.board = board
            repl.run("import machine, time, gc, sys, os")
            yield repl


@pytest.fixture(scope="module")
def nodemcu():
    with Supervisor("nodemcu") as board, Repl(board.console.port) as repl:
        repl.board = board
        repl.run("import machine, time, sys")
        yield repl


def reboot(repl, code=None):
    """Run code that resets (None: take the power away for a moment), and come back."""
    boots = repl.board.boots
    if code is None:
        repl.board.restart("power")
    else:
        repl.send(code)
    with repl.board.lock:
        assert repl.board._changed.wait_for(lambda: repl.board.boots > boots, 15)
    assert repl.board.wait_ready()
    repl.enter()
    repl.run("import machine, time, gc, sys, os")


def test_the_heap_is_the_chips_and_ends(tmp_path):
    (tmp_path / "boot.py").write_text("import gc\nprint('free', gc.mem_free())\n")
    for name, board in BOARDS.items():
        with Supervisor(name, files=tmp_path) as running:
            wait(lambda running=running: any(">>>" in line for line in running.console.lines()))
            line = next(text for text in running.console.lines() if text.startswith("free "))
            with Repl(running.console.port) as repl:
                assert board.heap - 3000 < int(line.split()[1]) <= board.heap + 300
                with pytest.raises(DeviceError, match="MemoryError"):
                    repl.run(f"b = bytearray({board.heap})")


def test_a_heap_can_be_given():
    with Supervisor("nodemcu", heap=40_000) as board, Repl(board.console.port) as repl:
        with pytest.raises(DeviceError, match="MemoryError"):
            repl.run("b = bytearray(40000)")
        repl.run("b = bytearray(16000)")  # in one piece


def test_platform_and_names(chip):
    board = chip.board.profile
    assert chip.eval("sys.platform") == board.chip.port == chip.eval("os.uname()[0]")
    assert chip.eval("os.uname().machine, sys.implementation._machine") == (board.machine, board.machine)
    assert chip.eval("sys.implementation.name, sys.implementation[1][:2]") == ("micropython", (1, 29))
    size = 4 if board.chip.port == "esp8266" else 6
    assert len(chip.eval("machine.unique_id()")) == size


def test_the_epoch_is_2000_and_tuples_have_eight_members(chip):
    assert chip.eval("time.gmtime(0)") == (2000, 1, 1, 0, 0, 0, 5, 1)
    assert chip.eval("time.mktime((2000, 1, 2, 0, 0, 0, 0, 0)), len(time.localtime())") == (86400, 8)
    assert chip.eval("type(time.time()) is int") is True


def test_the_clock_can_be_set_survives_a_reset_and_not_a_loss_of_power(chip):
    chip.run("machine.RTC().datetime((2030, 6, 7, 0, 8, 9, 10, 0))")
    assert chip.eval("time.localtime()[:5]") == (2030, 6, 7, 8, 9)
    reboot(chip, "machine.reset()")
    assert chip.eval("machine.RTC().datetime()[:6]") == (2030, 6, 7, 4, 8, 9)
    reboot(chip)
    assert chip.eval("time.localtime()[0]") == 2000


def test_reset_causes_and_pins_over_resets(chip):
    old = chip.board.profile.chip.port == "esp8266"
    reboot(chip)
    assert chip.eval("machine.reset_cause() == machine.PWRON_RESET") is True
    chip.run("machine.Pin(4, machine.Pin.OUT, value=1)")
    boots = chip.board.boots
    chip.soft_reset()
    chip.run("import machine, time, gc, sys, os")
    assert chip.board.boots == boots + 1
    assert chip.eval("machine.Pin(4).value()") == 1
    assert chip.eval("machine.reset_cause()") == (0 if old else chip.eval("machine.SOFT_RESET"))
    reboot(chip, "machine.reset()")
    assert chip.eval("machine.Pin(4).value()") == 0
    assert chip.eval("machine.reset_cause()") == chip.eval("machine.SOFT_RESET" if old else "machine.HARD_RESET")


def test_an_esp8266_leaves_out_what_its_port_leaves_out(nodemcu):
    hidden = [
        "'x'.partition", "b'x'.rpartition", "'x'.center", "'x'.splitlines", "compile", "execfile", "NotImplemented",
        "complex", "__import__('math').inf", "__import__('math').log2", "__import__('random').randint",
        "__import__('binascii').crc32", "__import__('hashlib').md5", "__import__('os').getenv",
        "__import__('sys').exc_info", "__import__('_thread')", "__import__('esp32')",
    ]
    for expression in hidden:
        with pytest.raises(DeviceError, match="AttributeError|NameError|ImportError"):
            nodemcu.run(expression)
    nodemcu.run("import asyncio, json, hashlib; 'a b'.split(); hashlib.sha256(b'').digest()")


def test_the_esp32_family_has_them(chip):
    if chip.board.profile.chip.port == "esp32":
        assert chip.eval("'a=b'.partition('='), __import__('random').randint(3, 3)") == (("a", "=", "b"), 3)
        chip.run("import _thread, esp32; eval(compile('1', '', 'eval'))")


def test_the_stack_of_an_esp8266_ends_soon_also_after_imports_that_failed(chip):
    chip.run("deep = 0\ndef fall(n):\n global deep\n deep = n\n return fall(n + 1)")
    old = chip.board.profile.chip.port == "esp8266"
    chip.run("import random as m\nfor _ in range(50):\n try:\n  import nowhere\n except ImportError:\n  pass\ntime.sleep_ms(1)")
    chip.run("import select; select.poll().poll(1)")
    with pytest.raises(DeviceError, match="maximum recursion depth exceeded"):
        chip.run("fall(1)")
    depth = chip.eval("deep")
    assert 19 <= depth <= 22 if old else depth > 100


def test_what_is_not_played_is_named(nodemcu):
    for name in ("UART", "SPI", "bitstream"):
        with pytest.raises(DeviceError, match=f"AttributeError.*{name}"):
            nodemcu.run(f"machine.{name}")


def test_timers_fire_while_the_board_waits(chip):
    chip.run("n = [0]\ndef tick(t): n[0] += 1\nt = machine.Timer(-1)")
    chip.run("t.init(period=10, callback=tick)\ntime.sleep_ms(200)")
    assert chip.eval("n[0]") >= 5
    chip.run("t.deinit(); n[0] = 0; time.sleep_ms(50)")
    assert chip.eval("n[0]") == 0


def test_no_event_is_taken_for_something_that_the_program_polls(nodemcu):
    """However events and the ends of waits fall together: asyncio knows nothing of the pipe by which events come."""
    over = threading.Event()

    def hammer():
        while not over.wait(0.0001):
            with nodemcu.board.lock:
                nodemcu.board.wake(LOOK)

    thread = threading.Thread(target=hammer)
    nodemcu.board.change({"time": {"speed": 50}})
    thread.start()
    try:
        nodemcu.run("import select\np = select.poll()\nodd = []")
        for _ in range(5):
            nodemcu.run("for n in range(2000):\n for one in p.ipoll(n & 1): odd.append(1)")
    finally:
        over.set()
        thread.join()
        nodemcu.board.change({"time": {"speed": 1}})
    assert nodemcu.eval("odd") == []


def test_a_watchdog_that_is_not_fed_resets(chip):
    timeout = 5000 if chip.board.profile.chip.port == "esp8266" else 1000  # in real time, however fast virtual time is
    chip.board.change({"time": {"speed": 50}})
    try:
        reboot(chip, f"w = machine.WDT(timeout={timeout})\nw.feed()\nwhile True: time.sleep_ms(1000)")
        assert chip.eval("machine.reset_cause() == machine.WDT_RESET") is True
    finally:
        chip.board.change({"time": {"speed": 1}})


def test_a_watchdog_does_not_bite_because_virtual_time_begins_to_run(chip):
    timeout = 5000 if chip.board.profile.chip.port == "esp8266" else 60_000
    chip.run(f"w = machine.WDT(timeout={timeout})\nw.feed()")
    boots = chip.board.boots
    chip.board.change({"time": {"speed": 1000}})
    time.sleep(0.3)  # five minutes, in which no program can do much
    chip.board.change({"time": {"speed": 1}})
    assert chip.board.boots == boots
    reboot(chip)  # nothing else stops it


def test_deep_sleep_ends_in_a_boot(chip):
    chip.board.change({"time": {"speed": 50}})
    try:
        reboot(chip, "machine.deepsleep(5000)")
        assert chip.eval("machine.reset_cause() == machine.DEEPSLEEP_RESET") is True
    finally:
        chip.board.change({"time": {"speed": 1}})


def test_time_can_run_fast_for_ticks_sleeps_and_tasks(chip):
    chip.board.change({"time": {"speed": 100}})
    try:
        begun = time.monotonic()
        chip.run("import asyncio\nasync def nap(): await asyncio.sleep(20)")
        chip.run("a = time.ticks_ms()\nasyncio.run(nap())\ntime.sleep(20)")
        real = time.monotonic() - begun
        virtual = chip.eval("time.ticks_diff(time.ticks_ms(), a)")
        assert virtual >= 40_000
        assert real < 20
    finally:
        chip.board.change({"time": {"speed": 1}})


def test_a_sensor_sends_its_frame_or_nothing(chip):
    pin = chip.board.profile.gpio(next(iter(chip.board.view()["dht"])))
    chip.board.change({"time": {"speed": 20}})
    name = str(pin)
    read = f"b = bytearray(5); time.sleep(3); machine.dht_readinto(machine.Pin({pin}), b)"
    try:
        chip.run(read)
        assert chip.eval("bytes(b)") == bytes((2, 13, 0, 215, 2 + 13 + 215))
        chip.board.change({"dht": {name: {"temperature": -3.5, "humidity": 100}}})
        chip.run(read)
        assert chip.eval("bytes(b[:4])") == bytes((3, 232, 128, 35))
        chip.board.change({"dht": {name: {"fault": "checksum"}}})
        chip.run(read)
        assert chip.eval("(sum(b[:4]) - b[4]) & 255") == 255
        chip.board.change({"dht": {name: {"fault": "stuck", "temperature": 30}}})
        chip.run(read)
        assert chip.eval("bytes(b[:4])") == bytes((3, 232, 128, 35))  # what it sent last
        told = chip.board.view()["sensors"][chip.board.profile.label(pin)]
        assert (told["asked"], told["good"]) == (4, 3)
        chip.board.change({"dht": {name: {"fault": "zero"}}})
        chip.run(read)
        assert chip.eval("bytes(b)") == bytes(5)
        for change in ({"fault": "timeout"}, None):
            chip.board.change({"dht": {name: change}})
            with pytest.raises(DeviceError, match="ETIMEDOUT"):
                chip.run(read)
        chip.board.change({"dht": {name: {"type": "dht11", "temperature": -7.2, "humidity": 40}}})
        chip.run(read)
        assert chip.eval("bytes(b[:4])") == bytes((40, 0, 7, 130))
        with pytest.raises(DeviceError, match="ETIMEDOUT"):
            chip.run(f"{read}; machine.dht_readinto(machine.Pin({pin}), b)")  # asked too soon
    finally:
        chip.board.reset_world()


def test_the_interrupt_reaches_busy_code_sleeps_and_tasks(chip):
    nap = "import asyncio\nasync def nap(): await asyncio.sleep(100)\nasyncio.run(nap())"
    for code in ("while True: pass", "time.sleep(100)", nap, "while True: print('x' * 50)"):
        chip.send(code)
        time.sleep(0.1)
        chip.enter()
        assert chip.eval("6 * 7") == 42
