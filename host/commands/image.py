"""Make one file of MicroPython, the program and a file system, which any flasher writes at address 0; with --web also a page
from which Chrome writes it, with nothing to install."""

import argparse
from pathlib import Path

from host import ROOT
from host.board import config_check, factory, firmware, installer
from host.board.cable import say
from host.board.class_set import filled_in
from host.build import BOARDS, Build, build, parts
from host.build.pipeline import sources_of
from host.cli import version

PORT = 8090


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--firmware", type=Path, required=True, metavar="FILE", help="MicroPython for the chip")
    parser.add_argument("--config", type=Path, metavar="FILE", help="the configuration of the boards (default: none)")
    parser.add_argument("--number", type=int, metavar="N", help="of the board, for {number} in the configuration")
    parser.add_argument("--mac", metavar="MAC", help="of the board, twelve hexadecimal digits, for {mac} in the configuration")
    parser.add_argument("--flash-size", choices=factory.FLASH_SIZES, default="4MB", help="of an ESP8266 (default 4MB)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where to (default: build/image-BOARD)")
    parts.add_arguments(parser)
    parser.add_argument("--web", type=int, nargs="?", const=PORT, metavar="PORT", help=f"make the page, and serve it here ({PORT})")


def run(args: argparse.Namespace) -> None:
    config = config_check.read_file(args.config) if args.config else None
    if config is not None:
        config = filled_in(config, args.number, args.mac)
    chosen = parts.wanted(sources_of(), args, config)

    def built(board: str) -> Build:
        parts.require_choice(args, board, BOARDS[board])
        return build(board, chosen=chosen)

    data, made = factory.image(args.firmware, built, config, args.flash_size)
    if config is not None:
        for words in config_check.warnings_of(args.config, config, made.board, chosen):
            say(f"warning: {words}")
    folder = args.out or ROOT / "build" / f"image-{made.board}"
    folder.mkdir(parents=True, exist_ok=True)
    told = "".join(f"-{each}" for each in (args.number, args.mac) if each is not None)
    path = folder / f"picorest-{made.board}{told}.bin"
    path.write_bytes(data)
    chip = firmware.CHIPS[next(name for name, chip in firmware.CHIPS.items() if factory.BUILDS[chip.name] == made.board)]
    say(f"{path}  {len(data)} bytes, for {firmware.title(chip)} at address 0")
    if config is not None:
        say("passwords and keys of the configuration are in it, in plain text: keep it to yourself")
    say(f"to write it: ./deploy.sh flash --firmware {path}")
    if args.web is not None:
        installer.make(folder, path.name, firmware.title(chip), version())
        say(f"{folder / 'index.html'}  the page that writes it")
        installer.serve_page(folder, args.web)
