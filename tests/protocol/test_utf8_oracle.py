"""The board takes exactly what is UTF-8 (RFC 3629), as Python does, and none of its characters stays in memory as a name."""

import random
import re

from tests.protocol.support.micropython import Talker, output

CHECK = """
import json
from binascii import unhexlify
from picorest.utf8 import text

def sound(data):
    try:
        text(data)
        return 1
    except ValueError:
        return 0

def ask(line):
    return [sound(kind(unhexlify(word))) for word in line.split(" ")]
"""
SEED = 20261129


def series() -> list[bytes]:
    """Every pair of a first and a second byte, with what may follow, and texts with some of their bytes changed."""
    ends = (b"", b"\x80", b"\xbf", b"\x80\xbf")
    pairs = [bytes((one, two)) + end for one in range(128, 256) for two in range(256) for end in ends]
    dice = random.Random(SEED)
    texts = []
    for _ in range(4000):
        points = [dice.randrange(dice.choice((0x80, 0x800, 0x10000, 0x110000))) for _ in range(6)]
        data = bytearray("".join(map(chr, points)).encode("utf-8", "surrogatepass"))
        for _ in range(dice.randrange(3)):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        texts.append(bytes(data))
    return pairs + texts


def sound(data: bytes) -> int:
    try:
        data.decode()
        return 1
    except ValueError:
        return 0


def agree(kind: str):
    with Talker(f"{CHECK}\nkind = {kind}\n") as board:
        everything = series()
        for start in range(0, len(everything), 500):
            some = everything[start : start + 500]
            said = board.ask(" ".join(data.hex() for data in some))
            assert [data for data, one in zip(some, said, strict=True) if one != sound(data)] == []


def test_bytes_are_text_where_python_says_so():
    agree("bytes")


def test_so_are_bytearrays_as_bodies_are():
    agree("bytearray")


WALK = """
import micropython
from binascii import hexlify
from picorest.jsontext.validate import loads
from picorest.http.urlencoded import urldecode
from picorest.utf8 import latin, text
from picorest.upstream.response import quote, split

def use(code):
    char = bytes((0xE0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63))
    text(char)
    latin(char)
    latin(char[:2])
    urldecode("%%%02X%%%02X%%%02X" % (char[0], char[1], char[2]))
    quote(text(char), True)
    loads(b'{"%s":"\\\\u%04x","pair":"\\\\ud83d\\\\u%04x"}' % (char, code, 0xDC00 + code % 1024))
    try:
        split("http://" + text(char))
    except ValueError:
        pass

use(0x4E00)
for _ in range(2):
    micropython.qstr_info()
    for code in range(0x4E00, 0x5600):
        use(code)
"""


def test_no_character_becomes_a_name():
    counts = [int(found) for found in re.findall(r"n_qstr=(\d+)", output("-c", WALK))]
    assert counts[1] == counts[0]
