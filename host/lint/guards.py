"""Guards that look for a part of a text where they mean one word of several: `method in "GET HEAD"` lets `ET` through, and ``."""

import ast
from collections.abc import Iterator

from host.lint import Finding, excused


def check(path: str, source: str) -> list[Finding]:
    """Findings in one file. A single character, cut out as text[i : i + 1], may be looked for in a text of several."""
    tree, lines = ast.parse(source, path), source.splitlines()
    texts = dict(_texts(tree))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for one, operator, other in zip((node.left, *node.comparators), node.ops, node.comparators, strict=False):
                words = _words(other, texts) if isinstance(operator, ast.In | ast.NotIn) and not _character(one) else ""
                if words and not excused(lines, one.lineno, "substring"):
                    found.append(Finding(path, one.lineno, _sentence(ast.unparse(one), words)))
    return found


def _sentence(what: str, words: str) -> str:
    return (
        f"`{what}` passes when it is any part of {words}, nothing at all too: compare with each, or look in a tuple; "
        "where a part is meant, say `# substring: REASON`"
    )


def _texts(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The module's names for texts."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from ((target.id, node.value.value) for target in node.targets if isinstance(target, ast.Name))


def _words(node: ast.expr, texts: dict[str, str]) -> str:
    """The text that is looked in, as a finding shows it, if it is one of the source's own; otherwise nothing."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        return "what is joined there"
    text = texts.get(node.id) if isinstance(node, ast.Name) else getattr(node, "value", None)
    return repr(text) if isinstance(text, str) and len(text) > 1 else ""


def _character(node: ast.expr) -> bool:
    """Whether it is written so that it is one character at most: `x[i : i + 1]`, `x[:1]`, `x[-1:]`, or a literal one."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and len(node.value) == 1
    if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)):
        return False
    lower, upper = (ast.unparse(end) if end else "" for end in (node.slice.lower, node.slice.upper))
    return (lower, upper) in (("", "1"), ("0", "1"), ("-1", "")) or upper == f"{lower} + 1"
