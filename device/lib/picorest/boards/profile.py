"""What a board's profile says about its pins, and which of them are free. nodemcu.py tells how a profile is written."""

from ..overlay import seldom


@seldom("pinlist")
def pin_rows(board):
    """Yields Board.row() of every pin: ([number or "A0", name, …], capabilities, verdict)."""
    text = board.rows
    at = 0
    while True:
        end = text.find("\n", at + 1)
        if end < 0:
            return
        yield board.row(text[at + 1 : text.find(" ", at)])
        at = end


def reason(board, mark):
    """The profile's sentence about a pin, or an empty text."""
    text = board.reasons
    at = text.find("\n%s " % mark)
    return text[text.find(" ", at) + 1 : text.find("\n", at + 1)] if at >= 0 else ""


def verdict(board, gpio):
    """(names, capabilities, verdict, reason) of a pin, as things stand: GPIO10 of an ESP8266 hangs on the flash mode."""
    names, caps, word = board.row(str(gpio))
    if gpio == 10 and board.chip == "esp8266" and board.flash_mode() < 2:
        return names, "", "forbidden", "flash chip, which uses it in this flash mode (firmware written in DIO mode frees it)"
    return names, caps, word, reason(board, gpio)


@seldom("pinlist")
def suggestions(board, but=None, able="p"):
    """Names of up to four pins that are in nobody's use, for `try`: those that are good for anything and have the capability
    `able`; where there are none, others."""
    for flags, wanted in ((able + "p", "ok"), ("ip", "ok"), ("i", "ok"), ("i", "boot")):
        found = []
        for names, caps, word in pin_rows(board):
            if word == wanted and flags[:1] in caps and flags[-1:] in caps and names[0] != "A0":
                gpio = int(names[0])
                line = board.lines.get(gpio)
                if gpio != but and gpio not in board.owners and not (line and line.mode) and len(found) < 4:
                    found.append(names[1])
        if found:
            break
    return found
