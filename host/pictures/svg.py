"""Writing SVG: elements, texts that fit, and the style that all pictures share, in light and dark."""

from html import escape

# the colours of the board's own page; `wire`s have one for each net
LIGHT = """
--card: #fff; --ink: #1a1e22; --soft: #5a626c; --line: #dcdcd6; --fill: #f1f1ec; --board: #1d4f46; --print: #e9f2ef;
--gold: #d5b04f; --metal: #c3c8cd; --ok: #0b7a6b; --boot: #8a5700; --read: #2360a8; --barred: #6b737b;
--plus: #c92a2a; --five: #c2410c; --minus: #23282d;
--n0: #1c7ed6; --n1: #2b8a3e; --n2: #9c36b5; --n3: #b76e00; --n4: #0c8599; --n5: #d6336c
"""
DARK = """
--card: #191c1f; --ink: #e8eaec; --soft: #a3acb6; --line: #343a40; --fill: #24282c; --board: #1f5a4f;
--metal: #a9b0b7; --ok: #4cc9b3; --boot: #e3b457; --read: #7db4f5; --barred: #8b949d;
--plus: #ff6b6b; --five: #ff9f5a; --minus: #aab2ba;
--n0: #5cb3ff; --n1: #69db7c; --n2: #da9cf0; --n3: #f5c04d; --n4: #4fd0e0; --n5: #ff8fb8
"""
STYLE = f"""
svg {{{LIGHT}}}
@media (prefers-color-scheme: dark) {{ svg {{{DARK}}} }}
text {{ font: 11.5px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink) }}
.title {{ font-size: 16px; font-weight: 600 }}
.head, .name {{ font-weight: 600 }}
.name {{ fill: var(--ink) }}
.soft {{ fill: var(--soft) }}
.card {{ fill: var(--card); stroke: var(--line) }}
.board {{ fill: var(--board) }}
.print {{ font-size: 10px; fill: var(--print) }}
.pad {{ fill: var(--gold) }}
.hole {{ fill: var(--board); stroke: var(--gold) }}
.can {{ fill: var(--metal) }}
.onmetal {{ font-size: 10px; font-weight: 600; fill: #23282d }}
.antenna {{ fill: none; stroke: var(--gold); stroke-width: 2 }}
"""


def element(name: str, *children: str, **attributes) -> str:
    """One element; `_class` for class, `_` within a name for `-`. Numbers have one place at most."""
    said = "".join(
        f' {key.strip("_").replace("_", "-")}="{escape(_number(value) if isinstance(value, float) else str(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{said}>{''.join(children)}</{name}>" if children else f"<{name}{said}/>"


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start", **more) -> str:
    """Words at a place; anchor: start, middle or end."""
    classes = {"_class": kind} if kind else {}
    ends = {"text_anchor": anchor} if anchor != "start" else {}
    return element("text", escape(words, quote=False), x=float(x), y=float(y), **classes, **ends, **more)


def named_line(x: float, y: float, name: str, words: str) -> str:
    """A line of notes; name: what it begins with, if that is to stand out."""
    begin = [element("tspan", escape(name, quote=False), _class="name")] if name else []
    return element("text", *begin, escape(words[len(name) :], quote=False), x=float(x), y=float(y), _class="soft")


def width_of(words: str, size: float = 11.5) -> float:
    """About how wide a text is, a little too wide rather than too narrow."""
    narrow = sum(words.count(letter) for letter in " .,:;'|!()fijlrtI")
    wide = sum(letter.isupper() for letter in words) + words.count("m") + words.count("w")
    return size * (0.62 * len(words) - 0.26 * narrow + 0.12 * wide)


def wrapped(words: str, width: float, size: float = 11.5) -> list[str]:
    """The lines of a text that are no wider."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def document(width: int, height: int, title: str, more: str, *body: str) -> str:
    """The file: title is read to those who do not see it; more: styles beside the shared ones."""
    card = element("rect", x=0.5, y=0.5, width=width - 1, height=height - 1, rx=12, _class="card")
    parts = [element("title", escape(title, quote=False)), element("style", STYLE + more), card, *body]
    lines = "\n".join(parts)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n{lines}\n</svg>\n'


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
