"""A public function's name stands once per package, so that a search for it finds the one that is meant."""

import ast
from collections import defaultdict
from pathlib import Path

from host.lint import Finding

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
PROGRAM = {"main"}  # where each program starts
ENGINES = "virtualboard/modules"  # modules of the chip by their own names, and of each engine the same ones


def check(sources: dict[str, str]) -> list[Finding]:
    """Findings in modules, {path: source}. A name that half of a package's modules have is what they have in common: a command's
    `run`, a lint's `check`. Tests are no package: what they call a helper is their own affair."""
    packages = defaultdict(lambda: defaultdict(list))
    modules = defaultdict(int)
    for path, source in sorted(sources.items()):
        package = Path(path).parent.as_posix()
        if package.startswith(ENGINES) or Path(path).name.startswith(("test_", "conftest", "__main__")):
            continue
        modules[package] += 1
        for node in ast.parse(source, path).body:
            if isinstance(node, FUNCTIONS) and not node.name.startswith("_") and node.name not in PROGRAM:
                packages[package][node.name].append((path, node.lineno))
    return [
        Finding(path, line, f"{places[0][0]} has a function {name}() too: call one of them after what it is about")
        for package, names in packages.items()
        for name, places in names.items()
        if 1 < len(places) < modules[package] / 2
        for path, line in places[1:]
    ]
