"""Lend the overlays of an ESP8266's program names that the firmware has in ROM: each text by which one is asked for would else be
one more name to keep, or an object of 16 bytes. Packages of which a module is asked for by a name that is put together while
the program runs stay as they are; so do modules in no package, whose names may be said for another reason too.
"""

import ast
from collections.abc import Iterable

from host.build.bundle import apply, span

KEPT = ("boards.", "routes.")  # what such names begin with


def flat_names(names: Iterable[str], free: Iterable[str]) -> dict[str, str]:
    """{dotted name below picorest: name there}. free: names that nothing else is called by."""
    return dict(zip((name for name in sorted(names) if "." in name and not name.startswith(KEPT)), free, strict=False))


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
