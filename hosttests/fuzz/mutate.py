"""Mutations of bytes, the seeds that they start from, and what of their results must not be sent."""

import ast
import random
from functools import cache
from pathlib import Path
from urllib.parse import unquote_to_bytes

from hosttests.fuzz import grammar
from hosttests.support.http_cases import CASES

SEEDS = Path(__file__).parent / "seeds.txt"
LONGEST = 6000  # bytes of one input
WORDS = [
    b"\r\n", b"\n", b"\r", b"\0", b"\r\n\r\n", b"\n\n", b" ", b"\t", b"%", b"%00", b"%0d%0a", b"%ff", b"%c3%28", b"\xff",
    b"\xc3\x28", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"&", b"=", b"?", b"#", b"/", b"..", b"*", b":", b": ", b";", b",",
    b'"', b"{", b"}", b"[", b"\\u",
    b"HTTP/1.1", b" HTTP/1.1\r\n", b"HTTP/1.0", b"HOST", b"Host: HOST\r\n", b"PIN", b"-1", b"0", b"1", b"9" * 12, b"1e999", b"nan",
    b"Content-Length: 0\r\n", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n",
    b"Expect: 100-continue\r\n", b"GET ", b"HEAD ", b"PUT ", b"OPTIONS ", b"a" * 300, b"a" * 1100, b"x: y\r\n" * 100, b"&a=b" * 50,
]  # fmt: skip


@cache
def seeds() -> tuple[bytes, ...]:
    """The lines of seeds.txt, which are Python bytes without the quotes, and the requests that docs/http.md lists."""
    lines = [line for line in SEEDS.read_text("ascii").splitlines() if line and not line.startswith("#")]
    return (*(ast.literal_eval(f"b'{line}'") for line in lines), *(case.data for case in CASES))


def make(seed: int, number: int) -> bytes:
    """The input of this number in the series of this seed, always the same."""
    dice = random.Random(f"{seed}:{number}")
    while True:
        data = _make(dice)[:LONGEST]
        if harmless(data):
            return data


def _make(dice: random.Random) -> bytes:
    kind = dice.random()
    if kind < 0.3:
        return grammar.request(dice)
    if kind < 0.55:
        return mutated(dice, grammar.request(dice))
    if kind < 0.85:
        return mutated(dice, dice.choice(seeds()))
    if kind < 0.97:  # several in one
        return b"".join(dice.choice([grammar.request(dice), dice.choice(seeds())]) for _ in range(dice.randint(2, 4)))
    return dice.randbytes(dice.choice([1, 4, 50, 1500]))


def mutated(dice: random.Random, data: bytes) -> bytes:
    """`data` with one to six changes."""
    for _ in range(dice.choice([1, 1, 1, 2, 3, 6])):
        at = dice.randint(0, len(data))
        to = min(len(data), at + dice.choice([1, 1, 2, 4, 16, 100]))
        change = dice.randrange(8)
        if change == 0 and data:  # a bit
            at = min(at, len(data) - 1)
            data = data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
        elif change == 1:
            data = data[:at] + dice.randbytes(dice.choice([1, 1, 3])) + data[at:]
        elif change == 2:
            data = data[:at] + data[to:]
        elif change == 3:  # the same again
            data = data[:to] + data[at:to] * dice.choice([1, 1, 5, 50]) + data[to:]
        elif change == 4:
            data = data[:at] + dice.choice(WORDS) + data[at:]
        elif change == 5:
            data = data[:at] + dice.choice(WORDS) + data[to:]
        elif change == 6:  # the end of another
            other = dice.choice(seeds())
            data = data[:at] + other[dice.randint(0, len(other)) :]
        else:
            data = data[:at]
    return data


def harmless(data: bytes) -> bool:
    """Whether nothing in it can restart the board, lock the tests out of it or take it off the network: all of that is
    allowed to whoever asks properly, and would only look like a fault here."""
    plain = unquote_to_bytes(data).lower()
    if b"/reset" in plain or b"/update" in plain and b"sha256" in plain:
        return False
    if b"/wifi" in plain and b"ssid" in plain:
        return False
    return b"/config" not in plain or not any(word in plain for word in (b"token", b"auth", b"wifi", b"origins"))
