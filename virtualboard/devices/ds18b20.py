"""DS18B20: a thermometer on OneWire, as its data sheet describes it."""

from .onewire import Device, crc8

CONVERSION = 0.75  # seconds
POWER_ON = bytes.fromhex("50054b467fff0c10")  # 85 degrees


class Ds18b20(Device):
    """Its scratchpad tells 85 degrees until a conversion has ended."""

    types = ("ds18b20",)
    start = {"type": "ds18b20", "temperature": 21.5, "fault": None}
    limits = {"temperature": (-55, 125)}
    faults = ("timeout", "crc", "power-on", "short")

    def __init__(self, now):
        super().__init__(now)
        self.kept = bytearray(POWER_ON)
        self.ready = None  # when a conversion ends

    def function(self, command):
        if command == 0x44:  # convert
            ready = self.ready = self.now() + CONVERSION
            while True:
                yield lambda: int(self.now() >= ready)
        elif command == 0xBE:  # read scratchpad
            data = self.scratchpad()
            yield from self.send(data + bytes((crc8(data) ^ (self.world["fault"] == "crc"),)))
        elif command == 0x4E:  # write scratchpad
            for n in (2, 3, 4):
                self.kept[n] = yield from self.receive()

    def scratchpad(self):
        if self.ready is not None and self.now() >= self.ready:
            self.ready = None
            raw = round(self.world["temperature"] * 16)
            self.kept[:2] = (raw & 0xFFFF).to_bytes(2, "little")
            self.kept[6] = 16 - (raw & 15)
        if self.world["fault"] == "power-on":  # its supply breaks down when it converts
            self.kept[:] = POWER_ON
        return bytes(self.kept)
