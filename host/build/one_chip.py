"""Leave out of a program for an ESP8266 what its chip never runs, and the questions whether it does: see host/lint/branches.py."""

import ast
from collections.abc import Iterator

from host.build.bundle import apply, span
from host.lint.branches import truth

Edit = tuple[int, int, int, int, str]  # line and column of the first character and behind the last; what comes there


def without_others(source: str, port: str = "esp8266") -> str:
    """The source without statements, choices and conditions that are for other chips; lines stay where they are. What is left of
    a condition is as true as it was, though it may be another value."""
    left = source
    while edits := list(_edits(ast.parse(left), [line.encode() for line in left.splitlines()], port)):  # ast counts columns in bytes
        left = apply(left, edits)
    used = _names(ast.parse(source)) if left != source else set()
    while dead := list(_dead(left, used)):
        left = apply(left, dead)
    return left


def _dead(source: str, used: set[str]) -> Iterator[Edit]:
    """Edits that leave out the functions of this module's own that it does not call any more. used: the names that it had."""
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[:1] == "_" and not node.decorator_list]
    for node in functions:
        others = [other for other in tree.body if other is not node]
        if node.name in used and node.name not in set().union(*map(_names, others)):
            yield *span(node), "pass" + "\n" * (node.end_lineno - node.lineno)


def _names(node: ast.AST) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}


def _edits(node: ast.AST, lines: list[bytes], port: str) -> Iterator[Edit]:
    """Edits of which none lies within another: after them there may be more to do."""
    text = _shorter(node, lines, port)
    if text is not None:
        yield _edit(node, text)
        return
    test = node.test if isinstance(node, ast.If) and not isinstance(node.test, ast.Constant) else None
    known = truth(test, port) if test else None
    for child in ast.iter_child_nodes(node):
        if child is test and known is not None:
            yield _edit(child, str(known))
        else:
            yield from _edits(child, lines, port)


def _shorter(node: ast.AST, lines: list[bytes], port: str) -> str | None:
    """What does the same in the place of a node, if something shorter does."""
    if isinstance(node, ast.BoolOp):
        word = isinstance(node.op, ast.And)
        left = [value for value in node.values if truth(value, port) is not word] or node.values[-1:]
        if len(left) < len(node.values) and all(value.lineno == value.end_lineno for value in left):
            return (" and " if word else " or ").join(_text(lines, value, len(left) > 1) for value in left)
    known = truth(node.test, port) if isinstance(node, ast.If | ast.IfExp) else None
    if known is False and isinstance(node, ast.If) and not node.orelse and not _at(lines, node).startswith(b"elif"):
        return "pass"
    if known is not None and isinstance(node, ast.IfExp) and node.lineno == node.end_lineno:
        return _text(lines, node.body if known else node.orelse)
    return None


def _edit(node: ast.AST, text: str) -> Edit:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, text + "\n" * (node.end_lineno - node.lineno)


def _text(lines: list[bytes], node: ast.expr, beside: bool = False) -> str:
    text = _at(lines, node)[: node.end_col_offset - node.col_offset].decode()
    return f"({text})" if beside and isinstance(node, ast.BoolOp | ast.IfExp | ast.NamedExpr | ast.Lambda) else text


def _at(lines: list[bytes], node: ast.AST) -> bytes:
    return lines[node.lineno - 1][node.col_offset :]
