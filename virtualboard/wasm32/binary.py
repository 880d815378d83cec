"""WebAssembly's binary format: numbers, sections, and what the functions of a module look like from outside.

Names are those of the specification (https://webassembly.github.io/spec/core/binary/).
"""

from typing import NamedTuple

HEAD = b"\0asm\1\0\0\0"
TYPE, IMPORT, FUNCTION, GLOBAL, CODE, TAG = 1, 2, 3, 6, 10, 13
I32, I64 = 0x7F, 0x7E


class Unknown(Exception):
    """The module uses something that is not handled here; the message says what."""


class Signature(NamedTuple):
    """Value types of a function's parameters and results."""

    params: bytes
    results: bytes


def unsigned(data: bytes, at: int) -> tuple[int, int]:
    """(number, place after it) of an unsigned LEB128 number."""
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at


def signed(data: bytes, at: int) -> tuple[int, int]:
    """(number, place after it) of a signed LEB128 number."""
    start = at
    number, at = unsigned(data, at)
    bits = 7 * (at - start)
    return number - (1 << bits) if number >> (bits - 1) & 1 else number, at


def leb(number: int) -> bytes:
    """An unsigned number as LEB128."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes((*out, number))


def sleb(number: int) -> bytes:
    """A signed number as LEB128."""
    out = bytearray()
    while not -64 <= number < 64:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes((*out, number & 127))


class Module:
    """A module's sections as [number, bytes], and tables of what they declare.

    signatures: of all types. functions: of all functions, the imported ones first. imported: how many those are.
    globals: value type of each. tags: the values that each exception carries.
    """

    def __init__(self, data: bytes):
        if not data.startswith(HEAD):
            raise Unknown("this is no WebAssembly module of version 1")
        self.sections = []
        at = len(HEAD)
        while at < len(data):
            number = data[at]
            size, at = unsigned(data, at + 1)
            self.sections.append([number, data[at : at + size]])
            at += size
        self.signatures = [signature for signature, _ in self._vector(TYPE, _signature)]
        imports = [index for index, _ in self._vector(IMPORT, _import)]
        kinds = imports + [index for index, _ in self._vector(FUNCTION, unsigned)]
        self.functions = [self.signatures[index] for index in kinds]
        self.imported = len(imports)
        self.globals = bytes(kind for kind, _ in self._vector(GLOBAL, _global))
        self.tags = [self.signatures[index].params for index, _ in self._vector(TAG, lambda d, at: unsigned(d, at + 1))]
        self.bodies = [body for body, _ in self._vector(CODE, _sized)]

    def _vector(self, number, read):
        """What `read(data, at)` makes of each element of a section that is a vector: [(value, place after it)]."""
        data = next((body for kind, body in self.sections if kind == number), b"\0")
        count, at = unsigned(data, 0)
        found = []
        for _ in range(count):
            value, at = read(data, at)
            found.append((value, at))
        return found

    def with_bodies(self, bodies: list[bytes]) -> bytes:
        """The module with other function bodies."""
        code = leb(len(bodies)) + b"".join(leb(len(body)) + body for body in bodies)
        sections = [(kind, code if kind == CODE else body) for kind, body in self.sections]
        return HEAD + b"".join(bytes((kind,)) + leb(len(body)) + body for kind, body in sections)


def _sized(data, at):
    size, at = unsigned(data, at)
    return data[at : at + size], at + size


def _signature(data, at):
    if data[at] != 0x60:
        raise Unknown(f"type {data[at]:#x} is no function")
    params, at = _sized(data, at + 1)
    results, at = _sized(data, at)
    return Signature(params, results), at


def _import(data, at):
    _, at = _sized(data, at)
    _, at = _sized(data, at)
    if data[at] != 0:
        raise Unknown("something that is not a function is imported")
    return unsigned(data, at + 1)


def _global(data, at):
    kind = data[at]
    at += 2  # its type, whether it changes; then the expression of its first value, here always one constant
    if data[at] not in (0x41, 0x42):
        raise Unknown("a global variable does not start as an integer constant")
    _, at = unsigned(data, at + 1)
    if data[at] != 0x0B:
        raise Unknown("a global variable starts as more than a constant")
    return kind, at + 1
