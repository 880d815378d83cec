"""Fold the constants that modules import from each other, such as `from ..dht.sampler import TEMPERATURE`: the value takes their
place, and the module that defines them no longer keeps them.

MicroPython's own const() folds within one module, and forgets the name only if it begins with an underscore. So in the sources a
constant that others use has a plain name, and stands once. Lines stay where they are.
"""

import ast

from host.build.bundle import PACKAGE, apply, is_const, origin, part_name, span
from host.build.compiler import BuildError

_OPERATORS = ast.BinOp | ast.UnaryOp | ast.operator | ast.unaryop | ast.Constant | ast.Tuple | ast.Load


def fold(modules: dict[str, str]) -> dict[str, str]:
    """The sources below device/, by path, with their constants folded. Raises BuildError."""
    trees = {path: ast.parse(source) for path, source in modules.items()}
    known = {_dotted(path): _defined(tree) for path, tree in trees.items()}
    return {path: apply(modules[path], _edits(path, tree, known)) for path, tree in trees.items()}


def _dotted(path: str) -> str:
    """The name below picorest of a module, given by its path below device/; of others the path."""
    return part_name(path.removeprefix(PACKAGE)) if path.startswith(PACKAGE) else path


def _defined(tree: ast.Module) -> dict[str, str]:
    """{name: source of its value} of the constants that a module lets others have."""
    found = {}
    for node in tree.body:
        if is_const(node):
            name, value = node.targets[0].id, node.value.args[0]
            if name[0] != "_" and all(isinstance(part, _OPERATORS) for part in ast.walk(value)):
                found[name] = repr(eval(compile(ast.Expression(value), "", "eval"), {}))
    return found


def _edits(path: str, tree: ast.Module, known: dict[str, dict[str, str]]) -> list[tuple[int, int, int, int, str]]:
    own = known[_dotted(path)]
    package = path.removeprefix(PACKAGE).split("/")[:-1]
    values: dict[str, str] = {}  # name in this module: what takes its place
    modules: dict[str, dict[str, str]] = {}  # name in this module, of another one: its constants
    edits = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            where = origin(node, package)
            rest = []
            for one in node.names:
                name, whole = one.asname or one.name, f"{where}.{one.name}".strip(".")
                if one.name in known.get(where, ()):
                    values[name] = known[where][one.name]
                else:
                    rest.append(one)
                    modules[name] = known.get(whole, {})
            if len(rest) < len(node.names):
                edits.append(_edit(node, ast.unparse(ast.ImportFrom(node.module, rest, node.level)) if rest else "pass"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in values:
            if not isinstance(node.ctx, ast.Load):
                raise BuildError(f"device/{path}, line {node.lineno}: {node.id} is a constant of another module; use another name")
            edits.append(_edit(node, values[node.id]))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in modules.get(node.value.id, ()):
            edits.append(_edit(node, modules[node.value.id][node.attr]))
        elif isinstance(node, ast.Name) and node.id in own:
            edits.append(_edit(node, f"_{node.id}"))
        elif isinstance(node, ast.arg) and (node.arg in values or node.arg in own):
            raise BuildError(f"device/{path}, line {node.lineno}: the argument {node.arg} hides a constant; use another name")
    return edits


def _edit(node: ast.AST, text: str) -> tuple[int, int, int, int, str]:
    return *span(node), text + "\n" * (node.end_lineno - node.lineno)
