"""Readings that wait to be delivered, packed: four bytes for the time and four for each value.

They are kept in batches of at most 16: the oldest batch is what is sent at once, and it is locked while it is under way
or may have arrived, so that it is offered again exactly as it was.
"""

import struct

_BATCH = const(16)
_NONE = const(-0x80000000)
_MOST = const(0x3FFFFFFF)


class Backlog:
    """width: values per reading. most: readings kept; beyond that the oldest is lost, and counted in `lost`."""

    def __init__(self, width, most):
        self.width = width
        self.size = 4 + 4 * width
        self.max = most
        self.list = []
        self.count = 0
        self.lost = 0
        self.locked = False

    def push(self, time, values):
        """Append a reading: whole seconds, and a number or None for each value."""
        data = bytearray(self.size)
        struct.pack_into("<I", data, 0, time)
        for n in range(self.width):
            struct.pack_into("<i", data, 4 + 4 * n, pack(values[n]))
        try:
            last = len(self.list) - 1
            if last < (1 if self.locked else 0) or len(self.list[last]) >= _BATCH * self.size:
                self.list.append(bytearray())
            self.list[-1].extend(data)
            self.count += 1
        except MemoryError:
            self.max = self.count
            self.lost += 1
        while self.count > self.max and self.pop():
            pass

    def pop(self):
        # lose the oldest reading that is not under way
        at = 1 if self.locked else 0
        if at >= len(self.list):
            return False
        self.list[at] = self.list[at][self.size :]
        if not self.list[at]:
            del self.list[at]
        self.count -= 1
        self.lost += 1
        return True

    def get(self):
        """The oldest readings as a list of (time, texts of the values or None), locked until done()."""
        self.locked = True
        data = self.list[0]
        found = []
        for at in range(0, len(data), self.size):
            row = struct.unpack_from("<%di" % self.width, data, at + 4)
            found.append((struct.unpack_from("<I", data, at)[0], [unpack(n) for n in row]))
        return found

    def split(self):
        """Make the locked readings fewer."""
        data = self.list[0]
        n = len(data) // self.size // 2 * self.size
        if n:
            self.list[0] = data[:n]
            self.list.insert(1, data[n:])

    def done(self, arrived):
        """Forget the locked readings, or keep them for another time."""
        if arrived:
            self.count -= len(self.list.pop(0)) // self.size
        self.locked = False


# whole numbers are kept as they are, others in thousandths; the lowest bit tells which
def pack(value):
    if value is None:
        return _NONE
    if value is True or value is False:
        value = int(value)
    if isinstance(value, int):
        return max(-_MOST, min(_MOST, value)) * 2 + 1
    return max(-_MOST, min(_MOST, round(value * 1000))) * 2


def unpack(n):
    if n == _NONE:
        return None
    if n & 1:
        return str(n >> 1)
    text = "%04d" % abs(n >> 1)
    return ("-" if n < 0 else "") + (text[:-3] + "." + text[-3:]).rstrip("0").rstrip(".")
