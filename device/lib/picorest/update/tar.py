"""Unpack an update, a tar file, into the other folder. Not on an ESP8266, which takes a ROMFS image."""

import binascii
import hashlib
import os

from ..problem import Problem

_FREE = const(3)  # column of os.statvfs()
_EEXIST = const(17)
_ENOSPC = const(28)
_TYPE = const(156)  # place in a head, and
_FILE = const(0x30)  # its 0


async def receive(conn, length, place):
    """Take `length` bytes from the connection; the SHA-256 of them in hex."""
    _clear(place)
    if place == "/b":
        _clear_root()
    stat = os.statvfs("/")
    if length > stat[0] * stat[_FREE] - 32768:
        raise _full()
    digest = hashlib.sha256()
    try:
        await _unpack(conn, length, place, digest)
    except OSError as e:
        _clear(place)  # else there would be no room for anything else
        if e.errno == _ENOSPC:
            raise _full() from None
        raise
    return binascii.hexlify(digest.digest()).decode()


def _full():
    return Problem("flash-full", "The flash has no room for a second version: remove files of yours.")


async def _unpack(conn, length, place, digest):
    left = length
    while left >= 512:
        head = await _take(conn, 512, digest, b"")
        left -= 512
        if not head[0]:
            continue
        name = head[:100].rstrip(b"\0").decode()
        try:
            size = int(head[124:135], 8)
        except ValueError:
            size = left + 1
        if size > left or ".." in name or name[:1] == "/":
            raise Problem("damaged", "This is no tar file of a version: use ./deploy.sh update.")
        if head[_TYPE] == _FILE:
            path = place + "/" + name
            _make_folders(path)
            with open(path, "wb") as file:
                await _take(conn, size, digest, file)
            await _take(conn, -size % 512, digest, b"")
            left -= size + -size % 512
    await _take(conn, left, digest, b"")


def _make_folders(path):
    at = path.find("/", 1)
    while at > 0:
        try:
            os.mkdir(path[:at])
        except OSError as e:
            if e.errno != _EEXIST:
                raise
        at = path.find("/", at + 1)


async def _take(conn, n, digest, to):
    # to bytes, which are returned, or to a file
    while n:
        data = await conn.read(min(n, 1024))
        if not data:
            raise EOFError
        digest.update(data)
        n -= len(data)
        if isinstance(to, bytes):
            to += data
        else:
            to.write(data)
    return to


def _clear_root():
    """Remove the program that was installed among the user's files: while /a runs, and /b is about to come, nobody needs it."""
    for folder in ("/lib/picorest", "/lib/microdot", "/www"):
        _clear(folder)
    try:
        os.remove("/app.mpy")
    except OSError:
        pass


def _clear(folder):
    try:
        entries = list(os.ilistdir(folder))
    except UnicodeError:
        why = "A power cut has damaged the file system: run ./deploy.sh deploy over USB."
        raise Problem("not-stored", why, status=507) from None
    except OSError:
        return
    for entry in entries:
        path = folder + "/" + entry[0]
        if entry[1] & 0x4000:
            _clear(path)
        else:
            os.remove(path)
    os.rmdir(folder)
