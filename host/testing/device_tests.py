"""Run test functions of device code on the real MicroPython and report what became of each."""

import json
import os
import re
import subprocess
import sys
import tempfile
from io import StringIO
from pathlib import Path

from host import ROOT
from host.build import place_microdot

FOLDER = ROOT / "tests" / "device"
SECONDS = 60  # for all the tests of one file together
START = "import sys, micropython_run; sys.exit(micropython_run.run_main(['micropython', *sys.argv[1:]]))"
FRAME = re.compile(r'  File "(.+)", line (\d+)')


class Outcome:
    def __init__(self, failure: str):
        self.failure = failure
        self.output = ""


def run_file(path: Path, names: list[str], seconds: float = SECONDS, root: Path | None = None) -> dict[str, Outcome]:
    """Run these functions of one file in a MicroPython of their own, device sources from `root`; what became of each."""
    root = root or ROOT
    place_microdot(device=root / "device")
    runner = next(folder / "runner.py" for folder in (path.parent, FOLDER) if (folder / "runner.py").exists())
    folders = (path.parent, runner.parent, root / "device" / "lib", root / "device")
    environment = {**os.environ, "MICROPYPATH": ":".join([*map(str, folders), ".frozen"]), "TZ": "UTC"}
    command = [sys.executable, "-I", "-c", START, "-X", "heapsize=4M", str(runner), path.stem, *names]
    with tempfile.TemporaryDirectory() as folder:  # the tests' current folder, as empty as a new board's flash
        options = {"stdin": subprocess.DEVNULL, "capture_output": True, "env": environment, "cwd": folder}
        try:
            run = subprocess.run(command, timeout=seconds, **options)
            output, errors, end = run.stdout, run.stderr, f"MicroPython ended with status {run.returncode}"
        except subprocess.TimeoutExpired as late:
            output, errors, end = late.stdout or b"", late.stderr or b"", f"still running after {seconds} seconds"
    return read_outcomes(output.decode("utf-8", "replace"), errors.decode("utf-8", "replace"), end, names)


def read_outcomes(output: str, errors: str, end: str, names: list[str]) -> dict[str, Outcome]:
    """Sort the runner's lines by test; a test without an end fails with the reason."""
    outcomes = {name: Outcome(f"not reached: {end}\n{errors}".strip()) for name in names}
    current, finished = None, False
    for line in StringIO(output):  # splitlines() would split at the separator too
        if "\x1e" not in line:
            if current:
                outcomes[current].output += line
            continue
        before, _, record = line.partition("\x1e")
        what, *rest = json.loads(record)
        if current and before:
            outcomes[current].output += before
        if what == "broken":
            for outcome in outcomes.values():
                outcome.failure = rest[0]
        elif what == "start":
            current = rest[0]
            outcomes[current].failure = f"{end} in this test\n{errors}".strip()
        elif what == "end":
            outcomes[rest[0]].failure = rest[1] or ""
            current = None
        finished = finished or what in ("finished", "broken")
    if not finished and current is None:
        for outcome in outcomes.values():
            outcome.failure = outcome.failure or f"the tests passed, but then {end}\n{errors}".strip()
    return outcomes


def with_source(traceback: str) -> str:
    """A traceback of MicroPython names lines only; add their text, as Python does."""
    lines = []
    for line in traceback.splitlines():
        lines.append(line)
        if frame := FRAME.match(line):
            for folder in (Path("/"), FOLDER, ROOT / "device" / "lib", ROOT / "device"):
                file = folder / frame[1]
                if file.is_file():
                    source = file.read_text("utf-8").splitlines()
                    lines += [f"    {source[int(frame[2]) - 1].strip()}"] if int(frame[2]) <= len(source) else []
                    break
    return "\n".join(lines)
