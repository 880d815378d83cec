"""The 32-bit engine: the whole application with the ESP8266's heap, and bare microdot with as much as it needs to run at all.

python -m bench.board32 picorest, or bare HEAP: such a board, until its input ends; its first line is its port.
"""

import contextlib
import select
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import load, mix
from host import ROOT
from host.build import build

JOIN = """
import asyncio.stream, network, time
asyncio.stream.ssl = None  # the engine has no such module
station = network.WLAN(network.STA_IF)
station.active(True)
station.connect("home", "home-secret")
while not station.isconnected():
    time.sleep_ms(50)
"""
CONFIG = '{"wifi":{"networks":[{"ssid":"home","password":"home-secret"}]}}'
STEP = 8192  # bytes of heap between two tries
SECONDS = 2  # of each measurement
PATIENCE = 60  # seconds for a board to start, on a machine that has much else to do
TRIES = 10  # that it does not answer well before it counts as one that does not


def measure_engine32(rounds: int) -> str:
    """One line: requests per second as a multiple of bare microdot's, one client after the other, and the heap of that."""
    with contextlib.ExitStack() as stack:
        picorest = stack.enter_context(board("picorest"))
        heap, bare = least_heap(stack)
        cells = []
        for kind, requests in mix.KINDS.items():
            rates = [
                [load.Load(port, requests, False).run(1, SECONDS).rate for port in (picorest, bare)] for _ in range(rounds)
            ]
            ratio = statistics.median(ours / theirs if theirs else 0 for ours, theirs in rates)
            cells.append(f"{ratio:.1f} times ({kind})")
    return (
        f"On the engine wasm32, with the heap of an ESP8266, picorest answers {' and '.join(cells)}\n"
        f"as many requests as bare microdot, which needs a heap of {heap:,} bytes there."
    )


def least_heap(stack: contextlib.ExitStack) -> tuple[int, int]:
    """(bytes of heap, port) of bare microdot where it answers different requests for some seconds without a fault."""
    for heap in range(6 * STEP, 16 * STEP, STEP):
        attempt = contextlib.ExitStack()
        with contextlib.suppress(OSError, AssertionError), attempt:
            port = attempt.enter_context(board("bare", str(heap)))
            result = load.Load(port, mix.KINDS["different"], False).run(1, SECONDS)
            assert result.times and not result.errors
            stack.push(attempt.pop_all())
            return heap, port
    raise RuntimeError("bare microdot does not run on the engine wasm32")


@contextlib.contextmanager
def board(*words: str):
    """The port of a board that answers the endpoint. AssertionError if it never does."""
    command = [sys.executable, "-m", "bench.board32", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            port = int(process.stdout.readline())
            wait_until_it_answers(port, lambda: process.poll() is None)
            yield port
        finally:
            process.stdin.close()


def wait_until_it_answers(port: int, alive) -> None:
    end, tries = time.monotonic() + PATIENCE, 0
    while not (answered := answers(port)):
        tries += answered is False
        assert alive() and tries < TRIES and time.monotonic() < end, "the board does not answer"
        time.sleep(0.05)


def answers(port: int) -> bool | None:
    """Whether it answers well; None where nobody listens yet."""
    try:
        sock = socket.create_connection(("127.0.0.1", port), 2)
    except OSError:
        return None
    with sock, contextlib.suppress(OSError):
        data = load.request(port, mix.closing(mix.CURL))
        sock.sendall(data)
        return load.good(b"".join(iter(lambda: sock.recv(4096), b"")), data)  # it closes; microdot sends in several pieces
    return False


def main(name: str, heap: str = "0") -> None:
    from virtualboard.supervisor import Supervisor

    with tempfile.TemporaryDirectory(prefix="picorest-board32-") as folder:
        files, romfs = Path(folder, "files"), None
        (config := Path(folder, "config.json")).write_text(CONFIG)
        if name == "picorest":
            files, romfs = build("nodemcu").files, build("nodemcu").romfs
        else:
            files.mkdir()
            shutil.copytree(build("nano_esp32").files / "lib" / "microdot", files / "microdot")
            bare = Path(__file__).with_name("apps") / "bare_microdot.py"
            (files / "main.py").write_text(JOIN + bare.read_text("utf-8"))
        supervisor = Supervisor(
            "nodemcu", engine="wasm32", port=0, flash=Path(folder, "flash"), files=files, romfs=romfs, config=config,
            heap=int(heap) or None,
        )  # fmt: skip
        with supervisor:
            print(supervisor.port, flush=True)
            while supervisor.boots < 2 and not select.select([0], [], [], 0.1)[0]:
                pass  # one that starts again has failed


if __name__ == "__main__":
    main(*sys.argv[1:])
