"""The flash chip: NOR memory in 4 KiB sectors, kept in a file, that can lose power in the middle of a write.

What it holds beside the program: the file system, the ROMFS partition, and on the ESP32 family NVS, keys and values.
"""

import ctypes
import errno
import mmap
import os
import signal

from virtualboard.shared_memory import COUNTDOWN, CUT, TORN, WRITES

SECTOR = 4096
LOST, OLD, HALF = range(3)


class Flash:
    """The parts of the flash that a program can write; errors are returned as a block device does."""

    NATIVE = ("flash_read", "flash_write", "flash_ioctl", "flash_size", "chip_read", "chip_write", "chip_erase",
              "romfs_area", "nvs_set")

    def __init__(self, page, setup, ask, bridge):
        self.page = page
        self.setup = setup
        self._ask = ask
        self._bridge = bridge
        self.block = setup["fs_block"]
        with open(setup["flash"], "r+b") as file:
            self.mem = mmap.mmap(file.fileno(), setup["fs_size"])
        self._address = ctypes.addressof(ctypes.c_char.from_buffer(self.mem))
        self.romfs = None
        if setup["romfs"]:
            with open(setup["romfs"], "r+b") as file:
                self.romfs = mmap.mmap(file.fileno(), setup["romfs_size"])

    # block device of the file system

    def flash_read(self, count, words):
        """Words are those of block, buffer and, if there are three, offset. A start with LittleFS reads 40,000 times."""
        target, size = self._bridge.buffer(words[1])
        at = (words[0] >> 1) * self.block + (words[2] >> 1 if count == 3 else 0)
        if at + size > len(self.mem):
            return self._bridge.number(-errno.EINVAL)
        ctypes.memmove(target, self._address + at, size)
        return 6

    flash_read.quick = True

    def flash_write(self, block, buf, offset=None):
        at = block * self.block + (offset or 0)
        if offset is None:
            self._make_room(at, at + len(buf))
        self._program(self.mem, at, buf)

    def _make_room(self, start, end):
        """Erase the sectors of start…end, and write back what they have before and behind it, as the ESP32's port does."""
        for at in range(start - start % SECTOR, end, SECTOR):
            before = self.mem[at : max(at, start)]
            behind = self.mem[end : at + SECTOR]
            self._erase(self.mem, at)
            for place, data in ((at, before), (end, behind)):
                if data:
                    self._program(self.mem, place, data)

    def flash_ioctl(self, request, argument):
        if request == 4:
            return len(self.mem) // self.block
        if request == 5:
            return self.block
        if request == 6:
            if self.block != SECTOR:
                return -errno.EINVAL
            self._erase(self.mem, argument * SECTOR)
            return 0
        return None

    def flash_size(self):
        return len(self.mem)

    def nvs_set(self, key, value=None):
        """Set a value, or remove it. The new one is written behind the old ones, and counts once its head is there as well."""
        for _ in range(2):
            self._count(lambda size: None, SECTOR, False)
        self._ask("nvs_set", bytes(key), None if value is None else bytes(value))
        self._count(lambda size: None, SECTOR, False)  # the old one is marked as gone

    # the whole chip by address (module esp); 0 is success, -1 is refused

    def chip_read(self, at, buf):
        end = at + len(buf)
        if end > self.setup["flash_size"]:
            return -1
        mem, offset = self._part(at, len(buf))
        if mem is not None:
            buf[:] = mem[offset : offset + len(buf)]
        else:
            image = self.setup["header"][at:end]
            buf[:] = image + b"\xff" * (len(buf) - len(image))
        return 0

    def chip_write(self, at, buf):
        mem, offset = self._part(at, len(buf))
        if mem is None:
            return -1  # the firmware lies there: writing it would end the board
        self._program(mem, offset, buf)
        return 0

    def chip_erase(self, sector):
        mem, offset = self._part(sector * SECTOR, SECTOR)
        if mem is None:
            return -1
        self._erase(mem, offset)
        return 0

    def _part(self, at, size):
        """The memory behind an address of the chip and the offset in it: the file system, or ROMFS right before it."""
        at -= self.setup["fs_start"]
        if at >= 0 and at + size <= len(self.mem):
            return self.mem, at
        at += self.setup["romfs_size"]
        if self.romfs is not None and at >= 0 and at + size <= len(self.romfs):
            return self.romfs, at
        return None, 0

    def romfs_area(self):
        """Address of the ROMFS partition, 0 if there is none."""
        return ctypes.addressof(ctypes.c_char.from_buffer(self.romfs)) if self.romfs else 0

    # NOR: erasing sets all bits of a sector, programming can only clear bits

    def _erase(self, mem, at):
        self._count(lambda size: mem.__setitem__(slice(at, at + size), b"\xff" * size), SECTOR, True)
        mem[at : at + SECTOR] = b"\xff" * SECTOR

    def _program(self, mem, at, buf):
        size = len(buf)
        old = int.from_bytes(mem[at : at + size], "little")
        new = (old & int.from_bytes(buf, "little")).to_bytes(size, "little")
        self._count(lambda part: mem.__setitem__(slice(at, at + part), new[:part]), size, False)
        mem[at : at + size] = new

    def _count(self, act, size, erase):
        """Count one write; at the one where power is to be lost, do what is left of it and die."""
        page = self.page
        page.set_number(WRITES, page.number(WRITES) + 1)
        left = page.number(COUNTDOWN)
        if not left:
            return
        page.set_number(COUNTDOWN, left - 1)
        if left == 1:
            torn = page.byte(TORN)
            act({LOST: size if erase else 0, OLD: 0, HALF: size // 2}[torn])
            page.set_byte(CUT, 1)
            os.kill(os.getpid(), signal.SIGKILL)
