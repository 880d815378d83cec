# vfs with the ROMFS partition of the chip.
import _vb
import uctypes as _uctypes
from _vfs import *

_address = _vb.fn("romfs_area")()
_size = _vb.fact("romfs_size")
_area = memoryview(_uctypes.bytearray_at(_address, _size)) if _address else None


_start = _vb.fact("fs_start") - _size  # right before the file system
_write = _vb.fn("chip_write")
_erase = _vb.fn("chip_erase")


def rom_ioctl(op, *args):
    # as ports/esp8266/vfs_rom_ioctl.c: erasing always begins at the start, there is no block size and nothing to complete
    if op == 1:
        return 1 if _area else 0
    if not _area or args[0] != 0:
        return -22
    if op == 2:
        return _area
    if op == 3:
        for at in range(0, args[1], 4096):
            if _erase((_start + at) // 4096):
                return -5
        return 4
    if op == 4:
        return -5 if _write(_start + args[1], args[2]) else 0
    return -22
