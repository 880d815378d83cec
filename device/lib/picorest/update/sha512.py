"""SHA-512 (FIPS 180-4), which MicroPython has not. Not on an ESP8266. For some hundred bytes: it works with large integers."""

_MASK = (1 << 64) - 1
_BLOCK = const(128)  # bytes
_ROUNDS = const(80)


def sha512(data):
    """The digest of bytes, 64 bytes."""
    primes = []
    n = 2
    while len(primes) < _ROUNDS:
        if all([n % prime for prime in primes]):
            primes.append(n)
        n += 1
    state = [_root(prime << 128, 2) & _MASK for prime in primes[:8]]
    rounds = [_root(prime << 192, 3) & _MASK for prime in primes]
    size = len(data)
    data += b"\x80" + bytes(-(size + 17) % _BLOCK + 8) + (8 * size).to_bytes(8, "big")
    for at in range(0, len(data), _BLOCK):
        state = _block(state, rounds, data[at : at + _BLOCK])
    return b"".join([word.to_bytes(8, "big") for word in state])


def _root(n, power):
    # of a number of less than 201 bits, as a whole number
    x = 1 << 68
    while True:
        y = ((power - 1) * x + n // x ** (power - 1)) // power
        if y >= x:
            return x
        x = y


def _turned(x, n):
    return (x >> n | x << 64 - n) & _MASK


def _block(state, rounds, data):
    words = [int.from_bytes(data[at : at + 8], "big") for at in range(0, _BLOCK, 8)]
    for n in range(16, _ROUNDS):
        x, y = words[n - 15], words[n - 2]
        x = _turned(x, 1) ^ _turned(x, 8) ^ x >> 7
        y = _turned(y, 19) ^ _turned(y, 61) ^ y >> 6
        words.append(words[n - 16] + x + words[n - 7] + y & _MASK)
    a, b, c, d, e, f, g, h = state
    for n in range(_ROUNDS):
        x = h + (_turned(e, 14) ^ _turned(e, 18) ^ _turned(e, 41)) + (e & f ^ (_MASK ^ e) & g) + rounds[n] + words[n]
        y = (_turned(a, 28) ^ _turned(a, 34) ^ _turned(a, 39)) + (a & b ^ a & c ^ b & c)
        h, g, f, e, d, c, b, a = g, f, e, d + x & _MASK, c, b, a, x + y & _MASK
    return [x + y & _MASK for x, y in zip(state, (a, b, c, d, e, f, g, h))]
