"""The board: its profile, its pins' names, what it tells about itself."""

from expect import equal, raises
from fakes.gpio import BOARDS, Pin, board, machine
from picorest.boards.profile import suggestions
from picorest.gpio.rules import require_usable
from picorest.problem import Problem

NAMES = {
    "nodemcu": "D0=16 D1=5 D2=4 D3=0 D4=2 D5=14 D6=12 D7=13 D8=15 RX=3 TX=1 SD2=9 SD3=10 LED=2 SDA=4 SCL=5 FLASH=0",
    "esp32": "D2=2 D4=4 D5=5 D13=13 D18=18 D32=32 VP=36 VN=39 TX0=1 RX0=3 SDA=21 SCL=22 LED=2 BOOT=0",
    "nano_esp32": "D0=44 D1=43 D2=5 D3=6 D4=7 D5=8 D6=9 D7=10 D8=17 D9=18 D10=21 D11=38 D12=47 D13=48 A0=1 A1=2 A2=3 A3=4"
    " A4=11 A5=12 A6=13 A7=14 B0=46 B1=0 LED_RED=46 LED_GREEN=0 LED_BLUE=45",
    "esp32c3": "A0=0 A4=4 LED=8 BOOT=9 RX=20 TX=21",
}


def unknown(here, text):
    try:
        return here.gpio(text)
    except Problem as problem:
        return problem.type


def test_a_board_knows_itself():
    for name, chip in zip(BOARDS, ("esp8266", "esp32", "esp32s3", "esp32c3")):
        here = board(name)
        equal((here.name, here.chip, here.warning), (name, chip, None))


def test_a_profile_of_another_chip_is_not_taken():
    for name in BOARDS:
        for wanted in BOARDS + ("no_such_board", "__init__", "../nodemcu", ""):
            here = board(name, wanted)
            equal((here.name, here.profile), (name, board(name).profile))
            equal(bool(here.warning), wanted not in (name, ""))


def test_names():
    for name in BOARDS:
        here = board(name)
        for entry in NAMES[name].split():
            mark, gpio = entry.split("=")
            for text in (mark, mark.lower(), gpio, "GPIO" + gpio, "gpio" + gpio, " %s " % mark):
                equal((name, text, here.gpio(text)), (name, text, int(gpio)))


def test_what_is_no_name():
    for name in BOARDS:
        here = board(name)
        for text in ("", " ", "x", "D", "GPIO", "GPIO-1", "-1", "99", "1.0", "0x1", "D5 D6", "OK", "BOOT|", "||", "|", "D5\n0",
                     "iodup", "IODUP|OK", "1e1", "FORBIDDEN", "9" * 100, "\u0663", "\xb2", "000099"):  # fmt: skip
            equal((name, text, unknown(here, text)), (name, text, "unknown-pin"))


def test_leading_zeros_do_not_make_another_pin():
    for name in BOARDS:
        here = board(name)
        for text in ("04", "004", "0004", "00004", "0000004"):
            assert unknown(here, text) in (4, "unknown-pin"), text
        for text in ("00010", "000010", "0000099", "00000000010"):
            assert unknown(here, text) in (10, "unknown-pin"), text


def test_a0_of_the_esp8266_is_no_gpio():
    with raises(Problem) as caught:
        board("nodemcu").gpio("a0")
    equal(caught.error.type, "analog-only")


def test_profiles_are_well_formed():
    for name in BOARDS:
        here = board(name)
        seen = set()
        for line in here.profile.PINS.strip().split("\n"):
            names, caps, verdict = line.split("|")
            names = names.split()
            assert len(names) > 1 and verdict in ("ok", "boot", "input-only", "reserved", "forbidden"), line
            assert not caps.strip("iodunpab") and bool(caps) == (verdict != "forbidden"), line
            for mark in set(names):
                assert mark == mark.upper() and mark not in seen, line
                seen.add(mark)
                equal(here.row(mark), (names, caps, verdict))
        for line in here.profile.WHY.strip().split("\n"):
            mark, sentence = line.split(" ", 1)
            assert here.row(mark) and len(sentence) > 5, line


def test_the_headers_have_pins_of_the_board_once_each():
    power = "GND 3V3 5V VIN VUSB EN RST -".split()
    for name in BOARDS:
        here = board(name)
        left, right = [column.split(" ") for column in here.profile.LAYOUT.split("|")]
        equal((name, len(left)), (name, len(right)))
        pins = [label for label in left + right if label not in power]
        numbers = [here.row(label)[0][0] for label in pins]
        equal((name, len(set(numbers))), (name, len(pins)))
        every = [row.split(" ")[0] for row in here.profile.PINS.strip().split("\n")]
        inside = {"esp32": ["37", "38"], "esp32c3": [str(n) for n in range(11, 18)]}.get(name, [])
        if name != "nano_esp32":  # whose module has more than its headers
            equal((name, sorted(numbers + inside)), (name, sorted(every)))
    equal(board("no such board").profile.LAYOUT, "")


def test_the_flash_mode():
    for mode in range(4):
        equal(board("nodemcu", flash=mode).flash_mode(), mode)


def test_why_it_started():
    here = board("nodemcu")
    for cause, did, word in (
        (0, b"", "power-on"), (6, b"", "reset-pin"), (4, b"", "soft-reset"), (4, b"picorest f", "failure"), (2, b"", "crash"),
        (3, b"picorest r", "watchdog"), (99, b"", "unknown"),
    ):  # fmt: skip
        machine.cause, machine.kept = cause, did
        equal((cause, here.why_started(), machine.kept), (cause, word, b"picorest r"))


def test_an_esp32_calls_every_restart_by_software_the_same():
    here = board("esp32")
    for cause, did, word in (
        (0, b"", "power-on"), (6, b"picorest a", "soft-reset"), (6, b"picorest r", "crash"),
        (6, b"picorest s", "soft-reset"), (6, b"picorest f", "failure"), (6, b"", "soft-reset"),
    ):  # fmt: skip
        machine.cause, machine.kept = cause, did
        equal((did, here.why_started(), machine.kept), (did, word, b"picorest r"))
    machine.kept = b"something of the user's"
    equal((here.why_started(), machine.kept), ("soft-reset", b"something of the user's"))


def test_pins_are_set_up_in_one_step():
    here = board("esp32")
    here.pin(4, "out", None, 1)
    here.pin(5, "in", "up")
    here.pin(18)
    equal(Pin.log, [(4, "out", None, 1), (5, "in", "up", None)])


def test_a_dht_gets_a_wire_that_is_pulled_up_and_either_side_pulls_low():
    asked = []
    machine.dht_readinto = lambda pin, buf: asked.append((pin.n, len(buf)))
    here = board("nodemcu")
    here.dht_frame(4, bytearray(5))
    equal((asked, Pin.log), ([(4, 5)], [(4, "open_drain", "up", None)]))


def test_the_clock_is_set_to_the_millisecond_in_the_units_of_the_chip():
    # the last item is milliseconds on an ESP8266, microseconds on the others
    for name, unit in (("nodemcu", 1), ("esp32", 1000), ("esp32c3", 1000)):
        here = board(name)
        for seconds, date in (
            (1795230000, (2026, 11, 21, 5, 3, 0, 0)), (951827696, (2000, 2, 29, 1, 12, 34, 56)),
            (1795305599, (2026, 11, 21, 5, 23, 59, 59)), (1795305600, (2026, 11, 22, 6, 0, 0, 0)),
            (1795392000, (2026, 11, 23, 0, 0, 0, 0)),
        ):  # fmt: skip
            here.set_rtc(seconds, 789)
            equal((name, machine.when), (name, date + (789 * unit,)))


def test_two_wires_for_devices_on_i2c():
    equal(board("esp32").soft_i2c(4, 15), (15, 4, {"freq": 100000, "timeout": 5000}))


def test_a_pad_that_nobody_set_up_is_an_input_when_it_is_read():
    here = board("esp32")
    Pin.levels[34] = 1
    equal(Pin(34).value(), 0)
    equal(here.pin(34).value(), 1)
    Pin(4, "out", None, 1)  # by other code of the user's
    equal(here.pin(4).value(), 1)


def test_other_chips_have_their_own_flash_pins_and_say_that_they_are_others():
    for chip, flash, good in (
        ("ESP32-S2", (26, 32), 4), ("ESP32-S3", (27, 37), 4), ("ESP32-C6", (24, 30), 2), ("ESP32-H2", (15, 21), 10),
        ("ESP32-C2", (11, 17), 2), ("ESP32-C5", (16, 22), 8), ("ESP32-P4", (0, 30), None),
    ):  # fmt: skip
        here = board("Generic %s module with %s" % (chip.replace("-", ""), chip))
        chip = chip.replace("-", "").lower()
        equal((here.name, here.chip), (chip, chip))
        assert chip.upper() in here.warning, here.warning
        for gpio in flash:
            equal((chip, gpio, refusal_of(here, gpio)), (chip, gpio, "flash-pin"))
        if good:
            equal((chip, good, refusal_of(here, good)), (chip, good, None))
        else:
            equal(suggestions(here), [])
    equal(board("Generic ESP32S3 module with ESP32-S3", "nano_esp32").name, "nano_esp32")


def refusal_of(here, gpio):
    try:
        require_usable(here, here.gpio(str(gpio)))
    except Problem as problem:
        return problem.type
