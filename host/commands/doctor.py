"""Look over the board on USB: what it is, its firmware, its flash, the program, and whether it is well. It is restarted."""

import argparse
import json

from host import UserError
from host.board import nvs, probe
from host.board.cable import Link, say
from host.board.serial_ports import add_port
from host.board.slots import plan, torn
from host.build import BOARDS
from host.commands import deploy

NEEDED = 64 * 1024  # bytes of the file system for configuration, logs and starters


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_port(parser)


def run(args: argparse.Namespace) -> int:
    wrong = 0

    def tell(well: bool, text: str) -> None:
        nonlocal wrong
        wrong += not well
        say(f"{'ok   ' if well else 'fault'} {text}")

    with Link(args.port) as link:
        tell(True, f"port: {link.port}")
        link.enter()
        found = probe.probe(link)
        firmware(found, tell)
        room = f"{found.free // 1024} of {found.size // 1024} KB free"
        tell(found.free > NEEDED, f"flash: {room}; {NEEDED // 1024} KB are needed")
        configuration(link, found, tell)
        for words in probe.hiding(found):
            tell(False, f"files: {words}")
        there = program(link, found, tell)
        if there:
            say("restarting the board")
        link.restart()
        if not there:
            return 1
        start(link, tell)
    say("all well" if not wrong else f"{wrong} thing{'s' * (wrong > 1)} to fix")
    return 1 if wrong else 0


def firmware(found: probe.Found, tell) -> None:
    tell(True, f"board: {found.machine}")
    try:
        board = found.board
        tell(True, f'profile: "board": "{board}"')
        probe.require_fit(found, board, BOARDS[board])
        tell(True, f"firmware: MicroPython {found.release} {found.build}")
        if remark := probe.remark(found):
            say(f"      {remark}")
    except UserError as error:
        tell(False, f"firmware: {error}")


def program(link: Link, found: probe.Found, tell) -> bool:
    """Whether there is one at all."""
    here = plan(found)
    if not here.keep:
        tell(False, "program: picorest is not on this board: ./deploy.sh deploy")
        return False
    tell(True, f"program: version {here.keep.id} at {here.keep.place}")
    if found.rom and (names := torn(link, here.keep.place)):
        tell(False, f"pages: {', '.join(names)} not on the board, or damaged: ./deploy.sh deploy")
    if here.pending:
        tell(True, f"program: version {here.pending.id} is tried at the next start")
    if len(words := found.version.split()) == 5 and words[2].startswith("!"):
        tell(False, f"program: version {words[4]} did not prove itself, or was interrupted: ./deploy.sh deploy tries again")
    return True


def start(link: Link, tell) -> None:
    """Follow the restarted board until it says its address."""
    try:
        said = deploy.follow(link)
        tell(True, "start: the program runs")
        for line in said:
            if line.startswith("warning:"):
                tell(False, f"start: {line}")
        if joined := deploy.JOINED.search(said[-1]):
            health(joined[2].rstrip("/"), joined[1], tell)
    except UserError as error:
        tell(False, f"start: {error}")


def configuration(link: Link, found: probe.Found, tell) -> None:
    data = nvs.read(link).get("config.json")
    if "config.json" in found.names:  # it counts before any other
        with link.step("copying config.json"):
            data = bytes(link.transport.fs_readfile("config.json"))
    if data is None:
        tell(True, "configuration: none yet, the board opens its own network")
        return
    try:
        keys = sorted(json.loads(data))
        tell(True, f"configuration: {len(data)} bytes: {', '.join(keys)}")
    except ValueError as error:
        tell(False, f"configuration: not JSON ({error}): put it right with ./deploy.sh deploy --config FILE")


def health(url: str, network: str, tell) -> None:
    """Ask the board itself, which works only in its network."""
    import requests

    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.get(f"{url}/health", timeout=5)
            said = answer.json()
            well = answer.ok or answer.status_code == 401  # one that asks for its token lives
            tell(well, f"health: {said['status'] if answer.ok else said['detail']}")
        except (requests.RequestException, ValueError, KeyError):
            say(f"      health: no answer from {url} to this computer, which has to be in the network {network} for that")
