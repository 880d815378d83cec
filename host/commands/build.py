"""Build what lies on a board's flash and say where it is. An unchanged tree is not built again."""

import argparse
import hashlib
from pathlib import Path

from host import ROOT
from host.board.ota import pack
from host.build import BOARDS, Build, build


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("board", nargs="*", metavar="BOARD", help=f"one or more of: {', '.join(BOARDS)} (default: all)")
    parser.add_argument("--out", type=Path, default=ROOT / "build", help="folder for the results (default: build/)")


def run(args: argparse.Namespace) -> None:
    for board in args.board or BOARDS:
        made = build(board, args.out)
        sizes = [path.stat().st_size for path in made.files.rglob("*") if path.is_file()]
        print(f"{board:<11} {made.files}  {len(sizes)} files, {sum(sizes)} bytes")
        if made.romfs:
            print(f"{'':<11} {made.romfs}  {made.romfs.stat().st_size} bytes, for half of the ROMFS partition")
        print(f"{'':<11} {_update_file(made)}  for the board's page: This board, Update")


def _update_file(made: Build) -> Path:
    """What the board's page takes as an update. A page that came without https cannot compute a SHA-256, so the name has it."""
    form = "romfs" if made.romfs else "tar"
    data = pack(made, form)
    path = made.files.with_name(f"picorest-{made.board}-{hashlib.sha256(data).hexdigest()}.{form}")
    if not path.exists():
        path.write_bytes(data)
    return path
