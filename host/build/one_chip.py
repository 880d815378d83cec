"""Leave out of a program for an ESP8266 what its chip never runs, as far as a comparison of `chip` says so: bytecode, and names."""

import ast
from collections.abc import Iterator

from host.build.bundle import apply, span
from host.lint.branches import truth


def without_others(source: str, port: str = "esp8266") -> str:
    """The source without statements and choices that are for other chips; lines stay where they are."""
    lines = [line.encode() for line in source.splitlines()]  # ast counts columns in bytes
    left = apply(source, list(_edits(ast.parse(source), lines, port)))
    used = _names(ast.parse(source)) if left != source else set()
    while dead := list(_dead(left, used)):
        left = apply(left, dead)
    return left


def _dead(source: str, used: set[str]) -> Iterator[tuple[int, int, int, int, str]]:
    """Edits that leave out the functions of this module's own that it does not call any more. used: the names that it had."""
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[:1] == "_" and not node.decorator_list]
    for node in functions:
        others = [other for other in tree.body if other is not node]
        if node.name in used and node.name not in set().union(*map(_names, others)):
            yield *span(node), "pass" + "\n" * (node.end_lineno - node.lineno)


def _names(node: ast.AST) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}


def _edits(node: ast.AST, lines: list[bytes], port: str) -> Iterator[tuple[int, int, int, int, str]]:
    known = truth(node.test, port) if isinstance(node, ast.If | ast.IfExp) else None
    text = None
    if known is False and isinstance(node, ast.If) and not node.orelse and not _at(lines, node).startswith(b"elif"):
        text = "pass" + "\n" * (node.end_lineno - node.lineno)
    elif known is not None and isinstance(node, ast.IfExp) and node.lineno == node.end_lineno:
        taken = node.body if known else node.orelse
        text = _at(lines, taken)[: taken.end_col_offset - taken.col_offset].decode()
    if text is not None:
        yield node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, text
        return
    for child in ast.iter_child_nodes(node):
        yield from _edits(child, lines, port)


def _at(lines: list[bytes], node: ast.AST) -> bytes:
    return lines[node.lineno - 1][node.col_offset :]
