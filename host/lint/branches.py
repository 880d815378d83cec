"""The parts of a module that one port never runs, as far as a comparison of `chip`, or what tells of a small heap, says so."""

import ast
from collections.abc import Iterator

Span = tuple[tuple[int, int], tuple[int, int]]  # (line, column in bytes) of the first and behind the last character


def untaken(tree: ast.AST, port: str) -> Iterator[Span]:
    """Where `board.chip == "esp8266"` (or !=; with not, and, or) keeps the chips of a port out, or has let them leave before."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.IfExp):
            known = truth(node.test, port)
            if known is not None:
                yield from _span(node.orelse if known else node.body)
        elif isinstance(node, ast.BoolOp):
            for i, value in enumerate(node.values):
                if truth(value, port) is isinstance(node.op, ast.Or):  # it settles the matter
                    yield from _span(node.values[i + 1 :])
                    break
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            for i, statement in enumerate(block if isinstance(block, list) else ()):
                if _leaves(statement, port):
                    yield from _span(block[i + 1 :])


def truth(test: ast.expr, port: str) -> bool | None:
    """What a condition is on a port; None where that cannot be told, or differs between its chips."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        known = truth(test.operand, port)
        return None if known is None else not known
    if isinstance(test, ast.BoolOp):
        settles = isinstance(test.op, ast.Or)
        known = [truth(value, port) for value in test.values]
        return settles if settles in known else None if None in known else not settles
    match test:
        case ast.Compare(ast.Attribute(attr="chip"), [ast.Eq() | ast.NotEq() as op], [ast.Constant(str(chip))]):
            if "esp8266" not in (chip, port):
                return None  # one of the chips of the ESP32 family
            return (chip == port) is isinstance(op, ast.Eq)
        case ast.Name("SMALL") | ast.Attribute(attr="SMALL" | "memory_reserve"):  # its heap is small
            return True if port == "esp8266" else None
        case ast.Constant(bool(value)):  # which the build has put there, see host/build/parts.py
            return value
    return None


def _leaves(statement: ast.stmt, port: str) -> bool:
    known = truth(statement.test, port) if isinstance(statement, ast.If) else None
    if known is None:
        return False
    block = statement.body if known else statement.orelse
    return bool(block) and isinstance(block[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


def _span(nodes: list | ast.AST) -> Iterator[Span]:
    nodes = nodes if isinstance(nodes, list) else [nodes]
    if nodes:
        yield (nodes[0].lineno, nodes[0].col_offset), (nodes[-1].end_lineno, nodes[-1].end_col_offset)
