"""What a display shows: lines with values, large letters, turns of the screens; and only what has changed is written."""

import asyncio

from expect import equal
from fakes.chip import Chip
from picorest.display import screens, ssd1306
from picorest.display.service import Display

VALUES = {
    "in": (21.5, "", 1, False), "out": (-3.25, "", 99, True), "lamp": (1, "", None, False), "name": ("Ä", "", None, False),
    "round": (21.0, "", 1, False), "time.clock": ("07:30", "", None, False),
}  # fmt: skip
ssd1306.bus = lambda board, sda, scl: board.i2c_bus(sda, scl)
screens.value = lambda app, name: VALUES.get(name)


class Bus:
    """Keeps the pages that are written, as an SSD1306 that is told page by page."""

    def __init__(self):
        self.begin()
        self.gone = False

    def begin(self):
        self.pages = [None] * 8
        self.at = None
        self.lit = False
        self.writes = []

    def writeto(self, address, data):
        if self.gone or address != 60:
            raise OSError(19)
        data = bytes(data)
        self.writes.append(data)
        if data[0] == 0x40:
            assert len(data) == 129
            self.pages[self.at] = data[1:]
        elif 0xB0 <= data[1] < 0xB8:
            self.at = data[1] - 0xB0
        elif data == b"\0\xaf":
            self.lit = True


class Line:
    """A pin that is called "bell" or "GPIO7", or something else."""

    mode = None

    def __init__(self, text):
        self.gpio = 7 if text.lower() in ("bell", "gpio7") else text


class Board:
    """Its pins, of which none is in use, and its I2C bus. short: what is wrong with a wire."""

    short = None

    def __init__(self):
        self.bus = Bus()
        self.owners = {}
        self.driven = []

    def gpio(self, text):
        return int(text)

    def find(self, text):
        return Line(text)

    def reserve(self, gpio, owner):
        self.owners[gpio] = owner

    def i2c_bus(self, sda, scl):
        if self.short:
            raise ValueError(self.short)
        return self.bus

    def pin(self, *args):
        self.driven.append(args)


class App:
    """settings: the configuration's "display"."""

    outbound = False
    memory_reserve = 0
    queue = listeners = ()

    def __init__(self, **settings):
        self.config = self
        self.board = self.pins = Board()
        self.bus = self.board.bus
        self.settings = settings

    def get(self, *path):
        return "a board" if path == ("hostname",) else self.settings if len(path) == 1 else self.settings.get(path[1])


def display(app, **more):
    return Display(app, dict({"sda": 4, "scl": 5}, **more))


def turn(shown):
    """One look at what there is to show; ms until the next."""
    return asyncio.run(screens.update(shown))


def test_values_in_a_line():
    for line, expected in (
        ("In: {in} oC", "In: 21.5 oC"), ("{out}/{in}", "-3.25*/21.5"), ("{lamp}{lamp}", "11"), ("{nothing}!", "--!"),
        ("{round}", "21.0"), ("no } value {", "no } value {"), ("{in", "{in"), ("{}", "--"), ("", ""),
    ):  # fmt: skip
        equal((line, screens.fill(None, line)), (line, expected))


def test_what_the_font_has_not():
    for text, expected in (
        ("21 °C", b"21 oC"), ("Küche, Größe", b"Kueche, Groesse"), ("Ärger Öl Übung", b"Aerger Oel Uebung"), ("5 €", b"5 EUR"),
        ("日本 x", b"?? x"), ("a\tb\x7f", b"a?b?"), ("plain ~", b"plain ~"),
    ):  # fmt: skip
        equal((text, screens.plain(text)), (text, expected))


def test_rows():
    rows = screens.layout(None, ["one", "# {time.clock}", "## {out}", "### no", "#no", "a line that is too long"], 8)
    equal(rows[0], b"one")
    equal(rows[1:4], [b"\x03" + bytes([n]) + b"07:30" for n in range(3)])
    equal(rows[4:6], [b"\x02\x00-3.25*", b"\x02\x01-3.25*"])
    equal(rows[6:], [b"### no", b"#no"])
    rows = screens.layout(None, ["Ä" * 20, "# 123456"], 4)
    equal(rows, [b"AeAeAeAeAeAeAeAe"] + [b"\x03" + bytes([n]) + b"12345" for n in range(3)])


def test_only_what_has_changed_is_written():
    app = App(screens=[["In: {in}", "", "{lamp}"]])
    with Chip(0):
        shown = display(app)
        equal(turn(shown), 1000)
        assert app.bus.lit and None not in app.bus.pages and app.bus.pages[1] == bytes(128)
        equal(shown.rows, [b"In: 21.5", b"", b"1"] + [b""] * 5)
        app.bus.writes.clear()
        turn(shown)
        equal(app.bus.writes, [])
        before = app.bus.pages[:]
        VALUES["lamp"] = (0, "", None, False)
        turn(shown)
        VALUES["lamp"] = (1, "", None, False)
        equal(len(app.bus.writes), 2)  # where, and what
        equal([n for n in range(8) if before[n] != app.bus.pages[n]], [2])
        equal((shown.error, shown.success is None), (None, False))


def test_large_letters_are_the_small_ones_magnified():
    app = App(screens=[["Hi", "# Hi", "## Hi"]])
    with Chip(0):
        turn(display(app))
    small = app.bus.pages[0]
    for size, first in ((3, 1), (2, 4)):
        for x in range(16 * size):
            for y in range(8 * size):
                dot = app.bus.pages[first + y // 8][x] >> y % 8 & 1
                equal((size, x, y, dot), (size, x, y, small[x // size] >> y // size & 1))
        equal(any(app.bus.pages[first][16 * size :]), False)


def test_a_small_glass_is_told_so():
    app = App(screens=[["x"]])
    with Chip(0):
        turn(display(app, height=32))
    equal(app.bus.pages[4:], [None] * 4)
    assert b"\0\xa8\x1f\xda\x02" in app.bus.writes
    app = App(screens=[["x"]])
    with Chip(0):
        turn(display(app, reset=16))
    assert b"\0\xa8\x3f\xda\x12" in app.bus.writes
    equal(app.board.driven, [(16, "out", None, 0), (16, "out", None, 1)])
    equal(app.board.owners, {4: "I2C bus (SDA)", 5: "I2C bus (SCL)", 16: "display"})


def test_a_display_that_is_gone_is_looked_for_again():
    app = App(screens=[["x"]])
    with Chip(0):
        shown = display(app)
        app.bus.gone = True
        equal(turn(shown), 10000)
        assert "does not answer" in shown.error and shown.rows is None
        app.bus.gone = False
        equal((turn(shown), shown.error, shown.rows[0]), (1000, None, b"x"))
        app.bus.gone = True
        equal((turn(shown), shown.error), (1000, None))  # there is nothing to write
        app.settings["screens"][0][0] = "y"
        turn(shown)
        assert shown.error and shown.rows is None
        app.bus.gone = False
        app.bus.begin()  # it had no power
        turn(shown)
        assert app.bus.lit and None not in app.bus.pages
        app.board.short = "The I2C wire on D1 is held low."
        shown.rows = None
        turn(shown)
        equal(shown.error, app.board.short)


def test_all_is_written_again_once_a_minute():
    """A glass that was without power, or told something else through a short circuit, does not say so."""
    app = App(screens=[["x"]])
    with Chip(0) as chip:
        shown = display(app, reset=16)
        turn(shown)
        app.bus.begin()
        for _ in range(6):
            turn(shown)
            equal(app.bus.writes, [])
            chip.wait(11000)
        turn(shown)
        assert app.bus.lit and None not in app.bus.pages and len(app.board.driven) == 2
        app.board.short = "The I2C wire on D1 is held low."
        chip.wait(61000)
        turn(shown)
        equal((shown.rows, shown.error), (None, app.board.short))


def test_a_display_that_nobody_asked_for_is_not_missed():
    app = App()
    with Chip(0):
        app.bus.gone = True
        shown = display(app)
        equal((turn(shown), shown.error), (10000, None))
        app.bus.gone = False
        turn(shown)
        equal(shown.rows[:3], [b"a board", b"--", b"--"])


def test_screens_turn_by_time():
    app = App(screens=[["one"], ["two"], ["three"]], every=5)
    with Chip(0) as chip:
        shown = display(app)
        seen = []
        for _ in range(17):
            turn(shown)
            seen.append(shown.rows[0].decode())
            chip.wait(1000)
        equal(seen, ["one"] * 5 + ["two"] * 5 + ["three"] * 5 + ["one"] * 2)
        app.settings["every"] = 0
        chip.wait(100000)
        turn(shown)
        equal(shown.rows[0], b"one")
        app.settings["screens"] = []  # by a change of the configuration
        turn(shown)
        equal(shown.rows[0], b"a board")


def test_screens_turn_by_a_button():
    app = App(screens=[["one"], ["two"]], every=0, button="Bell")
    with Chip(0) as chip:
        shown = display(app, button="Bell")
        (hear,) = app.listeners
        for name, event, expected in (
            ("bell", "press", b"two"), ("bell", "release", b"two"), ("door", "press", b"two"), ("BELL", "press", b"one"),
            ("GPIO7", "press", b"two"), ("GPIO7", "press", b"one"),
        ):  # fmt: skip
            hear(name, event)
            turn(shown)
            equal((name, event, shown.rows[0]), (name, event, expected))
        shown.show(["note"], 1000)
        turn(shown)
        equal(shown.rows[0], b"note")
        hear("bell", "press")
        turn(shown)
        equal(shown.rows[0], b"two")
        chip.wait(1)


def test_a_message_stays_for_its_time():
    app = App(screens=[["one"]])
    with Chip(0) as chip:
        shown = display(app)
        turn(shown)
        shown.show(["Hello {lamp}"], 2.5)
        for ms, expected in ((0, b"Hello 1"), (2400, b"Hello 1"), (200, b"one")):
            chip.wait(ms)
            turn(shown)
            equal((ms, shown.rows[0]), (ms, expected))
        equal(shown.message, None)
