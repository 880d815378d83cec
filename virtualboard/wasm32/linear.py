"""The linear memory of a WebAssembly instance, seen from outside."""

import ctypes
import struct

PAGE = 65536
_READ_WRITE, _SHARED_FIXED = 3, 0x11
_WORD = struct.Struct("<I")
_INT = struct.Struct("<i")


class Linear:
    """Words and bytes by the addresses that the program inside uses.

    The runtime reserves all of the address space that 32 bits can name, so the memory never moves when it grows.
    """

    def __init__(self, memory, store):
        self._memory, self._store = memory, store
        self.base = ctypes.addressof(memory.data_ptr(store).contents)
        self.bytes = memoryview((ctypes.c_ubyte * (1 << 28)).from_address(self.base)).cast("B")

    def grow(self, size: int) -> int:
        """`size` more bytes, zeros; returns their address, a multiple of 64 KiB."""
        return self._memory.grow(self._store, -(-size // PAGE)) * PAGE

    def word(self, at: int) -> int:
        return _WORD.unpack_from(self.bytes, at)[0]

    def words(self, at: int, count: int) -> tuple:
        return struct.unpack_from(f"<{count}I", self.bytes, at)

    def integer(self, at: int) -> int:
        """A signed word."""
        return _INT.unpack_from(self.bytes, at)[0]

    def set_words(self, at: int, *values: int) -> None:
        struct.pack_into(f"<{len(values)}I", self.bytes, at, *values)

    def part(self, at: int, size: int) -> memoryview:
        """`size` bytes, writable."""
        return self.bytes[at : at + size]

    def write(self, at: int, data: bytes) -> None:
        self.bytes[at : at + len(data)] = data

    def map_file(self, at: int, file, size: int) -> None:
        """Let a file appear in memory at `at`, as flash does on a chip: what is written there is in the file at once."""
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int64]
        if libc.mmap(self.base + at, size, _READ_WRITE, _SHARED_FIXED, file.fileno(), 0) != self.base + at:
            raise OSError(ctypes.get_errno(), "the flash cannot be mapped into the board's memory")
