"""BME280 and BMP280: temperature, pressure and, the former, humidity, over I2C. On an ESP8266 only with sensors.

What is there, the chip itself says."""

import struct

from ..i2c import bus

KEYS = """
sda pin* the pin of the wire SDA
scl pin* the pin of the wire SCL
address address 118 or 119, usually 118
"""
OWNERS = "I2C bus (SDA)\nI2C bus (SCL)"  # of the pins, in the order of KEYS
MEASURES = "temperature °C pressure hPa humidity %RH"  # quantities and units, in the order of read()
_BME = const(0x60)
_BMP = const(0x58)
_MEASUREMENT = const(12)  # ms: 9.3 at most, each measured once
_SKIPPED = const(0x80000)
_CALIBRATION = const(24)  # bytes of a BMP280's; a BME280 has eight more


def address(given):
    """What `address` of the configuration means. ValueError(words) if it can be none."""
    try:
        number = 0x76 if given is None else int(given) if isinstance(given, int) else int(given, 0)
    except ValueError:
        number = 0
    if number not in (0x76, 0x77):
        raise ValueError("must be 118 (0x76) or 119 (0x77), the addresses of a BME280")
    return number


def start(board, pins, given):
    """Begin a measurement; returns (ms until it can be read, what to give to read()). ValueError(words), OSError."""
    wires = bus(board, *pins)
    get = wires.readfrom_mem
    chip = get(given, 0xD0, 1)[0]  # each time: it may be another one than before
    if chip not in (_BME, _BMP):
        raise ValueError("The chip at %d is no BME280 or BMP280: it calls itself %d." % (given, chip))
    known = get(given, 0x88, _CALIBRATION)
    if chip == _BME:
        known += get(given, 0xA1, 1) + get(given, 0xE1, 7)
    # a measurement of its own, each value once; the humidity's part holds from the write of the other on
    wires.writeto(given, b"\xf2\x01\xf4\x25")
    return _MEASUREMENT, known


def read(board, pins, given, known):
    """Hundredths of °C, of hPa and, of a BME280, of %RH. ValueError(words), OSError."""
    wires = bus(board, *pins)
    p, p2, t, t2, h = struct.unpack(">HBHBH", wires.readfrom_mem(given, 0xF7, 8))
    wires.writeto(given, b"\xe0\xb6")  # a reset: what is read next time was measured then
    p = p << 4 | p2 >> 4
    t = t << 4 | t2 >> 4
    if t == _SKIPPED or p == _SKIPPED:
        raise ValueError("The sensor did not measure: check its power.")
    values = compensate(known, t, p, h)
    if not (-4000 <= values[0] <= 8500 and 30000 <= values[1] <= 110000):
        raise ValueError("The sensor sent %d °C and %d hPa, which it cannot measure." % (values[0] // 100, values[1] // 100))
    return values


def compensate(known, t, p, h):
    """read()'s values from the raw ones, by the data sheet's formulas in integers. known: the calibration, of 24 or 32 bytes."""
    t1, t2, t3, p1, p2, p3, p4, p5, p6, p7, p8, p9 = struct.unpack("<HhhHhhhhhhhh", known)
    a = (t >> 4) - t1
    fine = ((t >> 3) - (t1 << 1)) * t2 >> 11
    fine += (a * a >> 12) * t3 >> 14
    temperature = (fine * 5 + 128) >> 8

    a = fine - 128000
    b = a * a * p6 + (a * p5 << 17) + (p4 << 35)
    a = (a * a * p3 >> 8) + (a * p2 << 12)
    a = ((1 << 47) + a) * p1 >> 33
    if not a:
        return temperature, 0
    p = ((1048576 - p << 31) - b) * 3125 // a
    a = p9 * (p >> 13) * (p >> 13) >> 25
    p = (p + a + (p8 * p >> 19) >> 8) + (p7 << 4)
    pressure = (p + 128) >> 8
    if len(known) == _CALIBRATION:
        return temperature, pressure

    h1, h2, h3, h4, mixed, h5, h6 = struct.unpack("<BhBbBbb", known[_CALIBRATION:])
    h4 = h4 << 4 | mixed & 15
    h5 = h5 << 4 | mixed >> 4
    a = fine - 76800
    b = ((a * h6 >> 10) * ((a * h3 >> 11) + 32768) >> 10) + 2097152
    a = ((h << 14) - (h4 << 20) - h5 * a + 16384 >> 15) * (b * h2 + 8192 >> 14)
    a -= ((a >> 15) * (a >> 15) >> 7) * h1 >> 4
    a = min(max(a, 0), 419430400) >> 12
    return temperature, pressure, (a * 100 + 512) >> 10
