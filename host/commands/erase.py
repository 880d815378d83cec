"""Empty the board on USB: everything (MicroPython too), or with --files only what lies in its file system."""

import argparse

from host.board import firmware, nvs
from host.board.cable import Link, say
from host.board.serial_ports import add_port, find_port
from host.board.slots import WALK
from host.commands.flash import confirm


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_port(parser)
    parser.add_argument("--files", action="store_true", help="keep MicroPython: remove picorest, its configuration and your files")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace) -> None:
    if not args.files:
        port = find_port(args.port)
        confirm(f"This erases everything on the chip at {port}, MicroPython too (--files keeps it).", args.yes)
        firmware.esptool(port, "erase-flash")
        say("the chip is empty. Next: ./deploy.sh flash")
        return
    confirm("This removes picorest, its configuration and all your files from the board.", args.yes)
    with Link(args.port) as link:
        link.enter()
        names = link.value_of(WALK, "_walk('', [])", doing="its files were listed")
        names = [name for name in names if not name.startswith("/rom/")]
        # main.py first: what is left after a broken link does not start
        for name in sorted(names, key="/main.py".__ne__):
            say(f"removing {name}")
            link.run(f"os.remove({name!r})")
        link.run(
            "for n in [n for n in os.ilistdir('/') if n[1] & 0x4000 and n[0] != 'rom']:\n"
            " def _rm(p):\n"
            "  for e in os.ilistdir(p):\n"
            "   _rm(p + '/' + e[0])\n"
            "  os.rmdir(p)\n"
            " _rm('/' + n[0])"
        )
        nvs.forget(link)
        link.restart()
    say(f"{len(names)} files removed. Next: ./deploy.sh deploy")
