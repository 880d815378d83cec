"""BME280 and BMP280: air on I2C, as their data sheets describe them: registers, calibration, forced measurements."""

import struct

# dig_T1 … dig_P9 and dig_H1 … dig_H6; those of the BMP280's data sheet, and usual ones
T = (27504, 26435, -1000)
P = (36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)
H = (75, 366, 0, 313, 50, 30)
MEASUREMENT = 0.01  # seconds
SKIPPED = bytes.fromhex("8000008000008000")  # the data before any measurement
_RESET, _STATUS, _CONTROL, _HUMIDITY, _DATA = 0xE0, 0xF3, 0xF4, 0xF2, 0xF7


class Bme280:
    """A write sets the register that is read next; what follows in it is written there, in pairs of register and value."""

    bus = "i2c"
    types = ("bme280", "bmp280")
    start = {"type": "bme280", "temperature": 21.5, "humidity": 45.0, "pressure": 1013.25, "fault": None}
    limits = {"temperature": (-40, 85), "humidity": (0, 100), "pressure": (300, 1100)}
    faults = ("timeout", "wrong-id", "skipped")

    def __init__(self, now):
        self.now = now
        self.world = dict(self.start)
        self.at = 0
        self.ready = None
        self._power_on()

    def _power_on(self):
        self.registers = bytearray(256)
        self.registers[0x88:0xA0] = struct.pack("<HhhHhhhhhhhh", *T, *P)
        self.registers[_DATA : _DATA + 8] = SKIPPED

    def write(self, data):
        if self.world["fault"] == "timeout":
            return False
        if data:
            self.at = data[0]
        for register, value in zip(data[::2], data[1::2], strict=False):
            if register == _RESET and value == 0xB6:
                self._power_on()
            elif register in (_HUMIDITY, _CONTROL, 0xF5):
                self.registers[register] = value
                if register == _CONTROL and value & 3:
                    self.ready = self.now() + MEASUREMENT
        return True

    def read(self, count):
        if self.world["fault"] == "timeout":
            return None
        damp = self.world["type"] == "bme280"
        self.registers[0xD0] = 0x61 if self.world["fault"] == "wrong-id" else 0x60 if damp else 0x58
        if damp:
            h1, h2, h3, h4, h5, h6 = H
            self.registers[0xA1] = h1
            self.registers[0xE1:0xE8] = struct.pack("<hBBBBb", h2, h3, h4 >> 4, h4 & 15 | (h5 & 15) << 4, h5 >> 4, h6)
        if self.ready is not None and self.now() >= self.ready:
            self.ready = None
            self.registers[_CONTROL] &= 0xFC  # asleep again
            if self.world["fault"] != "skipped":
                self.registers[_DATA : _DATA + 8] = self._measured()
        self.registers[_STATUS] = 8 if self.ready is not None else 0
        found = bytes(self.registers[(self.at + n) & 255] for n in range(count))
        self.at += count
        return found

    def _measured(self):
        control = self.registers[_CONTROL]
        t = inverse(lambda raw: compensate(raw, 0, 0)[0], self.world["temperature"], 20) if control >> 5 else 0x80000
        p = h = None
        if control >> 2 & 7:
            p = inverse(lambda raw: -compensate(t, raw, 0)[1], -self.world["pressure"] * 100, 20)
        if self.registers[_HUMIDITY] & 7 and self.world["type"] == "bme280":
            h = inverse(lambda raw: compensate(t, 0, raw)[2], self.world["humidity"], 16)
        data = (0x80000 if p is None else p) << 4, t << 4
        return b"".join(each.to_bytes(3, "big") for each in data) + (0x8000 if h is None else h).to_bytes(2, "big")


def inverse(function, value, bits):
    """The raw number of so many bits for which a rising function is nearest to the value."""
    low, high = 0, (1 << bits) - 1
    while low < high:
        middle = (low + high) // 2
        if function(middle) < value:
            low = middle + 1
        else:
            high = middle
    return low - 1 if low and abs(function(low - 1) - value) < abs(function(low) - value) else low


def compensate(t, p, h, calibration=(T, P, H)):
    """(°C, Pa, %RH) from raw numbers: the formulas in double precision of the data sheet of the BME280, appendix 8.1."""
    (t1, t2, t3), (p1, p2, p3, p4, p5, p6, p7, p8, p9), (h1, h2, h3, h4, h5, h6) = calibration
    fine = (t / 16384 - t1 / 1024) * t2 + (t / 131072 - t1 / 8192) ** 2 * t3
    a = fine / 2 - 64000
    b = a * a * p6 / 32768 + a * p5 * 2
    b = b / 4 + p4 * 65536
    a = (1 + (p3 * a * a / 524288 + p2 * a) / 524288 / 32768) * p1
    pressure = 0.0
    if a:
        pressure = (1048576 - p - b / 4096) * 6250 / a
        pressure += (p9 * pressure * pressure / 2147483648 + pressure * p8 / 32768 + p7) / 16
    c = fine - 76800
    c = (h - (h4 * 64 + h5 / 16384 * c)) * (h2 / 65536 * (1 + h6 / 67108864 * c * (1 + h3 / 67108864 * c)))
    return fine / 5120, pressure, min(max(c * (1 - h1 * c / 524288), 0), 100)
