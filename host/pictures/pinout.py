"""The picture of a board's pins: what each is called, what it can do, which to look at first, which are refused, and why."""

from host.pictures.boards import WIDE, board, height_of, pads, power_name
from host.pictures.profiles import Pin, Profile
from host.pictures.svg import document, element, named_line, text, width_of, wrapped

ACROSS = 436
LEFT = (ACROSS - WIDE) / 2
STYLE = """
.pill { fill: var(--fill); stroke: none }
.num { font: 600 10.5px ui-monospace, "DejaVu Sans Mono", monospace }
.tag { fill: none; stroke: var(--soft) }
.off { stroke-dasharray: 2 2 }
.small { font-size: 10px; fill: var(--soft) }
.ok { fill: var(--ok) }
.boot { fill: var(--boot) }
.input-only { fill: var(--read) }
.reserved, .forbidden { fill: var(--barred) }
.plus { fill: var(--plus) }
.minus { fill: var(--ink) }
"""
GROUPS = [  # the verdict of a profile, the heading of its notes
    ("boot", "Look first: the level while the board starts matters"),
    ("input-only", "Can only be read"),
    ("ok", "Good to know"),
    ("reserved", "In use by the board; picorest does not drive them"),
    ("forbidden", "Refused: these would stop the board"),
]
LEGEND = {
    "ok": "use freely",
    "boot": "look first",
    "input-only": "inputs only",
    "forbidden": "not usable",
    "plus": "power",
    "minus": "ground",
}


def pinout(profile: Profile) -> str:
    """The picture's text."""
    top = 92 if profile.drawn else 108
    shown = pads(profile, LEFT, top)
    rows = [part for pad in shown if pad.label != "-" for part in _row(profile, pad)]
    y = top + height_of(profile) + 34
    notes = []
    for verdict, heading in GROUPS:
        found = _grouped([pad.pin for pad in shown if pad.pin and pad.pin.verdict == verdict and pad.pin.why])
        if not found:
            continue
        notes += [element("circle", cx=21.0, cy=y - 4.0, r=4.5, _class=verdict), text(32, y, heading, "head")]
        for names, why in found:
            lines = wrapped(f"{names}: {why[:1].upper()}{why[1:].rstrip('.')}.", ACROSS - 52)
            for number, line in enumerate(lines):
                y += 16
                notes.append(named_line(32, y, names if number == 0 else "", line))
        y += 26
    below = "" if profile.drawn else " In order of their numbers; where they are, the board's print says."
    title = f"Pins of the {profile.title}"
    head = [text(16, 30, title, "title"), *_legend(16, 52), *[text(16, 92, below.strip(), "soft")] * bool(below)]
    return document(ACROSS, round(y - 6), title, STYLE, *head, *board(profile, LEFT, top), *rows, *notes)


def _legend(x: float, y: float) -> list[str]:
    parts = []
    for kind, words in LEGEND.items():
        parts += [element("circle", cx=x + 4.5, cy=y - 4.0, r=4.5, _class=kind), text(x + 13, y, words, "small")]
        x += 19 + width_of(words, 10)
    y += 19
    parts += [*_tag(16, y, "ADC", False)[0], text(50, y + 0.0, "analogue input", "small")]
    parts += [*_tag(132, y, "ADC", True)[0], text(166, y + 0.0, "analogue input while Wi-Fi is off", "small")]
    return parts


def _row(profile: Profile, pad) -> list[str]:
    """What stands beside a pad, from the board outwards."""
    way = 1 if pad.side else -1
    x = (LEFT + WIDE + 9) if pad.side else LEFT - 9
    anchor = "start" if pad.side else "end"
    if not pad.pin:
        kind = "minus" if pad.label == "GND" else "plus" if pad.label in ("3V3", "5V", "VIN", "VUSB") else "soft"
        return [text(x, pad.y + 4, power_name(pad.label), "head " + kind, anchor)]
    words = "GPIO" + pad.pin.mark if pad.pin.mark.isdigit() else "analogue"
    wide = 50
    start = x if pad.side else x - wide
    parts = [element("rect", x=start, y=pad.y - 8.5, width=wide, height=17, rx=8.5, _class="pill"),
             text(start + wide / 2, pad.y + 3.5, words, f"num {pad.pin.verdict}", "middle")]  # fmt: skip
    x += way * (wide + 5)
    for word, dashed in _tags(pad.pin, pad.label):
        drawn, taken = _tag(x if pad.side else None, pad.y + 3.5, word, dashed, x)
        parts += drawn
        x += way * (taken + 4)
    return parts


def _tag(x: float | None, y: float, word: str, dashed: bool, end: float = 0) -> tuple[list[str], float]:
    """A small label and its width; x: where it begins, None: it stops at `end`."""
    wide = round(width_of(word, 10) + 7)
    x = end - wide if x is None else x
    box = element("rect", x=float(x), y=y - 10.0, width=wide, height=13, rx=3, _class="tag off" if dashed else "tag")
    return [box, text(x + wide / 2, y, word, "small", "middle")], wide


def _tags(pin: Pin, label: str) -> list[tuple[str, bool]]:
    """(word, dashed) of what else is to be known of a pin in a word."""
    tags = []
    if pin.mark.isdigit() and set(pin.can) & set("ab"):
        tags.append(("ADC", "b" in pin.can))
    if "o" in pin.can and "p" not in pin.can:
        tags.append(("no PWM", False))
    own = {label, "GPIO" + pin.mark, "D" + pin.mark, "SP", "SN"}
    return tags + [(name.replace("_", " "), False) for name in pin.names if name not in own][: 2 - len(tags)]


def _grouped(pins: list[Pin]) -> list[tuple[str, str]]:
    """(names, sentence), of pins with one sentence together."""
    by_why: dict[str, list[Pin]] = {}
    for pin in sorted(pins, key=lambda pin: (pin.mark.isdigit(), int(pin.mark) if pin.mark.isdigit() else 0)):
        by_why.setdefault(pin.why, []).append(pin)
    return [(_listed(some), why) for why, some in by_why.items()]


def _listed(pins: list[Pin]) -> str:
    """ "GPIO0 (D3)", "GPIO34 to 36, 39"."""
    if len(pins) == 1:
        (pin,) = pins
        name = "GPIO" + pin.mark if pin.mark.isdigit() else pin.mark
        return name if pin.names[0] in (name, pin.mark) else f"{name} ({pin.names[0]})"
    runs: list[list[int]] = []
    for number in (int(pin.mark) for pin in pins):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return "GPIO" + ", ".join(said)
