"""Runs a piece of device code in the real MicroPython, with sockets: for what the tests below HTTP cannot reach."""

import functools
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from host import ROOT
from host.build import microdot_source


@functools.cache
def _microdot() -> str:
    """A folder that holds the microdot library as the board has it: one module."""
    folder = Path(tempfile.mkdtemp(prefix="picorest-"))
    (folder / "microdot.py").write_bytes(microdot_source())
    return str(folder)


def run(script: str, timeout: float = 30):
    """Run a script that prints JSON in its last line; returns that, parsed."""
    engine = shutil.which("micropython", path=Path(sys.executable).parent)
    paths = [str(ROOT / "device" / "lib"), _microdot(), ".frozen"]
    start = f"import sys\nsys.path[:] = {paths!r}\n"
    done = subprocess.run([engine, "-c", start + script], capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])
