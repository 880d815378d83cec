"""A board from Python: HTTP, and for a virtual one the control port of the world around it."""

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests

from virtualboard.engines import ENGINES
from virtualboard.repl import Repl

ROOT = Path(__file__).resolve().parent.parent
READY = re.compile(r"virtual board (\S+) ready at (\S+) \(control (\S+), serial (\S+)\)")
PATIENCE = 20  # seconds a board may take to serve
BUILD_PATIENCE = 60  # and to be built before, on a machine that has much else to do
TIMEOUT = 10  # seconds for one answer
BOOT_SPEED = 10  # virtual time while a board boots and joins its network


class Board:
    """`.url`, `.name`, `.world` (None on a real board), and one method per HTTP method with a path such as "/gpio"."""

    world = None

    def __init__(self, url: str, name: str):
        self.url = url.rstrip("/")
        self.name = name
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy, no .netrc: the board is next door

    def request(self, method: str, path: str, **rest) -> requests.Response:
        """Ask the board. `path` starts with a slash; the rest is that of requests.request."""
        rest.setdefault("timeout", TIMEOUT)
        rest.setdefault("allow_redirects", False)
        return self.session.request(method, self.url + path, **rest)

    def get(self, path: str, **rest) -> requests.Response:
        return self.request("GET", path, **rest)

    def put(self, path: str, json=None, **rest) -> requests.Response:
        return self.request("PUT", path, json=json, **rest)

    def post(self, path: str, json=None, **rest) -> requests.Response:
        return self.request("POST", path, json=json, **rest)

    def patch(self, path: str, json=None, **rest) -> requests.Response:
        return self.request("PATCH", path, json=json, **rest)

    def wait_until_it_serves(self, seconds: float = PATIENCE) -> None:
        """Return when the board answers HTTP at all."""

        def answers() -> bool:
            with contextlib.suppress(requests.RequestException):
                return self.get("/health", timeout=2).status_code > 0
            return False

        wait(answers, f"no answer from {self.url}", seconds)

    def close(self) -> None:
        self.session.close()


class World:
    """The control port: what the board does to its surroundings, and they to it."""

    def __init__(self, url: str, speed: float = 1):
        self.url = url
        self.speed = speed  # of virtual time, but while something is waited for
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self) -> dict:
        answer = self.session.get(self.url + "/world", timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def memory(self) -> dict:
        """What the board's heap has after a collection: `free`, `largest` free piece (bytes), and how many `names`."""
        answer = self.session.get(self.url + "/world?memory", timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()["memory"]

    def put(self, change: dict) -> None:
        """Merge `change` into the world; a change that the world does not know is an AssertionError."""
        answer = self.session.put(self.url + "/world", json=change, timeout=TIMEOUT)
        assert answer.ok, f"the control port refused {change}: {answer.status_code} {answer.text}"

    def reset(self) -> None:
        answer = self.session.post(self.url + "/world/reset", timeout=TIMEOUT)
        assert answer.ok, f"the surroundings cannot be reset: {answer.status_code} {answer.text}"
        self.put({"time": {"speed": self.speed}})

    @contextlib.contextmanager
    def fast(self, speed: float = BOOT_SPEED):
        """Virtual time runs fast for a while."""
        self.put({"time": {"speed": max(speed, self.speed)}})
        try:
            yield
        finally:
            self.put({"time": {"speed": self.speed}})

    def wait(self, met: Callable[[dict], object], seconds: float = PATIENCE) -> dict:
        """The world as soon as `met(world)` is true; AssertionError with the last one when that takes too long."""
        last = {}

        def look() -> bool:
            last.clear()
            last.update(self.get())
            return bool(met(last))

        wait(look, lambda: f"the board did not do what the test waits for: {last}", seconds)
        return dict(last)


class VirtualBoard(Board):
    """A board of our own in a process of its own, with a flash that lasts as long as `folder`."""

    engine = "native"  # the interpreter of those that do not say another one

    def __init__(self, name: str, folder: Path, *options: str, config: dict | None = None, engine: str | None = None):
        self.engine = engine or self.engine
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "output.txt"
        ports = [str(port) for port in free_ports(3)]
        command = [sys.executable, "-m", "virtualboard", "--board", name, "--engine", self.engine]
        command += ["--flash", str(folder / ("flash" if ENGINES[self.engine].folder else "flash.img"))]
        command += ["--port", ports[0], "--control-port", ports[1], "--serial-port", ports[2]]
        speed = float(options[options.index("--speed") + 1]) if "--speed" in options else 1
        if "--speed" not in options:
            options = (*options, "--speed", str(BOOT_SPEED))
        if config is not None:
            (folder / "config.json").write_text(json.dumps(config))
            command += ["--config", str(folder / "config.json")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [*command, *options], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=folder,
                env=environment, start_new_session=True,
            )  # fmt: skip
        try:
            found = self._wait_for_ready_line()
        except BaseException:
            self.kill()
            raise
        super().__init__(found[2], name)
        self.world = World(found[3], speed)
        self.world.put({"time": {"speed": speed}})
        self.control, self.serial = found[3], found[4]

    def _wait_for_ready_line(self) -> re.Match:
        found = None

        def look() -> bool:
            nonlocal found
            found = READY.search(self.output())
            return found is not None or not self.alive()

        wait(look, lambda: f"the virtual board is not ready. It said:\n{self.output()}", BUILD_PATIENCE)
        assert found, f"the virtual board ended at once. It said:\n{self.output()}"
        return found

    def alive(self) -> bool:
        return self.process.poll() is None

    def output(self) -> str:
        """What the process has written so far."""
        return self.log.read_text("utf-8", "replace")

    def console(self) -> str:
        """The last lines of the board's serial console, or what its process says when that cannot be had."""
        with contextlib.suppress(requests.RequestException, KeyError, ValueError):
            lines = self.world.get()["console"]
            return lines if isinstance(lines, str) else "\n".join(lines)
        return self.output()[-4000:]

    def reboot(self) -> None:
        """Restart the board through its API and return when it serves again."""
        boots = self.world.get()["boots"]
        answer = self.post("/reset")
        assert answer.ok, f"no reset: {answer.status_code} {answer.text}"
        with self.world.fast():
            self.world.wait(lambda world: world["boots"] > boots)
            self.wait_until_it_serves()

    def at_the_prompt(self, code: str) -> None:
        """Run code while the program is stopped, switch the board off and on, and return when it serves again."""
        with Repl(int(self.serial.rpartition(":")[2])) as repl:
            repl.run(code)
        boots = self.world.get()["boots"]
        self.world.put({"power": "cut"})
        self.world.wait(lambda world: world["boots"] > boots)
        self.wait_until_it_serves()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        with contextlib.suppress(ProcessLookupError, PermissionError):  # whatever of its group is left
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        super().close()
        self.kill()


def wait(met: Callable[[], object], why: str | Callable[[], str] = "it did not happen in time", seconds: float = PATIENCE):
    """What `met()` answers, as soon as it is true; AssertionError with `why` after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := met()):
        assert time.monotonic() < end, why() if callable(why) else why
        time.sleep(0.02)
    return found


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on. They are all held until the last is found, so they differ; and they are none of those that
    a computer takes for connections it opens (from 32768 on), which would take one before the board does."""
    with contextlib.ExitStack() as held:
        found = []
        while len(found) < count:
            port = random.randrange(20_000, 32_000)
            with contextlib.suppress(OSError):
                held.enter_context(socket.socket()).bind(("127.0.0.1", port))
                found.append(port)
        return found
