"""Calls from MicroPython to the host: numbers of functions and arguments come in an array of objects, so does the result.

See modules/wasm32/_door.py for the other side.
"""

import traceback

from .linear import Linear
from .names import Names
from .objects import Object, Objects


class Bridge:
    """`functions`: {name: what to call}; a function with an attribute `bare` gets words as Objects.

    exchange: address of an area of 8 KiB for results that are bytes; their length is then the result.
    """

    def __init__(self, memory: Linear, names: Names, exchange: int):
        self.memory, self.names, self.exchange = memory, names, exchange
        self.functions = {}
        self._called = []  # by number; 0 asks for a number
        self._words = None  # address of the array
        self._absent = None
        self._objects = None

    def host_call(self, name, name_size, text, text_size, out, room) -> int:
        """The import of that name; the length of its own answer is 0, an empty text."""
        if name_size:
            self._hello(int(bytes(self.memory.part(text, text_size))))
        else:
            self._call()
        return 0

    def _hello(self, words: int) -> None:
        self._words = words
        self._absent, _, *types = self.memory.words(words, 7)
        self._objects = Objects(self.memory, self.names, types)
        self._called = [self._number]
        self._answer(self.exchange)

    def _number(self, name) -> int:
        self._called.append(self.functions[str(name, "ascii")])
        return len(self._called) - 1

    def _call(self) -> None:
        number, *words = self.memory.words(self._words + 4, 6)
        call = self._called[number >> 1]
        while words and words[-1] == self._absent:
            words.pop()
        convert = Object if getattr(call, "bare", False) else self._objects.value
        try:
            self._answer(call(*map(convert, words)))
        except Exception:  # must not pass through the interpreter; it is told on the console
            traceback.print_exc()
            self._answer(None)

    def _answer(self, value) -> None:
        if isinstance(value, bytes):
            value = self.say(value)
        word = self._objects.word(value)
        self.memory.set_words(self._words, self._large(value) if word is None else word)

    def _large(self, value: int) -> int:
        """An integer of more than 31 bits, as an object outside the heap: good until the next one."""
        digits = abs(value).to_bytes((value.bit_length() + 15) // 16 * 2, "little")
        at = self.exchange - 32
        self.memory.set_words(at, self._objects.int_type, (value < 0) | 2, len(digits) // 2, at + 16)
        self.memory.write(at + 16, digits)
        return at

    def say(self, data: bytes) -> int:
        """Put bytes where the device side reads them; returns their length."""
        self.memory.write(self.exchange, data)
        return len(data)

    # what child/chip.py asks of a bridge

    def address_of_exchange(self) -> int:
        return self.exchange

    def argument(self, word: int):
        return self._objects.value(word)

    def replace(self, dictionary: int, name: bytes, value: int | None) -> bool:
        number = self.names.number(name)
        return bool(number) and self._objects.replace(dictionary, number << 3 | 2, value)
