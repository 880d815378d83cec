"""MicroPython's names (interned strings, qstr): tables of them in linear memory, each but the first twice as long as the last.

A table (qstr_pool_t, py/qstr.h) is: the one before it, how many names those before it hold (with a bit that says whether
this one is sorted), its room, its length, addresses of hashes and lengths, and then the addresses of the characters.
"""

from .linear import Linear

_HEAD = 24
_SORTED = 1 << 31
_FIRST = 10  # the room that is doubled for the first table on the heap
_HASH = 2  # bytes


class Names:
    """`last`: where the interpreter keeps the address of the newest table. `chunk`: … of the room for new characters."""

    def __init__(self, memory: Linear, last: int, chunk: int):
        self.memory, self._last, self._chunk = memory, last, chunk
        self._rom = None  # the newest table that is not the device's

    def _tables(self):
        """(address, names before it, length) of each table, the newest first."""
        at = self.memory.word(self._last)
        while at:
            before, total, _, length = self.memory.words(at, 4)
            yield at, total & ~_SORTED, length
            at = before

    def text(self, number: int) -> memoryview:
        for at, total, length in self._tables():
            if number >= total:
                return self._text(at, number - total, length)
        raise IndexError(number)

    def _text(self, at, index, length):
        lengths = self.memory.word(at + 20)
        return self.memory.part(self.memory.word(at + _HEAD + 4 * index), self.memory.bytes[lengths + index])

    def number(self, text: bytes) -> int:
        """The number of a name, 0 if there is none of that text."""
        for at, total, length in self._tables():
            for index in range(length):
                if self._text(at, index, length) == text:
                    return total + index
        return 0

    def known(self) -> set[bytes]:
        return {bytes(self._text(at, index, length)) for at, _, length in self._tables() for index in range(length)}

    def add_rom(self, texts: set[bytes], at: int, room: int) -> None:
        """Lay a sorted table of the names that are missing at `at`, outside the heap, as if they were in the chip's ROM.

        The next table is made on the heap, for as many names as the chip's first one. The tables that were there must be
        kept alive by whoever calls this: the collector looks no further than the heap.
        """
        memory = self.memory
        newest, total, length = next(self._tables())
        new = sorted(texts - self.known())
        hashes = at + _HEAD + 4 * len(new)
        lengths = hashes + _HASH * len(new)
        place = lengths + len(new)
        if place + sum(len(text) + 1 for text in new) > at + room:
            raise RuntimeError("the names of the chip's ROM need more room")
        memory.set_words(at, newest, total + length | _SORTED, _FIRST, len(new), hashes, lengths)
        for index, text in enumerate(new):
            memory.set_words(at + _HEAD + 4 * index, place)
            memory.write(hashes + _HASH * index, _hash(text).to_bytes(_HASH, "little"))
            memory.write(lengths + index, bytes((len(text),)))
            memory.write(place, text + b"\0")
            place += len(text) + 1
        memory.set_words(self._last, at)
        memory.set_words(self._chunk, 0, 0, 0)
        self._rom = at

    def count(self) -> tuple[int, int]:
        """(names, tables) that the device made on its heap."""
        found = tables = 0
        for at, _, length in self._tables():
            if at == self._rom:
                break
            found, tables = found + length, tables + 1
        return found, tables


def _hash(text: bytes) -> int:
    value = 5381
    for byte in text:
        value = (value * 33 ^ byte) & 0xFFFF_FFFF
    return value & 0xFFFF or 1
