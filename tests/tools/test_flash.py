"""./deploy.sh flash: the real esptool, against the loader of chips that are not there."""

import argparse
import subprocess

import pytest
from esp32_mock_bootloader import mock_bootloader

from host import ROOT, UserError
from host.board import firmware
from host.board.firmware import CHIPS
from host.commands import erase, flash

ESP8266_START = bytes.fromhex("e9010240") + (0x401001F8).to_bytes(4, "little") + (0x40100000).to_bytes(4, "little")


def image(name, tail=b"MicroPython v1.29.0", mark=b"\0\0\0\0"):
    """A firmware as far as its first bytes tell."""
    if name == "ESP8266":
        start = ESP8266_START + bytes(4)
        tail += b" ESP8266_GENERIC-FLASH_2M_ROMFS"
    else:
        start = b"\xe9\x04\x02\x20" + (0x40080000).to_bytes(4, "little") + b"\xee\0\0\0"
        start += CHIPS[name].number.to_bytes(2, "little") + bytes(10)
    return (start.ljust(32, b"\0") + mark + tail).ljust(70000, b"\x5a")


@pytest.fixture
def file(tmp_path):
    def make(name, **rest):
        path = tmp_path / f"{name}.bin"
        path.write_bytes(image(name, **rest))
        return path

    return make


def arguments(port, path=None, yes=True):
    return argparse.Namespace(port=port, firmware=path, baud=115200, yes=yes)


@pytest.mark.parametrize("name", CHIPS)
def test_a_chip_is_recognised_erased_and_written(name, file, capfdbinary):
    chip = CHIPS[name]
    with mock_bootloader(chip=chip.name) as loader:
        flash.run(arguments(loader.url(), file(name)))
    said = capfdbinary.readouterr().out.decode()
    assert "Flash memory erased successfully" in said and "Hash of data verified" in said, said
    assert f" at 0x{int(chip.offset, 16):08x}" in said and "./deploy.sh deploy" in said


@pytest.mark.parametrize("name", CHIPS)
def test_without_a_firmware_it_names_the_one_and_where_to_get_it(name):
    with mock_bootloader(chip=CHIPS[name].name) as loader, pytest.raises(UserError) as told:
        flash.run(arguments(loader.url()))
    assert CHIPS[name].image in str(told.value) and f"micropython.org/download/{CHIPS[name].page}/" in str(told.value)


def test_the_command_lines():
    words = {name: " ".join(flash.write_words(chip, ROOT / "fw.bin", 460800)) for name, chip in CHIPS.items()}
    end = f"{ROOT}/fw.bin"
    assert words == {
        "ESP8266": f"--chip esp8266 --baud 460800 write-flash --erase-all -fm dio -fs detect 0x0 {end}",
        "ESP32": f"--chip esp32 --baud 460800 write-flash --erase-all 0x1000 {end}",
        "ESP32-C3": f"--chip esp32c3 --baud 460800 write-flash --erase-all 0x0 {end}",
        "ESP32-S3": f"--chip esp32s3 --baud 460800 write-flash --erase-all 0x0 {end}",
    }
    assert firmware.command_line("/dev/ttyUSB0", "flash-id")[1:] == ["-m", "esptool", "--port", "/dev/ttyUSB0", "flash-id"]


def test_the_whole_chip_is_erased(capfdbinary):
    with mock_bootloader(chip="esp8266") as loader:
        erase.run(argparse.Namespace(port=loader.url(), files=False, yes=True))
    assert b"erase-flash" in capfdbinary.readouterr().out


def test_every_image_is_told_from_every_other(file):
    for of, one in ((of, one) for of in CHIPS for one in CHIPS):
        if of == one:
            firmware.check_image(file(of), CHIPS[one])
        else:
            with pytest.raises(UserError, match=f"is for {of}, and this chip is {one}"):
                firmware.check_image(file(of), CHIPS[one])


def test_what_is_no_whole_micropython_is_refused(file, tmp_path):
    def refused(path, chip, words):
        with pytest.raises(UserError, match=words) as told:
            firmware.check_image(path, CHIPS[chip])
        assert "micropython.org" in str(told.value)

    refused(file("ESP32", mark=(0xABCD5432).to_bytes(4, "little")), "ESP32", "only the application")
    refused(file("ESP32-C3", tail=b"Tasmota"), "ESP32-C3", "not MicroPython")
    page = tmp_path / "download.bin"
    page.write_bytes(b"<html>" * 20000)
    refused(page, "ESP32", "no firmware image")
    other = tmp_path / "ESP8266_GENERIC-v1.29.0.bin"
    other.write_bytes(image("ESP8266").replace(b"-FLASH_2M_ROMFS", b"-FLASH_XX_XXXXX"))
    refused(other, "ESP8266", "without the ROMFS partition")
    with pytest.raises(UserError, match="cannot be read"):
        firmware.check_image(tmp_path / "none.bin", CHIPS["ESP32"])


def test_a_chip_that_does_not_fit_is_refused():
    with pytest.raises(UserError, match="ESP32-H2"):
        firmware.chip_of("Detecting chip type... ESP32-H2\n")
    with pytest.raises(UserError, match="at least 2MB"):
        firmware.check_size(CHIPS["ESP8266"], firmware.chip_of("Detecting chip type... ESP8266\nDetected flash size: 1MB\n")[1])


def test_nothing_is_erased_without_a_yes(file, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "no")
    with mock_bootloader(chip="esp32") as loader, pytest.raises(UserError, match="nothing was done"):
        flash.run(arguments(loader.url(), file("ESP32"), yes=False))


@pytest.mark.parametrize(("said", "words"), [
    ("A fatal error occurred: Failed to connect to ESP8266: No serial data received.", "hold the button FLASH"),
    ("A fatal error occurred: Could not open /dev/ttyUSB9, the port is busy or doesn't exist.", "no other program"),
    ("\nA fatal error occurred: MD5 of file does not match\n", "MD5 of file does not match"),
])  # fmt: skip
def test_failures_of_esptool_are_told_in_a_sentence(said, words):
    assert words in firmware.explain_esptool(said, "/dev/ttyUSB9")


def test_a_file_that_is_not_there_is_told_before_the_chip_is_asked():
    done = subprocess.run([ROOT / "deploy.sh", "flash", "--firmware", "nowhere.bin"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and done.stderr == "deploy.sh flash: there is no file nowhere.bin\n"
