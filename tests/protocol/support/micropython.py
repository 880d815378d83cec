"""Runs a piece of device code in the real MicroPython, with sockets: for what the tests below HTTP cannot reach."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from host import ROOT
from host.build import place_microdot

PROGRAMS = Path(__file__).parents[1] / "programs"


def _command(*words: str, path: Sequence[Path] = ()) -> list[str]:
    place_microdot()
    engine = shutil.which("micropython", path=Path(sys.executable).parent)
    return ["env", f"MICROPYPATH={':'.join(map(str, [*path, ROOT / 'device' / 'lib']))}:.frozen", engine, *words]


def output(*words: str, given: str = "", timeout: float = 60, path: Sequence[Path] = ()) -> str:
    """What the interpreter prints, started with these words: `-c SCRIPT`, or a file. path: folders with further modules."""
    done = subprocess.run(_command(*words, path=path), input=given, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run(name: str, *values):
    """Run a program of tests/protocol/programs, which finds these values at its standard input; what it says last, as JSON. It may
    import the application and the stand-ins of tests/device."""
    path = (ROOT / "device", ROOT / "tests/device")
    return json.loads(output(str(PROGRAMS / f"{name}.py"), given=repr(values), path=path).splitlines()[-1])


class Talker:
    """A script that defines ask(text), called again and again in one process; a context manager."""

    def __init__(self, script: str):
        loop = "\nwhile True:\n    line = sys.stdin.readline()\n    print('\\x1e' + json.dumps(ask(line[:-1])))\n"
        command = _command("-c", f"import sys\n{script}{loop}")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

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
