"""A wiring drawing: the board with its pads where they are, the parts beside it, a wire for each leg, and the same in words."""

from math import ceil

from host.pictures import boards, parts, svg
from host.pictures.boards import PITCH, WIDE, Pad
from host.pictures.nets import LANE, Net, Part, nets_of, parts_of
from host.pictures.profiles import Profile
from host.pictures.svg import element, text

ZONE = 110  # where a part is drawn, beside its wires
EDGE = 14
LEAST = 372
TOP = 64
STYLE = """
.wire { fill: none; stroke-width: 2.4; stroke-linejoin: round; stroke-linecap: round }
.halo { fill: none; stroke: var(--card); stroke-width: 6.5; stroke-linejoin: round }
.box { fill: var(--fill); stroke: var(--line) }
.leg { font-size: 10.5px }
.ohm { font-size: 10px; fill: var(--soft) }
.onpart { font-size: 8.5px; fill: #fff; font-weight: 600 }
.unused { opacity: .38 }
.used { font-size: 10.5px; font-weight: 700; fill: #fff }
"""


def drawing(wiring: dict, profile: Profile) -> str:
    """The picture's text. ValueError(words) where the wiring cannot be."""
    known = parts_of(wiring, profile, boards.pads(profile, 0, 0))
    sides = [[part for part in known if part.side == side] for side in (0, 1)]
    tall = boards.height_of(profile)
    _place(sides, tall)
    nets = nets_of(known, PITCH)
    around = [net for net in nets if net.crosses]
    lanes = [sum(net.side == side for net in nets) for side in (0, 1)]
    gaps = [(16 + lanes[side] * LANE if lanes[side] else 0) + sum(net.pad.side == side for net in around) * LANE for side in (0, 1)]
    sizes = [(ZONE if sides[side] else 0) + gaps[side] for side in (0, 1)]
    width = max(LEAST, 2 * EDGE + sum(sizes) + WIDE)
    x = (width - sum(sizes) - WIDE) / 2 + sizes[0]
    above, below = _rooms(around, tall)
    y = TOP + above * LANE
    overhang = min([0.0, *(part.y - 34 for part in known)])
    y -= overhang + 0.0 if y + overhang < TOP else 0
    lowest = max([tall + below * LANE, *(part.y + _depth(part) for part in known)])
    colours = _colours(nets)
    body = [*boards.board(profile, x, y)]
    used = {net.pad for net in nets}
    body += _marks(boards.pads(profile, 0, 0), used, x, y)
    body += _wires(nets, colours, x, y, gaps, tall)
    for part in known:
        body += _part(part, (x + WIDE + gaps[1]) if part.side else x - gaps[0], y)
    title = (
        wiring.get("title")
        or f"{', '.join(dict.fromkeys(part.kind.title for part in known))} on {_article(profile.title.split(' (')[0])}"
    )
    lines = svg.wrapped(title, width - 2 * EDGE, 16)
    head = [text(EDGE, 30 + 20 * row, line, "title") for row, line in enumerate(lines)]
    notes, end = _notes(known, y + lowest + 26, width, profile)
    return svg.document(round(width), round(end), title, STYLE, *head, *body, *notes)


def _place(sides: list[list[Part]], tall: float) -> None:
    """Heights of the parts, counted from the board's upper edge: near their pads, none upon another, legs between two pads."""
    for some in sides:
        some.sort(key=_wanted)
        end = -1e9
        for part in some:
            part.y = _between(max(_wanted(part), end))
            end = part.y + _depth(part) + 36
        over = min(end - 36 - tall, some[0].y - 40) if some else 0
        while over > 0 and all(part.y > 0 for part in some):  # up again, where the board leaves room
            over -= PITCH
            for part in some:
                part.y -= PITCH


def _between(y: float) -> float:
    """The next height below that lies between two pads."""
    first = boards.ABOVE - PITCH / 2
    return first + PITCH * ceil((y - first) / PITCH)


def _wanted(part: Part) -> float:
    signals = [pad.y for leg, pad in part.pads.items() if pad.pin] or [boards.ABOVE]
    return sum(signals) / len(signals) - (len(part.pads) - 1) * PITCH / 2


def _depth(part: Part) -> float:
    """From a part's first leg to its lower edge."""
    return max((len(part.pads) - 1) * PITCH + 15, 37.0)


def _rooms(around: list[Net], tall: float) -> tuple[int, int]:
    """How many wires pass above and below the board."""
    above = sum(net.pad.y < tall / 2 for net in around)
    return above, len(around) - above


def _colours(nets: list[Net]) -> dict[Pad, str]:
    found: dict[Pad, str] = {}
    for net in sorted(nets, key=lambda net: (net.pad.side, net.pad.y)):
        if net.pad not in found:
            signals = sum(pad.pin is not None for pad in found)
            found[net.pad] = (
                f"--n{signals % 6}" if net.pad.pin else {"GND": "--minus", "3V3": "--plus"}.get(net.pad.label, "--five")
            )
    return found


def _marks(pads: list[Pad], used: set[Pad], x: float, y: float) -> list[str]:
    """Pads without a wire step back."""
    idle = [pad for pad in pads if pad not in used and pad.label != "-"]
    veils = [
        element(
            "rect",
            x=x + (pad.x - 7 if not pad.side else WIDE / 2 + 3),
            y=y + pad.y - 9.0,
            width=44,
            height=18,
            fill="var(--board)",
            opacity=".6",
        )
        for pad in idle
    ]
    rings = [element("circle", cx=x + pad.x, cy=y + pad.y, r=7.5, fill="none", stroke="#fff", stroke_width=1.5) for pad in used]
    return veils + sorted(rings)


def _wires(nets: list[Net], colours: dict[Pad, str], x: float, y: float, gaps: list[int], tall: float) -> list[str]:
    """The wires: an upright piece in a lane of its own, level pieces at pads and legs. Later ones pass over earlier ones."""
    parts_, outside = [], {"above": 0, "below": 0, 0: 0, 1: 0}
    for net in sorted(nets, key=lambda net: (net.crosses, net.lane), reverse=True):
        way = 1 if net.side else -1
        edge = x + (WIDE if net.side else 0)
        beyond = sum(other.crosses and other.pad.side == net.side for other in nets)
        lane = edge + way * (10 + (beyond + net.lane) * LANE)
        zone = edge + way * gaps[net.side]
        start = f"M{x + net.pad.x:g} {y + net.pad.y:g}"
        heights = [y + end for end in net.ends]
        if net.crosses:
            over = net.pad.y < tall / 2
            place = "above" if over else "below"
            outside[place] += 1
            outside[net.pad.side] += 1
            level = y - outside[place] * LANE if over else y + tall + outside[place] * LANE
            out = x + (WIDE if net.pad.side else 0) - way * outside[net.pad.side] * LANE
            start += f"H{out:g}V{level:g}"
            heights.append(level)
        else:
            heights.append(y + net.pad.y)
        first = net.ends[0] + y
        path = [f"{start}H{lane:g}V{first:g}H{zone:g}"] + [f"M{lane:g} {first:g}V{y + end:g}H{zone:g}" for end in net.ends[1:]]
        d = "".join(path)
        parts_ += [element("path", d=d, _class="halo"), element("path", d=d, _class="wire", stroke=f"var({colours[net.pad]})")]
        inner = sorted(heights)[1:-1]
        parts_ += [element("circle", cx=lane, cy=height, r=3.4, fill=f"var({colours[net.pad]})") for height in inner]
        parts_.append(element("circle", cx=x + net.pad.x, cy=y + net.pad.y, r=3.4, fill=f"var({colours[net.pad]})"))
    return parts_


def _part(part: Part, edge: float, top: float) -> list[str]:
    """A part whose wires arrive at x = edge."""
    way = 1 if part.side else -1
    kind, y = part.kind, top + part.y
    rows = {leg: y + PITCH * row for row, leg in enumerate(part.pads)}
    middle = (y + y + (len(rows) - 1) * PITCH) / 2
    inset = 44 if kind.series else 20 if kind.pull else 0
    wide = ZONE - inset
    left = edge + inset if part.side else edge - ZONE
    high = max((len(rows) - 1) * PITCH + 30, 52)
    drawn = [element("rect", x=left, y=middle - high / 2, width=wide, height=high, rx=8, _class="box")]
    near = edge + way * inset
    bare = not any(kind.said.get(leg, leg) for leg in rows)
    centre = near + way * (wide / 2 if bare or kind.series else wide - 34)
    drawn += kind.art(centre, middle)
    for leg, height in rows.items():
        goal = part.pads[leg]
        colour = {"GND": "--minus", "3V3": "--plus"}.get(goal.label, "--five") if not goal.pin else "--soft"
        if inset:
            drawn.append(element("path", d=f"M{edge:g} {height:g}H{near:g}", _class="wire", stroke=f"var({colour})"))
        reach = centre if kind.series or bare else near
        if reach != near:
            drawn.insert(1, element("path", d=f"M{near:g} {height:g}H{reach - way * 10:g}", _class="wire", stroke="var(--metal)"))
        drawn.append(element("circle", cx=float(near), cy=height, r=3, fill="var(--gold)"))
        words = kind.said.get(leg, leg)
        if words and not kind.series:
            drawn.append(text(near + way * 7, height + 3.5, words, "leg", "start" if part.side else "end"))
    if kind.series:
        leg, ohms = kind.series
        drawn += [*parts.resistor(edge + way * 21, rows[leg], ohms), text(edge + way * 21, rows[leg] - 10, ohms, "ohm", "middle")]
    if kind.pull:
        one, other, ohms = kind.pull
        at = edge + way * 9
        drawn += [
            element("path", d=f"M{at:g} {rows[one]:g}V{rows[other]:g}", _class="wire", stroke="var(--metal)"),
            *parts.resistor(at, (rows[one] + rows[other]) / 2, ohms, upright=True),
        ]
    drawn.append(text(left + wide / 2, middle - high / 2 - 6, part.name, "head", "middle"))
    return drawn


def _notes(known: list[Part], y: float, width: float, profile: Profile) -> tuple[list[str], float]:
    """The wires in words, and where they end."""
    drawn = []
    for part in known:
        wires = [f"{_leg(part, leg)} to {_called(part.pads[leg])}" for leg in part.kind.legs]
        words = f"{part.name}: {', '.join(wires)}."
        if part.kind.series:
            leg, ohms = part.kind.series
            words += f" Between the pin and the {part.kind.said[leg]}: {ohms} ({parts.RINGS[ohms]})."
        if part.kind.pull:
            one, other, ohms = part.kind.pull
            words += f" From {part.kind.said.get(other, other)} to 3.3 V: {ohms} ({parts.RINGS[ohms]})."
        words += f" {part.kind.more}" if part.kind.more else ""
        for unit in ("V", "Ω", "kΩ"):
            words = words.replace(" " + unit, "\xa0" + unit)
        for row, line in enumerate(svg.wrapped(words, width - 2 * EDGE)):
            drawn.append(svg.named_line(EDGE, y, part.name + ":" if row == 0 else "", line))
            y += 16
        y += 6
    return drawn, y + 2


def _leg(part: Part, leg: str) -> str:
    return part.kind.said.get(leg, leg) or ("one side" if part.pads[leg].pin else "the other side")


def _article(name: str) -> str:
    return f"{'an' if name[:1] in 'AE' else 'a'} {name}"


def _called(pad: Pad) -> str:
    if not pad.pin:
        return boards.power_name(pad.label)
    name = "GPIO" + pad.pin.mark
    return name if pad.label in (name, pad.pin.mark) else f"{pad.label} ({name})" if pad.pin.mark.isdigit() else pad.label
