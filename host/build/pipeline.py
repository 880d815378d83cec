"""Turn device/ into what lies on a board's flash: bytecode, compressed pages and, for the ESP8266, a ROMFS image.

A build lives in a folder named by a hash of everything that went into it, so an unchanged tree is never built twice and
two commands that build at the same time cannot harm each other. The same input gives the same bytes on every machine.
"""

import contextlib
import os
import re
import shutil
import tempfile
import time
import tokenize
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from host import ROOT, openapi
from host.build import (
    bundle, classes, constants, flatten, forms, one_chip, overlays, pages, parameters, parts, rom_names, route_index, seam, seldom,
    sentences, small,
)  # fmt: skip
from host.build.compiler import SKIPPED, BuildError, compile_all, digest, microdot_sources, place_microdot, toolchain
from host.build.small import romfs_image

# name -> True where the firmware has a ROMFS partition, in which bytecode runs in place and costs no RAM
BOARDS = {"nodemcu": True, "esp32": False, "nano_esp32": False, "esp32c3": False}
DEVICE = ROOT / "device"
INSTEAD = "esp8266/"  # modules for that chip alone
ELSEWHERE = b"Not on an ESP8266"  # what a module says in its docstring that its build leaves out
STARTERS = ("boot.py", "main.py")  # started by the firmware from the writable file system, as source
FIXED = (*STARTERS, "versions.mpy")  # never in a version's own place: they choose between versions
PAGES = (".html", ".json", ".css", ".js", ".svg", ".txt")
KEEP_SECONDS = 24 * 3600  # older builds nobody asked for are removed


class Build(NamedTuple):
    board: str
    files: Path  # folder that becomes the root of the board's LittleFS
    romfs: Path | None  # image for a half of the ROMFS partition, mounted at /rom; None where there is none
    id: str  # hash of everything that went in
    parts: frozenset[str] = frozenset()  # those of an ESP8266's program, see parts.py

    @property
    def pages(self) -> bytes:
        """What goes with the ROMFS image into a file of its own, see pages.beside(); b"" if there is nothing."""
        path = self.files / f"{pages.BESIDE}0"
        return path.read_bytes() if path.exists() else b""


def build(
    board: str, out: Path | str = ROOT / "build", device: Path = DEVICE, chosen: Collection[str] | None = None
) -> Build:
    """Build for `board` under the folder `out`; quick when nothing has changed. chosen: the parts of an ESP8266's program, None:
    the usual ones. Raises UserError: BuildError, or where they do not fit together."""
    if board not in BOARDS:
        raise BuildError(f"there is no board named {board!r}; choose one of: {', '.join(BOARDS)}")
    out = Path(out)
    sources = sources_of(device)
    if BOARDS[board]:
        chosen = frozenset(parts.usual(sources) if chosen is None else chosen)
        sources = _without_others(parts.chosen(sources, chosen))
    else:
        sources = parts.chosen(sources, parts.known(sources))
    sources |= forms.schema(sources) | openapi.made(sources, board == "nodemcu")
    for name in STARTERS:
        if name not in sources:
            raise BuildError(f"{device / name} is missing: a board does not start without it")
    library = {} if BOARDS[board] else place_microdot(out, device)
    ident = digest(board, toolchain(), pages.tools(), *(part for item in sorted({**library, **sources}.items()) for part in item))
    place = out / f"{board}-{ident}"
    rom = BOARDS[board]
    result = Build(board, place / "files", place / "romfs.img" if rom else None, ident, chosen if rom else frozenset())
    if place.is_dir():
        os.utime(place)
        return result
    folded = _folded(_chosen(_routed(sentences.apart(forms.without_words(sources, rom, chosen or ()))), rom))
    joined, flat = _joined(folded, rom)
    promised = seam.promised(folded)
    names = _names(joined, promised, rom)
    joined = _shrunk(joined, names, promised)
    shown = _shown(joined, flat) if rom else {}
    with _staging(out) as stage:
        _explain(stage, joined, names, shown, flat)
        if rom:
            for lines in (True, False):  # what is too large goes without their numbers
                made = _beside(_convert(joined, out, shown, flat, lines), chosen)
                _lay(made, stage, "rom")
                (stage / "romfs.img").write_bytes(image := romfs_image(stage / "rom"))
                if len(image) <= parts.HALF:
                    break
            parts.require_room(len(image), parts.sizes(sources, chosen, made, flat))
        else:
            _lay(_convert(joined, out, shown, flat) | library, stage, "files")
        with contextlib.suppress(OSError):  # someone else has just built the same
            stage.rename(place)
    _prune(out)
    return result


def _lay(made: dict[str, bytes], stage: Path, most: str) -> None:
    """Write the files, those that do not lie beside an image into the folder `most`."""
    for name, data in made.items():
        top = stage / ("files" if name in FIXED or name.startswith(pages.BESIDE) else most) / name
        top.parent.mkdir(parents=True, exist_ok=True)
        top.write_bytes(data)


def sources_of(device: Path = DEVICE) -> dict[str, bytes]:
    """What lies in device/, by path."""
    return {str(p.relative_to(device).as_posix()): p.read_bytes() for p in _walk(device)}


def _beside(made: dict[str, bytes], chosen: frozenset[str]) -> dict[str, bytes]:
    """The files with what an ESP8266 keeps beside its image, and in that one the names of the parts."""
    return pages.beside(made) | ({parts.FILE: " ".join(sorted(chosen)).encode()} if chosen else {})


def _routed(sources: dict[str, bytes]) -> dict[str, bytes]:
    """The sources without decorators of routes: a board finds them by the index, which has to be theirs."""
    try:
        return sources | {n: route_index.stripped(text).encode() for n, text in route_index.modules(_modules(sources)).items()}
    except SyntaxError:
        return sources  # the compiler tells where


def _chosen(sources: dict[str, bytes], esp8266: bool) -> dict[str, bytes]:
    """The sources with those of esp8266/, if that is the chip, in the place of the modules of the same name."""
    instead = {name.removeprefix(INSTEAD): data for name, data in sources.items() if name.startswith(INSTEAD)}
    rest = {name: data for name, data in sources.items() if not name.startswith(INSTEAD)}
    if not esp8266:
        return rest
    found = {bundle.PACKAGE + name: data for name, data in instead.items()}
    found = rest | found if f"{bundle.PACKAGE}http/server.py" in rest else rest | {n: d for n, d in found.items() if n in rest}
    return seam.imports(_for_this_chip({name: data for name, data in found.items() if not _elsewhere(name, data)}))


def _for_this_chip(sources: dict[str, bytes]) -> dict[str, bytes]:
    """The sources without what only other chips run."""
    try:
        return sources | {name: one_chip.without_others(text).encode() for name, text in _modules(sources).items()}
    except SyntaxError:
        return sources  # the compiler tells where


def _without_others(sources: dict[str, bytes]) -> dict[str, bytes]:
    """The sources without the endpoints that only other chips have."""
    place = f"{bundle.PACKAGE}routes/"
    there = {name.removeprefix(place)[:-3] for name, data in sources.items() if name.startswith(place) and not _elsewhere(name, data)}
    index = sources.get(route_index.INDEX, b"").decode()
    lines = index.splitlines(True)
    kept = [line for line in lines if line[:1] != "/" or there.issuperset(re.findall(r" ([a-z_]+)\.", line))]
    if len(kept) < len(lines):  # what comes behind the table keeps its place
        kept[kept.index('"""\n', kept.index('ROUTES = """\n'))] += "\n" * (len(lines) - len(kept))
    return sources | {route_index.INDEX: "".join(kept).encode()} if index else sources


def _elsewhere(name: str, data: bytes) -> bool:
    """Whether a module is of no use on an ESP8266: a profile of another chip, or one of those that say so."""
    return ELSEWHERE in data or "/boards/" in name and b'CHIP = "' in data and b'CHIP = "esp8266"' not in data


def _folded(sources: dict[str, bytes]) -> dict[str, bytes]:
    """The sources with the values of constants in their places."""
    try:
        return sources | {name: text.encode() for name, text in constants.fold(_modules(sources)).items()}
    except SyntaxError:
        return sources  # the compiler tells where


def _joined(sources: dict[str, bytes], esp8266: bool) -> tuple[dict[str, bytes], dict[str, str]]:
    """The sources with the modules of the bundle replaced by the one that holds them; and what overlays are called there."""
    if f"{bundle.PACKAGE}http/server.py" not in sources:
        return sources, {}  # some other tree
    held = bundle.RESIDENT if esp8266 else bundle.PARTS
    for part in held:
        if f"{bundle.PACKAGE}{part}" not in sources:
            raise BuildError(f"device/{bundle.PACKAGE}{part} is missing: host/build/bundle.py names it as a part of the bundle")
    rest = {name: data for name, data in sources.items() if name.removeprefix(bundle.PACKAGE) not in held}
    rest.pop(parts.SOURCE, None)  # its constants stand where they are used
    modules = {part: sources[f"{bundle.PACKAGE}{part}"].decode() for part in held}
    try:
        if esp8266:
            return _overlaid(rest, modules)
        return rest | {f"{bundle.PACKAGE}{bundle.NAME}.py": bundle.bundle(modules).encode()}, {}
    except SyntaxError:
        return sources, {}  # the compiler tells where


def _overlaid(rest: dict[str, bytes], modules: dict[str, str]) -> tuple[dict[str, bytes], dict[str, str]]:
    """What lies on an ESP8266: the joined modules and app.py, which are `picorest` there, and all others as its overlays. And what
    these are called there, see flatten.py."""
    packages = [name for name in rest if name.startswith(bundle.PACKAGE) and name.endswith("/__init__.py")]
    modules |= {overlays.APP: bundle.within(rest[overlays.APP].decode())}
    held = {bundle.part_name(part) for part in modules}
    core, apart, found = seldom.taken_out(bundle.bundle(modules, whole=True), overlays.ROOT_MODULE)
    sources = {overlays.RESIDENT: core, overlays.APP: overlays.STARTER} | apart
    rest = {name: data for name, data in rest.items() if name not in packages} | {n: text.encode() for n, text in sources.items()}
    seldom.check(_modules(rest).values(), found)
    written = overlays.written_out(_modules(rest), held, found)
    free = rom_names.free_names([*written.values(), *(rest[name].decode() for name in STARTERS)])
    kept = flatten.kept([core, *written.values()])
    flat = flatten.flat_names(map(overlays.name_of, filter(overlays.is_overlay, written)), free[small.NAMES :], kept)
    return rest | {path: classes.bare(flatten.flatten(text, flat)).encode() for path, text in written.items()}, flat


def _modules(sources: dict[str, bytes]) -> dict[str, str]:
    return {name: data.decode() for name, data in sources.items() if name.endswith(".py") and name not in STARTERS}


def _names(sources: dict[str, bytes], promised: set[str], esp8266: bool) -> dict[str, str]:
    """What is called otherwise on the board: {name: name there}. promised: names that stay."""
    modules = _modules(sources)
    try:
        kept = parameters.keywords(list(modules.values())) | promised
        others = [sources[name] for name in STARTERS]
        if not esp8266:  # there microdot is itself, and modules are found by their names, those of the bundle too
            kept |= {part for path in (*modules, *bundle.PARTS) for part in Path(path).with_suffix("").parts}
            others += microdot_sources().values()
        return rom_names.renames(list(modules.values()), [data.decode() for data in others], kept, esp8266)
    except SyntaxError:
        return {}  # the compiler tells where


def _shrunk(sources: dict[str, bytes], names: dict[str, str], promised: set[str]) -> dict[str, bytes]:
    """The sources with names that cost less memory."""
    try:
        modules = {name: rom_names.rename(text, names) for name, text in _modules(sources).items()}
        kept = parameters.keywords(list(modules.values())) | promised
        return sources | {name: parameters.shrink(text, kept).encode() for name, text in modules.items()}
    except (SyntaxError, tokenize.TokenError):
        return sources  # the compiler tells where


def _shown(sources: dict[str, bytes], flat: dict[str, str]) -> dict[str, str]:
    """What tracebacks call the overlays, by their paths: a name in ROM, for their own would be one more that stays."""
    paths = sorted(name for name in sources if overlays.is_overlay(name))
    free = iter(rom_names.free_names([*_modules(sources).values(), *flat.values()]))
    shown = {path: flat.get(overlays.name_of(path)) or next(free, "") for path in paths}
    return shown | {path: overlays.ROOT_MODULE for path in paths if seldom.DOC.encode() in sources[path]}


def _explain(
    stage: Path, joined: dict[str, bytes], names: dict[str, str], shown: dict[str, str], flat: dict[str, str]
) -> None:
    """Leave what a traceback of a board is read by: the joined module, whose lines it counts, and the names it says."""
    for core in (f"{bundle.PACKAGE}{bundle.NAME}.py", overlays.RESIDENT):
        if core in joined:
            (stage / "core.py").write_bytes(joined[core])
    said = {there: name for name, there in names.items()}
    said |= {there: path for path, there in shown.items() if there and there != overlays.ROOT_MODULE}
    said |= {there: f"{bundle.PACKAGE}{name.replace('.', '/')}.py" for name, there in flat.items()}
    (stage / "names.txt").write_text("".join(f"{there} = {name}\n" for there, name in sorted(said.items())))


def _walk(device: Path):
    for path in sorted(device.rglob("*")):
        parts = path.relative_to(device).parts
        hidden = any(part.startswith(".") or part in SKIPPED for part in parts)
        if path.is_file() and not hidden and path.suffix != ".gz":
            yield path


def _convert(
    sources: dict[str, bytes], out: Path, shown: dict[str, str], flat: dict[str, str], lines: bool = True
) -> dict[str, bytes]:
    """What each source becomes: starters as they are, modules as bytecode, pages compressed. lines: as in small.compiled()."""
    modules = {n: data for n, data in sources.items() if n.endswith(".py") and n not in STARTERS}
    starters = {name: data for name, data in sources.items() if name in STARTERS}
    made = small.compiled(modules, starters, out, shown, flat, lines) if overlays.RESIDENT in modules else compile_all(modules, out)
    for name, data in pages.whole(sources).items():
        if name in STARTERS:
            made[name] = data
        elif name.startswith(pages.WWW) and name.endswith(PAGES):
            made[name + ".gz"] = pages.compressed(data)
        elif name not in modules:
            made[name] = data
    return made


@contextlib.contextmanager
def _staging(out: Path):
    out.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=".stage-", dir=out))
    stage.chmod(0o755)
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _prune(out: Path) -> None:
    oldest = time.time() - KEEP_SECONDS
    ours = [path for path in out.iterdir() if path.name.startswith((".stage-", "squeezed-")) or path.name.rpartition("-")[0] in BOARDS]
    for path in (*ours, *(out / "mpy").iterdir()):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
