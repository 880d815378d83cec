"""Choose where the texts of a program for an ESP8266 live, where every long text constant has an object of 16 bytes on the heap.

MicroPython makes names of texts of up to 10 bytes, which then stay for ever, and objects of longer ones. On the chip that is the
wrong way round: what is always in memory is cheaper as names, whose letters stay in flash, and what comes and goes must leave no
names. The compiler knows only the length, so it gets placeholders, and the texts take their places in the bytecode.
"""

import ast
from collections.abc import Collection

from host.build import mpy
from host.build.bundle import apply

_SHORT = 10  # bytes of the longest text of which the compiler makes a name
_LONGEST = 255  # bytes of a name


def long_texts(source: str) -> list[str]:
    """The texts in a module that would be objects and could be names, those that stand in it first coming first."""
    found = [node.value for node in _texts(ast.parse(source)) if _SHORT < len(node.value.encode()) <= _LONGEST]
    return [text for text in dict.fromkeys(found) if "\0" not in text]


def short_texts(source: str, names: Collection[str]) -> list[str]:
    """The texts in a module that would become names and are none yet; `names` are those that there are anyway."""
    found = [node.value for node in _texts(ast.parse(source)) if 0 < len(node.value.encode()) <= _SHORT]
    return [text for text in dict.fromkeys(found) if text not in names]


def said(source: str, resident: bool) -> set[str]:
    """What a module says that becomes names in any case: its identifiers, and the short texts of what is always in memory."""
    tree = ast.parse(source)
    found = {getattr(node, field, None) for node in ast.walk(tree) for field in ("id", "attr", "arg", "name")}
    if resident:
        found |= {node.value for node in _texts(tree)}
    return {word for word in found if isinstance(word, str)}


def marked(source: str, texts: Collection[str], as_names: bool) -> tuple[str, dict[str, str]]:
    """The source with placeholders in the place of `texts`, and the text behind each placeholder."""
    marks = {text: f"zq{n}z" if as_names else f"zq{n}z".ljust(_SHORT + 1, "-") for n, text in enumerate(texts)}
    edits = []
    for node in _texts(ast.parse(source)):
        if node.value in marks:
            line = f'"{marks[node.value]}"' + "\n" * (node.end_lineno - node.lineno)  # lines stay where they are
            edits.append((node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, line))
    return apply(source, edits), {mark: text for text, mark in marks.items()}


def filled(code: bytes, found: dict[str, str]) -> bytes:
    """The bytecode with the texts in the place of their placeholders."""
    module = mpy.read(code).replace(found)
    lost = [mark for mark in found if mark.encode() in mpy.write(module)]
    assert not lost, f"placeholders stay in the bytecode: {lost}"
    return mpy.write(module)


def _texts(tree: ast.Module) -> list[ast.Constant]:
    """Text constants that stand in the program by themselves: no docstrings, no parts of f-strings."""
    skipped = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
    return [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in skipped]
