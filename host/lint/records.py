"""Numbers that stand for something: a column of a record, a character of a text. A constant costs nothing and has a name."""

import ast
from collections.abc import Iterator

from host.lint import Finding
from host.lint.kinds import Program
from host.lint.scopes import Scope

FIRST = 3  # pairs and triples are read at a glance; from this place on a number says nothing
CHARACTERS = range(32, 127)


def check(program: Program) -> list[Finding]:
    """Findings in the modules of device/, all at once, because what a name holds may come from another module."""
    found = set()
    for scope, node in program.nodes():
        if isinstance(node, ast.Subscript) and _place(node) >= FIRST and not _is_bytes(program.kinds(node.value, scope)):
            text = f"which column is {_place(node)}? Name it, as in _NAME = const({_place(node)}): the compiler writes the number"
            found.add(Finding(scope.path, node.lineno, text))
        elif isinstance(node, ast.Compare):
            for number in _characters(node, scope):
                name = f"_NAME = const({number:#04x})"
                text = f"is {number} the character {chr(number)!r}? Name it, as in {name}: the compiler writes the number"
                found.add(Finding(scope.path, node.lineno, text))
    return sorted(found)


def _place(node: ast.Subscript) -> int:
    return node.slice.value if isinstance(node.slice, ast.Constant) and type(node.slice.value) is int else -1


def _is_bytes(kinds: set[str]) -> bool:
    return "bytes" in kinds


def _characters(node: ast.Compare, scope: Scope) -> Iterator[int]:
    """Numbers that a byte is compared with: one taken out by its place, or a name for such a one."""
    sides = [node.left, *node.comparators]
    if any(_is_byte(side, scope) for side in sides):
        yield from (side.value for side in sides if _is_number(side))


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value in CHARACTERS


def _is_byte(node: ast.expr, scope: Scope) -> bool:
    if isinstance(node, ast.Subscript):
        return not isinstance(node.slice, ast.Slice)
    return isinstance(node, ast.Name) and any(_gives_byte(each, node.id) for each in scope.body)


def _gives_byte(node: ast.AST, name: str) -> bool:
    """Whether this assigns one element to the name, or walks through elements with it."""
    if isinstance(node, ast.Assign | ast.NamedExpr):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        taken = isinstance(node.value, ast.Subscript) and not isinstance(node.value.slice, ast.Slice)
        return taken and any(isinstance(target, ast.Name) and target.id == name for target in targets)
    if isinstance(node, ast.For | ast.comprehension) and not isinstance(node.iter, ast.Call | ast.Tuple | ast.List):
        return isinstance(node.target, ast.Name) and node.target.id == name
    return False
