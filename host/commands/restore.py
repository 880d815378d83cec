"""Copy the files of a backup back to the board on USB, and restart it."""

import argparse
from pathlib import Path

from host import UserError
from host.board.cable import Link, say
from host.board.serial_ports import add_port
from host.board.slots import different, folders, swap


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_port(parser)
    parser.add_argument("folder", type=Path, help="the folder that ./deploy.sh backup made")


def run(args: argparse.Namespace) -> None:
    if not args.folder.is_dir():
        raise UserError(f"there is no folder {args.folder}")
    files = {p.relative_to(args.folder).as_posix(): p.read_bytes() for p in sorted(args.folder.rglob("*")) if p.is_file()}
    if not files:
        raise UserError(f"{args.folder} is empty")
    with Link(args.port) as link:
        link.enter()
        for name in different(link, files):
            folders(link, name)
            swap(link, name, files[name])
            say(f"{name}: {len(files[name])} bytes")
        if left := different(link, files):
            raise UserError(f"{', '.join(left)} did not arrive whole: run the same command again")
        link.restart()
    say("the board has the files of the backup, and restarts")
