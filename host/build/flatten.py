"""Lend the overlays of an ESP8266's program names that the firmware has in ROM: each text by which one is asked for would else be
one more name to keep, or an object of 16 bytes. Packages of which a module is asked for by a name that is put together while
the program runs stay as they are; so do modules in no package, whose names may be said for another reason too.
"""

import ast
import re
from collections.abc import Iterable

from host.build.bundle import apply, span

_BY_INDEX = "routes."
_PUT_TOGETHER = re.compile(r'\bload_overlay\("([a-z_]+\.)" \+')


def kept(sources: Iterable[str]) -> tuple[str, ...]:
    """What the names of modules begin with that stay as they are."""
    return (_BY_INDEX, *sorted(set().union(*map(_PUT_TOGETHER.findall, sources))))


def flat_names(names: Iterable[str], free: Iterable[str], kept: tuple[str, ...]) -> dict[str, str]:
    """{dotted name below picorest: name there}. free: names that nothing else is called by. kept: see there."""
    return dict(zip((name for name in sorted(names) if "." in name and not name.startswith(kept)), free, strict=False))


def flatten(source: str, flat: dict[str, str]) -> str:
    """The same program with the flat names in its texts; lines stay where they are."""
    tree = ast.parse(source)
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    edits = [
        (*span(node), f'"{flat[node.value]}"')
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in flat and id(node) not in skipped
    ]
    return apply(source, edits)
