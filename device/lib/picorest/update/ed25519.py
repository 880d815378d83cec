"""Ed25519 (RFC 8032): whether a signature is right. Not on an ESP8266, which has no time for it and checks an HMAC."""

from asyncio import sleep_ms

from .sha512 import sha512

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = 37095705934669439343138083508754565189542113879843219016388785533085940283555
_ROOT = 19681161376707505956807079304988542015446066515923890162744021073123829784752  # of -1
_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202  # the base point
_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960
_BITS = const(253)  # of a number below the order
_TURN = const(7)  # bits until others have their turn: some 10 ms on an ESP32
_KEY = const(32)  # bytes; a signature has twice as many


async def verify(public, message, signature):
    """Whether the 64 bytes of the signature are right for the message and the 32 bytes of the public key."""
    if len(public) != _KEY or len(signature) != 2 * _KEY:
        return False
    point = _decoded(public)
    first = signature[:_KEY]
    s = int.from_bytes(signature[_KEY:], "little")
    if not point or s >= _ORDER:
        return False
    k = int.from_bytes(sha512(first + public + message), "little") % _ORDER
    x, y, z, t = point
    point = -x % _P, y, z, -t % _P
    base = _X, _Y, 1, _X * _Y % _P
    both = _sum(base, point)
    found = 0, 1, 1, 0
    for n in range(_BITS - 1, -1, -1):  # s * base - k * point, in one go
        found = _sum(found, found)
        which = (s >> n & 1) + 2 * (k >> n & 1)
        if which:
            found = _sum(found, (base, point, both)[which - 1])
        if not n % _TURN:
            await sleep_ms(0)
    z = _power(found[2], _P - 2)
    x, y = found[0] * z % _P, found[1] * z % _P
    return (y | (x & 1) << 255).to_bytes(_KEY, "little") == first


def _sum(one, two):
    # of two points (x, y, z, t) on -x² + y² = 1 + d x² y², in extended coordinates
    x, y, z, t = one
    x2, y2, z2, t2 = two
    a = (y - x) * (y2 - x2) % _P
    b = (y + x) * (y2 + x2) % _P
    c = 2 * t * t2 % _P * _D % _P
    z = 2 * z * z2 % _P
    x, y, t, z = b - a, b + a, z + c, z - c
    return x * z % _P, t * y % _P, z * t % _P, x * y % _P


def _decoded(data):
    # the point that 32 bytes stand for; None if there is none
    y = int.from_bytes(data, "little")
    odd = y >> 255
    y -= odd << 255
    above, below = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = above * below**3 * _power(above * below**7 % _P, (_P - 5) // 8) % _P
    if (below * x * x - above) % _P:
        x = x * _ROOT % _P
    if y >= _P or (below * x * x - above) % _P or odd and not x:
        return None
    if x & 1 != odd:
        x = _P - x
    return x, y, 1, x * y % _P


def _power(x, n):
    # modulo the prime; not every port's pow() does that
    found = 1
    while n:
        if n & 1:
            found = found * x % _P
        x = x * x % _P
        n >>= 1
    return found
