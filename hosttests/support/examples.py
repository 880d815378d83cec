"""The examples under examples/: what each folder has, and its boards as its page starts them."""

import contextlib
import json
import re
import shlex
from pathlib import Path

from host import ROOT
from virtualboard.client import VirtualBoard

FOLDERS = sorted(path.parent for path in ROOT.glob("examples/*/config.json"))
START = "./deploy.sh virtual "


def readme(folder: Path) -> str:
    return (folder / "README.md").read_text("utf-8")


def section(folder: Path, title: str) -> str:
    return readme(folder).split(f"\n## {title}\n")[1].split("\n## ")[0]


def settings_in(folder: Path) -> dict:
    return json.loads((folder / "config.json").read_text("utf-8"))


def commands(folder: Path) -> list[str]:
    """The lines of the blocks under "Try it"."""
    found = re.findall(r"^```\n(.*?)^```$", section(folder, "Try it"), re.M | re.S)
    return "".join(found).splitlines()


class Running(dict):
    """The boards that run as the page says: {"http://127.0.0.1:8080": VirtualBoard}; a context manager."""

    def __init__(self, folder: Path, place: Path):
        super().__init__()
        self.folder = folder
        self._stack = contextlib.ExitStack()
        lines = [line for line in commands(folder) if line.startswith(START)]
        for line in lines:
            self._start(shlex.split(line.removeprefix(START)), place)

    def _start(self, words: list[str], place: Path) -> None:
        told = dict(zip(words[::2], words[1::2], strict=True))
        options = ["--config", str(ROOT / told["--config"])]
        if "--beside" in told:
            options += ["--beside", self.real(f"http://127.0.0.1:{told['--beside']}").rpartition(":")[2]]
        board = VirtualBoard(told["--board"], place / Path(told["--config"]).parent.name, *options)
        self._stack.callback(board.close)
        self[f"http://127.0.0.1:{told.get('--port', 8080)}"] = board
        board.config = json.loads((ROOT / told["--config"]).read_text("utf-8"))
        board.wait_until_it_serves()

    def real(self, text: str) -> str:
        """With the addresses of these boards and their control ports for those of the page."""
        ways = {}
        for told, board in self.items():
            control = f"http://127.0.0.1:{int(told.rpartition(':')[2]) + 1}"
            ways |= {told: board.url, control: board.control.rstrip("/")}
        return re.sub(r"http://127\.0\.0\.1:\d+", lambda found: ways[found[0]], text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()
