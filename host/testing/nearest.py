"""Which tests are nearest to a module of the device: those that bear its name, and those the fewest imports away."""

import ast
from pathlib import Path

LIBRARIES = ("device/lib", "device", "tests/device")  # where an import is looked for


def nearest(root: Path, module: Path) -> list[Path]:
    """Files in tests/device; what their helpers there import counts as theirs. None where nothing leads to the module."""
    tests = sorted((root / "tests" / "device").glob("test_*.py"))
    known = {name: path for folder in LIBRARIES for name, path in _modules(root / folder).items()}
    distances = {test: _distance(test, module, known, root) for test in tests}
    least = min((distance for distance in distances.values() if distance is not None), default=None)
    named = {test for test in tests if f"{test.stem}_".startswith(f"test_{module.stem}_")}
    return [test for test, distance in distances.items() if test in named or distance is not None and distance == least]


def _modules(folder: Path) -> dict[str, Path]:
    """By their names, as in `picorest.pins`."""
    return {_name(path, folder): path for path in folder.rglob("*.py")}


def _name(path: Path, folder: Path) -> str:
    return ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")


def _distance(test: Path, module: Path, known: dict[str, Path], root: Path) -> int | None:
    """How many modules of the device lie on the way, `module` among them."""
    helpers, seen, ring, distance = root / "tests" / "device", {test}, [test], 0
    while ring:
        following = []
        for path in ring:  # it grows: a helper is no step
            for other in _imports(path, known, root):
                if other not in seen:
                    seen.add(other)
                    (ring if helpers in other.parents else following).append(other)
        distance += 1
        if module in following:
            return distance
        ring = following
    return None


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
