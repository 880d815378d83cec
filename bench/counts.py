"""What one request costs beside time: instructions, system calls, memory. Each with curl's headers on a connection of its
own, which the client closes; the first requests, which load and fill what is kept, do not count."""

import re
import shutil
import socket
import statistics
import time
from pathlib import Path

from bench import load
from bench.rows import Row, Running

WARM = 20


def instructions(row: Row, folder: Path, data: bytes, count: int = 60) -> float | None:
    """Thousands per request, as valgrind counts them; None without valgrind."""
    if not shutil.which("valgrind"):
        return None
    totals = []
    for requests in (WARM, WARM + count):
        with Running(row, folder, ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")) as running:
            _ask(running, data, requests)
            running.stop()
            found = re.findall(r"Collected : (\d+)", running.log.read_text("utf-8", "replace"))
        totals.append(int(found[-1]))
    return (totals[1] - totals[0]) / count / 1000


def system_calls(row: Row, folder: Path, data: bytes, count: int = 100) -> float | None:
    """Calls per request, as strace counts them; None where there is none, or where it is not allowed."""
    log = folder / f"strace-{row.name}.out"
    if not shutil.which("strace"):
        return None
    with Running(row, folder, ("strace", "-f", "-o", str(log))) as running:
        _ask(running, data, WARM)
        before = _settled(log)
        _ask(running, data, count)
        return (_settled(log) - before) / count


def memory(row: Row, folder: Path, most: int = 4) -> float:
    """Bytes of heap for each further connection that has sent half a request, while one is being answered; on the 64-bit
    interpreter, after a collection."""
    meter = folder / f"meter-{row.name}"
    used = []
    with Running(row, folder, meter=meter) as running:
        _ask(running, load.CLOSING, WARM)
        for others in range(most):
            # what the board does by itself meanwhile, such as asking for the time, is not theirs
            _ask(running, load.CLOSING, 1)
            alone = int(meter.read_text().split()[-1])
            waiting = [_half(running.port) for _ in range(others)]
            time.sleep(0.02)  # they are accepted before the next one, and not yet too old
            _ask(running, load.CLOSING, 1)
            used.append(int(meter.read_text().split()[-1]) - alone)
            for sock in waiting:
                sock.close()
            time.sleep(0.6)  # what was made for them is gone
    return statistics.linear_regression(range(most), used).slope


def _half(port: int) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), 10)
    sock.sendall(load.request(port, load.CURL)[:-2])
    return sock


def _ask(running: Running, data: bytes, count: int) -> None:
    for _ in range(count):
        assert load.ask(running.port, data), f"{running.row.name} does not answer well"


def _settled(log: Path) -> int:
    """Lines of a file, once all that has happened is in it."""
    time.sleep(0.1)
    return log.read_text("utf-8", "replace").count("\n")
