"""Where on the flash a new version goes, and what has to be sent there.

A board keeps two versions: on the ESP8266 the two halves of the ROMFS partition ("0" and "163840", say), elsewhere the
folders /a and /b ("/" is where the library's own installation lies). device/versions.py tells how they take turns.
"""

import ast
import hashlib
from pathlib import PurePosixPath
from typing import NamedTuple

from host import UserError
from host.board.cable import Link, Progress
from host.board.probe import Found
from host.build import FIXED, Build
from host.build.pages import BESIDE
from host.build.parts import FILE

MARKER = "picorest.version"
SECTOR = 4096
CHUNK = 2048  # bytes per command: as text it fits the small heap

_HASH = """
import hashlib, binascii, os
def _sum(name):
    try:
        with open(name, 'rb') as f:
            h = hashlib.sha256()
            while 1:
                b = f.read(512)
                if not b:
                    return binascii.hexlify(h.digest()).decode()
                h.update(b)
    except OSError:
        return ''
"""
WALK = """
import os
def _walk(top, out):
    try:
        for e in os.ilistdir(top or '/'):
            if e[1] & 0x4000:
                _walk(top + '/' + e[0], out)
            else:
                out.append(top + '/' + e[0])
    except (OSError, UnicodeError):  # UnicodeError: a folder on FAT that a power cut has damaged
        pass
    return out
"""
_CLEAR = """
def _clear(top):
    try:
        for e in list(os.ilistdir(top)):
            (_clear if e[1] & 0x4000 else os.remove)(top + '/' + e[0])
        os.rmdir(top)
    except (OSError, UnicodeError):
        pass
for top in ('/lib/picorest', '/lib/microdot', '/www'):
    _clear(top)
try:
    os.remove('/app.mpy')
except OSError:
    pass
"""
_ROM = """
import vfs, esp, hashlib
from binascii import hexlify, a2b_base64 as d
try:
    vfs.umount('/rom')
except OSError:
    pass
_at = esp.flash_user_start() - len(vfs.rom_ioctl(2, 0))
def _erase(o):
    esp.flash_erase((_at + o) // 4096)
def _write(o, b):
    esp.flash_write(_at + o, d(b))
def _sums(o, n):
    b = bytearray(1024)
    for s in range(o, o + n, 4096):
        h = hashlib.sha256()
        for k in range(0, 4096, 1024):
            esp.flash_read(_at + s + k, b)
            h.update(b)
        print(hexlify(h.digest()).decode())
"""


_PAGES = """
import vfs, os
from binascii import hexlify
def _torn(place, name):
    found = []
    vfs.mount(vfs.VfsRom(memoryview(vfs.rom_ioctl(2, 0))[place:]), '/look')
    try:
        for e in os.ilistdir('/look/www'):
            if e[0][-3:] == '.at':
                with open('/look/www/' + e[0]) as f:
                    at, size, tag = f.read().split()
                try:
                    with open(name, 'rb') as f:
                        f.seek(int(at) + int(size) - 8)
                        if hexlify(f.read(8)).decode() != tag:
                            found.append(e[0][:-3])
                except OSError:
                    found.append(e[0][:-3])
    except OSError:
        pass
    vfs.umount('/look')
    return found
"""


_PARTS = """
import vfs
def _parts(place):
    try:
        vfs.mount(vfs.VfsRom(memoryview(vfs.rom_ioctl(2, 0))[place:]), '/look')
        with open('/look/FILE') as f:
            return f.read()
    except (OSError, ValueError):
        return None
    finally:
        try:
            vfs.umount('/look')
        except OSError:
            pass
"""


class Version(NamedTuple):
    place: str
    id: str

    def words(self) -> list[str]:
        return [self.place, self.id]


class Plan(NamedTuple):
    """Which version stays as the one to go back to, and what was about to be tried."""

    keep: Version | None
    pending: Version | None
    places: tuple[str, str]

    def target(self) -> str:
        """The place for a new version: never that of the one to keep."""
        return self.places[1] if self.keep and self.keep.place == self.places[0] else self.places[0]


def plan(found: Found) -> Plan:
    """Read the board's marker."""
    places = ("0", str(found.rom // 2)) if found.rom else ("/a", "/b")
    words = found.version.split()
    if not words:
        installed = "main.py" in found.names and ("rom" in found.names if found.rom else "app.mpy" in found.names)
        return Plan(Version(places[0] if found.rom else "/", "-") if installed else None, None, places)
    if len(words) == 5 and words[2].startswith("?"):
        return Plan(Version(*words[3:]), Version(*words[:2]), places)
    return Plan(Version(*words[:2]), None, places)


def beside(place: str) -> str:
    """The file with the pages of the version at this place, a half of the ROMFS partition."""
    return f"{BESIDE}{0 + (place != '0')}"


def torn(link: Link, place: str) -> list[str]:
    """The pages of the version at this place, a half of the ROMFS partition, that are not whole."""
    return link.value_of(_PAGES, f"_torn({place}, {beside(place)!r})", doing="its pages were checked")


class RomPlace:
    """A half of the ROMFS partition, and a file beside it for the pages."""

    def __init__(self, link: Link, build: Build, found: Found):
        self.link, self.room, self.free = link, found.rom // 2, found.free
        self.pages = build.pages
        data = build.romfs.read_bytes()
        self.data = data + b"\xff" * (-len(data) % SECTOR)
        if len(self.data) > self.room:
            raise UserError(f"the program has {len(self.data)} bytes, and half of the ROMFS partition {self.room}: too large")
        self.sums = [hashlib.sha256(self.data[at : at + SECTOR]).hexdigest() for at in range(0, len(self.data), SECTOR)]
        link.run(_ROM)

    def differing(self, place: str) -> list[int]:
        """Offsets of the sectors that are not yet as they should be; that behind the last one stands for the pages."""
        there = self.link.run(f"_sums({place}, {len(self.data)})").split()
        other = [at * SECTOR for at, (a, b) in enumerate(zip(there, self.sums, strict=True)) if a != b]
        if self.pages and different(self.link, {beside(place): self.pages}):
            other.append(len(self.data))
        return other

    def send(self, place: str, sectors: list[int]) -> None:
        import binascii

        if sectors[-1] == len(self.data):
            sectors = sectors[:-1]
            require_room(len(self.pages), self.free)
            with self.link.step("copying the pages"):
                self.link.transport.fs_writefile(beside(place), self.pages, 512)
        progress = Progress("copying the program", len(sectors) * SECTOR)
        for sector in reversed(sectors):  # the first one, which makes it a file system, comes last
            self.link.run(f"_erase({place} + {sector})")
            for at in range(sector, sector + SECTOR, CHUNK):
                text = binascii.b2a_base64(self.data[at : at + CHUNK]).strip()
                self.link.run(f"_write({place} + {at}, {text})")
                progress.add(CHUNK)
        progress.end()


class FolderPlace:
    """A folder of the file system."""

    def __init__(self, link: Link, build: Build, found: Found):
        self.link, self.free = link, found.free
        self.files = {
            path.relative_to(build.files).as_posix(): path.read_bytes() for path in sorted(build.files.rglob("*")) if path.is_file()
        }
        for name in FIXED:
            self.files.pop(name, None)
        link.run(_HASH + WALK)

    def differing(self, place: str) -> list[str]:
        """Names of the files that are not yet as they should be; one that should not be there begins with a minus."""
        place = place.rstrip("/")
        names = [f"{place}/{name}" for name in self.files]
        sums = ast.literal_eval(self.link.run(f"print([_sum(n) for n in {names}])"))
        other = [n for n, s in zip(self.files, sums, strict=True) if s != hashlib.sha256(self.files[n]).hexdigest()]
        there = ast.literal_eval(self.link.run(f"print(_walk({place!r}, []))")) if place else []
        return [f"-{name}" for name in there if name not in names] + other

    def send(self, place: str, names: list[str]) -> None:
        if place == "/b":  # what was installed in the root, before /a, is neither of the two versions
            self.link.run(_CLEAR)
        stale, names = [n[1:] for n in names if n[0] == "-"], [n for n in names if n[0] != "-"]
        for name in stale:
            self.link.run(f"os.remove({name!r})")
        size = sum(len(self.files[name]) for name in names)
        require_room(size, self.free)
        progress = Progress("copying the program", size)
        parents = set()
        for name in names:
            path = f"{place}/{name}"
            if PurePosixPath(path).parent not in parents:
                parents.add(PurePosixPath(path).parent)
                folders(self.link, path)
            with self.link.step(f"copying {path}"):
                self.link.transport.fs_writefile(path, self.files[name], 2048)
            progress.add(len(self.files[name]))
        progress.end()


def parts_of(link: Link, found: Found) -> frozenset[str] | None:
    """The parts of an ESP8266's program that is there, see host/build/parts.py; None: nobody knows."""
    keep = plan(found).keep
    if not found.rom or not keep or not keep.place.isdecimal():
        return None
    said = ast.literal_eval(link.run(_PARTS.replace("FILE", FILE) + f"print(repr(_parts({keep.place})))"))
    return None if said is None else frozenset(said.split())


def require_room(size: int, free: int) -> None:
    """Refuse what the board's file system has no room for; in bytes. Raises UserError."""
    if size + 8 * SECTOR > free:
        raise UserError(
            f"the board's file system has {free} bytes free, and {size} are needed: remove files of yours, "
            "or empty it with ./deploy.sh erase --files"
        )


def folders(link: Link, path: str) -> None:
    """Make the folders that a file lies in."""
    for folder in reversed(PurePosixPath(path).parents):
        if str(folder) not in ("/", "."):
            link.run(f"import os\ntry:\n os.mkdir({str(folder)!r})\nexcept OSError:\n pass")


def swap(link: Link, name: str, data: bytes) -> None:
    """Replace a file in one step."""
    with link.step(f"copying {name}"):
        link.transport.fs_writefile(f"{name}.new", data, 512)
    link.run(
        f"import os\ntry:\n os.rename({name + '.new'!r}, {name!r})\nexcept OSError:\n"
        f" os.remove({name!r})\n os.rename({name + '.new'!r}, {name!r})"
    )


def different(link: Link, files: dict[str, bytes]) -> list[str]:
    """Which of these files in the board's root are not yet as they should be."""
    sums = ast.literal_eval(link.run(_HASH + f"print([_sum(n) for n in {list(files)}])"))
    return [name for name, found in zip(files, sums, strict=True) if found != hashlib.sha256(files[name]).hexdigest()]
