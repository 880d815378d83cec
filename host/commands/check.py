"""Check the sources: lint (ruff), what an ESP8266 cannot do, what one of the ports lacks, what makes names of text from
outside, who may import whom, size of modules and functions, guards and names that mislead a reader,
compilation, package.json, tables of docs/api.md, pictures of pins and wirings, files of tests that no run reaches."""

import argparse
import contextlib
import subprocess
import sys
from pathlib import Path

from host import ROOT
from host.build import DEVICE, SKIPPED, BuildError, compile_module
from host.lint import (
    Finding,
    api_page,
    arrows,
    device,
    floors,
    guards,
    lists,
    manifest,
    names,
    pictures,
    ports,
    problems,
    public,
    records,
    route_index,
    sensor_kinds,
    sizes,
    testfiles,
    time_zones,
)
from host.lint.kinds import Program

LONGEST = 300  # lines; longer modules hold more than one idea
PACKAGES = ("device", "host", "virtualboard", "tests", "hosttests", "bench")
TEXTS = {".html", ".css", ".js", ".json", ".txt", ".md", ".svg"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = "repair what can be: by ruff; package.json, the routes' index, the keys of sensors, the tables of docs/api.md, "
    words += "time zones, pictures"
    parser.add_argument("--fix", action="store_true", help=words)


def run(args: argparse.Namespace) -> int:
    findings = [*shapes(ROOT), *sources(DEVICE, ROOT), *bytecode(DEVICE, ROOT), *ports.check(DEVICE, ROOT)]
    findings += [*route_index.check(ROOT, args.fix), *sensor_kinds.check(ROOT, args.fix), *manifest.check(ROOT, args.fix)]
    findings += [*api_page.check(ROOT, args.fix), *pictures.check(ROOT, args.fix), *testfiles.check(ROOT)]
    findings += time_zones.check(ROOT, args.fix)
    for finding in findings:
        print(finding)
    failed = ruff(ROOT, args.fix)
    if findings:
        print(f"{len(findings)} to fix in the sources", file=sys.stderr)
    elif not failed:
        print("check: all well")
    return 1 if findings or failed else 0


def sources(folder: Path, root: Path) -> list[Finding]:
    """Features, arrows, names from outside and mentions in everything that goes onto a board."""
    found = []
    sound = {}
    for path in _files(folder):
        shown = str(path.relative_to(root))
        if path.suffix == ".py":
            text = path.read_text("utf-8")
            try:
                found += device.check(shown, text)
                found += arrows.check(shown, path.relative_to(folder).as_posix(), text)
                sound[shown] = text
            except SyntaxError as error:
                found.append(Finding(shown, error.lineno or 1, f"this is not Python: {error.msg}"))
        elif path.suffix in TEXTS:
            found += arrows.mentions(shown, path.read_text("utf-8"))
    program = Program(sound)
    found += names.check(program) + records.check(program)
    return found + lists.check(sound) + floors.check(sound) + problems.check(sound)


def bytecode(folder: Path, root: Path) -> list[Finding]:
    """Modules that the compiler of MicroPython refuses."""
    found = []
    for path in _files(folder):
        if path.suffix == ".py":
            try:
                compile_module(path.read_bytes(), path.name)
            except BuildError as error:
                found.append(Finding(str(path.relative_to(root)), _line_in(str(error)), str(error).splitlines()[-1]))
    return found


def shapes(root: Path) -> list[Finding]:
    """What is too large to be taken in, says less than it does, or has the name of something else."""
    found, texts = [], {}
    for package in PACKAGES:
        for path in _files(root / package):
            if path.suffix == ".py":
                shown, text = path.relative_to(root).as_posix(), path.read_text("utf-8")
                lines = len(text.splitlines())
                if lines > LONGEST and "tests" not in package:  # a test module is a list, it may be long
                    found.append(Finding(shown, LONGEST + 1, f"{lines} lines; split it by idea, {LONGEST} are the limit"))
                with contextlib.suppress(SyntaxError):  # ruff tells
                    found += sizes.check(shown, text)
                    found += guards.check(shown, text) if "tests" not in package else []
                    texts[shown] = text
    return found + public.check({path: text for path, text in texts.items() if not path.startswith("device/")})


def ruff(root: Path, fix: bool = False) -> bool:
    options = ["--quiet", "--output-format", "concise", *(["--fix"] if fix else [])]
    command = [sys.executable, "-m", "ruff", "check", *options, "."]
    return subprocess.run(command, cwd=root).returncode != 0


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path for path in paths if not SKIPPED.intersection(path.relative_to(folder).parts)]


def _line_in(message: str) -> int:
    """The line number in `File "x.py", line 12`, the last one if there are several."""
    numbers = [part.split(",")[0].split()[0] for part in message.split(", line ")[1:]]
    return int(numbers[-1]) if numbers and numbers[-1].isdigit() else 1
