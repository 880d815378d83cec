"""The engines: interpreters that a virtual board can run on. Each says how its process starts and what it cannot do."""

import sys
from pathlib import Path

from host import computers
from host.build.rom_names import rom_names

from . import shims
from .heap import heapsize

_ROOT = Path(__file__).parents[1]
_LAUNCH = (
    "import sys; sys.path[:0] = [sys.argv[1], sys.argv[2]]; from virtualboard.{module} import main; "
    "main(sys.argv[3], *map(int, sys.argv[4:]))"
)


def _command(module, library, program):
    return [sys.executable, "-I", "-S", "-c", _LAUNCH.format(module=module), str(_ROOT), str(library), str(program)]


class Native:
    """MicroPython of the unix port, 64 bit, as a library in a process of CPython."""

    name = "native"
    boards = None  # every one
    prompt = True  # the serial console leads to a REPL
    requirements = computers.INTERPRETER  # the file of its packages
    stack = True  # the C stack ends where the chip's does
    folder = False  # the flash is an image with LittleFS, whose writes are counted and can be cut short

    def image(self):
        """(path, hash) of the stand-ins' image."""
        return shims.image(self.name, {})

    def command(self):
        """How the board's process is started; numbers of descriptors are appended. Raises RuntimeError where it cannot be."""
        library = shims.interpreter()
        return _command("child.main", Path(library).parent, library)

    def heapsize(self, board, target, measure):
        return heapsize(self.image()[1], board, target, measure)

    def facts(self, board, target):
        """What the board's process is told beside boot_info.py."""
        return {"heap_used": board.heap * board.heap32_used // board.heap32 if board.heap32 else 0}


class Wasm32:
    """MicroPython with 32-bit objects in WebAssembly: the ESP8266's heap to the byte."""

    name = "wasm32"
    boards = ("nodemcu",)
    prompt = False
    stack = False
    requirements = computers.WASM32
    folder = True

    def image(self):
        from .wasm32 import library

        return shims.image(self.name, library.asyncio())

    def command(self):
        from .wasm32 import artifact

        return _command("wasm32.main", artifact.source().parents[2], artifact.compiled())

    def heapsize(self, board, target, measure):
        return target + _STANDINS

    def facts(self, board, target):
        return {
            "heap": target,
            "calls": 0,  # its C stack is not the chip's
            "heap_used": board.heap32_used,
            "rom_names": " ".join(rom_names()),
        }


_STANDINS = 64 * 1024  # below the border: enough for the stand-ins; what they leave of it is filled
ENGINES = {engine.name: engine for engine in (Native(), Wasm32())}
