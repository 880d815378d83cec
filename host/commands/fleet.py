"""Many boards at once, over Wi-Fi: see how they are, update them, configure them, tell Prometheus where they are."""

import argparse
import json
import os
import queue
import threading
import time
import traceback
from collections.abc import Callable, Collection
from pathlib import Path

from host import UserError
from host.board import config_check, discovery, signing
from host.board.cable import say
from host.board.fleet import FILE, Fleet, Member, fill
from host.board.ota import Board, update
from host.build import Build, build

PATIENCE = 60  # seconds for a restart
STEP = 25  # percent

Deed = Callable[[Board, Member], str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--file", type=Path, default=FILE, metavar="FILE", help="the list of boards (default: fleet.json here)")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, words: str, run) -> argparse.ArgumentParser:
        made = actions.add_parser(name, help=words, description=words, allow_abbrev=False)
        made.set_defaults(act=run)
        return made

    made = action("add", "put a board on the list, or change its address", _add)
    made.add_argument("address", metavar="ADDRESS", help="as in 192.168.1.77 or shed.local")
    made.add_argument("--name", help="what to call it (default: the address)")
    made.add_argument("--token", default="", help="the board's token (default: none)")
    action("remove", "take boards off the list", _remove).add_argument("boards", nargs="+", metavar="BOARD", help="name or address")
    for name, words, run in (
        ("status", "ask each board how it is", _status),
        ("update", "put this version of picorest on each board", _update),
        ("config", "change the configuration of each board", _config),
    ):
        made = action(name, words, run)
        if name == "update":
            made.add_argument("--sign", type=Path, metavar="KEYFILE", help="sign it, for boards that take signed ones only")
        if name == "config":
            made.add_argument("template", type=Path, metavar="FILE", help="what to change; {mac}, {number}, {name} in it differ")
            made.add_argument("--restart", action="store_true", help="restart boards that need it for that")
        made.add_argument("boards", nargs="*", metavar="BOARD", help="name or address (default: all)")
        made.add_argument("--token", default=os.environ.get("PICOREST_TOKEN", ""),
                          help="of boards without one in the list (default: the environment variable PICOREST_TOKEN)")  # fmt: skip
        made.add_argument("--parallel", type=_count, default=8, metavar="N", help="boards at once (default 8)")
    action("targets", "write the file for Prometheus anew, after a change of the list by hand", _targets)
    made = action("serve", "tell Prometheus over HTTP where the boards are", _serve)
    made.add_argument("--bind", default="127.0.0.1", metavar="ADDR", help="default 127.0.0.1")
    made.add_argument("--port", type=int, default=discovery.PORT, metavar="PORT", help=f"default {discovery.PORT}")


def run(args: argparse.Namespace) -> int | None:
    return args.act(Fleet(args.file), args)


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 100")
    return int(text)


def _add(fleet: Fleet, args: argparse.Namespace) -> None:
    member = fleet.add(args.address, args.name, args.token)
    fleet.save()
    say(f"{member.name} at {member.address} is number {member.number} of {args.file}")
    try:
        with Board(member.address, member.token) as board:
            say(status(board, member))
    except UserError as error:
        say(f"warning: {error}")


def _remove(fleet: Fleet, args: argparse.Namespace) -> None:
    for member in fleet.remove(args.boards):
        say(f"{member.name} at {member.address} is off the list")
    fleet.save()


def _targets(fleet: Fleet, _: argparse.Namespace) -> None:
    say(f"{fleet.save()} has {len(fleet.members)} boards")


def _serve(fleet: Fleet, args: argparse.Namespace) -> None:
    discovery.serve(fleet.file, args.bind, args.port)


def _status(fleet: Fleet, args: argparse.Namespace) -> int:
    return each(fleet.choose(args.boards), status, args)


def _update(fleet: Fleet, args: argparse.Namespace) -> int:
    lock, made = threading.Lock(), {}
    key = args.sign and signing.load(args.sign)

    def once(name: str, chosen: Collection[str] | None) -> Build:
        key = name, chosen and frozenset(chosen)
        with lock:
            if key not in made:
                made[key] = build(name, chosen=chosen)
            return made[key]

    return each(fleet.choose(args.boards), lambda board, _: update(board, once, key), args)


def _config(fleet: Fleet, args: argparse.Namespace) -> int:
    members = fleet.choose(args.boards)
    template = json.loads(config_check.read_file(args.template))
    changed = []

    def change(board: Board, member: Member) -> str:
        mac = board.get("/wifi").get("mac", "").replace(":", "") if "{mac}" in json.dumps(template) else ""
        wanted = fill(template, member, mac)
        said = board.change("PATCH", "/config", wanted)
        if "token" in wanted and wanted["token"] is not True:
            changed.append(member._replace(token=wanted["token"] or ""))
            board.sign_in(wanted["token"] or "")
        for words in said["warnings"]:
            board.say(f"warning: {words}")
        waits = ", ".join(said["restart"])
        if waits and args.restart:
            restart(board)
            return "configured, restarted"
        return f"configured; after a restart: {waits}" if waits else "configured"

    try:
        return each(members, change, args)
    finally:
        for member in changed:
            fleet.replace(member)
        if changed:
            fleet.save()


def status(board: Board, _: Member) -> str:
    """How a board is, in words. Raises UserError if it is not well."""
    health = board.get("/health")
    said = board.get("/status")
    if health["status"] != "ok":
        raise UserError(f"{health['status']}: {health.get('detail')}")
    minutes = said["uptime"] // 60
    return f"ok: {said['board']}, version {said['version']}, up {minutes // 60} h {minutes % 60} min"


def restart(board: Board) -> None:
    """Restart a board and return when it answers again. Raises UserError."""
    before = board.get("/status")["uptime"]
    board.change("POST", "/reset")
    end, silent = time.monotonic() + PATIENCE, False
    while time.monotonic() < end:
        time.sleep(0.2)
        try:
            if board.get("/status")["uptime"] < before or silent:
                return
        except UserError:
            silent = True
    raise UserError(f"it did not come back within {PATIENCE} seconds after its restart")


def each(members: list[Member], deed: Deed, args: argparse.Namespace) -> int:
    """Do something with all boards, some at once: one that fails stops no other. Returns the exit status."""
    todo, done = queue.SimpleQueue(), queue.SimpleQueue()
    for member in members:
        todo.put(member)
    width = max(len(member.name) for member in members)

    def work() -> None:
        while True:
            try:
                member = todo.get_nowait()
            except queue.Empty:
                return
            done.put((member, *_try(deed, member, args.token)))

    for _ in range(min(args.parallel, len(members))):
        threading.Thread(target=work, daemon=True).start()  # so that Ctrl-C ends it at once
    failed = []
    for number in range(1, len(members) + 1):
        member, well, words = done.get()
        if not well:
            failed.append(member)
        say(f"[{number}/{len(members)}] {member.name:<{width}}  {'' if well else 'FAILED: '}{words}")
    if failed:
        say(f"{len(failed)} of {len(members)} boards failed: {' '.join(one.name for one in sorted(failed))}")
    return 1 if failed else 0


def _try(deed: Deed, member: Member, token: str) -> tuple[bool, str]:
    def tell(words: str) -> None:
        say(f"{member.name}: {words}")

    try:
        with Board(member.address, member.token or token, tell, lambda *what: Steps(tell, *what)) as board:
            return True, deed(board, member)
    except UserError as error:
        return False, str(error)
    except Exception as error:
        traceback.print_exc()
        return False, f"this is a fault in picorest, please report the lines above ({type(error).__name__})"


class Steps:
    """Progress in lines, for boards side by side; see Progress in cable.py."""

    def __init__(self, tell: Callable[[str], None], what: str, total: int):
        self.tell, self.what, self.total, self.done = tell, what, total, 0

    def add(self, count: int) -> None:
        before, self.done = self.done, self.done + count
        step = 100 * self.done // self.total // STEP * STEP
        if step > 100 * before // self.total:
            self.tell(f"{self.what}: {step} %")

    def end(self) -> None:
        pass
