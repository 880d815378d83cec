"""How far a board's clock is from this machine's after a sync: python -m bench.ntp_offset [-n ROUNDS] [--board URL].

Without --board a virtual board asks a chrony on loopback. A real board asks whom its configuration names; then the
difference contains the error of this machine's own clock.
"""

import argparse
import contextlib
import statistics
import tempfile
from pathlib import Path

import pytest

from hosttests.support.ntp_servers import HOME, Chrony, ahead_ms, set_time, sync
from virtualboard.client import Board, VirtualBoard


def measure_offsets(board: Board, rounds: int) -> list[float]:
    """Milliseconds ahead of this machine after each sync, printed as they come."""
    set_time(board)
    seen = []
    print("round  moved by  admits ±  is ahead by (ms)")
    for number in range(1, rounds + 1):
        answer = sync(board)
        if not answer.ok:
            print(f"{number:5}  {answer.json()['detail']}")
            continue
        said = answer.json()
        seen.append(ahead_ms(board))
        print(f"{number:5}  {said['offset_ms']:8}  {said['error_ms']:8}  {seen[-1]:11.1f}")
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "-n", type=int, default=7, metavar="ROUNDS", help="syncs; from the 8th on one in 15 s (default 7)"
    )
    parser.add_argument("--board", metavar="URL", help="a real board, such as http://192.168.1.50")
    options = parser.parse_args()
    with contextlib.ExitStack() as cleanup:
        if options.board:
            board = Board(options.board, "board")
        else:
            folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory()))
            try:
                chrony = cleanup.enter_context(Chrony(folder))
            except pytest.skip.Exception as missing:
                parser.exit(2, f"{missing}\n")
            config = {"wifi": HOME, "ntp": {"servers": [chrony.server]}}
            board = VirtualBoard("nodemcu", folder / "board", config=config)
        cleanup.callback(board.close)
        seen = measure_offsets(board, options.n)
    if not seen:
        parser.exit(1, "not one sync succeeded\n")
    sizes = sorted(abs(ms) for ms in seen)
    print(f"offset error over {len(seen)} syncs: median {statistics.median(sizes):.1f} ms, largest {sizes[-1]:.1f} ms")


if __name__ == "__main__":
    main()
