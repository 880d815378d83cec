"""Put picorest on a board over Wi-Fi, beside the version that runs. It needs the board's token."""

import argparse
import os
from collections.abc import Collection
from pathlib import Path

from host.board import signing
from host.board.cable import say
from host.board.ota import Board, update
from host.build import BOARDS, parts
from host.build.pipeline import sources_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--board", metavar="URL", required=True, help="address of the board, as in http://192.168.1.77")
    parser.add_argument("--token", help="the board's token (default: the environment variable PICOREST_TOKEN)")
    parser.add_argument("--sign", type=Path, metavar="KEYFILE", help="sign it, for boards that take signed ones only")
    parts.add_arguments(parser)


def run(args: argparse.Namespace) -> None:
    with Board(args.board, args.token or os.environ.get("PICOREST_TOKEN", "")) as board:
        key = args.sign and signing.load(args.sign)

        def chosen(name: str, before: Collection[str] | None) -> frozenset[str]:
            parts.require_choice(args, name, BOARDS[name])
            return parts.wanted(sources_of(), args, before=before)

        say(update(board, key=key, chosen=chosen))
