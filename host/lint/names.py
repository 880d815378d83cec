"""Find what would turn text from outside into a name, which MicroPython keeps until the board restarts.

MicroPython stores names once, in a table that is never emptied, and takes for a name: each character that iterating over a
text, indexing it or chr() yields; what getattr(), setattr(), hasattr(), delattr(), __import__(), type() and exec() get; the keys
of `**keywords`; the fields of format(). Where a client chooses the text, it fills the memory.

Rule: on text that is the source's own (made of its literals only) all of it is allowed, on any other none. Where no source can
tell, `# name: REASON` at the end of the line answers for it. What is text, and whose, host/lint/kinds.py finds out.
"""

import ast
from collections.abc import Iterator

from host.lint import Finding, excused
from host.lint.kinds import Program, inner
from host.lint.scopes import Scope

WAY_OUT = "walk its bytes, as in `for byte in text.encode()`, or use slices, as in text[i : i + 1], find(), split() and strip()"
BY_NAME = {"getattr": 1, "setattr": 1, "hasattr": 1, "delattr": 1, "__import__": 0, "exec": 0, "eval": 0, "intern": 0}
WALKS = set("list tuple set frozenset sorted enumerate reversed map filter zip any all sum iter deque fromkeys extend join".split())
EXTREMES = {"min", "max"}  # of one argument they walk through it


def check(program: Program) -> list[Finding]:
    """Findings in the modules of device/, together, because text goes from one to the other."""
    found = set()
    for scope, node in program.nodes():
        lines = program.sources[scope.path].splitlines()
        for line, text in _look(program, scope, node):
            if not excused(lines, line, "name"):
                found.add(Finding(scope.path, line, text))
    return sorted(found)


def _look(program: Program, scope: Scope, node: ast.AST) -> Iterator[tuple[int, str]]:
    kinds = lambda expression: program.kinds(expression, scope)  # noqa: E731
    walked = []
    if isinstance(node, ast.For | ast.AsyncFor):
        walked.append((node.iter, node.target, scope.node))
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        walked += [(each.iter, each.target, node) for each in node.generators]
    elif isinstance(node, ast.Starred | ast.YieldFrom) or isinstance(node, ast.Assign) and _unpacks(node):
        walked.append((node.value, None, None))
    elif isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
        if _foreign(kinds(node.value)) or kinds(node.value) != {"own"} and scope.is_character(node):
            yield node.lineno, f"a character taken out of a text stays in memory as a name for ever: {WAY_OUT}"
    elif isinstance(node, ast.Call):
        walked += [(each, None, None) for each in _walked(node)]
        yield from ((node.lineno, text) for text in _call(node, kinds, scope))
    for each, target, within in walked:
        if _foreign(kinds(each)) or target and kinds(each) != {"own"} and scope.holds_characters(target, within):
            yield each.lineno, f"each character of a text that is walked through stays in memory as a name for ever: {WAY_OUT}"


def _unpacks(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Tuple | ast.List) for target in node.targets)


def _walked(node: ast.Call) -> list[ast.expr]:
    name = _name(node.func)
    if name in EXTREMES and len(node.args) == 1 or name in WALKS:
        return node.args[1:] if name in ("map", "filter") else node.args
    return []


def _call(node: ast.Call, kinds, scope: Scope) -> Iterator[str]:
    name = _name(node.func)
    builtin = isinstance(node.func, ast.Name)
    if name == "chr" and kinds(node.args[0]) != {"int"}:
        yield "what chr() makes stays in memory as a name for ever: bytes((n,)).decode() does not"
    given = node.args[BY_NAME[name] :][:1] if name in BY_NAME and (builtin or name == "intern") else ()
    if any(kinds(each) != {"own"} for each in given):
        yield f"what {name}() gets becomes a name for ever, and this may come from outside: write out the names that there are"
    if name == "type" and builtin and len(node.args) == 3:
        yield "a class made at run time brings names for ever: write it as a class"
    if name == "format" and not builtin and kinds(node.func.value) != {"own"}:
        yield "the fields of format() become names for ever, and this text may come from outside: use % with a text of the source"
    coding = name in (("str", "bytes", "bytearray") if builtin else ("encode", "decode"))
    if coding and any(kinds(each) != {"own"} for each in node.args[builtin:]):
        yield "the name of an encoding becomes a name for ever, and this one may come from outside: leave it out"
    for keyword in node.keywords:
        own = keyword.arg or scope.is_own_keywords(keyword.value)
        if not own and inner(kinds(keyword.value), "{") != {"own"}:
            yield "the keys after ** become names for ever, and these may come from outside: pass the dict itself"


def _foreign(kinds: set[str]) -> bool:
    return "text" in kinds and kinds <= {"text", "own", "bytes"}


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
