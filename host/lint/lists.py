"""Lists of modules that somebody keeps by hand, and forgets: what the tree knows is found or generated."""

import ast
from collections.abc import Iterator

from host.lint import Finding, excused

LIBRARY = "device/lib/picorest/"
FEW = 3  # so many modules in one literal are a list
GENERATED = "# made by "  # the first line of a file that `./deploy.sh check --fix` writes, and compares


def check(sources: dict[str, str]) -> list[Finding]:
    """Findings in the modules of device/, {path: source}: texts, and tuples, lists and arguments of such, that name modules
    as in "wifi.join", or their functions, as in "wifi.join.start"."""
    modules = {name for path in sources if path.startswith(LIBRARY) and "." in (name := _name(path))}
    found = []
    for path, source in sources.items():
        if source.startswith(GENERATED):
            continue
        lines, package = source.splitlines(), _name(path).rpartition(".")[0] or "?"
        for node, words in _literals(ast.parse(source, path)):
            meant = {part for word in words if "." in word for part in (word, f"{package}.{word}")}
            named = sorted(modules & {part for word in meant for part in (word, word.rpartition(".")[0])})
            if len(named) >= FEW and not excused(lines, node.lineno, "list"):
                text = f"this list of modules ({', '.join(named[:FEW])}, …) forgets the next one: ask the tree, "
                text += "as `./deploy.sh check --fix` and overlay.forget_all() do; where it is a choice, say `# list: REASON`"
                found.append(Finding(path, node.lineno, text))
    return sorted(found)


def _name(path: str) -> str:
    """As in overlay.call(app, "wifi.join", …): below picorest."""
    return path.removeprefix(LIBRARY).removesuffix(".py").replace("/", ".")


def _literals(tree: ast.AST) -> Iterator[tuple[ast.AST, list[str]]]:
    """Texts with their words, but for docstrings; tuples, lists, sets, dicts and calls with the texts right in them."""
    prose = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            members = [node] if node not in prose else []
        elif isinstance(node, ast.Dict):
            members = [*node.keys, *node.values]
        else:
            members = getattr(node, "elts", None) or getattr(node, "args", None)
        if isinstance(members, list):
            texts = [each.value for each in members if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            yield node, " ".join(texts).split()
