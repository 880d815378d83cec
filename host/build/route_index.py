"""Collect the decorators of device/lib/picorest/routes, such as @api.get("/gpio/<pin>"), into the index by which a board loads the
module of a path only when somebody asks for it. A module on a board has no decorators any more: they would take memory.

The sources are microdot's, and run unbuilt. What the index cannot say is refused, with file and line.
"""

import ast
import re
from typing import NamedTuple

from host import UserError
from host.build.bundle import apply

PLACE = "lib/picorest/routes/"  # of the modules, in device/
INDEX = f"{PLACE}__init__.py"
TEXT = re.compile(r'(?<=\nROUTES = """\n)[^"]*(?=""")')  # the index, in that file
METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE")  # in the order in which Allow names them
PATH = re.compile(r"/|(?:/[a-z0-9_.-]+)+(?:/<([a-z_]+)>|/<(id)>/[a-z0-9_.-]+)?")
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


class RouteError(UserError):
    """A route that the index cannot hold; the message says where, why, and the way out."""


class Route(NamedTuple):
    path: str
    method: str
    target: str  # module.function
    where: str  # file:line


def routes(sources: dict[str, str]) -> list[Route]:
    """The routes of these modules, given by place in device/. Raises RouteError."""
    found = [route for name, source in sorted(sources.items()) for route in _collect(name, source)]
    _compare(found)
    return found


def text(found: list[Route]) -> str:
    """The index: a line for each path, with method and module.function of each of its routes."""
    rows: dict[str, dict[str, str]] = {}
    for route in found:
        rows.setdefault(route.path, {})[route.method] = route.target
    lines = []
    for path, targets in sorted(rows.items()):
        words = [f"{method} {targets[method]}" for method in METHODS if method in targets]
        lines.append(" ".join([path, *words]) + "\n")
    return "".join(lines)


def modules(sources: dict[str, str]) -> dict[str, str]:
    """Those of the sources that have routes."""
    return {name: source for name, source in sources.items() if name.startswith(PLACE) and name != INDEX}


def stripped(source: str) -> str:
    """A module without its routes; lines stay where they are."""
    edits = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "microdot" and not node.level:
            rest = [one.name for one in node.names if one.name != "Microdot"]
            edits.append(_edit(node, f"from microdot import {', '.join(rest)}" if rest else ""))
        elif isinstance(node, ast.Assign) and _is_api(node):
            edits.append(_edit(node, ""))
        elif isinstance(node, _FUNCTIONS):
            edits += [_edit(call, "", 1) for call in node.decorator_list if _method(call)]
    return apply(source, edits)


def _edit(node: ast.AST, put: str, before: int = 0) -> tuple[int, int, int, int, str]:
    lines = "\n" * (node.end_lineno - node.lineno)
    return node.lineno, node.col_offset - before, node.end_lineno, node.end_col_offset, put + lines


def _is_api(node: ast.Assign) -> bool:
    return ast.unparse(node) == "api = Microdot()"


def _method(decorator: ast.expr) -> str | None:
    """What is called of `api`: "get" of @api.get("/path")."""
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return call.attr if isinstance(call, ast.Attribute) and ast.unparse(call.value) == "api" else None


def _collect(name: str, source: str) -> list[Route]:
    tree = ast.parse(source)
    found, known = [], set()
    for function in ast.walk(tree):
        for decorator in getattr(function, "decorator_list", ()):
            if _method(decorator):
                where = f"device/{name}:{decorator.lineno}"
                if function not in tree.body or not isinstance(function, _FUNCTIONS):
                    raise RouteError(f"{where}: a route is a function of the module itself: move it out")
                target = f"{name.removeprefix(PLACE).removesuffix('.py')}.{function.name}"
                methods, path = _methods(decorator, where), _path(decorator, function, where)
                found += [Route(path, method, target, where) for method in methods]
                known |= {id(node) for node in ast.walk(decorator)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_api(node):
            known |= {id(one) for one in ast.walk(node)}
        if isinstance(node, ast.Name) and node.id in ("api", "Microdot") and id(node) not in known:
            where = f"device/{name}:{node.lineno}"
            raise RouteError(f"{where}: here `api = Microdot()` is for @api.get() and its like only: hooks go to app.py")
    return found


def _methods(decorator: ast.Call, where: str) -> list[str]:
    name = _method(decorator)
    if name != "route":
        if name.upper() not in METHODS:
            raise RouteError(f"{where}: the index has no api.{name}: hooks go to app.py")
        return [name.upper()]
    given = [word.value for word in decorator.keywords if word.arg == "methods"] or decorator.args[1:2]
    try:
        methods = ast.literal_eval(given[0]) if given else ["GET"]
        if not set(methods) <= set(METHODS):
            raise ValueError
    except (ValueError, TypeError):
        raise RouteError(f"{where}: methods is a list of {', '.join(METHODS)} as they stand here") from None
    return list(methods)


def _path(decorator: ast.expr, function: ast.FunctionDef, where: str) -> str:
    given = decorator.args[0] if isinstance(decorator, ast.Call) and decorator.args else None
    if not isinstance(given, ast.Constant) or not isinstance(given.value, str):
        raise RouteError(f"{where}: the path has to be a text as it stands here, the index is made without running the module")
    match = PATH.fullmatch(given.value)
    if not match:
        raise RouteError(f"{where}: {given.value}: the index knows small letters, and one <name> without a type, at the end, or <id> before it")
    parameters = [arg.arg for arg in function.args.args]
    wanted = [name for name in match.groups() if name]
    if parameters[1:] != wanted or function.name.startswith("_"):
        shown = ", ".join(["request", *wanted])
        raise RouteError(f"{where}: {given.value} is for a public function with the parameters ({shown})")
    return given.value


def _compare(found: list[Route]) -> None:
    """Refuse routes of which one would hide another, or that the index could not tell apart."""
    first: dict[tuple[str, str], Route] = {}
    names: dict[str, Route] = {}
    for route in found:
        general = re.sub("<[a-z_]+>", "<>", route.path)
        other = first.setdefault((general, route.method), route)
        if other is not route:
            raise RouteError(f"{route.where}: {route.method} {route.path} has a handler already, at {other.where}")
        other = names.setdefault(general, route)
        if other.path != route.path:
            raise RouteError(f"{route.where}: {route.path} is called {other.path} at {other.where}: use one name")
    for route in found:
        head, _, last = route.path.rpartition("/")
        other = names.get(f"{head}/<>") if not last.startswith("<") else None
        if other:
            raise RouteError(f"{route.where}: microdot would take {route.path} for {other.path} of {other.where}, if that is met first")
