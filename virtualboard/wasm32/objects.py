"""MicroPython's objects in linear memory: 32 bit, object representation A (py/obj.h)."""

from .linear import Linear
from .names import Names

NONE, FALSE, TRUE = 6, 14, 30
_SMALL = 1 << 30


class Object(int):
    """An object that is neither a number, a constant nor a buffer: its bare word."""


class Objects:
    """Values from words and words from values. `types`: addresses of the types int, str, bytes, bytearray, memoryview."""

    def __init__(self, memory: Linear, names: Names, types: tuple):
        self.memory, self.names = memory, names
        self.int_type, self._str, self._bytes, self._bytearray, self._memoryview = types

    def value(self, word: int):
        """int, None, bool; text and every buffer as a memoryview, writable; or an Object."""
        if word & 1:
            return (word >> 1) - ((word & 0x8000_0000) and 1 << 31)
        if word & 7 == 2:
            return self.names.text(word >> 3)
        if word & 3:
            return {NONE: None, FALSE: False, TRUE: True}[word]
        kind, second, third, fourth = self.memory.words(word, 4)
        if kind in (self._str, self._bytes):  # type, hash, length, address
            return self.memory.part(fourth, third)
        if kind == self._bytearray:  # type, kind of items and room, length, address
            return self.memory.part(fourth, third)
        if kind == self._memoryview:  # as an array, but where that has its room this has its offset
            return self.memory.part(fourth + (second >> 8), third)
        if kind == self.int_type:  # type, minus sign, length in digits of 16 bits, address
            number = int.from_bytes(self.memory.part(fourth, 2 * third), "little")
            return -number if second & 1 else number
        return Object(word)

    @staticmethod
    def word(value) -> int | None:
        """The word of None, a bool, an Object or a small integer; None for an integer that is too large for one."""
        if value is None:
            return NONE
        if value is True or value is False:
            return TRUE if value else FALSE
        if isinstance(value, Object):
            return value
        return (value << 1 | 1) & 0xFFFF_FFFF if -_SMALL <= value < _SMALL else None

    def replace(self, dictionary: int, name: int, value: int | None) -> bool:
        """Put the word `value` under `name` (a word too) into a dictionary's table, or hide the entry; False if there is none."""
        _, _, room, table = self.memory.words(dictionary, 4)
        for at in range(table, table + 8 * room, 8):
            if self.memory.word(at) == name:
                if value is None:
                    self.memory.set_words(at, self.names.number(b"\n") << 3 | 2)
                else:
                    self.memory.set_words(at + 4, value)
                return True
        return False
