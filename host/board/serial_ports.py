"""Serial ports: which one the board is at, and why one cannot be opened, in words."""

import os
import re

from host import UserError

EACH = "all"  # instead of a port: every one with a board
_SAYS = "is the board plugged in, with a cable that carries data?"
# what the systems say, as pyserial and esptool hand it on: "[Errno 16] …" elsewhere, the repr of an exception on Windows
_FORBIDDEN = re.compile(r"\[Errno 13\]|^\(?13, ")
_BUSY = re.compile(r"\[Errno (11|16|35)\]|exclusively lock|PermissionError\(13|Access is denied")
_GONE = re.compile(r"\[Errno (2|6|19)\]|FileNotFoundError\(2|OSError\(22, |No such file")


class LinkError(UserError):
    """The board cannot be reached over the cable, or no longer."""


def add_port(parser, each: bool = False) -> None:
    more = f"; {EACH}: every one, one after the other" if each else ""
    parser.add_argument("--port", metavar="PORT", help=f"serial port of the board (default: the only one there is){more}")


def ports() -> list:
    """The serial ports with something at their end: each has `device` and `description`."""
    import serial.tools.list_ports

    return [port for port in serial.tools.list_ports.comports() if port.vid is not None]


def find_port(given: str | None) -> str:
    """The port to use: the given one, else the only one with something at its end. Raises LinkError."""
    if given == EACH:
        raise LinkError(f"--port {EACH} is for ./deploy.sh deploy; name one port here:\n{_listed(ports())}")
    if given:
        return given
    found = ports()
    if len(found) == 1:
        return found[0].device
    if found:
        raise LinkError(
            f"there are several serial ports; say which one the board is at (deploy takes --port {EACH}, too):\n{_listed(found)}"
        )
    raise LinkError(
        "no board found: plug it in with a USB cable that carries data (some only charge). If it is plugged in, its "
        "driver may be missing (CH340 or CP210x, named on the chip beside the USB socket), or name the port: --port PORT"
    )


def each_port() -> list[str]:
    """All the ports with something at their end. Raises LinkError if there is none."""
    found = [port.device for port in ports()]
    return found or [find_port(None)]


def why_closed(port: str) -> str:
    """Why a port cannot be opened: mpremote says only that it failed, so that is tried once more."""
    if "socket" in port:
        return f"nobody answers at {port}: is the virtual board running?"
    import serial

    try:
        serial.serial_for_url(port, exclusive=True).close()
    except (OSError, ValueError) as error:
        return explain(port, str(error))
    return f"{port} could not be opened at first: run the same command again"


def explain(port: str, said: str) -> str:
    """What it means that a port cannot be opened. said: in the system's words."""
    if _BUSY.search(said):
        return f"{port} is used by another program: close it (./deploy.sh monitor, Thonny, the Arduino IDE), then run this again"
    if _FORBIDDEN.search(said):
        return (
            f"you may not open {port}: on Linux join the group that owns it (sudo usermod -a -G {_group(port)} $USER, "
            "then log out and in again)"
        )
    if _GONE.search(said):
        there = ports()
        return f"there is no {port}: {_SAYS} " + (f"There are:\n{_listed(there)}" if there else "No other board is there, either.")
    return f"{port} cannot be opened: {_SAYS} And is no other program (monitor, Thonny) using it? The system said: {said}"


def _listed(found: list) -> str:
    return "\n".join(f"  --port {port.device}   {port.description}" for port in found)


def _group(port: str) -> str:
    """The group that owns a port; most Linux systems call it dialout, Arch uucp."""
    try:
        import grp

        name = grp.getgrgid(os.stat(port).st_gid).gr_name
    except (ImportError, OSError, KeyError):
        return "dialout"
    return "dialout" if name == "root" else name
