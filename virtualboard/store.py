"""Where a board keeps what lasts: the image of its file system, the ROMFS partition, the radio's own settings, and NVS."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from . import shims


class Store:
    """`place`: an image file, a folder, or None for a flash that is forgotten at the end."""

    def __init__(self, board, place=None):
        self.board = board
        self._temporary = _temporary() if place is None else None
        base = self._open(Path(self._temporary or place))
        self.romfs = Path(f"{base}.romfs") if board.romfs_size else None
        self._notes = Path(f"{base}.json")
        if self.romfs:
            _fill(self.romfs, board.romfs_size)
        self.notes = json.loads(self._notes.read_text()) if self._notes.exists() else {}
        self.notes.setdefault("radio", {})
        self.notes.setdefault("nvs", {})

    def _open(self, place):
        """Make `flash`, the image; returns what the names of the other files begin with."""
        if place.is_dir() or not place.suffix:
            place.mkdir(parents=True, exist_ok=True)
            self.flash, base = place / "flash.img", place / "board"
        else:
            self.flash, base = place, place
        self.flash.touch()
        self._lock = _lock(self.flash)
        _fill(self.flash, self.board.fs_size)
        return base

    def save(self):
        shims.write(self._notes, json.dumps(self.notes).encode())

    def install(self, files=None, romfs=None, config=None, demo=None):
        """Put the firmware's files on the flash; `config` replaces /config.json, `demo` is used only if there is none.

        Files of an earlier firmware that are gone now are removed; everything else is the user's and stays.
        """
        folder = Path(files) if files else None
        names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()) if folder else []
        writes = [(folder / name, name) for name in names]
        with tempfile.TemporaryDirectory() as scratch:
            if config is not None:
                writes.append((Path(config).resolve(), "config.json"))
            elif demo is not None and "picorest.config" not in self.notes["nvs"]:
                (Path(scratch) / "demo").write_text(json.dumps(demo))
                writes.append((Path(scratch) / "demo", "?config.json"))
            gone = sorted(set(self.notes.get("installed", [])) - set(names)) if folder else []
            gone += ["picorest.version"] if folder else []  # which of two versions runs: there is one now
            if not writes and not gone:
                return  # the chip formats its flash itself
            self._change(writes, gone)
        if romfs and self.romfs:
            data = Path(romfs).read_bytes()
            if len(data) > self.board.romfs_size:
                raise RuntimeError(f"the ROMFS image has {len(data)} bytes; the partition has {self.board.romfs_size}")
            with open(self.romfs, "r+b") as file:
                file.write(data + b"\xff" * (self.board.romfs_size - len(data)))
        if folder:
            self.notes["installed"] = names
        self.save()

    def _change(self, writes, gone):
        """Copy (source, name on the flash; with a ? in front: only if it is not there) and remove names."""
        write_files(self.flash, self.board, writes, gone)

    def close(self):
        self.save()
        os.close(self._lock)
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)


class FolderStore(Store):
    """The flash's files lie in a folder, `place`/files."""

    def _open(self, place):
        if place.is_file() or place.suffix == ".img":
            raise RuntimeError(f"--flash {place}: this engine keeps the flash as a folder, so name one")
        self.flash = place / "files"
        self.flash.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self.flash)
        return place / "board"

    def _change(self, writes, gone):
        for source, name in writes:
            target = self.flash / name.lstrip("?")
            if not (name.startswith("?") and target.exists()):
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        for name in gone:
            (self.flash / name).unlink(missing_ok=True)


def _lock(flash):
    """The flash, held until it is closed: two boards on one would each undo what the other writes."""
    held = os.open(flash, os.O_RDONLY)  # a file or a folder
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise RuntimeError(f"another virtual board runs on the flash {flash}: give this one its own with --flash") from None
    return held


def _temporary():
    """A folder for a flash that is forgotten; those of boards that were killed are removed on the way."""
    for old in Path(tempfile.gettempdir()).glob("virtualboard-*-*"):
        number = old.name.split("-")[1]
        if number.isdecimal() and not Path(f"/proc/{number}").exists():
            shutil.rmtree(old, ignore_errors=True)
    return tempfile.mkdtemp(prefix=f"virtualboard-{os.getpid()}-")


def _fill(path, size):
    """A file of erased flash; sparse files read as zeros, so it is written."""
    if not path.exists() or path.stat().st_size != size:
        had = path.read_bytes()[:size] if path.exists() else b""
        with open(path, "wb") as file:
            file.write(had + b"\xff" * (size - len(had)))


def write_files(image, area, writes, gone=()):
    """Copy files into a file system and remove some, see Store._change; it is made if there is none. area: fs_size and fs_block."""
    with tempfile.TemporaryDirectory() as scratch:
        lists = Path(scratch) / "writes", Path(scratch) / "removes"
        lists[0].write_text("\n".join(f"{source}\t{name}" for source, name in writes))
        lists[1].write_text("\n".join(gone))
        _run_install(image, area, *lists)


def _run_install(image, area, writes, removes):
    script = "import sys; sys.path.insert(0, sys.argv[1]); import micropython_run as m; m.run_main(sys.argv[2:])"
    command = [sys.executable, "-I", "-S", "-c", script, str(Path(shims.interpreter()).parent), "micropython"]
    command += ["-X", "heapsize=16M", str(Path(__file__).parent / "modules" / "host" / "install.py")]
    command += [str(image), str(area.fs_size), str(area.fs_block), str(writes), str(removes)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "MICROPYPATH": ".frozen"})
    if done.returncode or done.stdout or done.stderr:
        raise RuntimeError(f"the flash image {image} cannot be written: {(done.stdout + done.stderr).strip()[-400:]}")
