"""Build what lies on a board's flash and say where it is. An unchanged tree is not built again."""

import argparse
import hashlib
import json
from pathlib import Path

from host import ROOT
from host.board import signing
from host.board.ota import pack
from host.build import BOARDS, Build, build, parts
from host.build.pipeline import sources_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("board", nargs="*", metavar="BOARD", help=f"one or more of: {', '.join(BOARDS)} (default: all)")
    parser.add_argument("--out", type=Path, default=ROOT / "build", help="folder for the results (default: build/)")
    parser.add_argument("--sign", type=Path, metavar="KEYFILE", help="sign the files for the page")
    parser.add_argument("--new-key", type=Path, metavar="FILE", help="make a key for --sign, and say what boards need of it")
    parts.add_arguments(parser)


def run(args: argparse.Namespace) -> None:
    if args.new_key:
        _tell_key(args.new_key)
        return
    key = args.sign and signing.load(args.sign)
    chosen = parts.wanted(sources_of(), args)
    for board in args.board or BOARDS:
        parts.require_choice(args, board, BOARDS.get(board, True))
        made = build(board, args.out, chosen=chosen)
        sizes = [path.stat().st_size for path in made.files.rglob("*") if path.is_file()]
        print(f"{board:<11} {made.files}  {len(sizes)} files, {sum(sizes)} bytes")
        if made.romfs:
            print(f"{'':<11} {made.romfs}  {made.romfs.stat().st_size} bytes, for half of the ROMFS partition")
        print(f"{'':<11} {_update_file(made, key)}  for the board's page: This board, Update")
        if not made.romfs:
            print(f"{'':<11} {_library(made)}  for mpremote mip install: the library without the rest")


def _tell_key(file: Path) -> None:
    there = file.exists()  # a key that boards know already stays
    known = (signing.load if there else signing.new_key)(file).settings()
    print(f"{file} is {'the' if there else 'a new'} key: keep it secret, and a copy of it elsewhere. A board's configuration needs")
    for board, name in (("ESP8266", "key"), ("ESP32 family", "public_key")):
        print(f"{board + ':':<13} {json.dumps({'update': {name: known[name]}})}")


def _library(made: Build) -> Path:
    """The list of files that `mpremote mip install` takes: what a program of somebody else's can import, and the pages."""
    names = sorted(path.relative_to(made.files).as_posix() for path in made.files.rglob("*") if path.is_file())
    urls = [[name.removeprefix("lib/"), f"files/{name}"] for name in names if name.startswith(("app.", "lib/", "www/"))]
    path = made.files.with_name("package.json")
    path.write_text(json.dumps({"urls": urls, "deps": [], "version": made.id[:8]}), "utf-8")
    return path


def _update_file(made: Build, key: signing.Key | None) -> Path:
    """What the board's page takes as an update. A page that came without https cannot compute a SHA-256, so the name has it, and
    its signature."""
    form = "romfs" if made.romfs else "tar"
    data = pack(made, form)
    marks = key.parameters("key" if made.romfs else "public_key", data).values() if key else ()
    path = made.files.with_name("-".join(["picorest", made.board, hashlib.sha256(data).hexdigest(), *marks]) + f".{form}")
    if not path.exists():
        path.write_bytes(data)
    return path
