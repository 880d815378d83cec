"""Mutants of a module: copies of its source, each with one small mistake that a good test notices."""

import ast
import copy
from collections.abc import Iterator
from typing import NamedTuple

SWAPPED = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv},
    **{ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr},
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
    **{ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And},
}
REMOVED = (ast.Expr, ast.Assign, ast.AugAssign, ast.Delete, ast.Raise, ast.Return, ast.Break, ast.Continue)
WIDTH = 70  # of what is shown of a change, in characters


class Mutant(NamedTuple):
    line: int
    change: str  # as in "a < b -> a <= b"
    source: str  # the whole module


def mutants(source: str) -> list[Mutant]:
    """All that differ from the source and from each other, in the order of their lines."""
    found = {}
    for node in _nodes(ast.parse(source)):
        for other in _others(node):
            if ast.dump(other) != ast.dump(node):
                mutant = _replace(source, node, other)
                found.setdefault(mutant.source, mutant)
    return sorted(found.values(), key=lambda mutant: mutant.line)


def _nodes(tree: ast.AST, inside: bool = False) -> Iterator[ast.AST]:
    """Every node that may be changed: no f-strings, no docstrings, and whole statements only inside functions."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.JoinedStr) or _is_text(node):
            continue
        if inside or not isinstance(node, ast.stmt) or isinstance(node, ast.AugAssign | ast.If | ast.While):
            yield node
        yield from _nodes(node, inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _others(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp) and type(node.op) in SWAPPED and not _is_format(node):
        yield _with(node, op=SWAPPED[type(node.op)]())
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            yield _with(node, ops=[*node.ops[:at], SWAPPED[type(op)](), *node.ops[at + 1 :]])
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    if isinstance(node, ast.If | ast.IfExp):
        yield from (_with(node, test=ast.Constant(value)) for value in (True, False))
    if isinstance(node, ast.Constant):
        yield from map(ast.Constant, _constants(node.value))
    if isinstance(node, REMOVED):
        yield ast.Pass()


def _constants(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, str) and " " not in value:  # sentences are for people
        yield value + "x"
    elif isinstance(value, bytes):
        yield value + b"x"


def _is_format(node: ast.AST) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _replace(source: str, node: ast.AST, other: ast.AST) -> Mutant:
    """The source with `other` in the place of `node`; of an if statement, only its condition is replaced."""
    if isinstance(node, ast.If):
        node, other = node.test, other.test
    before, after = ast.unparse(node), "nothing" if isinstance(other, ast.Pass) else ast.unparse(other)
    text = ast.unparse(other) if isinstance(other, ast.stmt) else f"({ast.unparse(other)})"
    lines = source.encode().splitlines(keepends=True)  # columns count bytes
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset
    data = source.encode()
    return Mutant(node.lineno, f"{_short(before)} -> {_short(after)}", (data[:start] + text.encode() + data[end:]).decode())


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
