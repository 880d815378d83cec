"""Remove what was built."""

import argparse
import shutil

import host
from host import ROOT

TOOLS = ".venv"
BUILT = ("build", "device/lib/microdot", ".pytest_cache", ".ruff_cache")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="the tools in .venv too; the next command sets them up")


def run(args: argparse.Namespace) -> None:
    for name in (*BUILT, TOOLS) if args.all else BUILT:
        path = ROOT / name
        if path.is_dir():
            # Windows keeps the Python that runs now; without its packages the next command sets all up anew
            shutil.rmtree(path, ignore_errors=host.WINDOWS and name == TOOLS)
        elif path.exists():
            path.unlink()
        else:
            continue
        print(f"removed {path}")
