"""Write the imports of an ESP8266's program out: what is always in memory is one module there, and all others are overlays.

The sources import each other as usual. On the board `from .zone import offset` becomes `offset = load_overlay("zone").offset`, see
device/esp8266/overlay.py. Lines stay where they are.
"""

import ast
import re

from host.build import bundle, seldom
from host.build.bundle import PACKAGE

ROOT_MODULE = "picorest"  # what the bundle is called on the board,
RESIDENT = "lib/picorest.py"  # and where it lies
APP = "app.py"
_NONE = seldom.Seldom({}, {})
STARTER = '''
"""Starts the program, with the names of its files and modules first of all."""
import names
from sys import modules

del names, modules["names"], modules
from picorest import run
'''
FOLDER = "o"  # of the images of overlays
IN_IMAGE = "o.mpy"  # the only file in each
# names of files and modules that importing the program makes
FILES = ["/rom/app.mpy", "app", "/rom/lib/picorest.mpy", "picorest", "/o", "/rom/o/", "/o/o.mpy", "o"]


def is_overlay(path: str) -> bool:
    """Whether a module comes and goes, by its path on the board before it is put into its image."""
    return path.startswith(PACKAGE) and path.endswith(".py")


def name_of(path: str) -> str:
    """The name below picorest: "routes.gpio" of lib/picorest/routes/gpio.py."""
    return path.removeprefix(PACKAGE).removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def written_out(sources: dict[str, str], held: set[str], found: seldom.Seldom = _NONE) -> dict[str, str]:
    """The modules `sources`, given by path, with imports as the board has them. held: names of the modules that the bundle has.
    found: what of these is an overlay all the same."""
    overlays = {name_of(path) for path in sources if is_overlay(path)}
    return {path: _write_out(path, text, overlays, held, found) for path, text in sources.items()}


def _write_out(path: str, source: str, overlays: set[str], held: set[str], found: seldom.Seldom) -> str:
    joined = path == RESIDENT or seldom.DOC in source
    package = [] if joined or not is_overlay(path) else name_of(path).split(".")[:-1]
    source = seldom.calls_written_out(path, source, found, joined, _modules(ast.parse(source), package, held))
    tree = ast.parse(source)
    edits = []
    asks = "load_overlay(" in source
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            where = bundle.origin(node, package)
            if where is not None:
                lines = [_import(where, one, overlays, held, found) for one in node.names]
                asks |= any("load_overlay(" in line for line in lines)
                edits.append((*bundle.span(node), "; ".join(lines)))
    if asks and path != RESIDENT:
        edits.append(_after_docstring(tree, f"from {ROOT_MODULE} import load_overlay"))
    return bundle.apply(source, edits)


def _modules(tree: ast.Module, package: list[str], held: set[str]) -> set[str]:
    """What a module calls those modules that are held."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named = [(one.asname or one.name, f"{bundle.origin(node, package) or ''}.{one.name}") for node in imports for one in node.names]
    return {name for name, whole in named if whole.removeprefix(".") in held}


def _import(where: str, one: ast.alias, overlays: set[str], held: set[str], found: seldom.Seldom) -> str:
    whole = f"{where}.{one.name}".removeprefix(".")
    name = one.asname or one.name
    if one.name in found.functions and where in held:
        return f'{name} = load_overlay("{found.functions[one.name]}").{one.name}'
    if whole in overlays:
        return f'{name} = load_overlay("{whole}")'
    if where in overlays:
        return f'{name} = load_overlay("{where}").{one.name}'
    if whole in held:
        return f"import {ROOT_MODULE} as {name}"
    return f"from {ROOT_MODULE} import {one.name}" + (f" as {one.asname}" if one.asname else "")


def _after_docstring(tree: ast.Module, line: str) -> tuple[int, int, int, int, str]:
    """An edit that puts one more statement on the line on which the docstring ends."""
    doc = tree.body[0]
    return doc.end_lineno, doc.end_col_offset, doc.end_lineno, doc.end_col_offset, "; " + line
