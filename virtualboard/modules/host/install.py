# Run by MicroPython on the host: python-like script that puts files on the image of a board's file system.
# Arguments: image, bytes, bytes of a block (512: FAT, 4096: LittleFS), list of files to write ("source<TAB>target" lines),
# list of files to remove (one a line).
import os
import sys

import vfs


class Image:
    def __init__(self, path, size, block):
        self.file = open(path, "r+b")
        self.block = block
        self.blocks = size // block

    def readblocks(self, block, buf, offset=0):
        self.file.seek(block * self.block + offset)
        self.file.readinto(buf)

    def writeblocks(self, block, buf, offset=None):
        self.file.seek(block * self.block + (offset or 0))
        self.file.write(buf)

    def ioctl(self, op, argument):
        if op == 4:
            return self.blocks
        if op == 5:
            return self.block
        if op == 6:
            self.file.seek(argument * 4096)
            self.file.write(b"\xff" * 4096)
            return 0


def content(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def folders(path):
    parts = path.split("/")[2:-1]
    place = "/f"
    for part in parts:
        place += "/" + part
        try:
            os.mkdir(place)
        except OSError:
            pass


def main(path, size, block, writes, removes):
    device = Image(path, int(size), int(block))
    kind = vfs.VfsLfs2 if device.block == 4096 else vfs.VfsFat
    try:
        vfs.mount(kind(device), "/f")
    except OSError:
        kind.mkfs(device)
        vfs.mount(kind(device), "/f")
    for line in content(writes).decode().split("\n"):
        if not line:
            continue
        source, target = line.split("\t")
        missing_only = target.startswith("?")
        target = "/f/" + target.lstrip("?")
        old = content(target)
        if old is not None and missing_only:
            continue
        new = content(source)
        if new != old:
            folders(target)
            with open(target, "wb") as file:
                file.write(new)
    for line in content(removes).decode().split("\n"):
        if line:
            try:
                os.remove("/f/" + line)
            except OSError:
                pass
    vfs.umount("/f")


main(*sys.argv[1:])
