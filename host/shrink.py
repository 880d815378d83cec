"""Give names that nobody outside of a function or module uses short names, shared by all modules.

MicroPython remembers every name that it has met, for ever: 7 bytes each, in pools that double; with about 400 names of
our own the ESP8266 would need a pool of 4.5 KB more. What never shows outside is therefore renamed for the board:
parameters that are only given by position, and functions and variables of a module that begin with an underscore.
Line numbers stay as they are.
"""

import ast

# names that firmware and microdot have anyway
_PARAMETERS = "v n k d e f g i r s t w x y z a b c p q".split()
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def keywords(sources: list[str]) -> set[str]:
    """All names by which some call gives a parameter, or that some module imports from another."""
    found = {"name"}  # routes are called with it
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.keyword) and node.arg:
                found.add(node.arg)
            elif isinstance(node, ast.ImportFrom):
                found.update(one.name for one in node.names)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr) if node.attr.startswith("_") else None
    return found


def shrink(source: str, kept: set[str]) -> str:
    """The same program with shorter names; `kept` from keywords() of all sources."""
    tree = ast.parse(source)
    edits: dict[tuple[int, int], tuple[str, str]] = {}
    _private(tree, kept, edits, source.splitlines())
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


def _private(tree: ast.Module, kept: set[str], edits: dict, lines: list[str]) -> None:
    names = []
    for node in tree.body:
        if isinstance(node, _FUNCTION):
            names.append(node.name)
        elif isinstance(node, ast.Assign) and not (
            isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id == "const"
        ):
            stored = [one for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)]
            names += [one.id for one in stored if isinstance(one.ctx, ast.Store)]
    declared = {name for node in ast.walk(tree) if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}
    names = [n for n in dict.fromkeys(names) if n[0] == "_" and n[:2] != "__" and n not in kept | declared]
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    fresh = (name for name in (f"_{i}" for i in range(1000)) if name not in used)
    new = dict(zip(names, fresh, strict=False))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in new:
            edits[node.lineno, node.col_offset] = node.id, new[node.id]
    for node in tree.body:
        if isinstance(node, _FUNCTION) and node.name in new:
            column = lines[node.lineno - 1].index("def ") + 4
            edits[node.lineno, column] = node.name, new[node.name]


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
