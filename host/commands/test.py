"""Check the sources, then run all tests; other arguments go to pytest, as in: ./deploy.sh test -k gpio -x"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from host import ROOT
from host.commands import check

# without --all: what every change has to pass, in some minutes
QUICK = [f"hosttests/test_{name}.py" for name in (
    "gpio gpio_batch gpio_lease gpio_modes gpio_rules gpio_wait pins adc status errors dht demonstration http access hostile"
    " browser browser_silent fuzz newcomer update".split()
)]
# and of each slow file what runs in seconds
QUICK += [f"hosttests/test_{file}.py::test_{test}" for file, tests in {
    "config": "patch_shows_the_new_state_and_what_waits_for_a_restart secrets_are_written_and_never_read_back"
    " a_mistake_is_refused_with_key_and_reason the_configuration_lasts",
    "examples": "climate_to_thingspeak",
    "portal": "probe the_page",
    "power": "patch_config",
    "thingspeak": "reading writing_and_the_window",
    "time": "the_time asking_now",
    "upstreams": "json_a_part_of_it_and_text",
    "weather": "the_weather",
    "wifi": "state new_credentials_replace_the_old_ones_when_they_work",
}.items() for test in tests.split()]
PASSES_ON = True  # unknown arguments are pytest's


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--board",
        metavar="WHERE",
        help="virtual (default), virtual:NAME, or http://ADDRESS: then the tests over HTTP run against that real board",
    )
    parser.add_argument("--free-pins", metavar="PINS", help="pins of the real board that nothing is wired to: D5,D6")
    parser.add_argument("--all", action="store_true", help="all tests over HTTP, also the long ones")
    parser.add_argument("--no-check", action="store_true", help="skip the check of the sources")


def run(args: argparse.Namespace) -> int:
    real = (args.board or "").startswith(("http://", "https://"))
    if not args.no_check and not real and check.run(argparse.Namespace(fix=False)):
        return 1
    command = pytest_command(args, real)
    code = subprocess.run(command, cwd=ROOT).returncode
    for _ in range(0 if real else 2):
        if code == 1:  # on a machine under load, a board can be too late: what failed gets a second look, and is told
            print("Running what failed once more.", flush=True)
            code = subprocess.run([*command, "--last-failed"], cwd=ROOT).returncode
    return code


def pytest_command(args: argparse.Namespace, real: bool) -> list[str]:
    """The tests to run and how; paths are meant from where the user stands."""
    rest = [_absolute(arg) for arg in args.rest]
    command = [sys.executable, "-m", "pytest", *rest]
    if not any(Path(arg.split("::")[0]).is_absolute() for arg in rest):
        # two at a time: most tests wait for a board
        command += ["hosttests"] if real else ["-n", "2", "--dist", "loadfile", "tests"]
        command += [] if real else ["hosttests"] if args.all else [*QUICK, "-m", "not long"]
    for option in ("board", "free_pins"):
        if getattr(args, option) is not None:
            command += [f"--{option.replace('_', '-')}", getattr(args, option)]
    return command


def _absolute(arg: str) -> str:
    name, colons, test = arg.partition("::")
    exists = not name.startswith("-") and name and os.path.exists(name)
    return os.path.abspath(name) + colons + test if exists else arg
