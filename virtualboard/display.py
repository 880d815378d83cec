"""An SSD1306 display on the I2C wires: keeps the picture, tells it as lines of text."""

from .glyphs import glyphs

WIDTH, HEIGHT = 128, 64


class Display:
    """Commands set the window and the power; data fills the picture, a column of eight dots a byte."""

    address = 0x3C

    def __init__(self):
        self.clear()

    def clear(self):
        self.dots = bytearray(WIDTH * HEIGHT // 8)
        self.on = False
        self.window = [0, WIDTH - 1, 0, HEIGHT // 8 - 1]
        self.column = self.line = 0
        self._pending = []

    def write(self, data):
        control, rest = data[:1], data[1:]
        if control == b"\x40":
            self._picture(rest)
        elif control in (b"\x00", b"\x80"):
            for byte in rest:
                self._command(byte)
        return True

    def read(self, count):
        return bytes(count)

    def _command(self, byte):
        self._pending.append(byte)
        first, count = self._pending[0], len(self._pending)
        needed = {0x21: 3, 0x22: 3, 0x20: 2, 0xA8: 2, 0xD3: 2, 0xDA: 2, 0xD5: 2, 0xD9: 2, 0xDB: 2, 0x81: 2, 0x8D: 2}
        if count < needed.get(first, 1):
            return
        if first == 0x21:
            self.window[:2] = self._pending[1:]
            self.column = self.window[0]
        elif first == 0x22:
            self.window[2:] = self._pending[1:]
            self.line = self.window[2]
        elif first in (0xAE, 0xAF):
            self.on = first == 0xAF
        self._pending = []

    def _picture(self, data):
        for byte in data:
            if self.column < WIDTH and self.line < HEIGHT // 8:
                self.dots[self.line * WIDTH + self.column] = byte
            self.column += 1
            if self.column > self.window[1]:
                self.column = self.window[0]
                self.line = self.window[2] if self.line >= self.window[3] else self.line + 1

    def lines(self):
        """The text on it, line by line, ? for what is no letter of framebuf's font; [] while it is off."""
        if not self.on:
            return []
        text = []
        for line in range(HEIGHT // 8):
            row = self.dots[line * WIDTH : (line + 1) * WIDTH]
            text.append("".join(_letter(bytes(row[i : i + 8])) for i in range(0, WIDTH, 8)).rstrip())
        while text and not text[-1]:
            text.pop()
        return text


def _letter(columns):
    return " " if not any(columns) else glyphs().get(columns, "?")
