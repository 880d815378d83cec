"""Every call of the device's modules into the firmware, compared with what the firmware of each port has.

A type checker reads the modules twice, with the published stubs of either port. What only one port has must stand in a
branch that says so: behind `if board.chip == "esp8266":` (see branches.py) or `if hasattr(module, "name"):`.
"""

import ast
import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from host import bootstrap
from host.lint import Finding
from host.lint.branches import untaken

PORTS = {"esp8266": "an ESP8266", "esp32": "an ESP32"}
PYTHON = ("io", "json", "os", "re", "ssl", "struct", "sys")  # modules of Python that the firmware has its own kind of
NAMED = re.compile(r"\b(?:module|from|function|class) `([\w.]+)`")
CONFIG = """\
project-includes = ["device/**/*.py"]
search-path = ["device", "device/lib", {stubs}, {python}]
python-version = "3.11"
site-package-path = []
skip-interpreter-query = true
use-ignore-files = false
"""


def check(folder: Path, root: Path) -> list[Finding]:
    """Findings in the modules under `folder`: names that a port lacks, calls with arguments that it does not take."""
    sources, trees = {}, {}
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        sources[name] = path.read_text("utf-8")
        try:
            trees[name] = ast.parse(sources[name])
        except SyntaxError:
            return []  # that is found elsewhere, and comes first
    found = defaultdict(list)  # (name, line) -> (port, what is wrong, whether the port gets there)
    with tempfile.TemporaryDirectory(prefix="picorest-check-") as place:
        for name, source in annotated(sources, trees):
            path = Path(place, "device", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, "utf-8")
        for port in PORTS:
            for name, line, column, text in complaints(Path(place), port):
                spans = untaken(trees[name], port)
                reached = not any(start <= (line, column) < end for start, end in spans)
                found[name, line].append((port, text, reached))
    shown = folder.relative_to(root).as_posix()
    return [
        Finding(f"{shown}/{name}", line, _advice(text, {port for port, _, _ in said}))
        for (name, line), said in sorted(found.items())
        for text in [text for _, text, reached in said if reached][:1]
    ]


def annotated(sources: dict, trees: dict) -> Iterator[tuple[str, str]]:
    """(name, source) of each module, with a type for each parameter that is called as a class of ours: `wifi` is a Wifi.
    Without it nobody would know what `wifi.sta` is. Lines stay where they are."""
    classes = _classes(trees)
    for name, source in sources.items():
        lines = source.encode().splitlines(keepends=True)
        used = set()
        for node in sorted(_parameters(trees[name]), key=lambda node: (node.lineno, -node.col_offset)):
            if node.arg in classes and not node.annotation:
                line = lines[node.lineno - 1]
                lines[node.lineno - 1] = line[: node.end_col_offset] + b': "_%s"' % node.arg.encode() + line[node.end_col_offset :]
                used.add(node.arg)
        tail = "".join(f"from {classes[arg][0]} import {classes[arg][1]} as _{arg}\n" for arg in sorted(used))
        yield name, b"".join(lines).decode() + "\n" + tail


def _classes(trees: dict) -> dict:
    """{name in lower case: (module, name)} of the classes that only one module defines; and what `sock` always is."""
    found = defaultdict(list, sock=[("socket", "socket")])
    for name, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found[node.name.lower()].append((name.removeprefix("lib/").removesuffix(".py").replace("/", "."), node.name))
    return {name: places[0] for name, places in found.items() if len(places) == 1}


def _parameters(tree: ast.AST) -> Iterator[ast.arg]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)


def complaints(place: Path, port: str) -> Iterator[tuple[str, int, int, str]]:
    """(name, line, column from 0, text) of what the type checker says of the firmware, in the modules in place/device."""
    stubs = _stubs(port)
    python = place / port
    python.mkdir()
    for module in PYTHON:
        for path in (stubs / "stdlib").glob(module + "*"):
            if path.stem == module:
                (python / path.name).symlink_to(path)
    config = place / f"{port}.toml"
    config.write_text(CONFIG.format(stubs=json.dumps(str(stubs)), python=json.dumps(str(python))), "utf-8")
    checker = Path(sys.executable).with_name("pyrefly")
    command = [checker, "check", "--config", config, "--output-format", "json", "--threads", "2", "--summary=none"]
    run = subprocess.run(command, cwd=place, capture_output=True, text=True)
    try:
        errors = json.loads(run.stdout)["errors"]
    except ValueError:
        raise RuntimeError(f"the type checker failed: {run.stderr.strip()[-1000:]}") from None
    names = _firmware()
    for error in errors:
        text = error["concise_description"]
        unsure = text.startswith("Argument") and "Unknown" in text  # it may be right
        if not unsure and any(name.split(".")[0] in names for name in NAMED.findall(text)):
            yield error["path"].removeprefix("device/"), error["line"], error["column"] - 1, text


def _firmware() -> set[str]:
    """The names of the firmware's modules and of their classes, of all ports."""
    names = set(PYTHON)
    for port in PORTS:
        for path in _stubs(port).glob("*.pyi"):
            names.add(path.stem)
            names.update(re.findall(r"^class (\w+)", path.read_text("utf-8"), re.MULTILINE))
    return names


def _stubs(port: str) -> Path:
    folder = bootstrap.VENV / "stubs" / port
    bootstrap.ensure(f"requirements-stubs-{port}", folder)
    return folder


def _advice(text: str, ports: set[str]) -> str:
    where = " or ".join(PORTS[port] for port in PORTS if port in ports)
    if len(ports) == len(PORTS):
        return f"{text} on {where}: use what it has; if its stubs are wrong, say so: `# type: ignore  # why`"
    sign = "==" if "esp32" in ports else "!="
    return f'{text} on {where}: ask before, `if board.chip {sign} "esp8266":` or `if hasattr(module, "name"):`'
