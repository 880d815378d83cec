"""Put picorest on a board over Wi-Fi, beside the version that runs. It needs the board's token."""

import argparse
import os

from host import UserError
from host.board.cable import say
from host.board.ota import Board, pack
from host.build import build


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--board", metavar="URL", required=True, help="address of the board, as in http://192.168.1.77")
    parser.add_argument("--token", help="the board's token (default: the environment variable PICOREST_TOKEN)")


def run(args: argparse.Namespace) -> None:
    token = args.token or os.environ.get("PICOREST_TOKEN", "")
    with Board(args.board, token) as board:
        state = board.state()
        if not state["enabled"]:
            raise UserError(
                "the board has no token, and so takes no updates over Wi-Fi: set one (`token` in its configuration), or use USB: "
                "./deploy.sh deploy"
            )
        if not token:
            raise UserError("updates need the board's token: --token TOKEN, or the environment variable PICOREST_TOKEN")
        name = board.build_name()
        say(f"building for {name}")
        made = build(name)
        new = made.id[:8]
        if state["running"] == new:
            say("the board runs this version already: nothing sent")
            return
        data = pack(made, state["format"])
        if len(data) > state["max"]:
            raise UserError(
                f"the update has {len(data)} bytes, and the board takes {state['max']}: use USB, ./deploy.sh deploy"
            )
        board.send(data, new)
        say("it arrived whole; the board restarts")
        board.wait_for(new)
        say(f"the board runs the new version {new}, and keeps it")
