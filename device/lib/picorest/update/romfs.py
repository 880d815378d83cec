"""Write an update into the other half of the ROMFS partition, which lies right before the file system; what is behind the
half's part, the pages, into the file beside it (routes/pages.py reads it)."""

import binascii
import hashlib
import os

import esp
import vfs

from ..loop import readable
from ..problem import Problem

_CHUNK = const(256)  # small: a heap that has served for a while has no large pieces left
_SECTOR = const(4096)
_PAGES = const(65536)  # bytes at most
_FREE = const(3)  # column of os.statvfs()
_READ = const(1)  # the phases of loop.py
_WORK = const(2)


async def receive(conn, length, place):
    """Take `length` bytes from the connection; the SHA-256, in hex, of what the flash then holds."""
    half = len(vfs.rom_ioctl(2, 0)) // 2
    base = esp.flash_user_start() - 2 * half + int(place)
    if length > half + _PAGES:
        raise Problem("too-large", allowed=half + _PAGES)
    name = "picorest.www%d" % (place != "0")
    try:
        os.remove(name)
    except OSError:
        pass
    stat = os.statvfs("/")
    if length - half > stat[0] * stat[_FREE] - 32768:
        raise Problem("flash-full", "The flash has no room for the pages of a second version: remove files of yours.")
    with open(name, "wb") as pages:
        await _store(conn, length, base, half, pages)
    return _digest(length, base, half, name)


async def _store(conn, length, base, half, pages):
    chunk = bytearray(_CHUNK)
    view = memoryview(chunk)
    rest = memoryview(conn.buffer)  # what came with the head of the request
    conn.buffer = b""
    at = n = 0
    while at < length:
        if rest:
            k = min(len(rest), _CHUNK - n)
            chunk[n : n + k] = rest[:k]
            rest = rest[k:]
        else:
            k = conn.sock.readinto(view[n:])
            if k is None:
                conn.set_phase(_READ, 10000)
                await readable(conn.sock)
                conn.set_phase(_WORK, 0)
                continue
            if not k:
                raise EOFError
        n += k
        conn.remaining -= k
        if n == _CHUNK or at + n == length:
            if at >= half:
                pages.write(view[:n])
            else:
                if not at % _SECTOR:
                    esp.flash_erase((base + at) // _SECTOR)
                esp.flash_write(base + at, chunk)
            at += n
            n = 0


def _digest(length, base, half, name):
    chunk = bytearray(_CHUNK)
    view = memoryview(chunk)
    digest = hashlib.sha256()
    for at in range(0, min(length, half), _CHUNK):
        esp.flash_read(base + at, chunk)
        digest.update(view[: min(_CHUNK, length - at)])
    with open(name, "rb") as pages:
        n = pages.readinto(chunk)
        while n:
            digest.update(view[:n])
            n = pages.readinto(chunk)
    return binascii.hexlify(digest.digest()).decode()
