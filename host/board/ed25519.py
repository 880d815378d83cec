"""Ed25519 signatures (RFC 8032), in plain Python: what makes them. update/ed25519.py on the board checks them."""

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
_Y = 4 * pow(5, -1, P) % P
_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE = _X, _Y, 1, _X * _Y % P

Point = tuple[int, int, int, int]


def public_key(seed: bytes) -> bytes:
    """The public key, 32 bytes, of a secret one of 32 bytes."""
    return _encoded(_times(_secrets(seed)[0], BASE))


def sign(seed: bytes, message: bytes) -> bytes:
    """The signature, 64 bytes."""
    scalar, prefix = _secrets(seed)
    r = _number(prefix + message)
    first = _encoded(_times(r, BASE))
    k = _number(first + public_key(seed) + message)
    return first + ((r + k * scalar) % ORDER).to_bytes(32, "little")


def _number(data: bytes) -> int:
    return int.from_bytes(hashlib.sha512(data).digest(), "little") % ORDER


def _secrets(seed: bytes) -> tuple[int, bytes]:
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    return scalar, digest[32:]


def _sum(one: Point, two: Point) -> Point:
    a, b = (one[1] - one[0]) * (two[1] - two[0]), (one[1] + one[0]) * (two[1] + two[0])
    c, d = 2 * D * one[3] * two[3], 2 * one[2] * two[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point: Point) -> Point:
    found = 0, 1, 1, 0
    for bit in f"{number:b}":
        found = _sum(found, found)
        if bit == "1":
            found = _sum(found, point)
    return found


def _encoded(point: Point) -> bytes:
    z = pow(point[2], -1, P)
    x, y = point[0] * z % P, point[1] * z % P
    return (y | (x & 1) << 255).to_bytes(32, "little")
