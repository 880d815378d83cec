"""What the display says: lines of the configuration with values in them. Imported for that moment, then dropped.

A line is a text with names of values in braces, "In: {dht.D2.temperature} oC". One that begins with "# " is drawn three times as
large, in as many rows, with "## " twice as large. A value that is stale has a * behind it; of one that there is none of, -- tells.
On an ESP8266 only with display.
"""

from asyncio import sleep_ms

from .. import clock
from ..overlay import drop, load_overlay
from ..values import STALE, value

WIDTH = const(16)  # letters in a line
_EVERY = const(1000)  # ms from look to look
_ANEW = const(60)  # seconds from one time that all is written to the next
_RETRY = const(10000)  # ms until a display that is missing is looked for again
_BLANK = const(0x20)
_ODD = const(0x3F)  # ?
_LIKE = const("°o äae öoe üue ÄAe ÖOe ÜUe ßss €EUR")  # what the font has not, and what is written for it


async def update(display):
    """Bring the glass up to date, line by line. Returns ms until there may be something new."""
    app = display.app
    glass = None
    rows = layout(app, lines(display), display.height // 8)
    try:
        # what the glass has lost, with its power or while a wire was short-circuited, nobody tells
        anew = not display.rows or clock.uptime() - display.begun >= _ANEW
        if anew or display.rows != rows:
            glass = load_overlay("display.ssd1306")
            if anew:
                glass.begin(display)
                display.begun = clock.uptime()
            for n, row in enumerate(rows):  # name: a list of bytes
                if anew or display.rows[n] != row:
                    glass.draw(display, n, row)
                    display.rows[n] = row
                    await sleep_ms(2)  # a line takes about 12 ms; then others have their turn
            if anew:
                glass.light(display)
        display.success, display.error = clock.uptime(), None
        wait = _EVERY
    except (OSError, ValueError) as e:
        if display.wanted:
            display.error = e.args[0] if isinstance(e, ValueError) else "The display does not answer."
        display.rows = display.bus = None
        wait = _RETRY
    glass = None
    if app.memory_reserve and not app.outbound and not app.queue:
        drop("display.screens", "display.ssd1306", "values", "heard")
    return wait


def lines(display):
    """The lines that are to be shown now, as the configuration or a message has them."""
    now = clock.ticks_ms()
    if display.message:
        found, until = display.message
        if clock.ticks_diff(until, now) > 0:
            return found
        display.message = None
    spec = display.app.config.get("display") or {}
    screens = spec.get("screens")
    if not screens:
        return [display.app.config.get("hostname"), "{wifi.ssid}", "{wifi.ip}", "", "# {time.clock}"]
    every = spec.get("every", 10)
    if every and clock.ticks_diff(now, display.turned) >= every * 1000:
        display.screen += 1
        display.turned = now
    display.screen %= len(screens)
    return screens[display.screen]


def layout(app, lines, count):
    """What is in each of so many rows of the glass, in bytes: letters, for a part of a large line with how large it is and which
    part in front."""
    rows = []
    for line in lines:
        text = line.lstrip("#")
        size = 4 + len(text) - len(line)
        if size in (2, 3) and text[:1] == " ":
            text = plain(fill(app, text[1:]))[: WIDTH // size]
            rows += [bytes((size, part)) + text for part in range(size)]
        else:
            rows.append(plain(fill(app, line))[:WIDTH])
    return (rows + [b""] * count)[:count]


def fill(app, text):
    """The text with values in the place of their names."""
    done = ""
    while True:
        at = text.find("{")
        end = text.find("}", at)
        if at < 0 or end < 0:
            return done + text
        found = value(app, text[at + 1 : end])
        done += text[:at]
        text = text[end + 1 :]
        if found is None:
            done += "--"
            continue
        number = found[0]
        if isinstance(number, float):
            number = "%.2f" % number
            if number[-1:] == "0":
                number = number[:-1]
        done += "%s*" % number if found[STALE] else str(number)


def plain(text):
    """The text in bytes, with what the font has."""
    data = text.encode()
    if len(data) > len(text):
        for pair in _LIKE.split(" "):
            text = text.replace(pair[:1], pair[1:])
        data = text.encode()
    # of the bytes of a letter in UTF-8 only the first is from 0xC0 on
    return bytes([byte if _BLANK <= byte < 127 else _ODD for byte in data if not 128 <= byte < 192])
