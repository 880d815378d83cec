"""What is at the end of the cable: chip, firmware, flash, and which versions of picorest lie there."""

import ast
import re
from typing import NamedTuple

from host import UserError
from host.board.cable import Link
from host.board.firmware import TRIED
from host.build import DEVICE, FIXED

ROMFS_IMAGE = "ESP8266_GENERIC-FLASH_2M_ROMFS"
MPY = 6  # version of the bytecode that the build makes

_QUESTIONS = """
import os, sys, gc
try:
    import vfs
    rom = len(vfs.rom_ioctl(2, 0)) if vfs.rom_ioctl(1) else 0
except (ImportError, AttributeError, TypeError):
    rom = 0
s = os.statvfs('/')
i = sys.implementation
version = ''
for n in ('picorest.version.new', 'picorest.version'):
    try:
        t = open(n).read()
        version = t if t[-1:] == '\\n' else version
    except (OSError, ValueError):
        pass
names = os.listdir()
try:
    names += ['lib/' + n for n in os.listdir('/lib')]
except OSError:
    pass
gc.collect()
print(repr((os.uname().machine, os.uname().release, getattr(i, '_build', ''), getattr(i, '_mpy', 0) & 255, rom,
    s[0] * s[3], s[0] * s[2], version, names, gc.mem_free())))
"""


class Found(NamedTuple):
    machine: str  # what MicroPython calls the board
    release: str  # of MicroPython
    build: str  # name of the firmware image, "" where it does not say
    mpy: int  # version of bytecode it runs
    rom: int  # bytes of its ROMFS partition, 0: none
    free: int  # bytes free in its file system
    size: int  # bytes of that
    version: str  # what picorest.version says
    names: list  # what lies in its root, and in lib/
    heap: int  # bytes free at the prompt

    @property
    def board(self) -> str:
        """The name of the build that fits. Raises UserError."""
        return board_of(f"{self.build} {self.machine}")


def probe(link: Link) -> Found:
    """Ask the board, at its prompt."""
    text = link.run(_QUESTIONS).strip().splitlines()
    try:
        return Found(*ast.literal_eval(text[-1]))
    except (IndexError, ValueError, SyntaxError, TypeError):
        raise UserError(f"the board's answer makes no sense: press its reset button and try again ({text[-1:]})") from None


def board_of(words: str) -> str:
    if "ESP8266" in words:
        return "nodemcu"
    if re.search(r"NANO_ESP32|ESP32-?S3", words):
        return "nano_esp32"
    if re.search(r"ESP32[-_]?(GENERIC_)?C3", words):
        return "esp32c3"
    if re.search(r"ESP32(?![-_]?(GENERIC_)?[A-Z]\d)", words):
        return "esp32"
    raise UserError(f"this is a {words.strip()}; picorest runs on ESP8266, ESP32, ESP32-S3 and ESP32-C3")


def require_fit(found: Found, board: str, rom_wanted: bool) -> None:
    """Refuse a firmware that the build cannot run on. Raises UserError."""
    if found.mpy and found.mpy != MPY:
        raise UserError(f"the board's MicroPython {found.release} does not fit: put {TRIED} on it with ./deploy.sh flash")
    if rom_wanted and not found.rom:
        raise UserError(
            f"the board's firmware has no ROMFS partition, and without it the memory of an ESP8266 is too small: put "
            f"{ROMFS_IMAGE} on it with ./deploy.sh flash"
        )


def hiding(found: Found) -> list[str]:
    """A sentence for each file of the user's that has the name of a module which picorest needs."""
    needed = {"app", "versions"}
    for path in DEVICE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                needed |= {one.name.split(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                needed.add(node.module.split(".")[0])
    ours = {*FIXED, "app.mpy", "lib/microdot", "lib/microdot.mpy", "lib/picorest"}
    files = [name for name in found.names if name not in ours and name.removeprefix("lib/").split(".")[0] in needed - {"user"}]
    return [
        f"{name} on the board has the name of a module that picorest needs, and hides it or is hidden by it: rename it"
        for name in files
        if name.endswith((".py", ".mpy")) or "." not in name
    ]


def remark(found: Found) -> str:
    """A word on a firmware that may do, but was not tried; "" if it was."""
    if found.release.startswith(TRIED):
        return ""
    return f"picorest is tested with MicroPython {TRIED}: if something is odd with {found.release}, write that (./deploy.sh flash)"
