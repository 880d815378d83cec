"""Bytecode for a chip of 38 KiB: each text where it costs least, each overlay in an image of its own, and few names.

A name that MicroPython has met stays for ever, at the place in memory where it was met. NAMES is what its tables hold before the next one
would have to be made, which takes 2.3 KB in one piece: as long as there is no more, names cost nothing while the program runs.
"""

import contextlib
import io
import tempfile
from collections.abc import Iterable
from pathlib import Path

from host.build import mpy, overlays, rom_names, texts
from host.build.compiler import compile_all, compile_module

NAMES = 300  # 20 + 40 + 80 + 160
ROOM = 16  # of them, for what is made while the program runs, and by the firmware before


def compiled(
    modules: dict[str, bytes], starters: dict[str, bytes], out: Path, shown: dict[str, str], flat: dict[str, str], lines: bool = True
) -> dict[str, bytes]:
    """Bytecode and images by file name, of modules by theirs. starters: what the board compiles itself. shown: see compile_all().
    flat: what overlays are called on the board, see flatten.py. lines: whether tracebacks have the numbers of the lines of what is always
    in memory."""
    comes_and_goes = [name for name in modules if overlays.is_overlay(name)]
    stays = [name for name in modules if name in (overlays.RESIDENT, overlays.APP)]
    said = rom_names.rom_names().union(*(texts.said(data.decode(), name in stays) for name, data in modules.items()))
    marked = {}
    for name in comes_and_goes:
        source = modules[name].decode()
        marked[name] = texts.marked(source, texts.short_texts(source, said), as_names=False)
    made = _filled(marked, out, shown, lines=False)  # else the page does not fit beside them in half of the ROMFS partition
    made |= compile_all({name: data for name, data in modules.items() if name not in marked}, out, shown)
    on_board = compile_all({f"{name.removesuffix('.py')}-.py": data for name, data in starters.items()}, out)
    room = max(0, NAMES - ROOM - len(names_of([*made.values(), *on_board.values()])))
    for name in stays:
        source = modules[name].decode()
        chosen = texts.long_texts(source)[:room]
        room -= len(chosen)
        made |= _filled({name: texts.marked(source, chosen, as_names=True)}, out, shown, lines)
    return _images(made, flat)


def names_of(code: Iterable[bytes], esp8266: bool = True) -> set[str]:
    """The names that these bytecode files bring, beside those in ROM."""
    found = {name for data in code for name in mpy.read(data).names if isinstance(name, str)}
    return found - rom_names.rom_names(esp8266)


def romfs_image(folder: Path) -> bytes:
    """A ROMFS image of all that lies in a folder."""
    from mpremote.romfs import make_romfs

    with contextlib.redirect_stdout(io.StringIO()):
        return bytes(make_romfs(f"{folder}/", mpy_cross=False))


def _filled(
    marked: dict[str, tuple[str, dict[str, str]]], out: Path, shown: dict[str, str], lines: bool
) -> dict[str, bytes]:
    code = compile_all({name: source.encode() for name, (source, _) in marked.items()}, out, shown, lines)
    found = (found for _, found in marked.values())
    return {name: texts.filled(data, one) for (name, data), one in zip(code.items(), found, strict=True)}


def _images(made: dict[str, bytes], flat: dict[str, str]) -> dict[str, bytes]:
    """The overlays each in an image, and a module that brings the names of files and modules before anything comes and goes."""
    module = mpy.read(compile_module(b"", "names.py"))
    found = {"names.mpy": mpy.write(module._replace(names=module.names + overlays.FILES))}
    for name, data in made.items():
        source = name.removesuffix(".mpy") + ".py"
        if overlays.is_overlay(source):
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, overlays.IN_IMAGE).write_bytes(data)
                dotted = overlays.name_of(source)
                name, data = f"{overlays.FOLDER}/{flat.get(dotted, dotted)}", romfs_image(Path(folder))
        found[name] = data
    return found
