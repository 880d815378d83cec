"""Give what only picorest's own modules call by its name a name that the firmware has in ROM.

MicroPython remembers every name that it has met, for ever: 7 bytes each, in pools that double. With those of microdot left out
and these borrowed, an ESP8266 gets by without the pool of 320 names, 2.3 KB of its 38, and an ESP32 without that of 1,280, 9 KB
in one piece. A name stays as it is if the firmware or microdot say it too, if a text finds it (the table of routes, and what
getattr() and its like get), or if docs/adding.md promises it.
"""

import ast
import builtins
import io
import keyword
import re
import tokenize
from collections import Counter
from functools import cache
from pathlib import Path

from host.build.bundle import is_const

# what a module of the user's may say, see docs/adding.md: on `app` and on a request microdot's names, which stay anyway, and these
PROMISED = frozenset("setup app App picorest names Problem reply body query pins drive".split())
_FINDERS = {"getattr", "setattr", "hasattr", "delattr", "act", "turn", "bring"}
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def rom_names(esp8266: bool = True) -> frozenset[str]:
    """Names that the firmware has in ROM; those of its drivers and of MicroPython itself. The second paragraph of the file is of the
    ESP8266 alone: its assembler and its frozen drivers."""
    both, alone = Path(__file__).with_name("romnames.txt").read_text().split("\n\n")
    return frozenset(both.split() + alone.split() * esp8266)


def renames(sources: list[str], others: list[str], kept: set[str], esp8266: bool) -> dict[str, str]:
    """{name: name in ROM} for the modules `sources`. others: sources that say what has to keep its name, such as
    microdot's; kept: further names, such as those of keyword arguments."""
    ours, said = set(), set()
    for source in sources:
        tree = ast.parse(source)
        ours |= _defined(tree)
        said |= _constants(tree) | _words(tree)
    foreign = set().union(*(_mentioned(ast.parse(source)) for source in others))
    ours -= rom_names(esp8266) | foreign | said | kept | PROMISED
    said_in = Counter(name for source in sources for name in set(re.findall(r"\w+", source)))
    ours = sorted((name for name in ours if not name.startswith("__")), key=lambda name: (-said_in[name], name))
    return dict(zip(ours, free_names([*sources, *others], esp8266), strict=False))


def free_names(sources: list[str], esp8266: bool = True) -> list[str]:
    """Names in ROM that none of these sources says, but in comments; the short ones first, for each file that says one holds it."""
    taken = set(dir(builtins)) | set(keyword.kwlist) | {"args", "value", "errno", "const", "native", "viper"}
    for source in sources:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type in (tokenize.NAME, tokenize.STRING):
                taken |= set(re.findall(r"\w+", token.string))
    free = (name for name in rom_names(esp8266) - taken if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]+", name))
    return sorted(free, key=lambda name: (len(name), name))


def rename(source: str, names: dict[str, str]) -> str:
    """The same program with these names exchanged; lines stay where they are."""
    lines = source.splitlines(keepends=True)
    for token in reversed(list(tokenize.generate_tokens(io.StringIO(source).readline))):
        if token.type == tokenize.NAME and token.string in names:
            (line, start), (_, end) = token.start, token.end
            text = lines[line - 1]
            lines[line - 1] = text[:start] + names[token.string] + text[end:]
    return "".join(lines)


def _defined(tree: ast.Module) -> set[str]:
    """Names of functions, classes, attributes and variables of modules and classes that a module makes."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, _FUNCTIONS | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        if isinstance(node, ast.Module | ast.ClassDef):
            targets = [target for child in node.body if isinstance(child, ast.Assign) for target in child.targets]
            found |= {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return found


def _constants(tree: ast.Module) -> set[str]:
    """Names of `_NAME = const(…)`: the compiler puts the value in their place, as long as they begin with an underscore."""
    return {node.targets[0].id for node in tree.body if is_const(node)}


def _words(tree: ast.Module) -> set[str]:
    """The words of texts by which a function or an attribute is found: the table of routes, and what getattr() and its like get."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(re.findall(r" [A-Z]+ \w+\.(\w+)", node.value))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in _FINDERS:
            found |= {arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
    return found


def _mentioned(tree: ast.Module) -> set[str]:
    """What a foreign module may be asked for, or ask for itself."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, _FUNCTIONS | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return found
