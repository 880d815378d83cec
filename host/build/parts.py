"""Parts that the program of an ESP8266 may have or not: half of its ROMFS partition has no room for all of them.

Which there are, the modules say in their docstrings, and nothing else does: "On an ESP8266 only with links or alarms." is left out
unless one of these is asked for; "On an ESP8266 not without weather." is there unless that is left out. A module may say more than
one such sentence.
"""

import argparse
import ast
import itertools
import json
import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from host import UserError
from host.build import overlays
from host.build.bundle import PACKAGE, apply, span

SOURCE = f"{PACKAGE}parts.py"
FILE = "www/parts"  # in the image, with the names of those that it has
HALF = 163840  # bytes: half of the ROMFS partition of an ESP8266
_MARK = re.compile(rb"On\s+an\s+ESP8266\s+(only\s+with|not\s+without)\s+([a-z]+(?:\s+or\s+[a-z]+)*)\.")


class Mark(NamedTuple):
    parts: frozenset[str]  # one of them has to be there
    usual: bool  # whether they are, unless they are left out


def of_module(data: bytes) -> list[Mark]:
    """What a module needs, nothing for most."""
    found = _MARK.finditer(data)
    return [Mark(frozenset(re.split(r"\s+or\s+", one[2].decode())), one[1].startswith(b"not")) for one in found]


def known(sources: dict[str, bytes]) -> dict[str, bool]:
    """{part: whether it is there unless it is left out} of the parts that the sources have."""
    found: dict[str, bool] = {}
    for mark in itertools.chain(*map(of_module, sources.values())):
        found |= {name: mark.usual and found.get(name, True) for name in mark.parts}
    return dict(sorted(found.items()))


def usual(sources: dict[str, bytes]) -> frozenset[str]:
    """The parts of a program of which nothing else was said."""
    return frozenset(name for name, there in known(sources).items() if there)


def chosen(sources: dict[str, bytes], names: Iterable[str]) -> dict[str, bytes]:
    """The sources with these parts only."""
    names = frozenset(names)
    kept = {name: data for name, data in sources.items() if all(mark.parts & names for mark in of_module(data))}
    written = {name: _decided(data.decode(), names).encode() for name, data in kept.items() if b"PARTS" in data}
    if SOURCE in kept:
        written[SOURCE] = kept[SOURCE]
        for name, words in (("PARTS", names), ("MISSING", known(sources).keys() - names)):
            line = f'{name} = const("{" ".join(sorted(words))}")'
            written[SOURCE] = re.sub(rf"(?m)^{name} = .*$".encode(), line.encode(), written[SOURCE])
    return kept | written


def missing(sources: dict[str, bytes]) -> list[str]:
    """The parts that chosen() has left out of these sources."""
    found = re.search(rb'(?m)^MISSING = const\("(.*)"\)$', sources.get(SOURCE, b""))
    return found[1].decode().split() if found else []


def _decided(source: str, names: frozenset[str]) -> str:
    """The source with True and False in the place of `"links" in PARTS`."""
    return apply(source, [(*span(node), str((node.left.value in names) is isinstance(node.ops[0], ast.In))) for node in _asked(source)])


def _asked(source: str) -> list[ast.Compare]:
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Compare)]
    return [node for node in found if isinstance(node.left, ast.Constant) and getattr(node.comparators[0], "id", "") == "PARTS"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of all commands that build."""
    words = "parts of an ESP8266's program beside those that it has, such as display,links; docs/install.md lists them"
    parser.add_argument("--with", dest="with_parts", type=_words, default=frozenset(), metavar="PARTS", help=words)
    words = "parts to leave out, such as weather,user"
    parser.add_argument("--without", dest="without_parts", type=_words, default=frozenset(), metavar="PARTS", help=words)


def wanted(
    sources: dict[str, bytes], args: argparse.Namespace, config: bytes | None = None, before: Collection[str] | None = None
) -> frozenset[str]:
    """The parts that somebody asks for with these options. config: a configuration, whose sections bring theirs along. before:
    the parts that the board has, None: nobody knows. UserError where that cannot be."""
    needed = needs(sources, config)
    more, less = getattr(args, "with_parts", frozenset()), getattr(args, "without_parts", frozenset())
    if other := (more | less) - known(sources).keys():
        raise UserError(f"there is no part {', '.join(sorted(other))}; there are: {', '.join(known(sources))}")
    if lost := needed & less:
        raise UserError(f"the configuration has {', '.join(sorted(lost))}, so the program needs that part")
    base = usual(sources) if before is None else frozenset(before) & known(sources).keys()
    return (base | more | needed) - less


def require_choice(args: argparse.Namespace, board: str, esp8266: bool) -> None:
    """UserError if these options choose parts of a program that always has all of them."""
    if not esp8266 and (getattr(args, "with_parts", None) or getattr(args, "without_parts", None)):
        raise UserError(f"--with and --without are for an ESP8266 (nodemcu): the program of the {board} has every part")


def least(sources: dict[str, bytes], args: argparse.Namespace, config: bytes | None) -> frozenset[str]:
    """The parts that a program has at least that gets these options and this configuration."""
    return needs(sources, config) | getattr(args, "with_parts", frozenset())


def needs(sources: dict[str, bytes], config: bytes | None) -> frozenset[str]:
    """The parts whose sections a configuration has."""
    try:
        given = json.loads(config or b"{}")
    except (ValueError, RecursionError):  # who reads it next, tells
        return frozenset()
    return frozenset(name for name in known(sources) if isinstance(given, dict) and given.get(name))


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\s,]+", text))


def sizes(sources: dict[str, bytes], names: Collection[str], made: dict[str, bytes], flat: dict[str, str]) -> dict[str, int]:
    """{part: bytes in the image} of what goes when that one of these parts does. made, flat: see small.compiled()."""
    found = dict.fromkeys(sorted(names), 0)
    for path, data in sources.items():
        dotted = overlays.name_of(path.replace("esp8266/", PACKAGE))
        size = len(made.get(f"{overlays.FOLDER}/{flat.get(dotted, dotted)}", b""))
        left = [mark.parts.intersection(names) for mark in of_module(data)]
        for name in {min(parts) for parts in left if len(parts) == 1}:
            found[name] += size
    return found


def require_room(size: int, bytes_of: dict[str, int]) -> None:
    """UserError, with what could be left out, for an image of so many bytes that is too large. bytes_of: see sizes()."""
    if size > HALF and bytes_of:
        largest = sorted(bytes_of, key=bytes_of.__getitem__, reverse=True)
        parts = ", ".join(f"{name} ({bytes_of[name]:,})" for name in largest)
        words = "leave out some of these with --without, in bytes:"
        raise UserError(f"{_listed(list(bytes_of))} do not fit together: {size - HALF:,} bytes too many; {words} {parts}")


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
