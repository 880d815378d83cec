"""Give parameters that are only given by position short names, shared by all functions.

MicroPython remembers every name that it has met, for ever, as rom_names.py tells; those of parameters are among them. Line numbers
stay as they are.
"""

import ast
import re

# names that firmware and microdot have anyway
_PARAMETERS = "v n k d e f g i r s t w x y z a b c p q".split()
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def keywords(sources: list[str]) -> set[str]:
    """All names by which some call gives a parameter."""
    found = set()
    for source in sources:
        found |= set(re.findall(r"/<(\w+)>", source))  # routes are called with them, see routes/__init__.py
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.keyword) and node.arg:
                found.add(node.arg)
    return found


def shrink(source: str, kept: set[str]) -> str:
    """The same program with shorter names; `kept` from keywords() of all sources."""
    tree = ast.parse(source)
    edits: dict[tuple[int, int], tuple[str, str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, _FUNCTION):
            _parameters(node, kept, edits)
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    for (line, column), (old, new) in sorted(edits.items(), reverse=True):
        text = lines[line - 1]
        end = column + len(old)
        assert text[column:end] == old.encode(), (line, column, old)
        lines[line - 1] = text[:column] + new.encode() + text[end:]
    return b"".join(lines).decode()


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef, kept: set[str], edits: dict) -> None:
    inner = [n for n in ast.walk(function) if n is not function and isinstance(n, _FUNCTION | ast.Lambda | ast.ClassDef)]
    if inner:
        return  # scopes within scopes are few: they keep their names
    names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    names |= {a.arg for a in ast.walk(function) if isinstance(a, ast.arg)}
    free = iter(name for name in _PARAMETERS if name not in names)
    new = {}
    for parameter in function.args.posonlyargs + function.args.args:
        if parameter.arg != "self" and parameter.arg not in kept and len(parameter.arg) > 1:
            name = next(free, None)
            if name is None:
                break
            new[parameter.arg] = name
            edits[parameter.lineno, parameter.col_offset] = parameter.arg, name
    for statement in function.body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id in new:
                edits[node.lineno, node.col_offset] = node.id, new[node.id]
            elif isinstance(node, ast.ExceptHandler) and node.name in new:
                raise AssertionError(f"{function.name} catches an exception as its parameter {node.name}")
