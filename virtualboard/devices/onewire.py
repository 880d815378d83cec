"""A OneWire bus, bit by bit: in each time slot the master and all devices either let go of the wire or pull it low."""

from . import kinds


def crc8(data):
    """The check that ends an address and what a device sends: x^8 + x^5 + x^4 + 1, lowest bit first."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8C if crc & 1 else 0)
    return crc


class Wire:
    """One pin with its devices, whose address is in `world`."""

    def __init__(self):
        self.devices = {}

    def follow(self, settings, now):
        """What the world has on this pin: a list of members. now: a function, seconds that pass."""
        found = {}
        for members in settings:
            device = self.devices.get(members["address"]) or kinds("onewire")[members["type"]](now)
            device.world = members
            found[members["address"]] = device
        self.devices = found

    def shorted(self):
        return any(device.world["fault"] == "short" for device in self.devices.values())

    def reset(self):
        """Whether somebody pulls the wire low after the reset pulse."""
        present = [device for device in self.devices.values() if device.world["fault"] != "timeout"]
        for device in self.devices.values():
            device.reset()
        return bool(present)

    def slot(self, bit):
        """The level on the wire in a slot in which the master gives `bit`; reading is giving a 1."""
        bit &= not self.shorted()
        for device in self.devices.values():
            bit &= device.out() if callable(device.out) else device.out
        for device in self.devices.values():
            device.take(bit)
        return bit

    def byte(self, value):
        """Eight slots; the byte that was on the wire."""
        return sum(self.slot(value >> n & 1) << n for n in range(8))


class Device:
    """A device: talk() is a generator that yields the bit it gives in the next slot (1: it lets go), or a function that
    knows it then, and gets the wire's."""

    bus = "onewire"

    def __init__(self, now):
        self.now = now
        self.world = {}
        self.out, self._talk = 1, None

    def reset(self):
        self.out, self._talk = 1, None
        if self.world["fault"] != "timeout":
            self._talk = self.talk()
            self.out = next(self._talk)

    def take(self, bit):
        if self._talk:
            try:
                self.out = self._talk.send(bit)
            except StopIteration:
                self.out, self._talk = 1, None  # not meant, or done: silent until the next reset

    def talk(self):
        rom = bytes.fromhex(self.world["address"])
        bits = [rom[n // 8] >> n % 8 & 1 for n in range(64)]
        command = yield from self.receive()
        if command == 0xF0:  # search
            for bit in bits:
                yield bit
                yield 1 - bit
                if (yield 1) != bit:
                    return
        elif command == 0x55:  # match
            for bit in bits:
                if (yield 1) != bit:
                    return
        elif command == 0x33:  # read
            yield from self.send(rom)
        elif command != 0xCC:  # skip
            return
        yield from self.function((yield from self.receive()))

    def receive(self):
        value = 0
        for n in range(8):
            value |= (yield 1) << n
        return value

    def send(self, data):
        for byte in data:
            for n in range(8):
                yield byte >> n & 1
