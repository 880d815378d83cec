"""Readings that wait to be delivered, packed into few bytes.

They are kept in batches of at most 16: the oldest batch is what is sent at once, and it is locked while it is under way
or may have arrived, so that it is offered again exactly as it was. A backlog is a list, for it outlives this module.
On an ESP8266 not without thingspeak.
"""

import struct

LIST = const(0)  # batches: a byte with the number of readings, four with the time of the first, the readings
COUNT = const(1)  # readings
LOST = const(2)  # how many were lost
LOCKED = const(3)
MOST = const(4)  # readings kept; beyond that the oldest is lost

_BATCH = const(16)
_LARGEST = const(0x3FFFFFFF)


def push(log, time, values):
    """Append a reading: whole seconds since the start, and a number or None for each value."""
    try:
        batches = log[LIST]
        last = len(batches) - 1
        if last < (1 if log[LOCKED] else 0) or batches[last][0] >= _BATCH:
            batches.append(bytearray(5))
            struct.pack_into("<I", batches[-1], 1, time)
        batch = batches[-1]
        data = bytearray()
        put(data, time - struct.unpack_from("<I", batch, 1)[0])
        for value in values:
            put(data, pack(value))
        batch.extend(data)
        batch[0] += 1
        log[COUNT] += 1
    except MemoryError:
        log[LOST] += 1
        if batches and not batches[-1][0]:
            batches.pop()
        pop(log, len(values))
    while log[COUNT] > log[MOST] and pop(log, len(values)):
        pass


def pop(log, width):
    """Lose the oldest reading that is not under way; False if there is none."""
    at = 1 if log[LOCKED] else 0
    batches = log[LIST]
    if at >= len(batches):
        return False
    batch = batches[at]
    if batch[0] > 1:
        end = 5
        for _ in range(width + 1):
            end = get(batch, end)[1]
        batches[at] = batch[:5] + batch[end:]
        batches[at][0] -= 1
    else:
        del batches[at]
    log[COUNT] -= 1
    log[LOST] += 1
    return True


def lock(log):
    """Lock the oldest readings until done()."""
    log[LOCKED] = True


def rows(log, width):
    """The oldest readings one by one: (time, texts of the values or None)."""
    batch = log[LIST][0]
    start = struct.unpack_from("<I", batch, 1)[0]
    at = 5
    for _ in range(batch[0]):
        time, at = get(batch, at)
        texts = []
        for _ in range(width):
            n, at = get(batch, at)
            texts.append(unpack(n))
        yield start + time, texts


def split(log, width):
    """Make the oldest reading a batch of its own."""
    batch = log[LIST][0]
    if batch[0] < 2:
        return
    end = 5
    for _ in range(width + 1):
        end = get(batch, end)[1]
    rest = batch[:5] + batch[end:]
    rest[0] -= 1
    one = batch[:end]
    one[0] = 1
    log[LIST].insert(1, rest)
    log[LIST][0] = one


def done(log, arrived):
    """Forget the locked readings, or keep them for another time."""
    if arrived:
        log[COUNT] -= log[LIST].pop(0)[0]
    log[LOCKED] = False


# whole numbers from 0, seven bits in a byte, the lowest first; the eighth tells that there are more
def put(data, n):
    while n > 127:
        data.append(n & 127 | 128)
        n >>= 7
    data.append(n)


def get(data, at):
    n = shift = 0
    while True:
        c = data[at]
        at += 1
        n |= (c & 127) << shift
        shift += 7
        if c < 128:
            return n, at


# 0 for None; else 1 more than: digits, a bit for the sign, two for how many of the digits are decimals
def pack(value):
    if value is None:
        return 0
    if value is True or value is False:
        value = int(value)
    places = 0 if isinstance(value, int) else 3
    value = max(-_LARGEST, min(_LARGEST, round(value * 1000) if places else value))
    while places and not value % 10:
        value //= 10
        places -= 1
    return (abs(value) << 3 | (value < 0) << 2 | places) + 1


def unpack(n):
    if not n:
        return None
    n -= 1
    places = n & 3
    text = str(n >> 3)
    if places:
        text = "0" * (places + 1 - len(text)) + text
        text = text[:-places] + "." + text[-places:]
    return "-" + text if n & 4 else text
