"""Which pad each leg is wired to, on which side of the board a part lies, and the lanes of the wires: none lies on another."""

from dataclasses import dataclass, field
from itertools import combinations

from host.pictures.boards import Pad
from host.pictures.parts import KINDS, SUPPLIES, Kind
from host.pictures.profiles import Profile

LANE = 10  # between two upright pieces of wires


@dataclass
class Part:
    """A part of a drawing. pads: the pad of each leg; side: of the board, 0 left; y: of its first leg, set by who places it."""

    kind: Kind
    name: str
    pads: dict[str, Pad]
    side: int
    y: float = 0.0


@dataclass
class Net:
    """A pad and all legs of one side that are wired to it. lane: counted from the board; ends: heights of the legs."""

    pad: Pad
    side: int
    ends: list[float] = field(default_factory=list)
    lane: int = 0

    @property
    def crosses(self) -> bool:
        """Whether it comes around the board."""
        return self.pad.side != self.side


def parts_of(wiring: dict, profile: Profile, pads: list[Pad]) -> list[Part]:
    """The parts of a wiring, {"parts": [{"kind", "pins": {leg: pin}, "name"?}, …]}. ValueError(words) for what cannot be."""
    found = []
    for number, given in enumerate(wiring["parts"], 1):
        kind = KINDS.get(given.get("kind"))
        if not kind:
            raise ValueError(f"part {number}: no kind {given.get('kind')!r}; there are {', '.join(KINDS)}")
        unknown = given["pins"].keys() - kind.legs.keys()
        missing = [leg for leg, supply in kind.legs.items() if supply is None and leg not in given["pins"]]
        if unknown or missing:
            wrong = ", ".join([*sorted(unknown), *missing])
            raise ValueError(f"part {number}: a {kind.title} has the legs {', '.join(kind.legs)}; look at {wrong}")
        goals = {leg: given["pins"].get(leg, supply) for leg, supply in kind.legs.items()}
        signals = {leg: _pad_of(goal, number, profile, pads) for leg, goal in goals.items() if goal not in SUPPLIES}
        right = sum(pad.side for pad in signals.values())
        side = int(2 * right >= len(signals))
        middle = sum(pad.y for pad in signals.values()) / len(signals) if signals else pads[0].y
        wired = {leg: signals.get(leg) or _supply(goals[leg], side, middle, number, pads) for leg in kind.legs}
        if kind.turns and wired[first := next(iter(wired))].y > wired[last := next(reversed(wired))].y and first != last:
            wired = dict(reversed(wired.items()))
        found.append(Part(kind, given.get("name", kind.title), wired, side))
    return found


def nets_of(parts: list[Part], first: int) -> list[Net]:
    """The nets of parts that are placed, in lanes with few crossings. first: the height between the legs of a part."""
    nets: dict[tuple[Pad, int], Net] = {}
    for part in parts:
        for row, pad in enumerate(part.pads.values()):
            nets.setdefault((pad, part.side), Net(pad, part.side)).ends.append(part.y + row * first)
    for side in (0, 1):
        _spread([net for net in nets.values() if net.side == side])
    return list(nets.values())


def _spread(nets: list[Net]) -> None:
    """Give each net a lane of its own, so that few wires cross."""
    for lane, net in enumerate(sorted(nets, key=lambda net: net.pad.y)):
        net.lane = lane
    better = True
    while better:
        better = False
        for one, other in combinations(nets, 2):
            before = _crossings(nets)
            one.lane, other.lane = other.lane, one.lane
            if _crossings(nets) < before:
                better = True
            else:
                one.lane, other.lane = other.lane, one.lane


def _crossings(nets: list[Net]) -> int:
    return sum(_cuts(one, other) for one in nets for other in nets if one is not other)


def _cuts(across: Net, upright: Net) -> int:
    """How often the level pieces of one net cut the upright piece of the other."""
    heights = [upright.pad.y, *upright.ends]
    low, high = min(heights), max(heights)
    legs = sum(low < end < high for end in across.ends) if across.lane < upright.lane else 0
    return legs + (across.lane > upright.lane and low < across.pad.y < high and not across.crosses)


def _pad_of(goal: int | str, number: int, profile: Profile, pads: list[Pad]) -> Pad:
    pin = profile.find(goal)
    pad = next((pad for pad in pads if pin and pad.pin == pin), None)
    if not pad:
        raise ValueError(f"part {number}: the {profile.title} has no pin {goal!r} to wire to")
    if pin.verdict == "forbidden":
        raise ValueError(f"part {number}: {goal!r} is not for parts: {pin.why}")
    return pad


def _supply(name: str, side: int, height: float, number: int, pads: list[Pad]) -> Pad:
    """The nearest pad of power or ground, on the part's side if there is one."""
    labels = ("5V", "VIN", "VUSB") if name == "5V" else (name,)
    there = [pad for pad in pads if pad.label in labels]
    if not there:
        raise ValueError(f"part {number}: the board has no pad {name}")
    return min(there, key=lambda pad: (pad.side != side, abs(pad.y - height)))
