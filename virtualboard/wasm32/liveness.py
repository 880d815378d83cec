"""Which locals of a WebAssembly function are still needed, instruction by instruction: a backward data flow over its branches.

Locals are bits of an integer: 1 << number. A local is live where its value may be read later.
"""

from typing import NamedTuple

from .binary import unsigned
from .instructions import (
    BR,
    BR_IF,
    BR_TABLE,
    CALL,
    CALL_INDIRECT,
    ELSE,
    END,
    IF,
    LEAVES,
    LOCAL_GET,
    LOCAL_SET,
    LOCAL_TEE,
    LOOP,
    OPENS,
    THROW,
    THROW_REF,
    TRY_TABLE,
    Instruction,
)


class Liveness(NamedTuple):
    """What is known of each instruction, by its number: live after it; dead from here on although it was live on some way here."""

    after: list[int]
    ends: list[int]
    starts: int  # live at the function's start


def liveness(body: bytes, code: list[Instruction]) -> Liveness:
    """The liveness of a function with this body and these instructions."""
    follow = _successors(body, code)
    before, after = [0] * (len(code) + 1), [0] * len(code)
    changed = True
    while changed:
        changed = False
        for number in range(len(code) - 1, -1, -1):
            live = 0
            for one in follow[number]:
                live |= before[one]
            after[number] = live
            what = code[number]
            if what.code == LOCAL_GET:
                live |= 1 << what.index
            elif what.code in (LOCAL_SET, LOCAL_TEE):
                live &= ~(1 << what.index)
            changed |= live != before[number]
            before[number] = live
    arriving = [0] * (len(code) + 1)
    for number, ways in enumerate(follow):
        for one in ways:
            arriving[one] |= after[number]
    ends = [arriving[number] & ~before[number] for number in range(len(code))]
    return Liveness(after, ends, before[0])


def _successors(body: bytes, code: list[Instruction]) -> list[list[int]]:
    """Numbers of the instructions that may come after each; the one behind the last stands for the way out."""
    ends, elses = _blocks(code)
    out = len(code)
    open_blocks: list[int] = []
    follow = []
    for number, one in enumerate(code):

        def target(depth: int) -> int:
            if depth == len(open_blocks):  # noqa: B023
                return out
            block = open_blocks[-1 - depth]  # noqa: B023
            return block if code[block].code == LOOP else ends[block]

        if one.code == END and open_blocks:
            open_blocks.pop()
        ways = [] if one.code in LEAVES else [number + 1]
        if one.code in (BR, BR_IF):
            ways.append(target(one.index))
        elif one.code == BR_TABLE:
            ways += {target(depth) for depth in _labels(body, one)}
        elif one.code == IF:
            ways.append(elses[number] + 1 if number in elses else ends[number])
        elif one.code == ELSE:  # the way out of what stands before it
            ways = [ends[open_blocks[-1]]]
        elif one.code in (CALL, CALL_INDIRECT, THROW, THROW_REF):
            for place, block in enumerate(open_blocks):
                if code[block].code == TRY_TABLE:
                    # the labels of its clauses count from around the block
                    ways += {target(len(open_blocks) - place + depth) for depth in _clauses(body, code[block])}
        follow.append(ways)
        if one.code in OPENS:
            open_blocks.append(number)
    return follow


def _blocks(code: list[Instruction]) -> tuple[dict[int, int], dict[int, int]]:
    """Numbers of the END and of the ELSE of each block, by the number of what opens it."""
    ends, elses, open_blocks = {}, {}, []
    for number, one in enumerate(code):
        if one.code in OPENS:
            open_blocks.append(number)
        elif one.code == ELSE:
            elses[open_blocks[-1]] = number
        elif one.code == END and open_blocks:
            ends[open_blocks.pop()] = number
    return ends, elses


def _labels(body: bytes, one: Instruction) -> list[int]:
    count, at = unsigned(body, one.start + 1)
    labels = []
    for _ in range(count + 1):
        label, at = unsigned(body, at)
        labels.append(label)
    return labels


def _clauses(body: bytes, one: Instruction) -> list[int]:
    _, at = unsigned(body, one.start + 1)
    count, at = unsigned(body, at)
    labels = []
    for _ in range(count):
        kind, at = body[at], at + 1
        if kind < 2:  # a tag comes before the label
            _, at = unsigned(body, at)
        label, at = unsigned(body, at)
        labels.append(label)
    return labels
