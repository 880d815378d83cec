"""Give modules of packages short names without packages, by which an ESP8266's program asks for its overlays.

Folders of ROMFS images and tables of packages would cost memory there. A module keeps the last part of its name where no other has
the same: "ntp.timezone" becomes "timezone", "wifi.status" becomes "wifi_status". Packages of which a module is asked for by a name that is
put together while the program runs stay as they are.
"""

import ast
from collections import Counter
from collections.abc import Iterable

from host.build.bundle import apply
from host.build.compiler import BuildError

KEPT = ("boards.", "routes.")  # what such names begin with


def flat_names(names: Iterable[str]) -> dict[str, str]:
    """{dotted name below picorest: name without dots} of those that change. Raises BuildError."""
    names = [name for name in names if not name.startswith(KEPT)]
    last = Counter(name.rpartition(".")[2] for name in names)
    flat = {n: n.replace(".", "_") if last[n.rpartition(".")[2]] > 1 else n.rpartition(".")[2] for n in sorted(names)}
    twice = [name for name, count in Counter(flat.values()).items() if count > 1]
    if twice:
        raise BuildError(f"two modules of device/lib/picorest would be {twice[0]} on an ESP8266: rename one")
    return {name: short for name, short in flat.items() if name != short}


def flatten(source: str, flat: dict[str, str]) -> str:
    """The same program with the flat names in its texts; lines stay where they are."""
    tree = ast.parse(source)
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    edits = [
        (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, f'"{flat[node.value]}"')
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in flat and id(node) not in skipped
    ]
    return apply(source, edits)
