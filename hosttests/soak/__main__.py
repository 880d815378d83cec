"""Lets everything happen to a virtual board, hour after simulated hour: every endpoint asked, every fault of its surroundings,
router flaps, lies about the time, hostile clients, power cuts, updates. The first promise that is broken ends it.

The same seed makes the same episodes, each of them by its number alone: --seed S --first N begins with that one.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from pathlib import Path

from hosttests.soak.drive import OURS, Broken, Soak, config
from hosttests.soak.plot import plot
from virtualboard.client import VirtualBoard
from virtualboard.engines import ENGINES


def main() -> int:
    parser = argparse.ArgumentParser(prog="./deploy.sh soak", description=__doc__, allow_abbrev=False)
    parser.add_argument("--minutes", type=float, default=5, metavar="N", help="of yours (default 5); a minute holds some hours")
    parser.add_argument("--board", default="nodemcu", metavar="NAME", choices=list(OURS), help="%(choices)s (default nodemcu)")
    parser.add_argument("--engine", default="native", choices=list(ENGINES), help="the interpreter (default native)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which series of episodes (default 1)")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first episode (default 0)")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="where to draw memory over time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(
        VirtualBoard(options.board, Path(folder), config=config(options.board), engine=options.engine)
    ) as board:
        board.wait_until_it_serves()
        series = Soak(board, options.seed)
        status = soak(series, options.first, options.minutes)
        if options.plot:
            title = f"{options.board}, engine {options.engine}, seed {options.seed}"
            options.plot.write_text(plot(title, series.samples, series.marks), "utf-8")
        return status


def soak(series: Soak, first: int, minutes: float) -> int:
    """Episodes from the first one on until the time is up, and the report."""
    end, number, failure = time.monotonic() + 60 * minutes, first, None
    while time.monotonic() < end and not failure:
        try:
            series.one(number)
        except Broken as broken:
            failure = broken
        number += 1
    print(report(series, number - first))
    if failure:
        print(f"\nBROKEN: {failure}\nThe console says:\n{series.board.console()}", file=sys.stderr)
    return int(failure is not None)


def report(series: Soak, episodes: int) -> str:
    """What happened, in words and numbers."""
    begin, last = series.samples[0], series.samples[-1]
    restarts = ", ".join(f"{count} × {how}" for how, count in sorted(series.restarts.items())) or "none"
    return (
        f"{series.board.name}, engine {series.board.engine}, seed {series.seed}: "
        f"{episodes} episodes, {last[0]:.1f} simulated hours.\n"
        f"Polite requests: {series.life.answered}, lost: {sum(series.life.wrong.values())}. Hostile inputs: {series.hostile}. "
        f"Faults: {series.faults}.\n"
        f"Restarts that were asked for: {restarts}. "
        f"Others: {series.world.get()['boots'] - series.boots}. Outputs disturbed: {series.disturbed}.\n"
        f"Heap free: {begin[1]} bytes at the start, {last[1]} at the end, {min(one[1] for one in series.samples)} at least; "
        f"largest piece: {begin[2]}, {last[2]}, {min(one[2] for one in series.samples)}.\n"
        f"The longest that somebody waited for GET /health: {series.pause:.1f} s of the board's time.\n"
        f"What /health still said ten minutes after the faults: {dict(series.ailments) or 'nothing'}."
    )


if __name__ == "__main__":
    sys.exit(main())
