"""The SSD1306 on the I2C wires: what a program writes there, and what can be read and seen of it."""

import functools
import zlib

import pytest
import requests

from host import computers
from virtualboard import shims
from virtualboard.control import Control
from virtualboard.devices.ssd1306 import Ssd1306
from virtualboard.glyphs import glyphs
from virtualboard.repl import DeviceError, Repl
from virtualboard.supervisor import Supervisor

UPRIGHT = bytes((0xA1, 0xC8))
LIT = bytes((0x8D, 0x14, 0xAF))
SETUP = """
import framebuf, machine
bus = machine.SoftI2C(machine.Pin(5), machine.Pin(4))
d = bytearray(1025); d[0] = 0x40
f = framebuf.FrameBuffer(memoryview(d)[1:], 128, 64, framebuf.MONO_VLSB)
"""


@functools.cache
def letters():
    """Of the interpreter's font, which is there when a test runs: {letter: its eight columns}."""
    return {letter: columns for columns, letter in glyphs().items()}


def drawn(text):
    return b"".join(letters().get(letter, bytes(8)) for letter in text.ljust(16))


def test_without_the_native_interpreter_letters_stay_unread(monkeypatch, tmp_path):
    monkeypatch.setattr(shims, "cache", lambda: tmp_path)
    monkeypatch.setattr(computers, "this", lambda: computers.Computer("Linux", "aarch64", (3, 11)))
    assert glyphs.__wrapped__() == {} and list(tmp_path.iterdir()) == []


@pytest.fixture
def display():
    made = Ssd1306(None)
    made.write(b"\0" + UPRIGHT + LIT)
    return made


def test_horizontal_mode_fills_the_window_line_by_line(display):
    display.write(bytes((0, 0x20, 0, 0x21, 0, 127, 0x22, 2, 3)))
    display.write(b"\x40" + drawn("one") + drawn("two") + drawn("three"))  # which comes back to the window's begin
    assert display.lines() == ["", "", "three", "two"]
    display.write(bytes((0, 0x21, 8, 15, 0x22, 2, 2)))
    display.write(b"\x40" + letters()["H"] + letters()["i"])
    assert display.lines() == ["", "", "tiree", "two"]


def test_page_mode_is_that_of_the_start_and_stays_in_its_page(display):
    display.write(bytes((0, 0xB1, 0x08, 0x10)))
    display.write(b"\x40" + drawn("abcdefghijklmnop"))
    assert display.lines() == ["", "pabcdefghijklmno"]
    display.write(bytes((0, 0xB0, 0x00, 0x17)) + b"")  # column 112
    display.write(b"\x40" + letters()["Z"])
    assert display.lines() == ["              Z", "pabcdefghijklmno"]


def test_vertical_mode_goes_down_first(display):
    display.write(bytes((0, 0x20, 1, 0x21, 0, 7, 0x22, 0, 1)))
    columns = zip(letters()["A"], letters()["B"], strict=True)
    display.write(b"\x40" + b"".join(bytes(pair) for pair in columns))
    assert display.lines() == ["A", "B"]


def test_commands_may_come_one_by_one_with_data_behind_them(display):
    display.write(bytes((0x80, 0xB1, 0x80, 0x00, 0x80, 0x10, 0xC0)) + letters()["A"][:1])
    display.write(b"\x40" + letters()["A"][1:])
    assert display.lines() == ["", "A"]


def test_it_is_dark_without_its_pump_or_when_it_is_off(display):
    display.write(b"\x40" + drawn("here"))
    for commands in ((0xAE,), (0xAF, 0x8D, 0x10)):
        display.write(bytes((0, *commands)))
        assert display.lines() == [] and not any(any(row) for row in display.glass())
    assert display.read(1) == b"\0"
    display.write(bytes((0, 0x8D, 0x14)))
    assert display.lines() == ["here"]


def test_how_the_glass_is_wired_matters(display):
    display.write(b"\x40" + drawn("here"))
    for wrong, right in ("da02", "da12"), ("c0", "c8"), ("d304", "d300"), ("44", "40"), ("a7", "a6"):
        display.write(b"\0" + bytes.fromhex(wrong))
        assert display.lines() != ["here"], wrong
        display.write(b"\0" + bytes.fromhex(right))
        assert display.lines() == ["here"], right
    display.world = {**display.world, "height": 32}
    assert display.lines() != ["here"]  # its rows are wired otherwise
    display.write(bytes((0, 0xA8, 31, 0xDA, 0x02)))
    assert display.lines() == ["here"] and len(display.glass()) == 32
    display.write(bytes((0, 0xA8, 3)))
    assert display.lines() != ["here"]  # only four rows are lit
    display = Ssd1306(None)
    display.write(b"\0\xc8" + LIT)
    display.write(b"\x40" + drawn("mirrored"))
    assert display.lines() != ["mirrored"]


@pytest.mark.parametrize("scale", [2, 3])
def test_large_letters_are_read(display, scale):
    text = "12:5" if scale == 3 else "12:34:56"
    for page in range(scale):
        tall = [sum((c >> (8 * page + bit) // scale & 1) << bit for bit in range(8)) for c in drawn(text)[: 128 // scale]]
        display.write(bytes((0, 0xB1 + page, 0x00, 0x10)))
        display.write(b"\x40" + bytes(c for c in tall for _ in range(scale)))
    display.write(bytes((0, 0xB1 + scale, 0x00, 0x10)))
    display.write(b"\x40" + drawn("below"))
    assert display.lines() == ["", text, "below"]


def test_the_picture_is_a_png(display):
    display.write(b"\x40" + drawn("I"))
    png = display.png()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    data = zlib.decompress(png[png.index(b"IDAT") + 4 : -16])
    assert (width, height) == (512, 256) and len(data) == height * (1 + width // 8)
    rows = [data[n * 65 + 1 : (n + 1) * 65] for n in range(height)]
    dots = [[rows[4 * y][4 * x // 8] >> 7 - 4 * x % 8 & 1 for x in range(128)] for y in range(64)]
    assert dots == display.glass()


def test_a_board_writes_and_the_control_port_shows_it():
    with Supervisor("nodemcu") as board, Repl(board.console.port) as chip:
        control = Control(board, 0).start()
        chip.run(SETUP)
        assert chip.eval("bus.scan()") == [0x3C]
        chip.run("f.text('Hello, world', 0, 0); f.text('21.5 C', 8, 16)")
        chip.run("for c in (0x20, 0, 0x22, 0, 7, 0xA1, 0xC8, 0x8D, 0x14, 0xAF): bus.writeto(0x3C, bytes((0x80, c)))")
        chip.run("bus.writeto(0x3C, d)")
        assert board.view()["display"] == ["Hello, world", "", " 21.5 C"]
        url = f"http://127.0.0.1:{control.port}/world/display.png"
        said = requests.get(url, timeout=5)
        assert said.headers["Content-Type"] == "image/png" and said.content == board.picture()
        with pytest.raises(DeviceError, match="ENODEV"):
            chip.run("bus.writeto(0x20, b'x')")
        board.change({"i2c": {"0x3c": {"fault": "timeout"}}})
        with pytest.raises(DeviceError, match="ENODEV"):
            chip.run("bus.writeto(0x3C, b'x')")
        board.change({"i2c": {"0x3c": None}})
        assert board.view()["display"] == [] and chip.eval("bus.scan()") == []
        assert requests.get(url, timeout=5).status_code == 404
        assert requests.put(url, timeout=5).headers["Allow"] == "GET"
        board.reset_world()
        assert board.view()["display"] == [] and chip.eval("bus.scan()") == [0x3C]  # another one, dark
        control.close()
