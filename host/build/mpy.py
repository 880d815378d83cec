"""The tables at the head of a .mpy file, as docs/reference/mpy_files of MicroPython has them: names and constant objects."""

from typing import NamedTuple

MAGIC = b"M\x06"
_HEADER = 4  # "M", version, flags, bits of a small integer
_TEXT, _BYTES, _TUPLE = 5, 6, 10  # kinds of constant objects; those below have no data


Constant = bytes | str | list  # as it stands in the file, a text, a tuple


class Module(NamedTuple):
    header: bytes
    names: list[str | int]  # a number is a name that every MicroPython has in ROM
    constants: list[Constant]
    code: bytes

    def replace(self, texts: dict[str, str]) -> "Module":
        """The module with other names and texts, given by those that it has."""

        def new(one: Constant) -> Constant:
            return [new(part) for part in one] if isinstance(one, list) else texts.get(one, one) if isinstance(one, str) else one

        return self._replace(names=[texts.get(name, name) for name in self.names], constants=[new(one) for one in self.constants])


def read(data: bytes) -> Module:
    """The parts of a bytecode file."""
    count, at = _number(data, _HEADER)
    size, at = _number(data, at)
    names: list[str | int] = []
    for _ in range(count):
        length, at = _number(data, at)
        if length & 1:
            names.append(length >> 1)
        else:
            names.append(data[at : at + (length >> 1)].decode())
            at += (length >> 1) + 1
    constants = []
    for _ in range(size):
        one, at = _constant(data, at)
        constants.append(one)
    return Module(data[:_HEADER], names, constants, data[at:])


def write(module: Module) -> bytes:
    """The file of these parts."""
    out = bytearray(module.header) + _bytes(len(module.names)) + _bytes(len(module.constants))
    for name in module.names:
        out += _bytes(name << 1 | 1) if isinstance(name, int) else _bytes(len(name.encode()) << 1) + name.encode() + b"\0"
    return bytes(out + b"".join(map(_stored, module.constants)) + module.code)


def _constant(data: bytes, start: int) -> tuple[Constant, int]:
    kind, at = data[start], start + 1
    if kind < _TEXT:
        return data[start:at], at
    length, at = _number(data, at)
    if kind == _TUPLE:
        parts = []
        for _ in range(length):
            one, at = _constant(data, at)
            parts.append(one)
        return parts, at
    end = at + length + (kind in (_TEXT, _BYTES))
    return data[at : at + length].decode() if kind == _TEXT else data[start:end], end


def _stored(one: Constant) -> bytes:
    if isinstance(one, list):
        return bytes([_TUPLE]) + _bytes(len(one)) + b"".join(map(_stored, one))
    if isinstance(one, str):
        return bytes([_TEXT]) + _bytes(len(one.encode())) + one.encode() + b"\0"
    return one


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while True:
        value = value << 7 | data[at] & 127
        at += 1
        if data[at - 1] < 128:
            return value, at


def _bytes(value: int) -> bytes:
    out = bytes([value & 127])
    while value := value >> 7:
        out = bytes([value & 127 | 128]) + out
    return out
