"""The import name `microdot` on an ESP8266, where device/esp8266/microdot.py stands for it, and lies in our package.

A part of it is always in memory, because our own modules ask for it; the rest is an overlay, which a module of the user's brings.
"""

import ast
import re
from pathlib import Path

from host.build.bundle import PACKAGE

PLACE = f"{PACKAGE}microdot"  # where modules of the name lie
RESIDENT = f"{PLACE}_resident.py"


def imports(sources: dict[str, bytes]) -> dict[str, bytes]:
    """The sources, given by place, that import from our package what microdot's names stand for."""
    if RESIDENT not in sources:
        return sources
    known = {getattr(node, "name", None) or node.targets[0].id for node in _made(ast.parse(sources[RESIDENT]))}
    return {name: _from_package(name, data.decode(), known).encode() if _is_ours(name) else data for name, data in sources.items()}


def promised(sources: dict[str, bytes]) -> set[str]:
    """Names that a module of the user's may say, so that they stay: parameters of what it calls, and of a module that stands for
    microdot what its docstring has in backquotes."""
    found = set()
    for name, data in sources.items():
        if name.startswith(PLACE) or name == f"{PACKAGE}http/request_attributes.py":
            tree = ast.parse(data)
            quoted = re.findall(r"`([^`]+)`", ast.get_docstring(tree) or "")
            found |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
            found |= set(re.findall(r"\w+", " ".join(quoted)))
    return found


def _is_ours(name: str) -> bool:
    return name.startswith(PACKAGE) and name.endswith(".py")


def _made(tree: ast.Module) -> list[ast.stmt]:
    return [node for node in tree.body if isinstance(node, ast.ClassDef) or isinstance(node, ast.Assign) and node.targets[0:1]
            and isinstance(node.targets[0], ast.Name)]  # fmt: skip


def _from_package(name: str, source: str, known: set[str]) -> str:
    dots = "." * (1 + name.removeprefix(PACKAGE).count("/"))

    def written(match: re.Match) -> str:
        indent, module, names = match.groups()
        resident = module == "microdot" and set(names.split(", ")) <= known
        return f"{indent}from {dots}{Path(RESIDENT).stem if resident else module} import {names}"

    source = re.sub(r"(?m)^( *)from (microdot\w*) import (.+?)(?=$|  #)", written, source)
    return re.sub(r"(?m)^( *)import microdot$", rf"\1from {dots} import {Path(RESIDENT).stem} as microdot", source)
