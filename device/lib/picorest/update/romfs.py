"""Write an update into the other half of the ROMFS partition, which lies right before the file system."""

import binascii
import hashlib

import esp
import vfs

from ..loop import readable
from ..problem import Problem

_CHUNK = const(256)  # small: a heap that has served for a while has no large pieces left
_SECTOR = const(4096)
_READ = const(1)  # the phases of loop.py
_WORK = const(2)


async def receive(conn, length, place):
    """Take `length` bytes from the connection; the SHA-256, in hex, of what the flash then holds."""
    room = len(vfs.rom_ioctl(2, 0))
    base = esp.flash_user_start() - room + int(place)
    if length > room // 2:
        raise Problem("too-large", allowed=room // 2)
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
                conn.phase(_READ, 10000)
                await readable(conn.sock)
                conn.phase(_WORK, 0)
                continue
            if not k:
                raise EOFError
        n += k
        conn.remaining -= k
        if n == _CHUNK or at + n == length:
            if not at % _SECTOR:
                esp.flash_erase((base + at) // _SECTOR)
            esp.flash_write(base + at, chunk)
            at += n
            n = 0
    digest = hashlib.sha256()
    for at in range(0, length, _CHUNK):
        esp.flash_read(base + at, chunk)
        digest.update(view[: min(_CHUNK, length - at)])
    return binascii.hexlify(digest.digest()).decode()
