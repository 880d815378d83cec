"""Files mapped into memory, by address: bytecode in them runs in place and costs no heap."""

import ctypes
import mmap

_kept = []


def mapped(path, size):
    """(address, size) of the file at `path`, mapped for reading and writing."""
    with open(path, "r+b") as file:
        area = mmap.mmap(file.fileno(), size)
    _kept.append(area)
    return ctypes.addressof(ctypes.c_char.from_buffer(area)), size
