"""The sources run as they lie there, too: what the build joins into one module must not hide a name asked of the wrong one."""

import ast

from host.build import DEVICE
from host.build.bundle import PACKAGE, origin, part_name

SOURCES = {path.relative_to(DEVICE / PACKAGE).as_posix(): path.read_text("utf-8") for path in (DEVICE / PACKAGE).rglob("*.py")}


def says(source: str) -> set[str]:
    """What a module has a name for."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {one.asname or one.name for one in node.names}
    return found


def test_every_name_is_asked_of_a_module_that_has_it():
    modules = {part_name(part).removesuffix("__init__"): says(source) for part, source in SOURCES.items()}
    packages = {name.rpartition(".")[0] for name in modules}
    missing = []
    for part, source in SOURCES.items():
        for node in ast.walk(ast.parse(source)):
            where = origin(node, part.split("/")[:-1]) if isinstance(node, ast.ImportFrom) else None
            for one in node.names if where is not None else ():
                whole = f"{where}.{one.name}".strip(".")
                if whole not in modules and whole not in packages and one.name not in modules.get(where, ()):
                    missing.append((part, node.lineno, whole))
    assert len(modules) > 80 and missing == []
