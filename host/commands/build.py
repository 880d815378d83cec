"""Build what lies on a board's flash and say where it is. An unchanged tree is not built again."""

import argparse
from pathlib import Path

from host import ROOT
from host.build import BOARDS, build


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("board", nargs="*", metavar="BOARD", help=f"one or more of: {', '.join(BOARDS)} (default: all)")
    parser.add_argument("--out", type=Path, default=ROOT / "build", help="folder for the results (default: build/)")


def run(args: argparse.Namespace) -> None:
    for board in args.board or BOARDS:
        made = build(board, args.out)
        sizes = [path.stat().st_size for path in made.files.rglob("*") if path.is_file()]
        print(f"{board:<11} {made.files}  {len(sizes)} files, {sum(sizes)} bytes")
        if made.romfs:
            print(f"{'':<11} {made.romfs}  {made.romfs.stat().st_size} bytes, for the ROMFS partition")
