"""DS18B20 and BME280: what is read of them, what is not believed, and when they are read."""

import sys
from random import getrandbits, seed

from expect import equal
from fakes.wire import Board, Wire, crc, scratchpad

sys.modules["_onewire"] = Wire

from picorest import clock  # noqa: E402 the wire comes first
from picorest.sensors import DUE, ERROR, ERRORS, FAILURES, START, VALUES, bme280, check, ds18b20, service  # noqa: E402

# the numbers of the data sheet of the BMP280, 3.12, and usual ones of a BME280's humidity
T = (27504, 26435, -1000)
P = (36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)
H = (75, 366, 0, 313, 50, 30)


def calibration(t=T, p=P, h=H):
    import struct

    h1, h2, h3, h4, h5, h6 = h
    known = struct.pack("<HhhHhhhhhhhh", *(t + p))
    return known + struct.pack("<BhBbBbb", h1, h2, h3, h4 >> 4, h4 & 15 | (h5 & 15) << 4, h5 >> 4, h6)


def reference(t, p, h, numbers):
    """(°C, hPa, %RH): the formulas in double precision of the BME280's data sheet, appendix 8.1."""
    (t1, t2, t3), (p1, p2, p3, p4, p5, p6, p7, p8, p9), (h1, h2, h3, h4, h5, h6) = numbers
    var1 = (t / 16384.0 - t1 / 1024.0) * t2
    var2 = (t / 131072.0 - t1 / 8192.0) * (t / 131072.0 - t1 / 8192.0) * t3
    fine = var1 + var2
    var1 = fine / 2.0 - 64000.0
    var2 = var1 * var1 * p6 / 32768.0
    var2 = var2 + var1 * p5 * 2.0
    var2 = var2 / 4.0 + p4 * 65536.0
    var1 = (p3 * var1 * var1 / 524288.0 + p2 * var1) / 524288.0
    var1 = (1.0 + var1 / 32768.0) * p1
    pressure = (1048576.0 - p - var2 / 4096.0) * 6250.0 / var1
    pressure += (p9 * pressure * pressure / 2147483648.0 + pressure * p8 / 32768.0 + p7) / 16.0
    wet = fine - 76800.0
    wet = (h - (h4 * 64.0 + h5 / 16384.0 * wet)) * (
        h2 / 65536.0 * (1.0 + h6 / 67108864.0 * wet * (1.0 + h3 / 67108864.0 * wet))
    )
    return fine / 5120.0, pressure / 100, min(max(wet * (1.0 - h1 * wet / 524288.0), 0.0), 100.0)


def test_the_example_of_the_data_sheet():
    temperature, pressure = bme280.compensate(calibration()[:24], 519888, 415148, 0)
    equal(temperature, 2508)
    assert abs(pressure - 100653) <= 1, pressure  # 100653.27 Pa


def test_integers_say_what_the_formulas_in_double_precision_say():
    seed(17)
    worst = [0, 0, 0]
    for _ in range(300):
        # parts differ by some percent
        numbers = [tuple([each + each * (getrandbits(8) - 128) // 2000 for each in part]) for part in (T, P, H)]
        t, p, h = 400000 + getrandbits(18), 250000 + getrandbits(18), 20000 + getrandbits(13)
        wanted = reference(t, p, h, numbers)
        if not (-40 <= wanted[0] <= 85 and 300 <= wanted[1] <= 1100):
            continue
        found = bme280.compensate(calibration(*numbers), t, p, h)
        for k in range(3):
            worst[k] = max(worst[k], abs(found[k] / 100 - wanted[k]))
    # a digit of what is told, and what the humidity's 22 bits round away
    assert 0 < worst[0] < 0.011 and 0 < worst[1] < 0.02 and 0 < worst[2] < 0.05, worst


def test_humidity_stays_within_its_range():
    equal(bme280.compensate(calibration(), 519888, 415148, 0)[2], 0)
    equal(bme280.compensate(calibration(), 519888, 415148, 65535)[2], 10000)


def test_addresses_of_the_configuration():
    equal(ds18b20.address(None), None)
    rom = crc(bytes((0x28, 0xFF, 0x64, 0x1E, 0x82, 0x16, 0xC3)))
    from binascii import hexlify

    equal(ds18b20.address(str(hexlify(rom), "utf-8")), rom)
    for bad in ("28", "28ff641e8216c300", "10ff641e8216c3a2", "zz", 118, "", "28ff641e8216c3é"):
        try:
            ds18b20.address(bad)
            raise AssertionError(bad)
        except ValueError as e:
            assert e.args[0]
    equal([bme280.address(given) for given in (None, 118, 119, "0x77", "118")], [118, 118, 119, 119, 118])
    for bad in (0, 60, 1000, "air", ""):
        try:
            bme280.address(bad)
            raise AssertionError(bad)
        except ValueError as e:
            assert "118" in e.args[0]


def test_the_check_is_that_of_the_data_sheets():
    # Maxim's application note 27: 02 1C B8 01 00 00 00 ends with A2
    equal(ds18b20.crc8(bytes((2, 0x1C, 0xB8, 1, 0, 0, 0, 0xA2))), 0)
    equal(ds18b20.crc8(bytes((0x50, 5, 0x4B, 0x46, 0x7F, 0xFF, 0x0C, 0x10, 0x1C))), 0)


def reading(data):
    """What is said of a scratchpad: the hundredths, or the words."""
    wire = Wire.fresh({ROM: data})
    board = Board(wire)
    try:
        ms, known = ds18b20.start(board, (12,), None)
        assert 750 <= ms < 800
        return ds18b20.read(board, (12,), None, known)[0]
    except ValueError as e:
        return e.args[0]


ROM = crc(b"\x28\1\2\3\4\5\6")


def test_temperatures_as_the_data_sheet_has_them():
    warm = ((0x07D0, 12500), (0x0191, 2506), (0x00A2, 1013), (8, 50), (0, 0))
    for raw, told in warm + ((0xFFF8, -50), (0xFF5E, -1012), (0xFE6F, -2506), (0xFC90, -5500)):
        equal(reading(scratchpad(raw)), told)
    # with 9 bits the lower ones mean nothing
    equal(reading(scratchpad(0x0197, 0x1F)), 2500)


def test_what_is_not_believed():
    for data, words in (
        (scratchpad(0x0550), "85"),
        (bytes(9), "held low"),
        (scratchpad(0x0191)[:8] + b"\0", "checksum"),
        (crc(bytes(8)[:7] + b"\1"), "checksum"),  # a right check, and nothing that such a sensor sends
        (scratchpad(0x07E0), "cannot measure"),
        (scratchpad(0xFC80), "cannot measure"),
        (b"\xff" * 9, "Nobody"),
    ):
        found = reading(data)
        assert isinstance(found, str) and words in found, (data, found)


def test_all_addresses_on_a_wire_are_found():
    seed(3)
    for count in range(6):
        roms = [crc(bytes([0x28] + [getrandbits(8) for _ in range(6)])) for _ in range(count)]
        equal(sorted(ds18b20.scan(Wire.fresh({rom: b"" for rom in roms}))), sorted(roms))
    # others than thermometers are none, and a wire with very many ends
    others = {crc(bytes([0x10, n, 0, 0, 0, 0, 0])): b"" for n in range(3)}
    equal(ds18b20.scan(Wire.fresh(others)), [])
    assert 1 <= len(ds18b20.scan(Wire.fresh({crc(bytes([0x28, n, 0, 0, 0, 0, 0])): b"" for n in range(20)}))) <= 8


class Kind:
    """A module of a kind whose sensors do as the test says."""

    answer = (2150, 5250)
    begun = 0

    def start(self, board, pins, address):
        self.begun += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return 20, 7

    def read(self, board, pins, address, known):
        equal((pins, address, known), ((4,), None, 7))
        return self.answer


class App:
    board = None
    memory_reserve = 0
    released = 0

    def release(self):
        self.released += 1


async def after(sensors, sensor, answer):
    kind.answer = answer
    await sensors.read(sensor)
    return sensor


kind = Kind()


async def test_the_last_good_value_stays_and_says_how_old_it_is():
    from fakes.chip import Chip

    service.act = lambda app, module, deed: getattr(kind, deed)
    with Chip(1000) as chip:
        sensors = service.Sensors(App())
        sensor = ["air", "bme280", "temperature °C humidity %RH pressure hPa", (4,), None, None, 1000, 1000, 0, 0, None]
        sensors.list.append(sensor)
        equal((sensors.value("air", "temperature"), sensors.warnings()), (None, []))
        equal(sensors.report(), (None, None, (None, None, 0)))
        await after(sensors, sensor, ValueError("It does not answer."))
        equal((sensor[VALUES], sensor[ERROR], sensor[ERRORS], sensor[DUE]), (None, "It does not answer.", 1, 3000))
        equal((sensors.value("air", "temperature"), sensors.warnings()), (None, []))
        chip.wait(2000)
        await after(sensors, sensor, OSError(19))
        assert "does not answer" in sensor[ERROR] and sensors.warnings()[0].startswith("sensors.air: The sensor does not")
        chip.wait(2000)
        await after(sensors, sensor, (2150, 5250))
        equal((sensor[VALUES], sensor[ERROR], sensor[FAILURES], sensor[START], sensor[DUE]), ((2150, 5250), None, 0, 5000, 15000))
        equal(sensors.value("air", "temperature"), (21.5, "°C", 0.0, False))
        equal(sensors.value("air", "humidity"), (52.5, "%RH", 0.0, False))
        for name, quantity in (("air", "pressure"), ("air", "°C"), ("sea", "temperature")):
            equal(sensors.value(name, quantity), None)
        chip.wait(31000)
        equal(sensors.value("air", "temperature"), (21.5, "°C", 31.0, True))
        for _ in range(3):
            await after(sensors, sensor, ValueError("It does not answer."))
        equal((sensor[VALUES], sensor[DUE]), ((2150, 5250), 46000))
        equal(sensors.report()[1:], ("The sensor air gives no readings: see /sensors.", (None, None, 5)))
        equal(sensors.value("air", "temperature"), (21.5, "°C", 31.0, True))
        chip.wait(86400000)
        await after(sensors, sensor, OSError(19))
        equal(sensor[VALUES], None)


async def test_of_several_the_newest_reading_is_the_last_success():
    from fakes.chip import Chip

    with Chip(100000):
        sensors = service.Sensors(App())
        for start, values in ((40000, (1,)), (70000, (1,)), (20000, (1,)), (90000, None)):
            sensors.list.append(["air", "bme280", "temperature °C", (4,), None, values, start, 0, 1, 0, None])
        equal(sensors.report(), (clock.uptime() - 30, None, (None, None, 4)))


def test_names_of_sensors():
    def refusal(*names):
        try:
            check.check([{"name": name, "type": "ds18b20", "pin": "D%d" % n} for n, name in enumerate(names)], {}, None)
        except ValueError as e:
            assert e.args[0] in e.args[1]
            return e.args[0]

    for name in ("out", "Out", "a", "air-2", "air_2", "adc2", "7"):
        equal((name, refusal(name)), (name, None))
    for name in "a.b größe a/b dht DHT adc pin Pins status thingspeak time weather wifi".split() + ["a b"]:
        equal((name, refusal(name)), (name, "sensors[0].name"))
    equal((refusal("a", "b", "c"), refusal("a", "b", "A"), refusal("a", "a")), (None, "sensors[2].name", "sensors[1].name"))


class Bus:
    """A BME280 (96) or BMP280 (88) on I2C; told: what was written to it."""

    def __init__(self, chip, data):
        known = calibration()
        self.memory = {0xD0: bytes([chip]), 0x88: known[:24], 0xA1: known[24:25], 0xE1: known[25:], 0xF7: data}
        self.told = []

    def readfrom_mem(self, address, register, n):
        assert (address, n) == (118, len(self.memory[register])), (address, register, n)
        return self.memory[register]

    def writeto(self, address, data):
        self.told.append((address, data))


def test_what_a_bme280_is_asked_and_what_is_not_believed():
    sound = bytes([byte for n in (415148, 519888) for byte in (n >> 12, n >> 4 & 255, (n & 15) << 4)]) + b"\x70\0"
    kept = bme280.bus

    def measured(chip, data):
        made = Bus(chip, data)
        bme280.bus = lambda *_: made
        try:
            ms, known = bme280.start(None, (4, 5), 118)
            equal((ms >= 10, made.told), (True, [(118, b"\xf2\x01\xf4\x25")]))
            values = bme280.read(None, (4, 5), 118, known)
        except ValueError as e:
            return e.args[0]
        finally:
            bme280.bus = kept
        equal(made.told[1:], [(118, b"\xe0\xb6")])
        return tuple(values)

    both = tuple(bme280.compensate(calibration(), 519888, 415148, 0x7000))
    equal(both[0], 2508)
    told = measured(96, sound)
    equal((told[0], len(told), told[2]), (2508, 3, both[2]))
    equal(len(measured(88, sound)), 2)
    for chip, data, words in (
        (97, sound, "calls itself 97"), (96, b"\x80\0\0\x80\0\0\x80\0", "did not measure"),
        (96, sound[:3] + b"\x80\0\0\x80\0", "did not measure"), (96, sound[:3] + bytes(5), "cannot measure"),
    ):  # fmt: skip
        told = measured(chip, data)
        assert isinstance(told, str) and words in told, told


def test_of_several_on_a_wire_one_has_to_be_chosen():
    other = crc(b"\x28\7\2\3\4\5\6")
    board = Board(Wire.fresh({ROM: scratchpad(0x0191), other: scratchpad(8)}))
    for rom, expected in ((ROM, 2506), (other, 50)):
        known = ds18b20.start(board, (12,), rom)[1]
        equal(ds18b20.read(board, (12,), rom, known)[0], expected)
    nobody = crc(b"\x28\x09\2\3\4\5\6")
    for given, words in ((None, "choose one by its address"), (nobody, "Nobody on the pin has this address; there is 28")):
        try:
            known = ds18b20.start(board, (12,), given)[1]
            ds18b20.read(board, (12,), given, known)
            raise AssertionError(words)
        except ValueError as e:
            assert words in e.args[0], e.args
