"""Take what is called now and then out of what is always in memory: functions and methods with the decorator @seldom("GROUP").

On an ESP8266 those of a group are an overlay of that name, in which a method is a function whose first argument is the object:
`board.adc(mark)` becomes `load_overlay("GROUP").adc(board, mark)` in every module. So their names must be nobody else's, and a
method can only be called. Lines stay where they are: those of an overlay are those of the joined module.
"""

import ast
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from host.build.bundle import PACKAGE, Conflict, apply, is_const
from host.build.rom_names import rom_names

MARK = "seldom"
DOC = "What is seldom called."  # the docstring of such an overlay
FOLDER = "seldom"  # the package that they are in
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


class Seldom(NamedTuple):
    """The group of each function and of each method that was taken out."""

    functions: dict[str, str]
    methods: dict[str, str]


def taken_out(source: str, module: str) -> tuple[str, dict[str, str], Seldom]:
    """The joined module, which is called `module`, without what is seldom called; the overlays by path; and what is where."""
    tree = ast.parse(source)
    found = Seldom({}, {})
    nodes: dict[str, list[ast.AST]] = {}
    for holder in [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]:
        for node in holder.body:
            group = _group(node)
            if group:
                kind = found.methods if isinstance(holder, ast.ClassDef) else found.functions
                kind[node.name] = f"{FOLDER}.{group}"
                nodes.setdefault(group, []).append(node)
    taken = [node for held in nodes.values() for node in held]
    known = _globals(tree) - {node.name for node in taken}
    made = {f"{PACKAGE}{FOLDER}/{group}.py": _overlay(source, tree, held, known, module) for group, held in nodes.items()}
    return apply(source, [(*_place(node), "\n" * (node.end_lineno - _place(node)[0])) for node in taken]), made, found


def check(sources: Iterable[str], found: Seldom) -> None:
    """Raises Conflict where a method's name is somebody else's too."""
    defined = Counter(name for source in sources for name in _defined(ast.parse(source)))
    for name in found.methods:
        if name in rom_names() or defined[name] > 1:
            raise Conflict(f"a method called {name} cannot be @{MARK}: others are called that too")


def _defined(tree: ast.Module) -> list[str]:
    return [node.name for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)]


def calls_written_out(path: str, source: str, found: Seldom, joined: bool, modules: set[str]) -> str:
    """A module whose calls lead to where the functions are. joined: it has all names of the joined module. modules: what it calls
    modules that are joined."""
    tree = ast.parse(source)
    edits = [edit for node in ast.walk(tree) if isinstance(node, ast.Call) for edit in _method(node, found)]
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in found.methods and id(node) not in called:
            raise Conflict(f"{path}, line {node.lineno}: {node.attr} is @{MARK}, so it can only be called")
    group = path.removeprefix(PACKAGE).removesuffix(".py").replace("/", ".")
    for node in _foreign_names(tree) if joined else ():
        if found.functions.get(node.id, group) != group:
            edits.append((*_start(node), *_start(node), f'load_overlay("{found.functions[node.id]}").'))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in found.functions and getattr(node.value, "id", None) in modules:
            edits.append((*_start(node), *_end(node.value), f'load_overlay("{found.functions[node.attr]}")'))
    return apply(source, edits)


def _method(call: ast.Call, found: Seldom) -> list[tuple[int, int, int, int, str]]:
    """The edits that make a method a function of an overlay."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in found.methods:
        return []
    start, (line, column) = _start(func), _end(func)
    there = f'load_overlay("{found.methods[func.attr]}").{func.attr}('
    return [(*start, *start, there), (*_end(func.value), line, column + 1, ", " if call.args or call.keywords else "")]


def _foreign_names(tree: ast.Module) -> list[ast.Name]:
    """What stands in functions and is not their own."""
    found = []
    for function in [node for holder in [tree, *(n for n in tree.body if isinstance(n, ast.ClassDef))] for node in holder.body]:
        if isinstance(function, ast.If):
            function = ast.Module(function.body, [])
        own = _local(function)
        found += [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id not in own]
    return list({id(node): node for node in found}.values())


def _start(node: ast.AST) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _end(node: ast.AST) -> tuple[int, int]:
    return node.end_lineno, node.end_col_offset


def _group(node: ast.AST) -> str | None:
    for mark in getattr(node, "decorator_list", ()):
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == MARK:
            return ast.literal_eval(mark.args[0])
    return None


def _place(node: ast.AST) -> tuple[int, int, int, int]:
    """Where a function stands, with its decorator, which is a line of its own."""
    mark = node.decorator_list[0]
    return mark.lineno, 0, node.end_lineno, node.end_col_offset


def _overlay(source: str, tree: ast.Module, held: list[ast.AST], known: set[str], module: str) -> str:
    """The overlay's source: the functions at their lines, asking the joined module for all that is in it."""
    edits = []
    consts = _consts(tree)
    used: dict[str, None] = {}
    for function in held:
        if any(isinstance(node, ast.Global) or isinstance(node, ast.Name) and node.id == "super" for node in ast.walk(function)):
            raise Conflict(f"{function.name} cannot be @{MARK}: it sets what is global, or asks for super()")
        local = _local(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and node.id not in local:
                if node.id in consts:
                    used[node.id] = None
                elif node.id in known:
                    edits.append((node.lineno, node.col_offset, node.lineno, node.col_offset, f"{module}."))
    lines = apply(source, edits).split("\n")
    out = [""] * len(lines)
    for function in held:
        first, _, last, _ = _place(function)
        out[first:last] = lines[first:last]
        if function.col_offset:
            out[first - 1] = "if True:"  # a method keeps its indentation
    out[0] = "; ".join([f'"""{DOC}"""', f"import {module}", *(f"{name} = {consts[name]}" for name in used)])
    return "\n".join(out)


def _globals(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            found |= set(node.names)
    for node in tree.body:
        if isinstance(node, _FUNCTIONS | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(one.asname or one.name).split(".")[0] for one in node.names}
        else:
            found |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
            found |= {one.name for one in ast.walk(node) if isinstance(one, ast.ClassDef)}
    return found - _consts(tree).keys()


def _consts(tree: ast.Module) -> dict[str, str]:
    """{name: source of the value} of constants that the compiler folds."""
    found = {}
    for node in tree.body:
        if is_const(node):
            found[node.targets[0].id] = ast.unparse(node.value)
    return found


def _local(function: ast.AST) -> set[str]:
    """Names that are a function's own, or those of functions within it."""
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            found |= {one.asname or one.name for one in node.names}
        elif isinstance(node, _FUNCTIONS) and node is not function:
            found.add(node.name)
    return found
