"""A board, drawn upright: antenna above, USB port below, the pads of its headers where its profile has them."""

from dataclasses import dataclass

from host.pictures.profiles import Pin, Profile
from host.pictures.svg import element, text

WIDE = 102  # of a board
PITCH = 22  # from pad to pad
ABOVE = 74  # from its upper edge to the first pad
BELOW = 42  # from the last pad to its lower edge


@dataclass(frozen=True)
class Pad:
    """A pad: which header (0 left, 1 right), what is printed beside it, its place, its pin (None: power, ground, nothing)."""

    side: int
    label: str
    x: float
    y: float
    pin: Pin | None


def height_of(profile: Profile) -> float:
    """From the board's upper edge to its lower one."""
    return ABOVE + BELOW + (max(map(len, profile.columns)) - 1) * PITCH


def pads(profile: Profile, x: float, y: float) -> list[Pad]:
    """Its pads, if its upper left corner is there."""
    return [Pad(side, label, x + (WIDE - 11 if side else 11), y + ABOVE + place * PITCH, profile.at(label))
            for side, column in enumerate(profile.columns) for place, label in enumerate(column)]  # fmt: skip


def board(profile: Profile, x: float, y: float) -> list[str]:
    """The board and what is printed on it."""
    middle, bottom = x + WIDE / 2, y + height_of(profile)
    parts = [
        element("rect", x=float(x), y=float(y), width=WIDE, height=bottom - y, rx=9, _class="board"),
        element("path", d=f"M{middle - 27:g} {y + 17:g}v-9h9v9h9v-9h9v9h9v-9h9v9h9v-9", _class="antenna"),
        element("rect", x=middle - 36, y=y + 21, width=72, height=38, rx=4, _class="can"),
        text(middle, y + 44, profile.chip.upper(), "onmetal", "middle"),
        element("rect", x=middle - 19, y=bottom - 26, width=38, height=30, rx=4, _class="can"),
        text(middle, bottom - 8, "USB", "onmetal", "middle"),
    ]
    for pad in pads(profile, x, y):
        used = pad.pin or pad.label != "-"
        parts.append(element("circle", cx=pad.x, cy=pad.y, r=5.5 if used else 3.5, _class="pad" if used else "hole"))
        if used:
            end = pad.x + (-10 if pad.side else 10)
            parts.append(text(end, pad.y + 3.5, printed(pad.label), "print", "end" if pad.side else "start"))
    return parts


def printed(label: str) -> str:
    """What is printed beside a pad: boards that have the number of a GPIO there leave the word out."""
    return label.removeprefix("GPIO")


def power_name(label: str) -> str:
    """What a label means that belongs to no pin."""
    names = {"3V3": "3.3 V", "5V": "5 V", "VIN": "5 V (VIN)", "VUSB": "5 V (USB)", "EN": "restart", "RST": "restart"}
    return names.get(label, label)
