"""The two ways to store an update: a tar file's files, and the halves of an ESP8266's ROMFS partition."""

import binascii
import hashlib
import os
import sys

from expect import equal, raises
from picorest.problem import Problem
from picorest.update import tar


class Conn:
    """Gives what arrives a few bytes at a time, and then the end."""

    phases = ()

    def __init__(self, data, first=0):
        self.buffer = data[:first]
        self.data = data[first:]
        self.remaining = len(data)
        self.sock = self
        self.full = False

    async def read(self, n):
        data = self.data[: min(n, 700)]
        self.data = self.data[len(data) :]
        return data

    def readinto(self, buf):
        self.full = not self.full
        if self.full:
            return None
        n = min(len(buf), 100, len(self.data))
        buf[:n] = self.data[:n]
        self.data = self.data[n:]
        return n

    def set_phase(self, state, ms):
        self.phases += ((state, ms),)


def entry(name, data=b"", kind=b"0", size=None):
    head = bytearray(512)
    head[: len(name)] = name.encode()
    head[124:135] = size or b"%011o" % len(data)
    head[156:157] = kind
    return bytes(head) + data + b"\0" * (-len(data) % 512)


def digest(data):
    return binascii.hexlify(hashlib.sha256(data).digest()).decode()


async def receive(data, place="v"):
    return await tar.receive(Conn(data), len(data), place)


def files(folder, found=None):
    found = {} if found is None else found
    for name, kind, *_ in os.ilistdir(folder):
        path = folder + "/" + name
        if kind & 0x4000:
            files(path, found)
        else:
            with open(path, "rb") as file:
                found[path] = file.read()
    return found


async def test_a_version_is_unpacked_and_what_was_there_goes():
    old = {"main.py": b"a" * 1024, "lib/one/two.py": b"b" * 1025, "lib/empty.py": b"", "lib/three.py": b"c"}
    for version in (old, {"main.py": b"new", "www/x": b"d" * 3000}):
        data = entry("lib/", kind=b"5") + b"".join([entry(name, version[name]) for name in version]) + b"\0" * 1024
        equal(await receive(data), digest(data))
        equal(files("v"), {"v/" + name: version[name] for name in version})
    data = entry("a", b"1") + b"\0" * 100  # whatever follows counts
    equal(await receive(data), digest(data))
    equal(files("v"), {"v/a": b"1"})


async def test_what_would_be_written_elsewhere_or_is_no_tar_file_is_refused():
    for bad in (entry("/a", b"1"), entry("../a", b"1"), entry("a/../../b", b"1"), entry("a", size=b"00000001000"),
                entry("a", size=b"zzzzzzzzzzz"), entry("a", b"1", size=b"00000001001")):  # fmt: skip
        with raises(Problem) as caught:
            await receive(bad)
        equal(caught.error.type, "damaged")
    equal([name for name in ("a", "b") if name in os.listdir()], [])


async def test_what_breaks_off_ends():
    data = entry("a", b"1" * 600)
    for size in (0, 100, 512, 700, 1200):
        with raises(EOFError):
            await tar.receive(Conn(data[:size]), len(data), "v")


async def test_an_upload_that_breaks_off_anywhere_leaves_the_version_that_runs_and_can_be_sent_again():
    old = entry("main.py", b"a" * 1024) + entry("lib/b.py", b"b" * 700)
    await receive(old, "run")
    runs = files("run")
    data = entry("main.py", b"new" * 1000) + entry("www/x", b"d" * 5000) + b"\0" * 1024
    for size in range(0, len(data), 512):
        for more in (0, 1):
            with raises(EOFError):
                await tar.receive(Conn(data[: size + more]), len(data), "v")
            equal((size, files("run")), (size, runs))
    equal(await receive(data), digest(data))
    equal(files("v"), {"v/main.py": b"new" * 1000, "v/www/x": b"d" * 5000})


async def test_without_room_nothing_is_taken():
    stat = os.statvfs("/")
    conn = Conn(b"x")
    with raises(Problem) as caught:
        await tar.receive(conn, stat[0] * stat[3], "v")
    equal((caught.error.type, conn.data), ("flash-full", b"x"))


SECTOR, HALF, START = 4096, 16384, 0x100000


class Flash:
    """The modules esp and vfs: a partition of two halves before the file system."""

    def __init__(self):
        self.data = bytearray(b"o" * (2 * HALF))
        self.erased = []

    def rom_ioctl(self, *what):
        equal(what, (2, 0))
        return self.data

    def flash_user_start(self):
        return START

    def flash_erase(self, sector):
        at = sector * SECTOR - START + 2 * HALF
        self.erased.append(at)
        self.data[at : at + SECTOR] = b"\xff" * SECTOR

    def flash_write(self, at, data):
        at += 2 * HALF - START
        equal(bytes(self.data[at : at + len(data)]), b"\xff" * len(data))  # erased, and written once
        self.data[at : at + len(data)] = data

    def flash_read(self, at, buf):
        at += 2 * HALF - START
        buf[:] = self.data[at : at + len(buf)]


def romfs():
    """A flash, and receive() that writes into it."""
    flash = sys.modules["esp"] = sys.modules["vfs"] = Flash()
    sys.modules.pop("picorest.update.romfs", None)
    romfs = __import__("picorest.update.romfs", None, None, ["receive"])

    async def readable(sock):
        pass

    romfs.readable = readable
    return flash, romfs.receive


async def stored(length, place, first=0, break_off=0):
    """(digest, flash, connection, image) after an image of so many bytes, of which `first` came with the head."""
    flash, receive = romfs()
    image = bytes([n % 251 for n in range(length)])
    conn = Conn(image[: length - break_off], first)
    conn.remaining = length
    return await receive(conn, length, place), flash, conn, image


async def test_an_image_goes_into_its_half_and_the_pages_into_a_file():
    for length, place, first in (
        (1, "0", 0), (255, "0", 255), (256, "0", 0), (257, str(HALF), 100), (HALF - 1, "0", 0), (HALF, "0", 300),
        (HALF + 1, "0", 0),
        (HALF + 5000, str(HALF), 700),
    ):  # fmt: skip
        told, flash, conn, image = await stored(length, place, first)
        at = int(place)
        equal((told, conn.remaining, conn.buffer), (digest(image), 0, b""))
        equal(bytes(flash.data[at : at + min(length, HALF)]), image[:HALF])
        equal(bytes(flash.data[HALF - at : 2 * HALF - at]), b"o" * HALF)  # the half that runs
        equal(flash.erased, list(range(at, at + min(length, HALF), SECTOR)))
        with open("picorest.www%d" % (at > 0), "rb") as pages:
            equal(pages.read(), image[HALF:])
        equal(set(conn.phases), set() if first == length else {(1, 10000), (2, 0)})


async def test_an_image_that_breaks_off_in_any_sector_touches_nothing_of_what_runs():
    length = HALF + 5000
    image = bytes([n % 251 for n in range(length)])
    for place in ("0", str(HALF)):
        at = int(place)
        for sector in range(0, length, SECTOR):
            for size in (sector, sector + 1, min(sector + 2000, length - 1)):
                flash, receive = romfs()
                with open("picorest.www%d" % (not at), "wb") as pages:
                    pages.write(b"of the version that runs")
                with raises(EOFError):
                    await receive(Conn(image[:size]), length, place)
                equal((size, bytes(flash.data[HALF - at : 2 * HALF - at])), (size, b"o" * HALF))
                assert all([at <= erased < at + HALF for erased in flash.erased]), flash.erased
                with open("picorest.www%d" % (not at), "rb") as pages:
                    equal(pages.read(), b"of the version that runs")


async def test_an_image_that_is_too_large_or_breaks_off():
    with raises(Problem) as caught:
        await stored(HALF + 65537, "0")
    equal((caught.error.type, caught.error.members["allowed"]), ("too-large", HALF + 65536))
    with raises(EOFError):
        await stored(1000, "0", 0, 1)
