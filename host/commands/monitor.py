"""Show what the board on USB says on its console, until Ctrl-C. It goes on running."""

import argparse

from host.board.cable import Link, say
from host.board.serial_ports import add_port
from host.board.tracebacks import Tracebacks
from host.build import build


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_port(parser)
    parser.add_argument("--restart", action="store_true", help="restart the board first, to see it from the start")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many seconds")


def run(args: argparse.Namespace) -> None:
    with Link(args.port) as link:
        if args.restart:
            link.enter()
            link.restart()
        said = Tracebacks(build("nodemcu"), build("esp32"))  # whichever it is: asking would stop its program
        say(f"listening at {link.port}; Ctrl-C ends it")
        for line in link.lines(args.seconds):
            say(said.line(line))
