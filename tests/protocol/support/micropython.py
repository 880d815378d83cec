"""Runs a piece of device code in the real MicroPython, with sockets: for what the tests below HTTP cannot reach."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from host import ROOT
from host.build import place_microdot


def _command(script: str) -> list[str]:
    engine = shutil.which("micropython", path=Path(sys.executable).parent)
    place_microdot()
    paths = [str(ROOT / "device" / "lib"), ".frozen"]
    return [engine, "-c", f"import sys\nsys.path[:] = {paths!r}\n{script}"]


def output(script: str, timeout: float = 30) -> str:
    """What a script prints."""
    done = subprocess.run(_command(script), capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run(script: str, timeout: float = 30):
    """Run a script that prints JSON in its last line; returns that, parsed."""
    return json.loads(output(script, timeout).splitlines()[-1])


class Talker:
    """A script that defines ask(text), called again and again in one process; a context manager."""

    def __init__(self, script: str):
        loop = "\nwhile True:\n    line = sys.stdin.readline()\n    print('\\x1e' + json.dumps(ask(line[:-1])))\n"
        self.process = subprocess.Popen(_command(script + loop), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def ask(self, text: str):
        """What the script's ask(text) returns, by way of JSON."""
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("\x1e"):
                return json.loads(line[1:])
        raise AssertionError("the engine has stopped")
