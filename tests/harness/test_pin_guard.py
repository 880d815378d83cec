"""The tests of the pin rules catch a rule that has gone wrong: each mistake here makes at least one of them fail."""

import ast
import shutil

import pytest

from host import ROOT
from host.testing import device_tests

TESTS = ("test_pins_guard.py", "test_pins.py", "test_hardware.py")
RULES, PROFILE, PINS = "gpio/rules.py", "boards/profile.py", "boards/"
MISTAKES = {
    "flash pins are let through": (RULES, 'if word == "forbidden"', 'if word == "forbiden"'),
    "the console is let through": (RULES, 'if word == "reserved" else None', 'if word == "reserve" else None'),
    "owners are forgotten": (RULES, "board.owners.get(gpio) or", "None or"),
    "QOUT counts as DIO": (PROFILE, "board.flash_mode() < 2", "board.flash_mode() < 1"),
    "DIO counts as QIO": (PROFILE, "board.flash_mode() < 2", "board.flash_mode() < 3"),
    "the flash mode is asked on every chip": (PROFILE, 'board.chip == "esp8266" and', ""),
    "the flash mode is not asked": (PROFILE, "gpio == 10 and", "gpio == 9 and"),
    "input-only pins are driven": (RULES, 'mode != "in" and "o" not in flags', 'mode == "out" and "i" not in flags'),
    "input-only pins are PWM outputs": (RULES, 'if mode != "in" and', 'if mode not in ("in", "pwm") and'),
    "every pin has pulls": (RULES, "if pull and able", "if not pull and able"),
    "pull-downs are taken for pull-ups": (RULES, 'if pull == "up" else "n"', 'if pull == "down" else "n"'),
    "every pin has PWM": (RULES, 'mode == "pwm" and "p" not in', 'mode == "pwm" and "o" not in'),
    "alternatives that boot badly": (PROFILE, "if word == wanted and", "if"),
    "alternatives that are in use": (PROFILE, " and gpio not in board.owners", ""),
    "two frequencies": (RULES, "other.pwm[1] != freq", "other.pwm[1] < 0"),
    "the boot warning is lost": (RULES, 'word == "boot"', 'word == "reboot"'),
    "GPIO9 is free": (PINS + "nodemcu.py", "9 SD2 ||forbidden", "9 SD2 |iodu|ok"),
    "GPIO16 has PWM": (PINS + "nodemcu.py", "16 D0 |io|ok", "16 D0 |iop|ok"),
    "GPIO16 has open drain": (PINS + "nodemcu.py", "16 D0 |io|ok", "16 D0 |iod|ok"),
    "GPIO36 is an output": (PINS + "esp32.py", "36 GPIO36 VP SP |ia|", "36 GPIO36 VP SP |ioa|"),
    "GPIO10 of the plain chip is free": (PINS + "esp32.py", "10 SD3 ||forbidden", "10 SD3 |iodunp|ok"),
    "D4 of the Nano is GPIO2": (PINS + "nano_esp32.py", "7 D4 |", "7 D44 |"),
    "the C3's flash supply is free": (PINS + "esp32c3.py", "11 GPIO11 ||forbidden", "11 GPIO11 |iodunp|ok"),
    "an ADC2 input is ADC1": (PINS + "esp32c3.py", "5 GPIO5 |iodunpb|", "5 GPIO5 |iodunpa|"),
}


@pytest.fixture
def check(tmp_path, monkeypatch):
    """A function that runs the tests with one file of the package changed: the names of those that fail."""
    device_tests.place_microdot()
    library = tmp_path / "device" / "lib"
    shutil.copytree(ROOT / "device" / "lib", library, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    monkeypatch.setattr(device_tests, "ROOT", tmp_path)

    def run(file="", old="", new=""):
        if file:
            path = library / "picorest" / file
            source = path.read_text()
            assert source.count(old) == 1, f"{file} no longer says {old!r} once: adapt this test to it"
            path.write_text(source.replace(old, new))
        failed = []
        for name in TESTS:
            path = device_tests.FOLDER / name
            functions = ast.parse(path.read_text()).body
            names = [each.name for each in functions if getattr(each, "name", "").startswith("test")]
            failed += [name for name, outcome in device_tests.run_file(path, names).items() if outcome.failure]
            if failed:
                break
        return failed

    return run


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_caught(check, mistake):
    assert check(*MISTAKES[mistake])


def test_without_a_mistake_all_pass(check):
    assert check() == []
