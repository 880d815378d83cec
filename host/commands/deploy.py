"""Put picorest on the board over USB, beside the version that is there, and start it. The configuration stays."""

import argparse
import re
from collections.abc import Collection
from pathlib import Path

from host import UserError, bootstrap
from host.board import config_check, nvs, probe
from host.board.cable import Link, say
from host.board.class_set import ClassSet
from host.board.fleet import MOST
from host.board.serial_ports import EACH, add_port, each_port
from host.board.slots import MARKER, FolderPlace, Plan, RomPlace, Version, different, parts_of, plan, swap
from host.build import BOARDS, FIXED, Build, build, parts
from host.build.pipeline import sources_of

PATIENCE = 120  # seconds until the board has to say where it is: it looks for its network for a minute
JOINED = re.compile(r"Wi-Fi: joined (.+), (http://\S+)")
OPENED = re.compile(r"Wi-Fi: access point .*")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_port(parser, each=True)
    words = "replace the board's configuration by this file; {mac} and {number} in it differ for each board"
    parser.add_argument("--config", type=Path, metavar="FILE", help=words)
    parser.add_argument("--number", type=_number, metavar="N", help="{number} of the first board (default: the next on the sheet)")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="a list of the boards to print, with QR codes (HTML)")
    parser.add_argument("--board", choices=BOARDS, help="the build to use (default: found out over USB)")
    parts.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    config = config_check.read_file(args.config) if args.config else None
    boards = ClassSet(config, args.number, args.sheet)
    if config is not None:
        least = parts.least(sources_of(), args, boards.example())  # what else it has, the board tells
        config_check.warnings_of(args.config, boards.example(), args.board, least)  # before it is disturbed
    if args.sheet:
        bootstrap.ensure("requirements-sheet")
    if args.port != EACH:
        _deploy(args.port, args, boards)
        return 0
    ports, failed = each_port(), []
    for number, port in enumerate(ports, 1):
        say(f"[{number}/{len(ports)}] {port}")
        try:
            _deploy(port, args, boards)
        except UserError as error:
            say(f"FAILED: {error}")
            failed.append(port)
    say(f"{len(ports) - len(failed)} of {len(ports)} boards have this version" + (f"; not {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST}")
    return int(text)


def _deploy(port: str | None, args: argparse.Namespace, boards: ClassSet) -> None:
    with Link(port) as link:
        say(f"connecting to the board at {link.port}")
        nvs.enter(link)
        found = probe.probe(link)
        board = args.board or found.board
        say(f"found {found.machine}, MicroPython {found.release}")
        probe.require_fit(found, board, BOARDS[board])
        parts.require_choice(args, board, BOARDS[board])
        if remark := probe.remark(found):
            say(remark)
        for words in probe.hiding(found):
            say(f"warning: {words}")
        place = boards.board(link)
        config = place.config
        chosen = parts.wanted(sources_of(), args, config, parts_of(link, found))
        more = sorted(chosen - parts.usual(sources_of())) if BOARDS[board] else ()
        say(f"building for {board}" + (f", with {', '.join(more)}" if more else ""))
        made = build(board, chosen=chosen)
        if config is not None:
            fits(link, args.config, config, board, chosen)
        changed = install(link, made, found)
        if config is not None and _other(link, found, config):
            swap(link, "config.json", config)
            changed = True
            say("configuration copied")
        starters = {name: (made.files / name).read_bytes() for name in sorted(FIXED, key="main.py".__eq__)}
        for name in different(link, starters):
            swap(link, name, starters[name])
            changed = True
        left = different(link, starters)
        if left:
            raise UserError(f"{', '.join(left)} did not arrive whole: run the same command again")
        say("the board has this version now" if changed else "the board has this version already: nothing copied")
        say("restarting the board")
        link.restart()
        boards.enter(place, follow(link)[-1])
        if args.sheet:
            say(f"number {place.number} is on the sheet {args.sheet}, with its password: open it in a browser to print it")


def install(link: Link, made: Build, found: probe.Found) -> bool:
    """Bring the program into one of its two places and mark it; whether anything was changed."""
    place = (RomPlace if made.romfs else FolderPlace)(link, made, found)
    here: Plan = plan(found)
    new = made.id[:8]
    if here.keep and not place.differing(here.keep.place):
        if here.pending or (found.version.split()[1:2] not in ([new], [])):
            mark(link, Version(here.keep.place, new).words())
            return True
        return False
    if here.pending and not place.differing(here.pending.place):
        return True
    target = here.target()
    if here.pending:
        mark(link, here.keep.words())
    missing = place.differing(target)
    if missing:
        place.send(target, missing)
    if missing and place.differing(target):
        raise UserError("the program did not arrive whole, the board still has the version before: run the same command again")
    say("checked: the program arrived whole")
    trial = ["?", *here.keep.words()] if here.keep else []
    mark(link, [target, new, *trial])
    return True


def fits(link: Link, path: Path, config: bytes, board: str, chosen: Collection[str]) -> None:
    """Raises UserError if this very kind of board, with these parts of an ESP8266's program, would refuse the configuration:
    it then runs on as it was."""
    try:
        for words in config_check.warnings_of(path, config, board, chosen):
            say(f"warning: {words}")
    except UserError:
        link.restart()
        raise


def _other(link: Link, found: probe.Found, config: bytes) -> bool:
    """Whether the board has another configuration."""
    if "config.json" not in found.names and nvs.read(link).get("config.json") == config:
        return False
    return bool(different(link, {"config.json": config}))


def mark(link: Link, words: list[str]) -> None:
    swap(link, MARKER, (" ".join(words) + "\n").encode())


def follow(link: Link) -> list[str]:
    """Show what the board says until it says where it is; the lines. Raises UserError if it does not come so far."""
    trial, said = False, []
    for line in link.lines(PATIENCE):
        if line:
            say(f"  {line}")
            said.append(line)
        trial = trial or "has to prove itself" in line
        if "picorest stopped." in line:
            raise UserError("the program stops with an error (see above)")
        if "the board restarts with the one before" in line or "did not prove itself" in line:
            raise UserError("the new version does not run on this board (see above); the version before runs again")
        if joined := JOINED.search(line):
            say(f"\nThe board is in the network {joined[1]}: open {joined[2]}")
            break
        if OPENED.search(line):
            say("\nThe board knows no nearby network and has opened its own (the line above): join it with phone or computer,")
            say("open the address, and choose your network there.")
            break
    else:
        raise UserError("the board restarted but did not say where it is: see what it does with ./deploy.sh monitor")
    if trial:
        say("For a minute the new version is on trial: should it fail, the board goes back to the one before.")
    return said
