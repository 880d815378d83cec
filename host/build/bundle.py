"""Join the modules that are always in memory into one, picorest/core.

On a chip with 38 KiB of heap a module costs 150 to 250 bytes beside what is in it: its own tables of names and constants,
its dictionary, the names that it imports from its neighbours. The sources stay small modules with one idea each; the
board gets one. picorest/__init__.py imports it if it is there, and it enters itself under the name of every module that
it holds, so that the others find them. On an ESP8266 it holds all that is not an overlay, see overlays.py, and is `picorest`
itself.
"""

import ast
import re

from host import UserError

PACKAGE = "lib/picorest/"
# in the order in which they can be executed; routes/__init__ stays where it is, because a package needs a place
PARTS = tuple(
    "overlay.py clock.py utf8.py problem.py http/canned_responses.py loop.py http/urlencoded.py http/response.py http/request.py"
    " http/csrf.py config/schema.py config/settings.py boards/profile.py board.py gpio/rules.py gpio/pins.py problem_types.py"
    " http/dispatch.py http/server.py wifi/station.py ntp/service.py routes/gpio.py".split()
)
RESIDENT = ("memory.py", *PARTS, "routes/__init__.py")  # the same where all other modules are overlays
NAME = "core"
MARK = "# from "


class Conflict(UserError):
    """Two modules of the bundle cannot be one; the message says which and why."""


def name_of(part: str) -> str:
    """The module's name below picorest: "routes.gpio" of routes/gpio.py."""
    return part.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def within(source: str) -> str:
    """The source of app.py as if it lay in the package."""
    return re.sub(r"(?m)^( *)from picorest\.?(\S*) import ", r"\1from .\2 import ", source)


def bundle(sources: dict[str, str], whole: bool = False) -> str:
    """The source of picorest/core.py from the texts of its parts, in their order. whole: of `picorest` on an ESP8266, where all
    other modules are overlays. Raises Conflict."""
    held = {name_of(part) for part in sources}
    imports: dict[str, None] = {"import sys": None}
    taken: dict[str, str] = {}
    bodies = []
    for part, source in sources.items():
        name = name_of(part)
        body, defined = _strip(name, part.split("/")[:-1], source, held, imports)
        for one in defined:
            if taken.setdefault(one, name) != name:
                raise Conflict(f"picorest/{name}: {one} is a name of {taken[one]} too; modules of the bundle need their own")
        bodies.append(MARK + part + "\n" + body)  # see host/board/tracebacks.py
    for line in imports:
        for one in line.split("import ")[1].split(", "):
            if one in taken:
                raise Conflict(f"{one} of `{line}` is also a name of {taken[one]}; rename that")
    aliases = f'for _name in "{" ".join(sorted(held))}".split():\n    sys.modules["picorest." + _name] = sys.modules[__name__]\n'
    if whole:  # the aliases are for a module of the user's; ours ask for their neighbours as overlays, or not at all
        known = [f'resident["{name}"] = sys.modules[__name__]\n' for name in sorted(held) if name.startswith("routes.")]
        aliases = "".join(known) + "if has_user:\n    " + aliases.replace("\n", "\n    ").rstrip(" ")
    return "\n".join(["# made by host/build/bundle.py", *sorted(imports), *bodies, aliases])


def _strip(name: str, package: list[str], source: str, held: set[str], imports: dict[str, None]) -> tuple[str, set[str]]:
    """One module's source without its imports, with what it refers to in its neighbours written plainly."""
    tree = ast.parse(source)
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
        elif isinstance(node, ast.ImportFrom) and node.level and node not in tree.body:
            origin = ".".join(package[: len(package) - node.level + 1] + ([node.module] if node.module else []))
            names = [one.name + (f" as {one.asname}" if one.asname else "") for one in node.names]
            if origin in held:  # it is there; a second name is all that is left to give
                lines = [f"{one.asname} = {one.name}" for one in node.names if one.asname]
            else:
                lines = [f"from .{origin} import {', '.join(names)}"]
            edits.append((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, "; ".join(lines) or "pass"))
    return apply(source, edits), defined


def apply(source: str, edits: list[tuple[int, int, int, int, str]]) -> str:
    """The source with each stretch from (line, column) to (line, column) replaced by a text."""
    lines = [line.encode() for line in source.splitlines(keepends=True)]  # ast counts columns in bytes
    for first, start, last, end, text in sorted(edits, reverse=True):
        joined = lines[first - 1][:start] + text.encode() + lines[last - 1][end:]
        lines[first - 1 : last] = [joined]
    return b"".join(lines).decode()
