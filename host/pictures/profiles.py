"""The profiles of boards, device/lib/picorest/boards, as the pictures need them. nodemcu.py there tells how they are written."""

import ast
from dataclasses import dataclass
from pathlib import Path

FOLDER = "device/lib/picorest/boards"


@dataclass(frozen=True)
class Pin:
    """A pin. mark: its number, or "A0"; names: on the board; can: letters of its capabilities; verdict, why: see nodemcu.py."""

    mark: str
    names: tuple[str, ...]
    can: str
    verdict: str
    why: str


@dataclass(frozen=True)
class Profile:
    """A board. columns: the labels of its two headers from top to bottom with the USB port below; drawn: as on the board."""

    name: str
    title: str
    chip: str
    columns: tuple[tuple[str, ...], tuple[str, ...]]
    drawn: bool
    pins: tuple[Pin, ...]

    def at(self, label: str) -> Pin | None:
        """The pin with this label; None for power, ground and what is not connected."""
        return next((pin for pin in self.pins if label in pin.names), None)

    def find(self, given: int | str) -> Pin | None:
        """The pin that a configuration means: a number or a name, in any letters."""
        word = str(given).upper()
        return next((pin for pin in self.pins if word == pin.mark or word in map(str.upper, pin.names)), None)


def profiles(root: Path) -> list[Profile]:
    """Those of boards that are known, in order of their names."""
    loaded = [(path.stem, _constants(path.read_text("utf-8"))) for path in sorted((root / FOLDER).glob("*.py"))]
    return [_profile(name, said) for name, said in loaded if "TITLE" in said]


def _constants(source: str) -> dict:
    """Texts that stand in a module by name. SyntaxError."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found[ast.unparse(node.targets[0])] = node.value.value
    return found


def _profile(name: str, said: dict) -> Profile:
    why = dict(line.split(" ", 1) for line in said["WHY"].strip().splitlines())
    pins = []
    for line in said["PINS"].strip().splitlines():
        names, can, verdict = line.split("|")
        mark, *labels = names.split()
        pins.append(Pin(mark, tuple(labels), can, verdict, why.get(mark, "")))
    columns = tuple(tuple(column.split()) for column in said["LAYOUT"].split("|"))
    drawn = len(columns) == 2
    if not drawn:
        half = (len(pins) + 1) // 2
        columns = tuple(tuple(pin.names[0] for pin in part) for part in (pins[:half], pins[half:]))
    return Profile(name, said["TITLE"], said["CHIP"], columns, drawn, tuple(pins))
