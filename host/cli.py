"""Find the command and run it. A command is one module in host/commands/ with `add_arguments(parser)` and `run(args)`,
imported only when it is asked for; or a package of its own that is started as `python -m PACKAGE` would. Any Python answers
help; for all else this one hands over to that of .venv, once that has the packages of the command."""

import argparse
import difflib
import importlib
import importlib.util
import os
import re
import runpy
import signal
import subprocess
import sys
import traceback

import host
from host import ROOT, UserError, as_typed, bootstrap, computers

# command -> (what it does, package to start or None for a module of host/commands)
COMMANDS = {
    "virtual": ("start a virtual board: a real one, as far as HTTP can tell", "virtualboard"),
    "flash": ("put MicroPython on a chip over USB", None),
    "deploy": ("put picorest on the board over USB and start it", None),
    "update": ("the same over Wi-Fi", None),
    "fleet": ("look after many boards at once, over Wi-Fi", None),
    "monitor": ("show what the board on USB says", None),
    "doctor": ("look over the board on USB and say what is wrong", None),
    "backup": ("copy the board's own files to this computer", None),
    "restore": ("copy them back", None),
    "erase": ("empty the board on USB", None),
    "test": ("check the sources, run all tests (--board URL: on a real board)", None),
    "mutants": ("make small mistakes in device/ and see which the tests miss", None),
    "check": ("lint, and what an ESP8266 cannot do, in the device's sources", None),
    "build": ("make what lies on a board's flash, in build/", None),
    "bench": ("measure speed and memory against plain microdot", "bench"),
    "fuzz": ("send a board nonsense and see that it survives", "hosttests.fuzz"),
    "image": ("make one file for any flasher, and a page that flashes it", None),
    "soak": ("let everything happen to a board for simulated weeks", "hosttests.soak"),
    "clean": ("remove what was built (--all: the tools in .venv too)", None),
}
BASE = ["requirements", "requirements-pages"]
TESTS = ["requirements-test"]
# commands that need the native engine, and what else
NATIVE = {"test": [*TESTS, computers.WASM32], "fuzz": TESTS, "soak": [*TESTS, computers.WASM32], "mutants": [], "bench": []}

EXAMPLES = """\
No board yet: ./deploy.sh virtual, then open http://127.0.0.1:8080/
A new one on USB: ./deploy.sh flash, then ./deploy.sh deploy
"""


def main(argv: list[str]) -> int:
    """Run one command line; returns the exit status: 0 well, 1 failed, 2 misused."""
    try:
        status = _run(argv)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader (`| head`) has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _run(argv: list[str]) -> int:
    if not argv or argv[0] in ("help", "-h", "--help"):
        if len(argv) < 2:
            print(as_typed(help_text()))
            return 0
        argv = [argv[1], "--help"]
    if argv[0] in ("--version", "version"):
        print(f"picorest {version()}")
        return 0
    name, rest = argv[0], argv[1:]
    if name not in COMMANDS:
        return _unknown(name)
    try:
        if {"-h", "--help"}.intersection(rest):
            try:
                return _start(name, rest)
            except ImportError:  # it explains itself once its packages are there
                pass
        files = needed(name)
        for file in files:
            bootstrap.ensure(file)
        if files and not bootstrap.inside():
            return _hand_over([name, *rest])
        if files and importlib.util.find_spec("mpremote") is None:
            raise UserError(f"{bootstrap.VENV} does not fit this Python: remove that folder and run this again")
        return _start(name, rest)
    except (UserError, bootstrap.SetupError) as error:
        print(as_typed(f"deploy.sh {name}: {error}"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        raise
    except Exception:
        traceback.print_exc()
        print(as_typed(f"deploy.sh {name}: this is a fault in picorest, please report the lines above"), file=sys.stderr)
        return 1


def needed(name: str) -> list[str]:
    """The files of packages that a command needs before it starts. Raises SetupError where it cannot run."""
    if name == "clean":
        return []
    if name == "virtual":
        return BASE + computers.for_virtual(computers.this())
    if name in NATIVE:
        return BASE + computers.for_native(computers.this(), name) + NATIVE[name]
    if name == "image":
        return BASE + computers.for_interpreter(computers.this(), name)
    return BASE + ([*TESTS, computers.WASM32] if name == "check" else [])  # it looks which tests there are


def _hand_over(argv: list[str]) -> int:
    """Run the command line with the Python of .venv; its exit status."""
    command = [str(bootstrap.python()), str(ROOT / "host"), *argv]
    sys.stdout.flush()
    if not host.WINDOWS:
        os.execv(command[0], command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command
    return subprocess.call(command)


def version() -> str:
    """Of the sources."""
    return re.search(r'version = "(.+)"', (ROOT / "device" / "app.py").read_text("utf-8"))[1]


def help_text() -> str:
    rows = "\n".join(f"  {name:<9} {summary}" for name, (summary, _) in COMMANDS.items())
    return (
        "picorest: a REST API for the pins and sensors of an ESP8266 or ESP32.\n"
        f"Usage: ./deploy.sh COMMAND [OPTIONS]; `help COMMAND` lists the options\n{rows}\n{EXAMPLES.rstrip()}"
    )


def _start(name: str, rest: list[str]) -> int:
    _, package = COMMANDS[name]
    if package:
        sys.argv[:] = [f"deploy.sh {name}", *rest]
        try:
            runpy.run_module(package, run_name="__main__")
        except SystemExit as end:
            if isinstance(end.code, str):
                print(end.code, file=sys.stderr)
                return 1
            return end.code or 0
        return 0
    module = importlib.import_module(f"host.commands.{name}")
    parser = argparse.ArgumentParser(prog=as_typed(f"./deploy.sh {name}"), description=as_typed(module.__doc__), allow_abbrev=False)
    module.add_arguments(parser)
    if getattr(module, "PASSES_ON", False):
        args, args.rest = parser.parse_known_args(rest)
    else:
        args = parser.parse_args(rest)
    return module.run(args) or 0


def _unknown(name: str) -> int:
    near = difflib.get_close_matches(name, COMMANDS, 1)
    hint = f"did you mean `{near[0]}`?" if near else "`./deploy.sh help` lists the commands"
    print(as_typed(f"deploy.sh: there is no command {name!r}; {hint}"), file=sys.stderr)
    return 2


