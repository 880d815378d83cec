"""The index of routes: it has to be what the modules' decorators make of it, and they have to be such as it can hold."""

import ast
from pathlib import Path

from host.build import route_index
from host.lint import Finding


def check(root: Path, fix: bool = False) -> list[Finding]:
    """A finding for the first route that the index cannot hold, or where it is not theirs; fix: write it."""
    device = root / "device"
    path = device / route_index.INDEX
    if not path.is_file():
        return []
    sources = {p.relative_to(device).as_posix(): p.read_text("utf-8") for p in path.parent.glob("*.py")}
    try:
        found = route_index.text(route_index.routes(route_index.modules(sources)))
    except route_index.RouteError as error:
        place, line, words = str(error).split(":", 2)
        return [Finding(place, int(line), words.strip())]
    except SyntaxError:
        return []  # the check of the sources tells where
    old = sources[route_index.INDEX]
    new = route_index.TEXT.sub(lambda _: found, old)
    if new == old:
        return []
    if fix:
        path.write_text(new, "utf-8")
        return []
    line = next(node.lineno for node in ast.parse(old).body if ast.unparse(node).startswith("ROUTES = "))
    return [Finding(f"device/{route_index.INDEX}", line, "ROUTES is not what the decorators say: check --fix writes it")]
