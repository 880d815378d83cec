"""The display that the configuration or the board has: what is on it, and for how long.

Here is what always has to be in memory. screens.py makes lines of templates, ssd1306.py draws them; they are imported for that
moment. There is no frame buffer: a line that has changed is drawn and written by itself.
On an ESP8266 only with display.
"""

from asyncio import sleep_ms

from .. import clock
from ..overlay import act
from ..problem import Problem

_OWNERS = const("I2C bus (SDA)\nI2C bus (SCL)\ndisplay")  # sensors on the same wires call them so, too


class Display:
    """app: what it works for. spec: the configuration's "display", or the board's own. pins: numbers of SDA, SCL and, if there is
    one, reset. wanted: whether the configuration asks for it; what nobody asks for is not missed.

    rows: what is on the glass, from top to bottom, as screens.layout() has it; or None: it is not there. All of it was
    written at uptime `begun`. bus: the I2C bus of that. screen: the number of the screen that is shown, since ticks `turned`.
    message: [lines in its place, ticks at which they go], or None. error: what is wrong, in words. success: uptime at which
    the glass was as it should be."""

    rows = bus = message = error = success = log = None
    screen = begun = 0

    def __init__(self, app, spec):
        self.app = app
        self.wanted = bool(app.config.get("display"))
        self.address = spec.get("address", 60)
        self.height = spec.get("height", 64)
        self.turned = clock.ticks_ms()
        self.pins = pins = []
        board = app.board
        for name in ("sda", "scl", "reset"):
            if name in spec:
                text = str(spec[name])
                gpio = board.gpio(text)
                owner = _OWNERS.split("\n")[len(pins)]
                if board.owners.get(gpio) != owner:
                    if app.pins.find(text).mode:
                        raise Problem("pin-in-use", pin=gpio)
                    board.reserve(gpio, owner)
                pins.append(gpio)
        if "button" in spec:
            app.listeners = list(app.listeners) + [self.pressed]

    async def run(self):
        """Show what there is to show, for ever."""
        while True:
            try:
                wait = await act(self.app, "display.screens", "update")(self)
            except MemoryError:
                self.app.release()
                wait = 2000
            await sleep_ms(wait)

    def show(self, lines, seconds):
        """Show these lines for some seconds, then the screens again."""
        self.message = [lines, clock.ticks_add(clock.ticks_ms(), int(seconds * 1000))]

    def pressed(self, name, event):
        """Hear of a button: that of the display brings the next screen."""
        find = self.app.pins.find
        if event == "press" and find(name).gpio == find(self.app.config.get("display", "button")).gpio:
            self.screen += 1
            self.message = None
            self.turned = clock.ticks_ms()
