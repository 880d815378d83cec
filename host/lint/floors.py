"""The floors of the program under device/: an import only goes down, and nothing leads in a circle.

Imports within functions count, and so do texts that name a module, as in overlay.load_overlay("wifi.join"). A package is on one
floor with all that is in it; within it modules may import each other, though not in a circle.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from host.build import bundle
from host.lint import Finding

FLOORS = (  # from the ground up
    "microdot microdot_resident",  # on an ESP8266 our own
    "parts",
    "memory overlay nvs table utf8 problem_types beside",
    "clock boards sentences",
    "loop",
    "problem",
    "jsontext resolver log",
    "http board upstream",
    "i2c ntp update",
    "sensors",
    "config",
    "heard",
    "values",
    "gpio wifi thingspeak",
    "dht actions display",
    "alarms links mqtt weather",
    "services user_modules",
    "service_status recovery settle",
    "routes",
    "app",
)
LIBRARY = "device/lib/picorest/"
CHIP = "device/esp8266/"  # modules in the place of others of the same name
PRODUCT = frozenset("pin pins sensor sensors portal ssid weather display alarm".split())  # of what http/ knows nothing
WITHIN = "http"
LOADERS = frozenset("load_overlay drop forget call unload evict act".split())
SPEAKS = frozenset(("http", "routes", "app", "problem"))  # who may import microdot


class Arrow(NamedTuple):
    path: str
    line: int
    origin: str
    target: str


def check(sources: dict[str, str]) -> list[Finding]:
    """Findings in the modules of device/, {path: source}."""
    modules = {path: name for path in sources if (name := _name(path))}
    arrows = [arrow for path, name in modules.items() for arrow in _arrows(path, name, sources[path], set(modules.values()))]
    found = [finding for path, name in modules.items() for finding in _on_no_floor(path, name)]
    found += [finding for arrow in arrows for finding in _upward(arrow)]
    found += _circles(arrows)
    found += [each for path in sources if path.startswith(f"{LIBRARY}{WITHIN}/") for each in product_words(path, sources[path])]
    return sorted(set(found))


def product_words(path: str, source: str) -> list[Finding]:
    """Names in a module of http/ that belong to what is built on it."""
    known = {WITHIN, "app", "update", "routes", "values"}  # values: a method of a dict, too
    words = PRODUCT | {word for floor in FLOORS[_floor(WITHIN) :] for word in floor.split()} - known
    found = []
    for node in ast.walk(ast.parse(source, path)):
        for name in (getattr(node, field, None) for field in ("id", "attr", "arg", "name")):
            said = words.intersection(name.split("_")) if isinstance(name, str) else ()
            for word in said:
                text = f"http/ knows nothing of {word!r}: app.py hands in what it needs as a function or a value"
                found.append(Finding(path, node.lineno, text))
    return found


def _name(path: str) -> str:
    """Of a module, below picorest: "wifi.join"; "app"; "" for what starts and rescues the program, and for picorest itself."""
    for folder in (LIBRARY, CHIP):
        if path.startswith(folder):
            return path.removeprefix(folder).removesuffix(".py").replace("/", ".").removesuffix("__init__").removesuffix(".")
    return "app" if path == "device/app.py" else ""


def _floor(name: str) -> int:
    """The number of a module's floor, -1 if it is on none."""
    package = name.split(".")[0].split("_")[0] if name.startswith("microdot") else name.split(".")[0]
    return next((n for n, floor in enumerate(FLOORS) if package in floor.split()), -1)


def _on_no_floor(path: str, name: str) -> Iterator[Finding]:
    if _floor(name) < 0:
        text = f"{name.split('.')[0]} is on no floor: enter it in FLOORS of host/lint/floors.py, above all that it imports"
        yield Finding(path, 1, text)


def _upward(arrow: Arrow) -> Iterator[Finding]:
    one, other = _floor(arrow.origin), _floor(arrow.target)
    if arrow.target == "microdot" and arrow.origin.split(".")[0] not in SPEAKS and one > 0:
        text = "only http/, routes/, app.py and problem.py import microdot: raise a Problem, or return a value"
        yield Finding(arrow.path, arrow.line, text)
    if 0 <= one <= other and arrow.origin.split(".")[0] != arrow.target.split(".")[0]:
        where = "above" if one < other else "beside"
        text = f"{arrow.origin} imports {arrow.target}, which is {where} it: an import only goes down (host/lint/floors.py); "
        text += "let app.py hand in what is needed, or move it to a floor below both"
        yield Finding(arrow.path, arrow.line, text)


def _arrows(path: str, name: str, source: str, modules: set[str]) -> Iterator[Arrow]:
    package = name.split(".") if path.endswith("__init__.py") else name.split(".")[:-1]
    packages = {module.split(".")[0] + "." for module in modules if "." in module}
    tree = ast.parse(source, path)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        targets = set()
        if isinstance(node, ast.ImportFrom):
            where = "microdot" if node.module == "microdot" and not node.level else bundle.origin(node, package)
            wholes = {f"{where}.{one.name}".strip(".") for one in node.names} if where is not None else set()
            targets = {whole if whole in modules else where for whole in wholes}
        elif isinstance(node, ast.Import):
            targets = {one.name.removeprefix("picorest.") for one in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            targets = {node.value.rstrip(".")} if "." in node.value and node.value in modules | packages else set()
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in LOADERS:
            targets = {one.value for one in node.args if isinstance(one, ast.Constant)}
        for target in targets - {name, ""}:
            if target in modules or f"{target}." in packages or target == "microdot":
                yield Arrow(path, node.lineno, name, target)


def _circles(arrows: list[Arrow]) -> Iterator[Finding]:
    """One finding for each set of modules that lead to each other, with the shortest way around."""
    ways = defaultdict(dict)
    for arrow in sorted(arrows):
        ways[arrow.origin].setdefault(arrow.target, arrow)
    told: set[str] = set()
    for start in sorted(ways):
        around = _way_back(start, ways)
        if around and not told.intersection(arrow.origin for arrow in around):
            told.update(arrow.origin for arrow in around)
            said = ", ".join(f"{arrow.path.removeprefix('device/')}:{arrow.line} imports {arrow.target}" for arrow in around)
            text = f"a circle: {said}; move what two of them need into a module below both"
            yield Finding(around[0].path, around[0].line, text)


def _way_back(start: str, ways: dict[str, dict[str, Arrow]]) -> list[Arrow]:
    """The arrows from a module to itself, as few as can be; none if it is in no circle."""
    reached: dict[str, list[Arrow]] = {start: []}
    ring = [start]
    while ring:
        following = []
        for module in ring:
            for target, arrow in ways.get(module, {}).items():
                if target == start:
                    return [*reached[module], arrow]
                if target not in reached:
                    reached[target] = [*reached[module], arrow]
                    following.append(target)
        ring = following
    return []
