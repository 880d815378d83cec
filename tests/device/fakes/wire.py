"""A OneWire bus as `_onewire` has it: devices that answer by the bits of the protocol, each with what it says when it is read."""


def crc(data):
    """The data with its check behind it, counted bit by bit from the polynomial x^8 + x^5 + x^4 + 1."""
    check = 0
    for byte in data:
        for n in range(8):
            mix = (check ^ byte >> n) & 1
            check >>= 1
            if mix:
                check ^= 0x8C
    return data + bytes([check])


def scratchpad(raw, settings=0x7F):
    return crc(bytes([raw & 255, raw >> 8, 0x4B, 0x46, settings, 0xFF, 0x0C, 0x10]))


class Wire:
    """devices: {address: what it sends when it is read}; and, as a class, the module `_onewire`, whose pins are Wires."""

    def __init__(self, devices):
        self.devices = devices
        self.meant = {}
        self.bits = []
        self.step = "idle"

    @classmethod
    def fresh(cls, devices):
        return cls(devices)

    def value(self, level=None):
        return 1

    @staticmethod
    def reset(wire):
        wire.meant = dict(wire.devices)
        wire.step = "command"
        wire.bits = []
        return bool(wire.devices)

    @staticmethod
    def writebyte(wire, value):
        if wire.step == "command":
            wire.step = {0xF0: "search", 0x55: "match"}[value]
            wire.rom = b""
        elif wire.step == "match":
            wire.rom += bytes([value])
            if len(wire.rom) == 8:
                wire.meant = {rom: data for rom, data in wire.meant.items() if rom == wire.rom}
                wire.step = "function"
        elif value == 0xBE:
            wire.out = list(wire.meant.values())[0] if wire.meant else b"\xff" * 9
        else:
            assert value == 0x44, value

    @staticmethod
    def readbyte(wire):
        byte, wire.out = wire.out[0], wire.out[1:]
        return byte

    @staticmethod
    def readbit(wire):
        # of each bit of the search: what all agree on, then its opposite
        n = len(wire.bits) // 3
        bits = [rom[n >> 3] >> (n & 7) & 1 for rom in wire.meant]
        if len(wire.bits) % 3 == 1:
            bits = [1 - bit for bit in bits]
        wire.bits.append(None)
        return min(bits) if bits else 1

    @staticmethod
    def writebit(wire, bit):
        n = len(wire.bits) // 3
        wire.bits.append(bit)
        wire.meant = {rom: data for rom, data in wire.meant.items() if rom[n >> 3] >> (n & 7) & 1 == bit}


class Board:
    def __init__(self, wire):
        self.wire = wire

    def pin(self, gpio, mode, pull, level):
        assert (gpio, mode, pull, level) == (12, "open_drain", "up", 1)
        return self.wire
