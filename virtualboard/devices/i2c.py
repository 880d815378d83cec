"""The I2C wires: one bus, whatever pins it is on, and devices that are told apart by their address.

A device has write(data), which is True where it acknowledges, and read(count), which is None where it does not answer.
"""

from . import kinds

ADDRESSES = range(0x08, 0x78)
NOBODY, HELD = -1, -2  # no device acknowledged; the clock is held low


class Bus:
    """devices: those that are there, by address."""

    def __init__(self):
        self.devices = {}

    def follow(self, settings, now):
        """What the world has on the wires, {address as text: members}. now: a function, seconds that pass."""
        for text, members in settings.items():
            known = self.devices.get(int(text))
            if known is None or members["type"] not in getattr(known, "types", ()):
                known = self.devices[int(text)] = kinds("i2c")[members["type"]](now)
            known.world = members
        for address in set(self.devices) - {int(text) for text in settings}:
            del self.devices[address]

    # low: whether something outside holds (SCL, SDA) low

    def scan(self, low):
        if low[0]:
            return b""
        return bytes(each for each in ADDRESSES if low[1] or each in self.devices and self.devices[each].write(b""))

    def write(self, low, address, data):
        """0, or what went wrong: below 0."""
        if low[0]:
            return HELD
        # a data wire that is low looks like somebody who acknowledges
        return 0 if low[1] or address in self.devices and self.devices[address].write(data) else NOBODY

    def read(self, low, address, count):
        """Bytes, or what went wrong: below 0."""
        if low[0]:
            return HELD
        if low[1]:
            return bytes(count)
        found = self.devices[address].read(count) if address in self.devices else None
        return NOBODY if found is None else found
