"""What one request costs beside time: instructions, system calls, memory. Each on a connection of its own, which the client
closes; the first requests, which load and fill what is kept, do not count."""

import itertools
import re
import shutil
import socket
import statistics
import time
from pathlib import Path

from bench import load, mix
from bench.rows import Row, Running

WARM = 72
CLOSING = (mix.closing(mix.CURL),)
COUNTED = 288  # a multiple of how many different ones there are; a collection of garbage among them counts little


def instructions(row: Row, folder: Path, requests: tuple[bytes, ...]) -> float | None:
    """Thousands per request, as valgrind counts them; None without valgrind."""
    if not shutil.which("valgrind"):
        return None
    totals = []
    for count in (WARM, WARM + COUNTED):
        with Running(row, folder, ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")) as running:
            _ask(running, requests, count)
            running.stop()
            found = re.findall(r"Collected : (\d+)", running.log.read_text("utf-8", "replace"))
        totals.append(int(found[-1]))
    return (totals[1] - totals[0]) / COUNTED / 1000


def system_calls(row: Row, folder: Path, requests: tuple[bytes, ...]) -> float | None:
    """Calls per request, as strace counts them; None where there is none, or where it is not allowed."""
    log = folder / f"strace-{row.name}.out"
    if not shutil.which("strace"):
        return None
    with Running(row, folder, ("strace", "-f", "-o", str(log))) as running:
        _ask(running, requests, WARM)
        before = _settled(log)
        _ask(running, requests, COUNTED)
        return (_settled(log) - before) / COUNTED


def memory(row: Row, folder: Path, most: int = 4) -> float:
    """Bytes of heap for each further connection that has sent half a request, while one is being answered; on the 64-bit
    interpreter, after a collection."""
    meter = folder / f"meter-{row.name}"
    used = []
    with Running(row, folder, meter=meter) as running:
        _ask(running, CLOSING, WARM)
        for others in range(most):
            # what the board does by itself meanwhile, such as asking for the time, is not theirs
            _ask(running, CLOSING, 1)
            alone = int(meter.read_text().split()[-1])
            waiting = [_half(running.port) for _ in range(others)]
            time.sleep(0.02)  # they are accepted before the next one, and not yet too old
            _ask(running, CLOSING, 1)
            used.append(int(meter.read_text().split()[-1]) - alone)
            for sock in waiting:
                sock.close()
            time.sleep(0.6)  # what was made for them is gone
    return statistics.linear_regression(range(most), used).slope


def _half(port: int) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), 10)
    sock.sendall(load.request(port, mix.CURL)[:-2])
    return sock


def _ask(running: Running, requests: tuple[bytes, ...], count: int) -> None:
    for data in itertools.islice(itertools.cycle(requests), count):
        assert load.ask(running.port, data), f"{running.row.name} does not answer well"


def _settled(log: Path) -> int:
    """Lines of a file, once all that has happened is in it."""
    time.sleep(0.1)
    return log.read_text("utf-8", "replace").count("\n")
