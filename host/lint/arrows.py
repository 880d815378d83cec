"""Who may import whom under device/, and what nothing there may know."""

import ast
import re
from collections.abc import Iterator

from host.lint import Finding

# module -> the only file that may import it: each of these is one seam to the outside
SEAMS = {
    "machine": "lib/picorest/board.py",
    "esp": "lib/picorest/board.py",
    "esp32": "lib/picorest/board.py",
    "network": "lib/picorest/wifi/station.py",
    "time": "lib/picorest/clock.py",
}
RESCUE = ("main.py", "versions.py")  # lean on nothing of ours: they must work when our package is what is broken
ALSO = {
    "esp": ("lib/picorest/update/romfs.py",),  # writes the flash while nobody else does
    "esp32": ("lib/picorest/nvs.py",),
}
INSTEAD = {"time": "picorest.clock", "network": "the wifi service"}
LOOP_INTERNALS = "lib/picorest/loop.py"
PRETENDING = re.compile(r"virtual|simulat", re.IGNORECASE)


def check(path: str, name: str, source: str) -> list[Finding]:
    """Findings in the module `name` (its path below device/), reported under `path`."""
    tree = ast.parse(source, path)
    found = (Finding(path, node.lineno, text) for node in ast.walk(tree) for text in _look(node, name))
    return sorted({*found, *mentions(path, source)})


def mentions(path: str, text: str) -> list[Finding]:
    """Device code and pages run unchanged on a chip, so they do not talk of anything that stands in for one."""
    return [
        Finding(path, number, f"nothing under device/ says {match[0]!r}: it does not know what it runs on")
        for number, line in enumerate(text.splitlines(), 1)
        if (match := PRETENDING.search(line))
    ]


def _look(node: ast.AST, name: str) -> Iterator[str]:
    for module, member in _imports(node, name):
        top = module.removeprefix("u") if module.removeprefix("u") in SEAMS else module.split(".")[0]
        if top in SEAMS and name not in (SEAMS[top], *RESCUE, *ALSO.get(top, ())):
            yield f"only {SEAMS[top]} imports {top}; ask {INSTEAD.get(top, 'the board object')}"
        if (module, member) == ("sys", "platform") or top == "platform":
            yield "nobody asks for the platform; ask the board object what it can do"
        if (module.startswith("asyncio.") or (module, member) == ("asyncio", "core")) and name != LOOP_INTERNALS:
            yield f"only {LOOP_INTERNALS} touches the inside of asyncio"
        if name.startswith("lib/") and top == "app":
            yield "the package does not import app: app.py hands out what its parts need"
    if isinstance(node, ast.Attribute):
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        if (owner, node.attr) == ("sys", "platform"):
            yield "nobody asks for the platform; ask the board object what it can do"
        if node.attr == "_io_queue" and name != LOOP_INTERNALS:
            yield f"only {LOOP_INTERNALS} touches the inside of asyncio"


def _imports(node: ast.AST, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, ""
    elif isinstance(node, ast.ImportFrom):
        package = _package(name, node.level) if node.level else ""
        for alias in node.names:
            yield ".".join(filter(None, (package, node.module))), alias.name
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "__import__" and node.args:
        yield str(getattr(node.args[0], "value", "")), ""


def _package(name: str, level: int) -> str:
    """The package that `level` dots mean in the file `name`, as in lib/picorest/routes/gpio.py and 2: picorest."""
    return ".".join(name.removeprefix("lib/").split("/")[:-level])
