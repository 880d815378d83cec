"""A factory image: MicroPython, the program and its file system in one file, as they lie on the flash from address 0."""

import struct
import tempfile
from pathlib import Path
from typing import NamedTuple

from host import UserError
from host.board import firmware
from host.board.ota import HALF
from host.board.slots import MARKER, SECTOR, Version
from host.build import FIXED, Build

BUILDS = {"esp8266": "nodemcu", "esp32": "esp32", "esp32s3": "nano_esp32", "esp32c3": "esp32c3"}  # by esptool's name of the chip
FLASH_SIZES = {"2MB": (2 << 20, 0x30), "4MB": (4 << 20, 0x40)}  # of an ESP8266: bytes, and what the head of its image says
_TABLE = 0x8000  # of partitions, on the ESP32 family: MAGIC, type, subtype, offset, size, label, flags
_ENTRY = struct.Struct("<2sBBII16sI")
_MAGIC = b"\xaa\x50"
_LABELS = {"vfs": SECTOR, "ffat": 512}  # of the partition with files: bytes of a block, by which MicroPython takes LittleFS or FAT
_ESP8266_FILES = 0x100000  # the ROMFS partition ends there
_ESP8266_TAIL = 20480  # bytes at the end that belong to the chip's own settings
_DIO = 2


class FileArea(NamedTuple):
    """Where the files of a board lie on its flash, in bytes."""

    fs_start: int
    fs_size: int
    fs_block: int


def image(path: Path, made_by, config: bytes | None, flash_size: str) -> tuple[bytes, Build]:
    """The image for a firmware, and the build in it. made_by: makes the build of a board, by its name. Raises UserError."""
    chip = _chip(path)
    data = path.read_bytes()
    made = made_by(BUILDS[chip.name])
    start = int(chip.offset, 16)
    flash = bytearray(b"\xff" * start + data)
    if made.romfs:
        size, code = FLASH_SIZES[flash_size]
        area = FileArea(_ESP8266_FILES, size - _ESP8266_FILES - _ESP8266_TAIL, SECTOR)
        flash[2:4] = _DIO, code | flash[3] & 15
        _put(flash, _ESP8266_FILES - 2 * HALF, made.romfs.read_bytes(), path)
    else:
        area = file_area(data, start, path)
    _put(flash, area.fs_start, file_system(contents(made, config), area), path)
    return bytes(flash), made


def _chip(path: Path) -> firmware.Chip:
    """The chip that a firmware is for. Raises UserError if it is no whole MicroPython for a chip that picorest knows."""
    try:
        with path.open("rb") as file:
            chip = firmware.image_chip(file.read(32))
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    if chip is None:
        raise UserError(f"{path.name} is no firmware for {', '.join(firmware.CHIPS)}: ./deploy.sh flash says where to get one")
    firmware.check_image(path, chip)
    return chip


def file_area(data: bytes, start: int, path: Path) -> FileArea:
    """The partition for files, out of the table in a firmware of the ESP32 family. start: the address of its first byte."""
    at = _TABLE - start
    while data[at : at + 2] == _MAGIC:
        _, kind, _, offset, size, label, _ = _ENTRY.unpack_from(data, at)
        name = label.rstrip(b"\0").decode("ascii", "replace")
        if kind == 1 and name in _LABELS:
            return FileArea(offset, size, _LABELS[name])
        at += _ENTRY.size
    raise UserError(f"{path.name} has no partition for files ({' or '.join(_LABELS)}): is it a whole MicroPython firmware?")


def contents(made: Build, config: bytes | None) -> dict[str, bytes]:
    """The files of a new board by their names, as ./deploy.sh deploy leaves them."""
    folder = "" if made.romfs else "a/"
    found = {}
    for path in sorted(made.files.rglob("*")):
        name = path.relative_to(made.files).as_posix()
        if path.is_file():
            found[name if name in FIXED else folder + name] = path.read_bytes()
    place = Version("0" if made.romfs else "/a", made.id[:8])
    found[MARKER] = (" ".join(place.words()) + "\n").encode()
    return found | ({"config.json": config} if config is not None else {})


def file_system(files: dict[str, bytes], area: FileArea) -> bytes:
    """A LittleFS or FAT with these files, made by MicroPython itself; without the erased sectors at its end."""
    from virtualboard.store import write_files

    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder, "disk")
        disk.write_bytes(b"\xff" * area.fs_size)
        for number, data in enumerate(files.values()):
            Path(folder, f"{number}").write_bytes(data)
        write_files(disk, area, [(Path(folder, f"{number}"), name) for number, name in enumerate(files)])
        used = disk.read_bytes().rstrip(b"\xff")
        return used + b"\xff" * (-len(used) % SECTOR)


def _put(flash: bytearray, at: int, data: bytes, path: Path) -> None:
    if len(flash) > at:
        raise UserError(f"{path.name} has {len(flash)} bytes, and at {at:#x} the program begins: is it the firmware for picorest?")
    flash.extend(b"\xff" * (at - len(flash)) + data)
