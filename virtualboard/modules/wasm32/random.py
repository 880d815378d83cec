# random of the ESP8266. The built-in one asks WASI for a file /dev/urandom that is not there.
from _vb import fn as _fn

_random = _fn("random")
_seeded = []


def getrandbits(bits):
    if not 0 <= bits <= 32:
        raise ValueError
    if not _seeded:
        word = bytearray(4)
        _random(word)
        return int.from_bytes(word, "little") >> (32 - bits)
    _seeded[0] = (_seeded[0] * 1664525 + 1013904223) & 0xFFFFFFFF
    return _seeded[0] >> (32 - bits)


def seed(number=None):
    _seeded[:] = () if number is None else (number & 0xFFFFFFFF,)
