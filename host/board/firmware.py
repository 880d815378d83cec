"""Firmware images: which one a chip needs, where to get it, and whether a file is one for this chip; and esptool."""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from host import UserError, bootstrap
from host.board import serial_ports
from host.board.cable import say

DOWNLOADS = "https://micropython.org/download"
TRIED = "1.29"  # the version of MicroPython that picorest is tested with
_APP_MARK = (0xABCD5432).to_bytes(4, "little")  # begins the description of an application


class Chip(NamedTuple):
    """One line of what esptool has to be told."""

    name: str  # as esptool's --chip takes it
    image: str  # name of MicroPython's image
    page: str  # name of its download page
    offset: str
    number: int | None  # in the header of its images; None: they have no such header
    options: tuple[str, ...] = ()


# NodeMCU-like boards wire their flash for DIO, which also frees GPIO10; the size goes into the image's header
CHIPS = {
    "ESP8266": Chip("esp8266", "ESP8266_GENERIC-FLASH_2M_ROMFS", "ESP8266_GENERIC", "0x0", None, ("-fm", "dio", "-fs", "detect")),
    "ESP32": Chip("esp32", "ESP32_GENERIC", "ESP32_GENERIC", "0x1000", 0),
    "ESP32-C3": Chip("esp32c3", "ESP32_GENERIC_C3", "ESP32_GENERIC_C3", "0x0", 5),
    "ESP32-S3": Chip("esp32s3", "ARDUINO_NANO_ESP32", "ARDUINO_NANO_ESP32", "0x0", 9),
}
_NUMBERS = {chip.number: name for name, chip in CHIPS.items()}


def chip_of(report: str) -> tuple[Chip, str]:
    """The chip and the size of its flash ("4MB", or "") from what `esptool flash-id` printed. Raises UserError."""
    found = re.search(r"Detecting chip type\.+\s*(\S+)|Chip type:\s*(ESP\S+)", report)
    name = (found[1] or found[2]) if found else ""
    name = "ESP8266" if name.startswith("ESP8266") else name
    if name not in CHIPS:
        raise UserError(f"this chip is {name or 'unknown'}: picorest runs on {', '.join(CHIPS)}")
    size = re.search(r"Detected flash size:\s*(\S+)", report)
    return CHIPS[name], size[1] if size else ""


def where(chip: Chip) -> str:
    """What to download, in words."""
    more = ' (the variant "2MiB flash with ROMFS")' if chip.name == "esp8266" else ""
    other = "" if chip.name != "esp32s3" else " For another board with this chip take ESP32_GENERIC_S3."
    return (
        f"download {chip.image}-…-v{TRIED}.…bin{more} from {DOWNLOADS}/{chip.page}/ and run\n"
        f"  ./deploy.sh flash --firmware FILE.{other}"
    )


def check_size(chip: Chip, size: str) -> None:
    """Refuse a flash that the image does not fit into."""
    if size in ("256KB", "512KB", "1MB"):
        raise UserError(f"the flash of this chip has {size}, and picorest needs at least 2MB: this board is too small")


def check_image(path: Path, chip: Chip) -> None:
    """Refuse a file that is no whole MicroPython for this chip, or begins with that at address 0. Raises UserError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    data = data.removeprefix(b"\xff" * int(chip.offset, 16))
    get = f"; {where(chip)}"
    if path.suffix in (".uf2", ".dfu", ".zip", ".gz", ".elf") or data[:1] != b"\xe9" or len(data) < 65536:
        raise UserError(f"{path.name} is no firmware image{get}")
    of = image_chip(data)
    if of != chip:
        raise UserError(f"{path.name} is for {title(of)}, and this chip is {title(chip)}{get}")
    if data[32:36] == _APP_MARK:
        raise UserError(f"{path.name} is only the application of a firmware (.app-bin): take the whole one{get}")
    if b"MicroPython" not in data:
        raise UserError(f"{path.name} is a firmware for this chip, but not MicroPython{get}")
    if chip.name == "esp8266" and b"ESP8266_GENERIC" in data and chip.image.encode() not in data:
        raise UserError(f"{path.name} is another variant, without the ROMFS partition that picorest needs{get}")


def image_chip(data: bytes) -> Chip | None:
    """The chip that an image with the magic byte 0xE9 is for; None: one that picorest does not know."""
    if data[11:12] == b"\x40" and data[10:11] in (b"\x10", b"\x20"):
        return CHIPS["ESP8266"]  # its first segment goes to RAM at 0x4010…; the others have an extended header there
    return CHIPS.get(_NUMBERS.get(int.from_bytes(data[12:14], "little"), ""))


def title(chip: Chip | None) -> str:
    return next((name for name, one in CHIPS.items() if one == chip), "another chip")


def esptool(port: str | None, *words: str, quiet: bool = False) -> str:
    """Run esptool, its output shown as it comes unless quiet; what it printed. Raises UserError in words."""
    bootstrap.ensure("requirements-flash")
    command = command_line(port, *words)
    if not quiet:
        say("$ " + " ".join(["esptool", *command[3:]]))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    said = bytearray()
    while piece := process.stdout.read1(4096):
        said += piece
        if not quiet:
            sys.stdout.buffer.write(piece)
            sys.stdout.flush()
    text = said.decode("utf-8", "replace")
    if process.wait():
        raise UserError(explain_esptool(text, port))
    return text


def command_line(port: str | None, *words: str) -> list[str]:
    return [sys.executable, "-m", "esptool", *(["--port", port] if port else []), *words]


def explain_esptool(text: str, port: str | None) -> str:
    """One sentence for a failure of esptool."""
    if "No serial data received" in text or "Failed to connect" in text or "Wrong boot mode" in text:
        return (
            "the chip does not answer its bootloader: hold the button FLASH (or BOOT; on the Nano ESP32 connect B1 to GND) "
            "while you press and let go RST, then run this again"
        )
    if re.search("could not open", text, re.IGNORECASE) and port:
        return serial_ports.explain(port, text)
    last = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it did not say why")
    return f"esptool failed: {last}"
