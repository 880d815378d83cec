"""Join the modules that are always in memory into one, picorest/core.

On a chip with 38 KiB of heap a module costs 150 to 250 bytes beside what is in it: its own tables of names and constants,
its dictionary, the names that it imports from its neighbours. The sources stay small modules with one idea each; the
board gets one. picorest/__init__.py imports it if it is there, and it enters itself under the name of every module that
it holds, so that the others find them.
"""

import ast

from host import UserError

PACKAGE = "lib/picorest/"
# in the order in which they can be executed; routes/__init__ stays where it is, because a package needs a place
PARTS = tuple(
    "clock.py net.py web.py request.py access.py config.py hardware.py pins.py pinmap.py problems.py dispatch.py server.py wifi.py"
    " sntp.py routes/gpio.py".split()
)
NAME = "core"


class Conflict(UserError):
    """Two modules of the bundle cannot be one; the message says which and why."""


def bundle(sources: dict[str, str]) -> str:
    """The source of picorest/core.py from the texts of PARTS. Raises Conflict."""
    parts = [(part[:-3].replace("/", "."), sources[part]) for part in PARTS]
    held = {name for name, _ in parts}
    imports: dict[str, None] = {}
    taken: dict[str, str] = {}
    bodies = []
    for name, source in parts:
        body, defined = _strip(name, source, held, imports)
        for one in defined:
            if taken.setdefault(one, name) != name:
                raise Conflict(f"picorest/{name}: {one} is a name of {taken[one]} too; modules of the bundle need their own")
        bodies.append(body)
    for line in imports:
        for one in line.split("import ")[1].split(", "):
            if one in taken:
                raise Conflict(f"{one} of `{line}` is also a name of {taken[one]}; rename that")
    aliases = f'for _name in "{" ".join(sorted(held))}".split():\n    sys.modules["picorest." + _name] = sys.modules[__name__]\n'
    imports.setdefault("import sys")
    return "\n".join(["# made by host/bundle.py", *sorted(imports), *bodies, aliases])


def _strip(name: str, source: str, held: set[str], imports: dict[str, None]) -> tuple[str, set[str]]:
    """One module's source without its imports, with what it refers to in its neighbours written plainly."""
    tree = ast.parse(source)
    package = ["routes"] if "." in name else []
    edits: list[tuple[int, int, int, int, str]] = []
    neighbours = {}
    defined = set()
    consts = {}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            edits.append((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, ""))
            if isinstance(node, ast.Import):
                for one in node.names:
                    imports[f"import {one.name}"] = None
            elif not node.level:
                for one in node.names:
                    imports[f"from {node.module} import {one.name}"] = None
            else:
                origin = ".".join(package[: len(package) - node.level + 1] + ([node.module] if node.module else []))
                for one in node.names:
                    whole = f"{origin}.{one.name}".strip(".")
                    if origin in held:
                        pass
                    elif whole in held:
                        neighbours[one.name] = whole
                    else:
                        imports[f"from .{origin} import {one.name}"] = None
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                for one in ast.walk(target):
                    if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                        call = node.value
                        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "const":
                            consts[one.id] = f"{one.id}_{name.replace('.', '_')}"
                        else:
                            defined.add(one.id)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in neighbours:
            edits.append((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, node.attr))
        elif isinstance(node, ast.Name) and node.id in consts:
            edits.append((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, consts[node.id]))
        elif isinstance(node, ast.arg) and node.arg in neighbours:
            raise Conflict(f"{name}, line {node.lineno}: the argument {node.arg} hides the module of that name")
        elif isinstance(node, ast.ImportFrom) and node.level and node not in tree.body and package:
            origin = ".".join(package[: len(package) - node.level + 1] + ([node.module] if node.module else []))
            names = ", ".join(one.name for one in node.names)
            edits.append((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, f"from .{origin} import {names}"))
    return _apply(source, edits), defined


def _apply(source: str, edits: list[tuple[int, int, int, int, str]]) -> str:
    lines = [line.encode() for line in source.splitlines(keepends=True)]  # ast counts columns in bytes
    for first, start, last, end, text in sorted(edits, reverse=True):
        joined = lines[first - 1][:start] + text.encode() + lines[last - 1][end:]
        lines[first - 1 : last] = [joined]
    return b"".join(lines).decode()
