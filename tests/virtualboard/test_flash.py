"""The virtual board's flash lasts, loses power in the middle of a write, and shows the chip's own layout."""

import os
import time

import pytest

from virtualboard.boards import BOARDS
from virtualboard.repl import DeviceError, Repl
from virtualboard.store import Store
from virtualboard.supervisor import Supervisor
from virtualboard.world import Mistake


def boots(board, count):
    """Wait for boot number `count` and for the device's own code in it."""
    with board.lock:
        assert board._changed.wait_for(lambda: board.boots >= count, 5)
    assert board.wait_ready()


def says(board, line):
    """Wait until the console has said a line."""
    end = time.monotonic() + 10
    while line not in board.console.lines():
        assert time.monotonic() < end, board.console.lines()
        time.sleep(0.01)


@pytest.fixture(scope="module")
def board():
    with Supervisor("nodemcu") as board:
        assert board.wait_ready()
        yield board


def test_flash_and_configuration_last_between_runs_and_the_users_files_stay(tmp_path):
    firmware, place = tmp_path / "firmware", tmp_path / "flash"
    (firmware / "lib").mkdir(parents=True)
    (firmware / "lib" / "old.py").write_text("x = 1\n")
    (firmware / "main.py").write_text("print('first')\n")
    with Supervisor("esp32", files=firmware, flash=place, demo={"demo": 1}) as board:
        assert board.wait_ready()
        with Repl(board.console.port) as repl:
            assert repl.eval("open('config.json').read()") == '{"demo": 1}'
            repl.run("f = open('/mine.txt', 'w'); f.write('kept'); f.close()")
            repl.run("f = open('/config.json', 'w'); f.write('{}'); f.close()")
    (firmware / "lib" / "old.py").unlink()
    (firmware / "main.py").write_text("print('second')\n")
    with Supervisor("esp32", files=firmware, flash=place, demo={"demo": 2}) as board:
        says(board, "second")
        with Repl(board.console.port) as repl:
            assert repl.eval("open('/mine.txt').read(), open('config.json').read()") == ("kept", "{}")
            assert repl.eval("open('main.py').read(), __import__('os').listdir('/lib')") == ("print('second')\n", [])
    assert (place / "flash.img").stat().st_size == BOARDS["esp32"].fs_size


def test_a_given_configuration_replaces_the_old_one(tmp_path):
    config = tmp_path / "mine.json"
    config.write_text('{"a": 1}')
    store = Store(BOARDS["esp32"], tmp_path / "flash.img")
    store.install(demo={"b": 2})
    store.install(config=config)
    store.close()
    with Supervisor("esp32", flash=tmp_path / "flash.img") as board, Repl(board.console.port) as repl:
        assert repl.eval("open('config.json').read()") == '{"a": 1}'


def test_a_fresh_flash_is_forgotten():
    with Supervisor("nodemcu") as board:
        place = board.store.flash
        assert place.exists()
    assert not place.parent.exists()


def test_what_a_killed_board_left_behind_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone, own, other = (tmp_path / name for name in ("virtualboard-99999999-x", f"virtualboard-{os.getpid()}-x", "mine"))
    for place in (gone, own, other):
        place.mkdir()
    Store(BOARDS["esp32"]).close()
    assert sorted(place.name for place in tmp_path.iterdir()) == sorted((own.name, other.name))


def test_device_code_sees_its_own_file_system_only(board):
    with Repl(board.console.port) as repl:
        repl.run("import os, sys")
        assert repl.eval("os.listdir('/')") == ["boot.py"]
        assert repl.eval("sys.path") == ["", ".frozen", "/lib", "/"]
        size = repl.eval("[v[0] * v[2] for v in [os.statvfs('/')]][0]")
        assert size == BOARDS["nodemcu"].fs_size
        assert repl.eval("[n for n in ('system', 'getenv', 'putenv') if hasattr(os, n)]") == []
        assert repl.eval("sorted(n for n in sys.modules if n.startswith('_') or n.startswith('u'))") == [
            "_onewire", "umachine", "uos", "uselect", "usocket", "utime"]


def test_a_full_flash_raises_what_the_chip_raises(board):
    with Repl(board.console.port) as repl:
        with pytest.raises(DeviceError, match="OSError: 28"):
            repl.run("f = open('big', 'wb')\nb = bytes(4096)\nwhile True: f.write(b)")
        repl.run("try:\n f.close()\nexcept OSError: pass\nimport os; os.remove('big')")


def test_power_is_cut_at_the_nth_write_and_the_board_boots_again(board):
    with Repl(board.console.port) as repl:
        repl.run("f = open('a', 'w'); f.write('old'); f.close()")
        for torn in ("lost", "old", "half"):
            for count in range(1, 4):
                before = board.boots
                board.change({"power": {"cut_after_writes": count, "torn": torn}})
                assert board.view()["power"]["cut_after_writes"] == count
                repl.send("for i in range(9):\n f = open('a', 'w'); f.write('new'); f.close()")
                boots(board, before + 1)
                assert board.view()["power"]["cut_after_writes"] is None
                repl.enter()
                assert repl.eval("open('a').read()") in ("old", "new")
                assert repl.eval("__import__('machine').reset_cause()") == 0


def test_writes_are_counted_and_a_cut_can_be_called_off(board):
    with Repl(board.console.port) as repl:
        before = board.boots, board.view()["power"]["writes"]
        board.change({"power": {"cut_after_writes": 1}})
        board.change({"power": None})
        repl.run("f = open('b', 'w'); f.write('x'); f.close()")
        assert board.boots == before[0]
        assert board.view()["power"]["writes"] > before[1]


def test_power_cut_now_forgets_pins_and_reset_memory(board):
    with Repl(board.console.port) as repl:
        repl.run("import machine; machine.Pin(5, machine.Pin.OUT, value=1); machine.RTC().memory(b'abc')")
        before = board.boots
        board.change({"power": "cut"})
        boots(board, before + 1)
        assert board.view()["outputs"] == {}
        repl.enter()
        assert repl.eval("__import__('machine').RTC().memory()") == b""


@pytest.mark.parametrize(
    "value", ["off", {"cut_after_writes": 0}, {"cut_after_writes": "7"}, {"torn": "slowly"}, {"x": 1}])
def test_nonsense_about_power_is_refused(board, value):
    with pytest.raises(Mistake):
        board.change({"power": value})


@pytest.mark.parametrize("mode, number", [("qio", 0), ("qout", 1), ("dio", 2), ("dout", 3)])
def test_the_image_header_tells_the_flash_mode(mode, number):
    with Supervisor("nodemcu", flash_mode=mode) as board, Repl(board.console.port) as repl:
        repl.run("import esp, machine\nb = bytearray(4); esp.flash_read(0, b)")
        assert repl.eval("b[0], b[2]") == (0xE9, number)
        repl.send("machine.Pin(10, machine.Pin.OUT, value=0)")
        if number < 2:
            repl.until(b"flash chip")  # GPIO10 carries data then
            boots(board, 2)
        else:
            repl.until(b"OK")
            assert board.boots == 1


def test_the_flash_chip_is_read_by_address_and_the_firmware_cannot_be_overwritten(board):
    with Repl(board.console.port) as repl:
        repl.run("import esp\nb = bytearray(8); esp.flash_read(esp.flash_user_start() + 8, b)")
        assert repl.eval("bytes(b)") == b"littlefs"
        assert repl.eval("esp.flash_size()") == 4 << 20
        with pytest.raises(DeviceError, match="EIO"):
            repl.run("esp.flash_write(0, b)")
        with pytest.raises(DeviceError, match="EIO"):
            repl.run("esp.flash_erase(3)")
        with pytest.raises(DeviceError, match="EIO"):
            repl.run("esp.flash_read(1 << 23, b)")


def test_blocks_are_read_where_they_are_and_not_beyond_the_end(board):
    with Repl(board.console.port) as repl:
        repl.run("from flashbdev import bdev; last = bdev.ioctl(4, 0) - 1; whole = bytearray(4096); part = bytearray(32)")
        repl.run("bdev.ioctl(6, last); bdev.writeblocks(last, b'0123456789', 4000)")
        assert repl.eval("bdev.readblocks(last, whole), bdev.readblocks(last, part, 4002)") == (None, None)
        assert repl.eval("bytes(whole[3999:4011]), bytes(part[:9])") == (b"\xff0123456789\xff", b"23456789\xff")
        assert repl.eval("bdev.readblocks(last + 1, whole), bdev.readblocks(last, part, 4080)") == (-22, -22)
        assert repl.eval("bytes(whole[4000:4004]), bdev.readblocks(0, 'text'[:0])") == (b"0123", None)
