"""Devices on OneWire and I2C, as the device's own code meets them on a virtual chip."""

import pytest

from virtualboard.repl import Repl
from virtualboard.supervisor import Supervisor
from virtualboard.world import Mistake

WIRE = """
import machine, time, _onewire as w
from machine import Pin
pin = Pin(12, Pin.OPEN_DRAIN, Pin.PULL_UP)
def scratchpad(*rom):
    there = w.reset(pin)
    for byte in rom + (0xbe,):
        w.writebyte(pin, byte)
    return there, bytes([w.readbyte(pin) for _ in range(9)])
def convert():
    w.reset(pin)
    w.writebyte(pin, 0xcc)
    w.writebyte(pin, 0x44)
    before = w.readbit(pin)
    time.sleep_ms(760)
    return before, w.readbit(pin)
bus = machine.SoftI2C(Pin(5), Pin(4))
"""
ROMS = bytes.fromhex("28ff641e8216c3"), bytes.fromhex("280000000000aa")


@pytest.fixture(scope="module")
def chip():
    with Supervisor("nodemcu") as board, Repl(board.console.port) as repl:
        repl.run(WIRE)
        repl.put = board.play.change
        repl.view = board.view
        yield repl


def with_crc(chip, rom):
    return rom + bytes((chip.eval(f"w.crc8({rom!r})"),))


def test_a_thermometer_alone_on_its_wire(chip):
    assert chip.eval("w.reset(pin), w.readbyte(pin)") == (False, 255)
    chip.put({"onewire": {"D6": [{"address": ROMS[0].hex(), "temperature": -10.125}]}})
    there, power_on = chip.eval("scratchpad(0xcc)")
    assert there and power_on == bytes.fromhex("50054b467fff0c101c")  # as the data sheet has it
    assert chip.eval("convert()") == (0, 1)
    there, data = chip.eval("scratchpad(0xcc)")
    assert data[:2] == bytes.fromhex("5eff") and chip.eval(f"w.crc8({data!r})") == 0
    chip.run("w.reset(pin)\nw.writebyte(pin, 0x33)")
    assert chip.eval("bytes([w.readbyte(pin) for _ in range(8)])") == with_crc(chip, ROMS[0])


def test_two_on_a_wire_are_told_apart_by_address(chip):
    both = [{"address": rom.hex(), "temperature": value} for rom, value in zip(ROMS, (20, 30), strict=True)]
    chip.put({"onewire": {"D6": both}})
    assert chip.view()["onewire"]["D6"][1]["address"] == with_crc(chip, ROMS[1]).hex()
    chip.eval("convert()")
    for rom, value in zip(ROMS, (20, 30), strict=True):
        _, data = chip.eval(f"scratchpad(0x55, *{with_crc(chip, rom)!r})")
        assert int.from_bytes(data[:2], "little") == value * 16
    assert chip.eval(f"scratchpad(0x55, *{bytes(8)!r})") == (True, b"\xff" * 9), "nobody is meant"


def test_faults_of_a_wire(chip):
    for fault, there, data in (("timeout", False, b"\xff" * 9), ("short", True, bytes(9))):
        chip.put({"onewire": {"D6": [{"address": ROMS[0].hex(), "fault": fault}]}})
        assert chip.eval("scratchpad(0xcc)") == (there, data)
    chip.put({"onewire": {"D6": [{"address": ROMS[0].hex(), "fault": "crc"}]}})
    _, data = chip.eval("scratchpad(0xcc)")
    assert chip.eval(f"w.crc8({data!r})") != 0
    chip.put({"onewire": {"D6": None}, "pins": {"D6": 0}})
    assert chip.eval("scratchpad(0xcc)") == (True, bytes(9))
    chip.put({"pins": {"D6": None}})


def test_air_on_the_other_bus(chip):
    assert 0x76 not in chip.eval("bus.scan()")
    chip.put({"i2c": {"0x76": {"type": "bme280", "temperature": 25.0}, "119": {"type": "bmp280"}}})
    assert set(chip.eval("bus.scan()")) >= {0x76, 0x77}
    assert chip.eval("bus.readfrom_mem(0x76, 0xd0, 1), bus.readfrom_mem(0x77, 0xd0, 1)") == (b"\x60", b"\x58")
    assert chip.eval("bus.readfrom_mem(0x76, 0x88, 6)") == bytes.fromhex("706b436718fc")
    assert chip.eval("bus.readfrom_mem(0x76, 0xf7, 3)") == b"\x80\0\0", "nothing is measured unasked"
    chip.run("bus.writeto(0x76, b'\\xf2\\x01\\xf4\\x25')")
    chip.run("time.sleep_ms(20)")
    data = chip.eval("bus.readfrom_mem(0x76, 0xf7, 8)")
    # the data sheet's own example for these numbers: 519888 is 25.08 degrees
    assert 518000 < int.from_bytes(data[3:6], "big") >> 4 < 519888
    chip.put({"i2c": {"118": {"fault": "timeout"}, "119": None}})
    assert not {0x76, 0x77} & set(chip.eval("bus.scan()"))


def test_a_bus_that_is_held_low(chip):
    chip.put({"i2c": {"118": {"type": "bme280", "fault": None}}, "pins": {"D2": 0}})
    assert chip.eval("len(bus.scan()), bus.readfrom_mem(0x76, 0xd0, 1), Pin(4).value()") == (112, b"\0", 0)
    chip.put({"pins": {"D2": None, "D1": 0}})
    chip.run("import errno\ntry:\n    bus.readfrom(0x76, 1)\nexcept OSError as e:\n    print(e.errno == errno.ETIMEDOUT)")
    chip.put({"pins": {"D1": None}})
    assert chip.eval("bus.readfrom_mem(0x76, 0xd0, 1)") == b"\x60"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"onewire": {"D6": {}}}, "is a list of devices"),
        ({"onewire": {"D6": [{}]}}, "onewire.D6.0..address is 14 or 16 hexadecimal digits"),
        ({"onewire": {"D6": [{"address": "28ff", "temperature": 1}]}}, "14 or 16"),
        ({"onewire": {"D6": [{"address": ROMS[0].hex(), "fault": "broken"}]}}, "timeout, crc, power-on, short"),
        ({"onewire": {"D99": []}}, "no such pin"),
        ({"i2c": {"7": {}}}, "a number from 8 to 119"),
        ({"i2c": {"118": {"type": "bme999"}}}, "choose one of bme280, bmp280"),
        ({"i2c": {"118": {"temperature": 99}}}, "from -40 to 85"),
    ],
)
def test_what_the_world_cannot_be(chip, change, words):
    with pytest.raises(Mistake, match=words):
        chip.put(change)
