"""Leave out of a program for an ESP8266 what its chip never runs, as far as a comparison of `chip` says so: bytecode, and names."""

import ast
from collections.abc import Iterator

from host.build.bundle import apply
from host.lint.branches import truth


def without_others(source: str, port: str = "esp8266") -> str:
    """The source without statements and choices that are for other chips; lines stay where they are."""
    lines = [line.encode() for line in source.splitlines()]  # ast counts columns in bytes
    return apply(source, list(_edits(ast.parse(source), lines, port)))


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
