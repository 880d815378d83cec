"""Remove what was built."""

import argparse
import shutil

from host import ROOT

BUILT = ("build", "device/lib/microdot", ".pytest_cache", ".ruff_cache")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="the tools in .venv too; the next command sets them up")


def run(args: argparse.Namespace) -> None:
    for name in (*BUILT, ".venv") if args.all else BUILT:
        path = ROOT / name
        if path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        else:
            continue
        print(f"removed {path}")
