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
# routes/__init__ stays where it is, because a package needs a place
PARTS = tuple(
    "overlay.py clock.py utf8.py table.py problem.py http/canned_responses.py loop.py http/urlencoded.py http/response.py http/request.py"
    " http/csrf.py config/schema.py config/settings.py boards/profile.py board.py gpio/rules.py gpio/pins.py problem_types.py"
    " http/dispatch.py http/server.py wifi/station.py ntp/service.py routes/gpio.py".split()
)
RESIDENT = ("memory.py", "microdot_resident.py", *PARTS, "routes/__init__.py")  # the same where all other modules are overlays
NAME = "core"
MARK = "# from "
# what a module of the user's may import, where there is one
USERS = """
if has_user:
    sys.modules["picorest.problem"] = sys.modules[__name__]
    sys.modules["microdot"] = load_overlay("microdot")
"""

# on the other chips, where there is none; before anything asks for microdot
NOBODYS = """
from picorest.memory import has_user
if not has_user:
    import picorest.microdot_resident
    sys.modules["microdot"] = picorest.microdot_resident
"""


class Conflict(UserError):
    """Two modules of the bundle cannot be one; the message says which and why."""


def part_name(part: str) -> str:
    """The module's name below picorest: "routes.gpio" of routes/gpio.py."""
    return part.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def within(source: str) -> str:
    """The source of app.py as if it lay in the package."""
    return re.sub(r"(?m)^( *)from picorest\.?(\S*) import ", r"\1from .\2 import ", source)


def bundle(sources: dict[str, str], whole: bool = False) -> str:
    """The source of picorest/core.py from the texts of its parts. whole: of `picorest` on an ESP8266, where all
    other modules are overlays. Raises Conflict."""
    held = {part_name(part) for part in sources}
    imports: dict[str, None] = {"import sys": None}
    taken: dict[str, str] = {}
    bodies = []
    for part, source in _in_order(sources).items():
        name = part_name(part)
        body, defined = _strip(name, part.split("/")[:-1], source, held, imports)
        for one in defined:
            if taken.setdefault(one, name) != name and not _extends(source, one):
                raise Conflict(f"picorest/{name}: {one} is a name of {taken[one]} too; modules of the bundle need their own")
        bodies.append(MARK + part + "\n" + body)  # see host/board/tracebacks.py
    for line in imports:
        for one in line.split("import ")[1].split(", "):
            if one in taken:
                raise Conflict(f"{one} of `{line}` is also a name of {taken[one]}; rename that")
    aliases = f'for _name in "{" ".join(sorted(held))}".split():\n    sys.modules["picorest." + _name] = sys.modules[__name__]\n'
    if whole:  # ours ask for their neighbours as overlays, or not at all
        known = [f'resident["{name}"] = sys.modules[__name__]\n' for name in sorted(held) if name.startswith("routes.")]
        aliases = "".join(known) + USERS
    first = sorted(imports, key=lambda line: (line != "import sys", line))
    if "import microdot" in imports and not whole:
        first.insert(1, NOBODYS)
    return "\n".join(["# made by host/build/bundle.py", *first, *bodies, aliases])


Edits = list[tuple[int, int, int, int, str]]  # from (line, column) to (line, column): a text


def _in_order(sources: dict[str, str]) -> dict[str, str]:
    """The parts in an order in which they can be executed: each after those that it imports when it is loaded."""
    parts = {part_name(part): part for part in sources}
    found: dict[str, str] = {}
    begun = set()

    def add(part: str) -> None:
        begun.add(part)
        for node in ast.parse(sources[part]).body:
            if isinstance(node, ast.ImportFrom) and node.level:
                where = origin(node, part.split("/")[:-1])
                for name in (where, *(f"{where}.{one.name}".strip(".") for one in node.names)):
                    if parts.get(name, part) not in begun:
                        add(parts[name])
        found[part] = sources[part]

    for part in sources:
        if part not in begun:
            add(part)
    return found


def _extends(source: str, name: str) -> bool:
    """Whether a class is made of another module's of the same name, in whose place it may then stand."""
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == name]
    return any(isinstance(base, ast.Attribute) and base.attr == name for node in classes for base in node.bases)


def _strip(name: str, package: list[str], source: str, held: set[str], imports: dict[str, None]) -> tuple[str, set[str]]:
    """One module's source without its imports, with what it refers to in its neighbours written plainly."""
    tree = ast.parse(source)
    edits: Edits = []
    neighbours = {}
    defined, consts = _defined(tree)
    consts = {one: f"{one}_{name.replace('.', '_')}" for one in consts}
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            edits.append((*span(node), ""))
        if isinstance(node, ast.Import):
            imports.update((f"import {one.name}", None) for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            where = origin(node, package)
            for one in node.names:
                whole = f"{where}.{one.name}".strip(".")
                if not node.level:
                    imports[f"from {node.module} import {one.name}"] = None
                elif whole in held and where not in held:
                    neighbours[one.asname or one.name] = whole
                elif where not in held:
                    imports[f"from .{where} import {one.name}"] = None
    asked = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in neighbours:
            edits.append((*span(node), node.attr))
        elif isinstance(node, ast.Name) and node.id in neighbours and id(node) not in asked:
            edits.append((*span(node), "sys.modules[__name__]"))
        elif isinstance(node, ast.Name) and node.id in consts:
            edits.append((*span(node), consts[node.id]))
        elif isinstance(node, ast.arg) and node.arg in neighbours:
            raise Conflict(f"{name}, line {node.lineno}: the argument {node.arg} hides the module of that name")
        elif isinstance(node, ast.ImportFrom) and node.level and node not in tree.body:
            edits.append((*span(node), _late(node, origin(node, package), held)))
    return apply(source, edits), defined


def _defined(tree: ast.Module) -> tuple[set[str], set[str]]:
    """What a module defines, and its constants, which take no name on the board."""
    defined, consts = set(), set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Assign):
            names = (one for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name))
            (consts if is_const(node) else defined).update(one.id for one in names if isinstance(one.ctx, ast.Store))
    return defined, consts


def _late(node: ast.ImportFrom, where: str, held: set[str]) -> str:
    """An import within a function: of what is there, a second name is all that is left to give."""
    if where in held:
        return "; ".join(f"{one.asname} = {one.name}" for one in node.names if one.asname) or "pass"
    names = [one.name + (f" as {one.asname}" if one.asname else "") for one in node.names]
    return f"from .{where} import {', '.join(names)}"


def origin(node: ast.ImportFrom, package: list[str]) -> str | None:
    """The module below picorest that something is imported from, "" for picorest itself; None: a foreign one. package: the names
    of those that the importing module is in, below picorest."""
    if node.level:
        return ".".join(package[: len(package) - node.level + 1] + ([node.module] if node.module else []))
    top, _, rest = (node.module or "").partition(".")
    return rest if top == "picorest" else None


def is_const(node: ast.AST) -> bool:
    """Whether a statement is `NAME = const(…)`, which the compiler folds."""
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "const"


def span(node: ast.AST) -> tuple[int, int, int, int]:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def apply(source: str, edits: Edits) -> str:
    """The source with each stretch from (line, column) to (line, column) replaced by a text."""
    lines = [line.encode() for line in source.splitlines(keepends=True)]  # ast counts columns in bytes
    for first, start, last, end, text in sorted(edits, reverse=True):
        joined = lines[first - 1][:start] + text.encode() + lines[last - 1][end:]
        lines[first - 1 : last] = [joined]
    return b"".join(lines).decode()
