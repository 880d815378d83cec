"""WebAssembly's instructions: where each ends, what it takes from the operand stack and what it leaves there."""

from collections.abc import Iterator
from typing import NamedTuple

from .binary import I32, I64, Unknown, unsigned

F32, F64, FUNCREF, EXTERNREF = 0x7D, 0x7C, 0x70, 0x6F
BLOCK, LOOP, IF, ELSE, END, BR, RETURN, CALL, CALL_INDIRECT = 0x02, 0x03, 0x04, 0x05, 0x0B, 0x0C, 0x0F, 0x10, 0x11
BR_IF, BR_TABLE, THROW, THROW_REF = 0x0D, 0x0E, 0x08, 0x0A
TRY_TABLE, DROP, SELECT, SELECT_T, LOCAL_GET, LOCAL_SET, LOCAL_TEE = 0x1F, 0x1A, 0x1B, 0x1C, 0x20, 0x21, 0x22
GLOBAL_GET, GLOBAL_SET, I32_STORE, I64_STORE, I32_CONST, I32_ADD, I32_SUB = 0x23, 0x24, 0x36, 0x37, 0x41, 0x6A, 0x6B
OPENS = (BLOCK, LOOP, IF, TRY_TABLE)
LEAVES = (0x00, BR, BR_TABLE, RETURN, THROW, THROW_REF)  # what follows in the block is never reached
_ONE_INDEX = {BLOCK, LOOP, IF, THROW, BR, BR_IF, CALL, *range(0x20, 0x27), 0x3F, 0x40, 0x41, 0x42, 0xD0, 0xD2}
_NO_OPERAND = {0x00, 0x01, ELSE, THROW_REF, END, RETURN, DROP, SELECT, 0xD1, *range(0x45, 0xC5)}
_BULK = {**dict.fromkeys(range(8), 0), 8: 2, 9: 1, 10: 2, 11: 1, 12: 2, 13: 1, 14: 2, 15: 1, 16: 1, 17: 1}  # 0xFC n: operands


class Instruction(NamedTuple):
    """code: for 0xFC n it is 0xFC00 + n. index: the first operand. start, end: its place in the body."""

    code: int
    index: int
    start: int
    end: int


def instructions(body: bytes, at: int = 0) -> Iterator[Instruction]:
    """The instructions of a function's body from `at` on. Raises Unknown."""
    while at < len(body):
        start, code = at, body[at]
        at += 1
        index = 0
        if code in _ONE_INDEX:
            index, at = unsigned(body, at)
        elif code in _NO_OPERAND:
            pass
        elif 0x28 <= code <= 0x3E or code == CALL_INDIRECT:  # alignment and offset; type and table
            index, at = unsigned(body, at)
            _, at = unsigned(body, at)
        elif code == BR_TABLE:
            count, at = unsigned(body, at)
            at = _skip(body, at, count + 1)
        elif code == TRY_TABLE:
            index, at = unsigned(body, at)
            count, at = unsigned(body, at)
            for _ in range(count):  # kind of the clause, tag unless it catches all, label
                at = _skip(body, at + 1, 2 if body[at] < 2 else 1)
        elif code == SELECT_T:
            count, at = unsigned(body, at)
            index, at = body[at], at + count
        elif code in (0x43, 0x44):
            at += 4 if code == 0x43 else 8
        elif code == 0xFC and body[at] in _BULK:
            code = 0xFC00 + body[at]
            at = _skip(body, at + 1, _BULK[body[at]])
        else:
            raise Unknown(f"instruction {code:#x} is not known")
        yield Instruction(code, index, start, at)


def _skip(body, at, count):
    for _ in range(count):
        _, at = unsigned(body, at)
    return at


def _table():
    """{code: (how many operands it takes, value types that it leaves)} of what is the same everywhere."""
    table = {0x01: (0, []), DROP: (1, []), 0x0D: (1, []), 0x3F: (0, [I32]), 0x40: (1, [I32]), 0x41: (0, [I32]), 0x42: (0, [I64])}
    table |= {0x43: (0, [F32]), 0x44: (0, [F64]), LOCAL_SET: (1, []), GLOBAL_SET: (1, []), 0x25: (1, [FUNCREF]), 0x26: (2, [])}
    table |= {0xD0: (0, [FUNCREF]), 0xD1: (1, [I32]), 0xD2: (0, [FUNCREF])}

    def put(codes, takes, *leaves):
        table.update(dict.fromkeys(codes, (takes, list(leaves))))

    for codes, kind in (((0x28, *range(0x2C, 0x30)), I32), ((0x29, *range(0x30, 0x36)), I64), ((0x2A,), F32), ((0x2B,), F64)):
        put(codes, 1, kind)  # loads
    put(range(0x36, 0x3F), 2)  # stores
    put(range(0x45, 0x67), 2, I32)  # comparisons
    put((0x45, 0x50), 1, I32)
    for kind, unary, binary in (
        (I32, range(0x67, 0x6A), range(0x6A, 0x79)), (I64, range(0x79, 0x7C), range(0x7C, 0x8B)),
        (F32, range(0x8B, 0x92), range(0x92, 0x99)), (F64, range(0x99, 0xA0), range(0xA0, 0xA7)),
    ):  # fmt: skip
        put(unary, 1, kind)
        put(binary, 2, kind)
    for kind, conversions in (
        (I32, (*range(0xA7, 0xAC), 0xBC, 0xC0, 0xC1, *range(0xFC00, 0xFC04))),
        (I64, (*range(0xAC, 0xB2), 0xBD, 0xC2, 0xC3, 0xC4, *range(0xFC04, 0xFC08))),
        (F32, (*range(0xB2, 0xB7), 0xBE)), (F64, (*range(0xB7, 0xBC), 0xBF)),
    ):  # fmt: skip
        put(conversions, 1, kind)
    put((0xFC08, 0xFC0A, 0xFC0B, 0xFC0C, 0xFC0E, 0xFC11), 3)  # memory.init, copy, fill; table.init, copy, fill
    put((0xFC09, 0xFC0D), 0)
    return table | {0xFC0F: (2, [I32]), 0xFC10: (0, [I32])}


EFFECTS = _table()
NUMBERS = {I32_CONST, 0x42, *range(0x45, 0x67)}  # what these leave is no address: constants, outcomes of comparisons
