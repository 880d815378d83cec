"""The contestants: how each is started. All of them run in the same plain unix interpreter, on the same stand-ins for the
chip's modules (shims/), from bytecode where they are libraries."""

import contextlib
import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from bench import load, mix
from host import ROOT, UserError, bootstrap
from host.build import build, compile_module
from virtualboard.client import free_ports

HERE = Path(__file__).parent
INTERPRETER = [sys.executable, str(Path(sys.executable).with_name("micropython"))]


class Row(NamedTuple):
    name: str
    script: Path
    paths: tuple[Path, ...] = ()  # where its libraries lie


BASE = "bare microdot"


def rows(folder: Path, peers: list[Path], only: list[str] | None) -> list[Row]:
    """picorest, those it is compared with, and the user's own; or of these only some, and bare microdot. What they need
    is put into `folder`."""
    program = build("nano_esp32").files
    found = [
        Row("picorest", HERE / "apps" / "application.py", (program, program / "lib")),
        Row(BASE, HERE / "apps" / "bare_microdot.py", (program / "lib",)),
        Row("uhttp-server", HERE / "apps" / "uhttp_server.py", (folder / "peers",)),
        Row("raw asyncio", HERE / "apps" / "raw_asyncio.py"),
        Row("raw poll", HERE / "apps" / "raw_poll.py"),
        *(Row(peer.stem, peer.resolve(), (program / "lib",)) for peer in peers),
    ]
    unknown = set(only or ()) - {row.name for row in found}
    if unknown:
        raise UserError(f"there is no {', '.join(unknown)}; there are {', '.join(row.name for row in found)}")
    found = [row for row in found if not only or row.name in (*only, BASE)]
    if any(row.name == "uhttp-server" for row in found):
        _place_uhttp(folder / "peers")
    return found


def _place_uhttp(folder: Path) -> None:
    bootstrap.ensure("requirements-bench")
    importlib.invalidate_caches()
    source = Path(next(iter(importlib.util.find_spec("uhttp").submodule_search_locations))) / "server.py"
    target = folder / "uhttp" / "server.mpy"
    target.parent.mkdir(parents=True)
    tuples, addresses = b"bind((address, port))", b"bind(_socket.getaddrinfo(address, port)[0][-1])"  # as the unix port wants it
    text = source.read_bytes()
    assert tuples in text, "uhttp-server has changed"
    target.write_bytes(compile_module(text.replace(tuples, addresses), "server.py"))


class Running:
    """A contestant that serves; a context manager. before: a command in front of the interpreter's; meter: see
    shims/machine.py."""

    def __init__(self, row: Row, folder: Path, before: tuple[str, ...] = (), meter: Path | None = None, heap: str | None = None):
        self.row = row
        self.port = free_ports(1)[0]
        paths = [HERE / "shims", *row.paths, ".frozen"]
        environment = {**os.environ, "MICROPYPATH": ":".join(map(str, paths)), "PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        if meter:
            environment["METER"] = str(meter)
        place = folder / f"{row.name}-{self.port}"  # the flash, as it were
        place.mkdir()
        (place / "config.json").write_text('{"wifi":{"networks":[{"ssid":"bench"}]}}')
        self.log = place.with_suffix(".log")
        options = ["-X", f"heapsize={heap}"] if heap else []
        with self.log.open("wb") as output:
            start = time.perf_counter()
            self.process = subprocess.Popen(
                [*before, *INTERPRETER, *options, str(row.script)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=place, env=environment,
                start_new_session=True,
            )  # fmt: skip
        try:
            self._wait(start)
        except BaseException:
            self.stop()
            raise

    def _wait(self, start: float) -> None:
        while True:
            with contextlib.suppress(OSError):
                if load.ask(self.port, mix.CURL):
                    self.boot = time.perf_counter() - start  # seconds to the first answer
                    return
            time.sleep(0.001)
            if self.process.poll() is not None or time.perf_counter() > start + 60:
                raise UserError(f"{self.row.name} does not answer; it said:\n{self.log.read_text('utf-8', 'replace')[-2000:]}")

    def cpu(self) -> float | None:
        """Seconds that the process has computed so far; None where the system does not tell."""
        try:
            return int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[0]) / 1e9
        except OSError:
            return None

    def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)  # strace alone would leave behind what it watches
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def complaint(self) -> str:
        """The beginning of what it said, if there is a traceback in it."""
        said = self.log.read_text("utf-8", "replace")
        return said[:1000] if "Traceback" in said else ""

    def __exit__(self, *_):
        self.stop()
