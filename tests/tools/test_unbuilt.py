"""The sources run as they lie there, too: what the build joins into one module must not hide a name asked of the wrong one."""

import ast

from host.build import DEVICE
from host.build.bundle import PACKAGE, RESIDENT, origin, part_name

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


STARTED = {"alarms", "dht", "links", "mqtt", "sensors"}  # packages by the keys of the configuration, which services.py asks for


def brings(condition: ast.If, node: ast.ImportFrom, within: str | None) -> bool:
    """Whether the import stands below the condition, or the function that it is the work of is named there."""
    below = [child for each in condition.body for child in ast.walk(each)]
    return node in condition.body or within is not None and any(getattr(child, "id", None) == within for child in below)


def test_what_is_not_configured_is_not_loaded():
    """No module that a board begins with imports one of them, but services.py where a condition asks for the key."""
    todo = {part_name(part): SOURCES[part] for part in RESIDENT if part in SOURCES}
    todo["app"] = (DEVICE / "app.py").read_text("utf-8")
    seen, asked = set(), set()
    while todo:
        name, source = todo.popitem()
        seen.add(name)
        tree = ast.parse(source)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        later = {id(node) for function in functions for node in ast.walk(function)}
        for node in (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)):
            where = origin(node, name.split(".")[:-1])
            key = (where or "").partition(".")[0]
            if where is not None and id(node) not in later:
                names = [where, *(f"{where}.{one.name}".strip(".") for one in node.names)]
                parts = {one: one.replace(".", "/") + ".py" for one in names}
                todo |= {one: SOURCES[part] for one, part in parts.items() if part in SOURCES and one not in seen}
            elif name == "services" and key in STARTED:
                within = next((each.name for each in functions if node in each.body and each.name[:1] == "_"), None)
                above = [each for each in ast.walk(tree) if isinstance(each, ast.If) and brings(each, node, within)]
                assert any(f"'{key}'" in ast.unparse(each.test) for each in above), f"services.py imports {where} unasked"
                asked.add(key)
    assert asked == STARTED, "else it would find nothing"
    assert not [name for name in seen if name.partition(".")[0] in {*STARTED, "display", "thingspeak"}]
