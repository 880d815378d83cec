"""Sends a virtual board nonsense and sees that it survives: requests from a grammar, mutations of known ones, bytes by chance,
in one piece, in many, half, several at once. The first fault ends it, with the input that showed it.

The same seed makes the same inputs, each of them by its number alone: --seed S --first N --requests 1 repeats one.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from pathlib import Path

from hosttests.conftest import FREE_PINS
from hosttests.fuzz.drive import Failure, Fuzz, place_user
from virtualboard.client import VirtualBoard


def main() -> int:
    parser = argparse.ArgumentParser(prog="./deploy.sh fuzz", description=__doc__, allow_abbrev=False)
    parser.add_argument("--requests", type=int, default=10_000, metavar="N", help="how many inputs (default 10000)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which series of inputs (default 1)")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="number of the first input (default 0)")
    parser.add_argument("--board", default="nodemcu", metavar="NAME",
                        choices=list(FREE_PINS), help="the virtual board: %(choices)s (default nodemcu)")  # fmt: skip
    parser.add_argument("--user", action="store_true", help="the board has endpoints of a user's, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(VirtualBoard(options.board, Path(folder))) as board:
        board.wait_until_it_serves()
        if options.user:
            place_user(board)
        series = Fuzz(board, FREE_PINS[options.board], options.seed)
        return fuzz(series, range(options.first, options.first + options.requests))


def fuzz(series: Fuzz, numbers: range) -> int:
    start = time.monotonic()

    def progress(number: int) -> None:
        if number % 1000 == 999:
            seconds = time.monotonic() - start
            print(f"{number + 1 - numbers[0]:>8} inputs, {seconds:6.0f} s, heap free {series.heap[-1]}", flush=True)

    try:
        series.run(numbers, progress=progress)
    except Failure as failure:
        print(f"\nFAULT: {failure}\nThe console says:\n{series.board.console()}", file=sys.stderr)
        return 1
    answers = ", ".join(f"{count} × {status}" for status, count in sorted(series.answers.items(), key=str))
    print(f"{len(numbers)} inputs of series {series.seed}: {answers}.")
    print(f"{series.asked} sound requests between them, all answered, {series.put_off} of them after a 503.")
    print("No 500, no traceback, no restart.")
    print(f"Heap free at the looks: {min(series.heap)} to {max(series.heap)} bytes, in the end {series.heap[-1]}.")
    print(f"Names in memory: {series.learnt} once the board had done everything, {series.names[-1]} in the end.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
