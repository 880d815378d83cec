"""SSD1306: a display of 128 by 64 or 32 dots on I2C, as its data sheet describes it, on a glass that is wired the usual way.

It keeps the picture, and tells it as lines of text and as a PNG.
"""

import struct
import zlib

from ..glyphs import glyphs

WIDTH, PAGES = 128, 8  # of the chip's memory, whose bytes are columns of eight dots
ADDRESS = "60"
_ZOOM = 4  # of the PNG
_SCALES = 1, 3, 2  # of letters that are read
_MORE = {0x20: 1, 0x21: 2, 0x22: 2, 0x26: 6, 0x27: 6, 0x29: 5, 0x2A: 5, 0x81: 1, 0x8D: 1, 0xA3: 2, 0xA8: 1, 0xAD: 1, 0xD3: 1}
_MORE |= {0xD5: 1, 0xD9: 1, 0xDA: 1, 0xDB: 1}  # bytes behind a command
_HORIZONTAL, _VERTICAL, _BY_PAGE = range(3)


class Ssd1306:
    """What is written begins with a control byte: commands, or data for the picture."""

    bus = "i2c"
    types = ("ssd1306",)
    start = {"type": "ssd1306", "height": 64, "fault": None}
    limits = {"height": (32, 64)}
    faults = ("timeout",)

    def __init__(self, _):
        self.world = dict(self.start)
        self.reset(False)
        self._power_on()

    def reset(self, held):
        """Its wire of that name is low, or is not."""
        if held:
            self._power_on()
        self.silent = held

    def _power_on(self):
        self.dots = bytearray(WIDTH * PAGES)  # by column on the glass, if it is upright
        self.contrast = 0x7F
        self.mode = _BY_PAGE
        self.window = [0, WIDTH - 1, 0, PAGES - 1]
        self.column = self.page = 0
        self.on = self.pump = self.inverse = self.all_on = False
        self.mirrored = self.upside_down = True  # as glasses are mounted usually
        self.rows, self.first, self.offset, self.wiring = 64, 0, 0, 0x12
        self._pending = []

    def write(self, data):
        if self.silent or self.world["fault"] == "timeout":
            return False
        data = bytes(data)
        while data:
            control, data = data[0], data[1:]
            more = control & 0x80  # one byte follows, then the next control byte
            part, data = (data[:1], data[1:]) if more else (data, b"")
            for byte in part:
                if control & 0x40:
                    self._draw(byte)
                else:
                    self._command(byte)
        return True

    def read(self, count):
        return None if self.silent or self.world["fault"] == "timeout" else bytes((0 if self.on else 0x40,)) * count

    def _command(self, byte):
        self._pending.append(byte)
        first, *rest = self._pending
        if len(rest) < _MORE.get(first, 0):
            return
        self._pending = []
        if first < 0x10:
            self.column = self.column & 0xF0 | first
        elif first < 0x20:
            self.column = self.column & 0x0F | (first & 7) << 4
        elif first == 0x20:
            self.mode = rest[0] & 3
        elif first == 0x21:
            self.window[:2] = rest[0] & 127, rest[1] & 127
            self.column = self.window[0]
        elif first == 0x22:
            self.window[2:] = rest[0] & 7, rest[1] & 7
            self.page = self.window[2]
        elif 0x40 <= first < 0x80:
            self.first = first & 63
        elif 0xB0 <= first < 0xB8:
            self.page = first & 7
        else:
            self._set(first, *rest)

    def _set(self, first, value=0):
        if first in (0xAE, 0xAF):
            self.on = first == 0xAF
        elif first in (0xA0, 0xA1):
            self.mirrored = first == 0xA0
        elif first in (0xA4, 0xA5):
            self.all_on = first == 0xA5
        elif first in (0xA6, 0xA7):
            self.inverse = first == 0xA7
        elif 0xC0 <= first < 0xD0:
            self.upside_down = not first & 8
        elif first == 0x81:
            self.contrast = value
        elif first == 0x8D:
            self.pump = bool(value & 4)
        elif first == 0xA8:
            self.rows = (value & 63) + 1
        elif first == 0xD3:
            self.offset = value & 63
        elif first == 0xDA:
            self.wiring = value

    def _draw(self, byte):
        column = WIDTH - 1 - self.column if self.mirrored else self.column
        self.dots[self.page * WIDTH + column] = byte
        low, high, top, bottom = self.window
        if self.mode == _BY_PAGE:
            self.column = (self.column + 1) % WIDTH
            return
        if self.mode == _VERTICAL:
            ended = self.page == bottom
            self.page = top if ended else (self.page + 1) % PAGES
        if self.mode == _HORIZONTAL or ended:
            ended = self.column == high
            self.column = low if ended else (self.column + 1) % WIDTH
            if ended and self.mode == _HORIZONTAL:
                self.page = top if self.page == bottom else (self.page + 1) % PAGES

    def glass(self):
        """What is lit: rows of 0 and 1, as many as the glass has."""
        height = self.world["height"]
        return [[self._lit(x, y, height) for x in range(WIDTH)] for y in range(height)]

    def _lit(self, x, y, height):
        if not (self.on and self.pump) or y >= self.rows:
            return 0
        if self.all_on:
            return 1
        if self.upside_down:
            y = height - 1 - y
        if self.wiring & 0x10 != (0x10 if height > 32 else 0):  # told of another glass: every second row
            y = 2 * y % height + 2 * y // height
        y = (y + self.first + self.offset) % (8 * PAGES)
        return self.dots[y // 8 * WIDTH + x] >> y % 8 & 1 ^ self.inverse

    def lines(self):
        """The text on it, line by line, ? for what is no letter of framebuf's font; [] while it is dark."""
        if not (self.on and self.pump):
            return []  # at once: each look at the world asks
        glass = self.glass()
        text = []
        at = 0
        while at < len(glass):
            found = [(line, scale) for scale in _SCALES if (line := _read(glass[at : at + 8 * scale], scale)) is not None]
            line, scale = next((each for each in found if "?" not in each[0]), found[0])
            text.append(line)
            at += 8 * scale
        while text and not text[-1]:
            text.pop()
        return text

    def png(self):
        """The picture on it as a PNG, each dot a square."""
        rows = b""
        for row in self.glass():
            dots = "".join(str(dot) * _ZOOM for dot in row)
            rows += (b"\0" + int(dots, 2).to_bytes(len(dots) // 8, "big")) * _ZOOM
        head = struct.pack(">IIBBBBB", WIDTH * _ZOOM, self.world["height"] * _ZOOM, 1, 0, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _read(rows, scale):
    """The line of text in rows of dots, its letters so many times as large as usual; None if it cannot be one."""
    if len(rows) < 8 * scale:
        return None
    width = WIDTH // scale // 8 * 8
    small = [[row[x * scale] for x in range(width)] for row in rows[::scale]]
    full = (rows[y][x] == small[y // scale][x // scale] for y in range(8 * scale) for x in range(width * scale))
    if not all(full) or any(any(row[width * scale :]) for row in rows):
        return None
    columns = bytes(sum(small[y][x] << y for y in range(8)) for x in range(width))
    letters = [columns[x : x + 8] for x in range(0, width, 8)]
    return "".join(" " if not any(each) else glyphs().get(each, "?") for each in letters).rstrip()
