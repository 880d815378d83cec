"""MicroPython's heap in linear memory (py/gc.c): blocks of 16 bytes, two bits for each in a table."""

import re

from .linear import Linear

BLOCK = 16
_ENTRIES = ["".join(str(byte >> shift & 3) for shift in (0, 2, 4, 6)) for byte in range(256)]


class Heap:
    """`state`: where the interpreter keeps the heap's bounds."""

    def __init__(self, memory: Linear, state: int):
        self.memory, self._state = memory, state

    def end(self) -> int:
        """The address after the last block."""
        return self.memory.word(self._state + 16)

    def free(self) -> tuple[int, int]:
        """(bytes that are free, bytes of the largest free piece)."""
        table, size, _, start, end = self.memory.words(self._state, 5)
        blocks = (end - start) // BLOCK
        entries = "".join(_ENTRIES[byte] for byte in self.memory.part(table, size))[:blocks]
        pieces = [len(piece) for piece in re.findall("0+", entries)]
        return sum(pieces) * BLOCK, max(pieces, default=0) * BLOCK
