"""How much slower the board answers while an upstream misbehaves: a ratio per fault, 1.0 is no slower.

python bench/outside_delay.py [--board NAME] [--requests N]
"""

import argparse
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hosttests.support.upstreams import FAULTS, HOME, online  # noqa: E402
from virtualboard.client import VirtualBoard  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--board", default="esp32")
    parser.add_argument("--requests", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        board = VirtualBoard(options.board, Path(folder), config={"wifi": HOME, "weather": {}})
        try:
            board.wait_until_it_serves()
            online(board)
            board.get("/weather?lat=1&lon=1", timeout=30)  # everything is loaded
            alone = gpio(board, options.requests)
            print(f"{options.board}: GET /gpio alone {alone * 1000:.2f} ms (median of {options.requests})")
            print("fault          /gpio meanwhile   ratio   questions meanwhile")
            for number, fault in enumerate(FAULTS):
                report(board, fault, number, alone, options.requests)
        finally:
            board.close()


def report(board, fault, number, alone, count):
    """Ask for the weather again and again through a fault, and time other requests meanwhile."""
    board.world.put({"upstream": {"weather": fault}})
    done = threading.Event()
    asked = []

    def ask():
        while not done.is_set():
            requests.get(f"{board.url}/weather?lat={number + 2}&lon={len(asked) % 360 - 179}", timeout=30)
            asked.append(fault)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.2)
    meanwhile = gpio(board, count)
    done.set()
    asking.join()
    print(f"{fault:<14} {meanwhile * 1000:12.2f} ms {meanwhile / alone:7.2f} {len(asked):8}")


def gpio(board, count):
    """Median seconds of one GET /gpio on a connection of its own."""
    times = []
    for _ in range(count):
        start = time.perf_counter()
        answer = requests.get(board.url + "/gpio", timeout=10)
        times.append(time.perf_counter() - start)
        assert answer.status_code == 200, answer.text
        time.sleep(0.005)
    return statistics.median(times)


if __name__ == "__main__":
    main()
