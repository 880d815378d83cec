"""An SSD1306: 128 by 64 or 32 dots, whose memory has a page of 128 columns for each eight rows. Imported to draw, then dropped.

On an ESP8266 only with display."""

from framebuf import MONO_VLSB, FrameBuffer

from ..i2c import bus

_COLUMNS = const(128)
_LETTER = const(8)  # columns and rows of one
# page by page, upright, driven by its own pump; after a reset all stays dark until light()
_BEGIN = const(b"\0\xd5\x80\xd3\0\x40\x8d\x14\x20\x02\xa1\xc8\x81\xcf\xd9\xf1\xdb\x40\xa4\xa6")


def begin(display):
    """Set the display up. OSError, ValueError(words) if it is not there."""
    board = display.app.board
    display.bus = wires = bus(board, *display.pins[:2])
    for level in (0, 1) if len(display.pins) > 2 and not display.rows else ():
        board.pin(display.pins[2], "out", None, level)  # 3 µs are enough
    wires.writeto(display.address, _BEGIN)
    height = display.height
    wires.writeto(display.address, bytes((0, 0xA8, height - 1, 0xDA, 0x12 if height > 32 else 0x02)))
    display.rows = display.rows or [None] * (height // _LETTER)


def light(display):
    """Let it shine."""
    display.bus.writeto(display.address, b"\0\xaf")


def draw(display, n, row):
    """Write a row, as screens.layout() has it."""
    data = bytearray(1 + _COLUMNS)
    data[0] = 0x40
    if row[:1] < b" " and row:
        size, part, text = row[0], row[1], row[2:]
        small = bytearray(_LETTER * len(text))
        if text:
            FrameBuffer(small, len(small), _LETTER, MONO_VLSB).text(text, 0, 0)
        at = 1
        for dots in small:
            tall = 0
            for bit in range(8):
                tall |= (dots >> (8 * part + bit) // size & 1) << bit
            for _ in range(size):
                data[at] = tall
                at += 1
    else:
        FrameBuffer(memoryview(data)[1:], _COLUMNS, _LETTER, MONO_VLSB).text(row, 0, 0)
    display.bus.writeto(display.address, bytes((0, 0xB0 + n, 0, 0x10)))
    display.bus.writeto(display.address, data)
