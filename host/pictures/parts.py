"""The parts that a wiring drawing knows: their legs, where these go by themselves, what has to be added, and how they look."""

from dataclasses import dataclass, field

from host.pictures.svg import element, text

SUPPLIES = {"3V3": "3.3 V", "5V": "5 V", "GND": "GND"}
# resistance: the colours of the rings that say it
RINGS = {
    "100 Ω": "brown, black, brown",
    "330 Ω": "orange, orange, brown",
    "4.7 kΩ": "yellow, violet, red",
    "10 kΩ": "brown, black, orange",
}
COLOURS = {"brown": "#7a4a21", "black": "#16181a", "orange": "#e8772e", "yellow": "#e9c93a", "violet": "#8a4fbf", "red": "#cf2e2e"}


@dataclass(frozen=True)
class Kind:
    """A kind of part. legs: {name: where it goes by itself, None for a pin that has to be given}, in the order they are drawn.
    series: (leg, resistor) within its wire; pull: (leg, leg, resistor) between two; more: what else to know; art(x, y): its look
    around that place."""

    title: str
    legs: dict[str, str | None]
    art: object
    more: str = ""
    series: tuple[str, str] | None = None
    pull: tuple[str, str, str] | None = None
    said: dict[str, str] = field(default_factory=dict)  # what is written at a leg instead of its name
    turns: bool = False  # may lie the other way round, with its last leg first


def led(x: float, y: float) -> list[str]:
    """A red LED that looks away from the wires."""
    return [
        element("path", d=f"M{x - 12:g} {y - 11:g}h14a11 11 0 0 1 0 22h-14z", fill="#e5483f"),
        _box(x - 16, y - 13, 5, 26, 1.5, "#b3302a"),
        element("path", d=f"M{x - 4:g} {y - 6:g}h7a6 6 0 0 1 5 4", fill="none", stroke="#ffffff99", stroke_width=2),
    ]


def button(x: float, y: float) -> list[str]:
    """A push button from above."""
    rivets = [_dot(x + a, y + b, 1.8, "#15181b") for a in (-14, 14) for b in (-14, 14)]
    return [_box(x - 19, y - 19, 38, 38, 4, "#3a4047"), *rivets, _dot(x, y, 11, "#1f9d55")]


def relay(x: float, y: float) -> list[str]:
    """The blue box of a relay, with its terminals."""
    terminals = [_box(x + 13, y - 22, 14, 44, 2, "#2f8f5b"), *[_dot(x + 20, y + at, 3.2, "#c3c8cd") for at in (-13, 0, 13)]]
    return [_box(x - 25, y - 22, 52, 44, 3, "#1c5fb0"), *terminals, text(x - 6, y + 3.5, "RELAY", "onpart", "middle")]


def dht22(x: float, y: float) -> list[str]:
    """Its white case with slots."""
    slots = [_box(x - 16 + 12 * column, y - 14 + 8 * row, 8, 4, 1.5, "#aab1b8") for row in range(4) for column in range(3)]
    return [_box(x - 21, y - 22, 42, 44, 4, "#eceff1"), *slots]


def ds18b20(x: float, y: float) -> list[str]:
    """The black case of a transistor."""
    case = element("path", d=f"M{x - 9:g} {y - 15:g}h8a15 15 0 0 1 0 30h-8z", fill="#4a525a")
    return [case, _box(x - 14, y - 16, 6, 32, 1, "#6b747d")]


def bme280(x: float, y: float) -> list[str]:
    """A small board with the sensor's can."""
    return [
        _box(x - 20, y - 20, 40, 40, 4, "#5b3a8c"),
        _box(x - 9, y - 9, 18, 18, 2, "#c3c8cd"),
        _dot(x + 4.5, y - 4.5, 1.8, "#3b424a"),
    ]


def oled(x: float, y: float) -> list[str]:
    """The glass, with some lines on it."""
    lines = [_box(x - 19, y - 8 + 7 * row, wide, 3, 1, "#7fd4ff") for row, wide in enumerate((26, 34, 18))]
    return [_box(x - 27, y - 22, 54, 44, 4, "#1d4f91"), _box(x - 23, y - 14, 46, 28, 2, "#06090d"), *lines]


def buzzer(x: float, y: float) -> list[str]:
    """A passive buzzer from above."""
    ridge = element("circle", cx=x, cy=y, r=13, fill="none", stroke="#6b747d")
    return [_dot(x, y, 19, "#3a4149"), ridge, _dot(x, y, 4, "#a9b0b7")]


def potentiometer(x: float, y: float) -> list[str]:
    """A knob and its scale."""
    scale = f"M{x - 13:g} {y + 13:g}A18 18 0 1 1 {x + 13:g} {y + 13:g}"
    return [
        _box(x - 22, y - 22, 44, 44, 5, "#2a5d8f"),
        element("path", d=scale, fill="none", stroke="#ffffff88", stroke_width=2),
        _dot(x, y, 12, "#d7dbdf"),
        element("path", d=f"M{x:g} {y - 2:g}v-9", stroke="#23282d", stroke_width=3),
    ]


def _box(x: float, y: float, wide: float, high: float, corner: float, fill: str) -> str:
    return element("rect", x=float(x), y=float(y), width=wide, height=high, rx=corner, fill=fill)


def _dot(x: float, y: float, radius: float, fill: str) -> str:
    return element("circle", cx=float(x), cy=float(y), r=radius, fill=fill)


I2C = {"vcc": "3V3", "gnd": "GND", "scl": None, "sda": None}
CAPITALS = {"vcc": "VCC", "gnd": "GND", "scl": "SCL", "sda": "SDA", "in": "IN"}
KINDS = {
    "led": Kind(
        "LED",
        {"anode": None, "cathode": "GND"},
        led,
        series=("anode", "330 Ω"),
        said={"anode": "long leg", "cathode": "short leg"},
        turns=True,
    ),
    "button": Kind(
        "Button",
        {"signal": None, "gnd": "GND"},
        button,
        "It needs no resistor with pull=up.",
        said={"signal": "", "gnd": ""},
        turns=True,
    ),
    "relay": Kind(
        "Relay module",
        {"vcc": "5V", "gnd": "GND", "in": None},
        relay,
        "A module, never a bare relay: it has the transistor and the diode.",
        said=CAPITALS,
    ),
    "dht22": Kind(
        "DHT22",
        {"plus": "3V3", "data": None, "minus": "GND"},
        dht22,
        "A module on a small board has it already.",
        pull=("plus", "data", "10 kΩ"),
        said={"plus": "+", "minus": "−"},
    ),
    "ds18b20": Kind(
        "DS18B20",
        {"red": "3V3", "data": None, "black": "GND"},
        ds18b20,
        "Several can share the three wires.",
        pull=("red", "data", "4.7 kΩ"),
        said={"data": "yellow"},
    ),
    "bme280": Kind("BME280", I2C, bme280, said=CAPITALS),
    "oled": Kind("OLED SSD1306", I2C, oled, said=CAPITALS),
    "buzzer": Kind(
        "Buzzer",
        {"signal": None, "gnd": "GND"},
        buzzer,
        "A passive one: it plays what the pin says.",
        series=("signal", "100 Ω"),
        said={"signal": "+", "gnd": "−"},
        turns=True,
    ),
    "potentiometer": Kind(
        "Potentiometer",
        {"end": "3V3", "middle": None, "start": "GND"},
        potentiometer,
        "10 kΩ. Never to 5 V: an input takes 3.3 V.",
        said={"end": "end", "start": "end"},
        turns=True,
    ),
}


def resistor(x: float, y: float, size: str, upright: bool = False) -> list[str]:
    """A resistor around a place, with its rings; upright: between two wires."""
    long, thick = (16, 8) if upright else (34, 12)
    body = element(
        "rect", x=x - long / 2, y=y - thick / 2, width=long, height=thick, rx=thick / 2.6, fill="#dcc79a", stroke="#a98f57"
    )
    first, step, wide = (-4.6, 3.6, 2) if upright else (-9.5, 6.5, 3)
    names = RINGS[size].split(", ")
    rings = [_box(x + first + step * n, y - thick / 2, wide, thick, 0, COLOURS[name]) for n, name in enumerate(names)]
    turned = {"transform": f"rotate(90 {x:g} {y:g})"} if upright else {}
    return [element("g", body, *rings, **turned)]
