"""Copy the board's own files (configuration, keys, your files) into a folder on this computer. The program is not among them."""

import argparse
import time
from pathlib import Path

from host import UserError
from host.board import nvs
from host.board.cable import Link, say
from host.board.serial_ports import add_port
from host.board.slots import MARKER, WALK
from host.build import FIXED
from host.build.pages import BESIDE

PROGRAM = ("/rom/", "/a/", "/b/", "/lib/microdot/", "/lib/picorest/", "/www/")
NAMES = {f"/{name}" for name in (*FIXED, MARKER, f"{MARKER}.new", "app.mpy", "lib/microdot.mpy", f"{BESIDE}0", f"{BESIDE}1")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_port(parser)
    parser.add_argument("folder", nargs="?", type=Path, help="where to (default: backup-DATE-TIME)")


def run(args: argparse.Namespace) -> None:
    folder = args.folder or Path(time.strftime("backup-%Y%m%d-%H%M%S"))
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise UserError(f"{folder} is there already: name another folder")
    with Link(args.port) as link:
        link.enter()
        names = [name for name in link.value_of(WALK, "_walk('', [])", doing="its files were listed") if own(name)]
        others = {f"/{name}": data for name, data in nvs.read(link).items() if f"/{name}" not in names}
        for name in [*names, *others]:
            with link.step(f"copying {name}"):
                data = others[name] if name in others else link.transport.fs_readfile(name)
            path = folder / name.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            say(f"{name}: {len(data)} bytes")
        link.restart()
    if not names and not others:
        say("there is nothing of its own on the board")
        return
    say(f"they are in {folder} now; passwords and keys are among them, in plain text: keep it to yourself")


def own(name: str) -> bool:
    """Whether a file is the user's, and not the program's."""
    return name not in NAMES and not name.startswith(PROGRAM)
