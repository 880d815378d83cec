"""Put MicroPython on the chip over USB: erases the whole chip, writes, checks. Then comes ./deploy.sh deploy, but for a file
that ./deploy.sh image made: there it is all on the chip."""

import argparse
from pathlib import Path

from host import UserError
from host.board import firmware
from host.board.cable import say
from host.board.serial_ports import add_port, find_port
from host.board.slots import MARKER


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_port(parser)
    words = "MicroPython, or what ./deploy.sh image made (without: says which MicroPython and where to get it)"
    parser.add_argument("--firmware", type=Path, metavar="FILE", help=words)
    parser.add_argument("--baud", type=int, default=460800, help="speed (default 460800; 115200 if that fails)")
    parser.add_argument("--yes", action="store_true", help="do not ask before everything on the chip is erased")


def run(args: argparse.Namespace) -> None:
    if args.firmware and not args.firmware.is_file():
        raise UserError(f"there is no file {args.firmware}")
    port = find_port(args.port)
    say(f"asking the chip at {port} what it is")
    chip, size = firmware.chip_of(firmware.esptool(port, "flash-id", quiet=True))
    say(f"it is an {firmware.title(chip)}{f' with {size} of flash' if size else ''}")
    firmware.check_size(chip, size)
    if not args.firmware:
        raise UserError("name the firmware: " + firmware.where(chip))
    firmware.check_image(args.firmware, chip)
    say(f"{args.firmware.name} is for this chip")
    confirm("This erases everything on the chip, your files too.", args.yes)
    complete = MARKER.encode() in args.firmware.read_bytes()
    firmware.esptool(port, *write_words(chip, args.firmware, args.baud, complete))
    if complete:
        say("\nMicroPython and picorest are on the board. What it says: ./deploy.sh monitor --restart")
    else:
        say("\nMicroPython is on the board. Next: ./deploy.sh deploy")


def write_words(chip: firmware.Chip, image: Path, baud: int, complete: bool = False) -> list[str]:
    """What esptool is told. complete: ./deploy.sh image made it, so it begins at address 0 and knows the size of the flash."""
    place = ["0x0"] if complete else [*chip.options, chip.offset]
    return ["--chip", chip.name, "--baud", str(baud), "write-flash", "--erase-all", *place, str(image)]


def confirm(what: str, yes: bool) -> None:
    """Ask before something is lost. Raises UserError if it is not wanted, or nobody is there to say so."""
    if yes:
        return
    try:
        answer = input(f"{what} Go on? (yes/no) ")
    except EOFError:
        raise UserError(f"{what} To do that without being asked, add --yes") from None
    if answer.strip().lower() not in ("y", "yes"):
        raise UserError("nothing was done")
