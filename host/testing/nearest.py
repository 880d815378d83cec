"""Which tests are nearest to a module of the device: those that bear its name, and those the fewest imports away."""

import ast
import functools
from pathlib import Path

LIBRARIES = ("device/lib", "device", "tests/device")  # where an import is looked for


def nearest(root: Path, module: Path) -> list[Path]:
    """Files in tests/device; what their helpers there import counts as theirs. None where nothing leads to the module. Who imports
    another module of its package is near it, too: one cannot be tested without the other."""
    distances = _reach(root)
    package = set(module.parent.glob("*.py")) if (module.parent / "__init__.py").exists() else {module}
    if "lib" in (module.parent.name, module.parent.parent.name):  # at the top everything is together
        package = {module}
    reached = {test: found[module] for test, found in distances.items() if module in found}
    least = min(reached.values(), default=None)
    named = {test for test in distances if f"{test.stem}_".startswith(f"test_{module.stem}_")}
    if not reached and not named:
        return []
    beside = {test for test, found in distances.items() if any(found.get(other) == 1 for other in package)}
    return [test for test in distances if test in named | beside or reached.get(test, -1) == least]


@functools.cache
def _reach(root: Path) -> dict[Path, dict[Path, int]]:
    """Of each test file how far the modules are that it leads to; once for all, as no file changes meanwhile."""
    known = {name: path for folder in LIBRARIES for name, path in _modules(root / folder).items()}
    return {test: _distances(test, known, root) for test in sorted((root / "tests" / "device").glob("test_*.py"))}


def _modules(folder: Path) -> dict[str, Path]:
    """By their names, as in `picorest.pins`."""
    return {_name(path, folder): path for path in folder.rglob("*.py")}


def _name(path: Path, folder: Path) -> str:
    return ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")


def _distances(test: Path, known: dict[str, Path], root: Path) -> dict[Path, int]:
    """How many modules of the device lie on the way to each that is reached, that one among them."""
    helpers, seen, ring, distance = root / "tests" / "device", {test: 0}, [test], 0
    while ring:
        following = []
        distance += 1
        for path in ring:  # it grows: a helper is no step
            for other in _imports(path, known, root):
                if other not in seen:
                    helper = helpers in other.parents
                    seen[other] = distance - 1 if helper else distance
                    (ring if helper else following).append(other)
        ring = following
    return seen


def _imports(path: Path, known: dict[str, Path], root: Path) -> list[Path]:
    """The files that this one imports, anywhere in it."""
    folder = next(root / name for name in LIBRARIES if root / name in path.parents)
    package = path.relative_to(folder).parent.parts
    names = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            names += [base, *(f"{base}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and package:
            names.append(f"{package[0]}.{node.value}")  # a module of the package, loaded by its name when it is needed
    return [known[name] for name in names if name in known]
