"""The flash of a board whose files lie in a folder: no image of a file system, but the ROMFS partition is there."""

import os

from ..child import flash
from .linear import Linear


class Flash(flash.Flash):
    """The partition is mapped into the interpreter's memory at the address `romfs`, as a chip maps its flash."""

    NATIVE = ("chip_read", "chip_write", "chip_erase", "romfs_area", "space")

    def __init__(self, page, setup, memory: Linear, romfs: int):
        self.page, self.setup = page, setup
        self.mem = bytearray()
        self._address = romfs
        with open(setup["romfs"], "r+b") as file:
            memory.map_file(romfs, file, setup["romfs_size"])
        self.romfs = memory.part(romfs, setup["romfs_size"])

    def romfs_area(self):
        return self._address

    def space(self, free):
        """Blocks of 4 KiB that the file system has, or that are free."""
        blocks = self.setup["fs_size"] // flash.SECTOR
        if not free:
            return blocks
        files = [os.path.join(folder, name) for folder, _, names in os.walk(self.setup["flash"]) for name in names]
        return max(blocks - sum(os.path.getsize(file) // flash.SECTOR + 1 for file in files) - 2, 0)
