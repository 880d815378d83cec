"""Functions that nobody takes in at one look: more lines or more branches than one idea needs."""

import ast
from collections.abc import Iterator

from host.lint import Finding, excused

LINES = 50  # from `def` to its last line
BRANCHES = 15  # if, for, while, except and case, in expressions too
FORKS = ast.If | ast.IfExp | ast.For | ast.AsyncFor | ast.While | ast.ExceptHandler | ast.match_case
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def check(path: str, source: str) -> list[Finding]:
    """Findings in one file: what is too large, and what says of itself that it is and is not."""
    lines = source.splitlines()
    found = []
    for node in ast.walk(ast.parse(source, path)):
        if not isinstance(node, FUNCTIONS):
            continue
        length, forks = node.end_lineno - node.lineno + 1, sum(map(_forks, _inside(node)))
        large = length > LINES or forks > BRANCHES
        mark = excused(lines, node.lineno, "long")
        if large and not mark:
            text = f"{node.name}() has {length} lines and {forks} branches, {LINES} and {BRANCHES} are the limits: "
            text += "give a part of it a name of its own, or write `# long: REASON` behind its `def`"
            found.append(Finding(path, node.lineno, text))
        elif mark and not large:
            found.append(Finding(path, node.lineno, f"{node.name}() is not long any more: remove `# long: …`"))
    return found


def _forks(node: ast.AST) -> int:
    return len(node.ifs) if isinstance(node, ast.comprehension) else isinstance(node, FORKS)


def _inside(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, without those of functions in it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, FUNCTIONS | ast.Lambda | ast.ClassDef):
            yield child
            yield from _inside(child)
