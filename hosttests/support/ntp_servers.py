"""Time servers for tests: the real chrony, and one that answers whatever a test tells it to; and a board's clock."""

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

import pytest

from virtualboard.client import wait

HOME = {"networks": [{"ssid": "home", "password": "home-secret"}]}  # the world's network
NTP = 2208988800  # seconds from 1900, where NTP begins, to 1970
PATH = os.environ.get("PATH", "") + ":/usr/sbin"  # where Debian puts chronyd


class Chrony:
    """chronyd on loopback: it serves this machine's time, or another (`at`, as faketime takes it), and steers no clock.

    `local`: whether it takes its own clock for right; if not, it answers as one that is not synchronised.
    """

    def __init__(self, folder: Path, at: str | None = None, port: int = 0, local: bool = True):
        chronyd, faketime = shutil.which("chronyd", path=PATH), shutil.which("faketime", path=PATH)
        if chronyd is None:
            pytest.skip("needs the program chronyd (Debian package chrony)")
        if at and faketime is None:
            pytest.skip("needs the program faketime (Debian package faketime)")
        self.port = port or free_udp_port()
        self.server = f"127.0.0.1:{self.port}"
        settings = folder / f"chrony-{self.port}.conf"
        settings.write_text(
            f"port {self.port}\ncmdport 0\nbindaddress 127.0.0.1\nallow 127.0.0.1\n"
            f"pidfile {folder / f'chrony-{self.port}.pid'}\n" + "local stratum 10\n" * local
        )
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
        command = [chronyd, "-d", "-x", "-U", "-u", user, "-f", str(settings)]
        self.log = folder / f"chrony-{self.port}.log"
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [faketime, "-f", "@" + at, *command] if at else command,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                env={**os.environ, "TZ": "UTC"},
            )  # fmt: skip
        self._wait(local)

    def _wait(self, local: bool) -> None:
        end = time.monotonic() + 15
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"chronyd ended at once: {self.log.read_text()}")
            with contextlib.suppress(OSError):
                self.now(local)
                return
            time.sleep(0.1)
        raise AssertionError(f"chronyd serves no time: {self.log.read_text()}")

    def now(self, synchronised: bool = True) -> float:
        """The time it serves; OSError if there is no answer, or not of a synchronised server."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0.5)
            sock.connect(("127.0.0.1", self.port))
            sock.send(b"\x23" + bytes(39) + os.urandom(8))
            answer = sock.recv(100)
        if synchronised and (answer[0] >> 6 == 3 or not answer[1]):
            raise OSError("not synchronised")
        seconds, fraction = struct.unpack("!II", answer[40:48])
        return seconds - NTP + (0 if seconds >> 31 else 1 << 32) + fraction / (1 << 32)

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Hostile:
    """A UDP server. `answer(question) -> packets` makes what it sends; `delay` seconds pass before; `asked` counts."""

    def __init__(self):
        self.answer = honest
        self.delay = 0.0
        self.asked = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.1)
        self.server = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.running = True
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while self.running:
            with contextlib.suppress(OSError):
                question, client = self.socket.recvfrom(200)
                self.asked += 1
                packets = self.answer(question)
                time.sleep(self.delay)
                for packet in packets:
                    self.socket.sendto(packet, client)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.running = False
        self.thread.join()
        self.socket.close()


def packet(question: bytes, lie: float = 0.0, *, first=0x24, stratum=2, code=b"\x7f\0\0\1", origin=None, sent=None):
    """An answer that is right but for what the caller asks for. `lie`: seconds that its time is wrong."""
    now = time.time() + lie
    stamp = struct.pack("!II", (int(now) + NTP) & 0xFFFFFFFF, int(now % 1 * (1 << 32)))
    origin = question[40:48] if origin is None else origin
    return (
        bytes([first, stratum, 6, 236]) + bytes(8) + code + stamp + origin + stamp + (stamp if sent is None else sent)
    )


def honest(question: bytes) -> list[bytes]:
    return [packet(question)]


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def set_time(board) -> dict:
    """GET /time once the clock is set."""
    answers = []

    def is_set() -> bool:
        answers.append(board.get("/time"))
        return answers[-1].ok

    wait(is_set, lambda: f"the clock is never set: {answers[-1].text}")
    return answers[-1].json()


def sync(board):
    """POST /time/sync, as soon as the board has a network and agrees to ask."""
    answers = []

    def asked() -> bool:
        answers.append(answer := board.post("/time/sync"))
        if answer.status_code == 429:
            time.sleep(int(answer.headers["Retry-After"]))
        return answer.status_code != 429 and answer.json().get("type") != "no-network"

    wait(asked, lambda: f"the board does not ask for the time: {answers[-1].text}")
    return answers[-1]


def ahead_ms(board, now=time.time) -> float:
    """By how much the board's clock is ahead of `now`, from the quickest of some answers."""
    seen = []
    for _ in range(15):
        before = now()
        said = board.get("/time").json()["unix_ms"]
        after = now()
        seen.append((after - before, said - (before + after) / 2 * 1000))
    return min(seen)[1]
