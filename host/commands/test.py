"""Check the sources, then run all tests but those marked `long`; other arguments go to pytest, as in:
./deploy.sh test -k gpio -x, or ./deploy.sh test hosttests/test_gpio.py, which runs that file's long ones too"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from host import ROOT
from host.commands import check

PASSES_ON = True  # unknown arguments are pytest's
FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"  # {name of a test that failed: true}, as pytest keeps it
FLAKY = 8  # where CI is set, so many tests of one run may not need a second try: that is more than a busy machine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--board",
        metavar="WHERE",
        help="virtual (default), virtual:NAME, or http://ADDRESS: then the tests over HTTP run against that real board",
    )
    parser.add_argument("--engine", help="wasm32: the tests over HTTP on a virtual board with the heap of an ESP8266 to the byte")
    parser.add_argument("--free-pins", metavar="PINS", help="pins of the real board that nothing is wired to: D5,D6")
    parser.add_argument("--all", action="store_true", help="the tests marked long, too")
    parser.add_argument("--no-check", action="store_true", help="skip the check of the sources")


def run(args: argparse.Namespace) -> int:
    real = (args.board or "").startswith(("http://", "https://"))
    if not args.no_check and not real and check.run(argparse.Namespace(fix=False)):
        return 1
    command = pytest_command(args, real)
    code = subprocess.run(command, cwd=ROOT).returncode
    return code if real or code != 1 else second_try(command)


def second_try(command: list[str]) -> int:
    """Run what failed once more, one at a time: on a machine under load a board can be too late. What passes now is named."""
    failed = names_of_failed()
    print("Running what failed once more, one at a time.", flush=True)
    command = [*command, *(["-n", "0"] if "-n" in command else []), "--last-failed"]
    code = subprocess.run(command, cwd=ROOT).returncode
    flaky = sorted(failed - names_of_failed())
    twice = third_try(command, flaky) if flaky and os.environ.get("CI") and code == 0 else []
    if flaky:
        print("Failed once and passed when repeated:", *flaky, sep="\n  ", flush=True)
    if twice:
        print("Failed twice in this run, which is a failure in CI:", *twice, sep="\n  ", flush=True)
    elif len(flaky) >= FLAKY and os.environ.get("CI") and code == 0:
        print(f"{len(flaky)} tests of one run needed a second try: in CI that is a failure.", flush=True)
        return 1
    return 1 if twice else code


def third_try(command: list[str], flaky: list[str]) -> list[str]:
    """Which of the tests that failed and then passed fail again: that is no busy machine."""
    FAILED.write_text(json.dumps(dict.fromkeys(flaky, True)), "utf-8")
    print("Running what failed once and then passed a third time.", flush=True)
    subprocess.run(command, cwd=ROOT)
    return sorted(names_of_failed().intersection(flaky))


def names_of_failed() -> set[str]:
    return set(json.loads(FAILED.read_text("utf-8"))) if FAILED.is_file() else set()


def pytest_command(args: argparse.Namespace, real: bool) -> list[str]:
    """The tests to run and how; paths are meant from where the user stands."""
    rest = [_absolute(arg) for arg in args.rest]
    command = [sys.executable, "-m", "pytest", *rest]
    if not any(Path(arg.split("::")[0]).is_absolute() for arg in rest):
        # without a path it is what pyproject.toml names as testpaths, one more at a time than there are cores: most tests wait
        command += ["hosttests"] if real or args.engine else []
        command += [] if real else ["-n", str(1 + (os.cpu_count() or 1)), "--dist", "loadfile", "--no-loadscope-reorder"]
        command += [] if real or args.all or _has_option(rest, "-m") else ["-m", "not long"]
    for option in ("board", "engine", "free_pins"):
        if getattr(args, option) is not None:
            command += [f"--{option.replace('_', '-')}", getattr(args, option)]
    return command


def _has_option(rest: list[str], name: str) -> bool:
    return any(arg.startswith(name) and not arg.startswith("--") for arg in rest)


def _absolute(arg: str) -> str:
    name, colons, test = arg.partition("::")
    exists = not name.startswith("-") and name and os.path.exists(name)
    return os.path.abspath(name) + colons + test if exists else arg
