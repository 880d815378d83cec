"""Put small mistakes into modules of device/, one at a time and in a copy, and see whether the nearest tests of tests/device
notice. One that no test notices has survived: a gap in the tests, or a change that makes no difference."""

import argparse
import ast
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from host import ROOT, UserError
from host.testing.device_tests import run_file
from host.testing.mutation import Mutant, mutants
from host.testing.nearest import nearest

SECONDS = 10  # beyond four times what the tests take otherwise, a mutant counts as one that never ends


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE", type=Path, help="a module in device/ (default: all)")
    parser.add_argument("--most", type=int, default=40, metavar="N", help="so many mutants, chosen at random (default: 40)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="choose others (default: 0)")


def run(args: argparse.Namespace) -> int:
    if args.most < 1:
        raise UserError("--most has to be 1 or more")
    study(ROOT, args.file and args.file.resolve(), args.most, args.seed)
    return 0


def study(root: Path, file: Path | None, most: int, seed: int, say: Callable[[str], object] = print) -> tuple[int, int]:
    """Try mutants of one file under root/device, or of all; how many were killed, and of how many."""
    if file and not (file.is_file() and file.suffix == ".py" and root / "device" in file.parents):
        raise UserError(f"{file} is no module in {root / 'device'}")
    tests = {path: nearest(root, path) for path in ([file] if file else sorted((root / "device").rglob("*.py")))}
    for path in [path for path, near in tests.items() if not near]:
        say(f"{path.relative_to(root)}: no test in tests/device imports it")
        del tests[path]
    pool = [(path, mutant) for path in tests for mutant in mutants(path.read_text("utf-8"))]
    chosen = [pool[at] for at in sorted(random.Random(seed).sample(range(len(pool)), min(most, len(pool))))]
    say(f"{len(chosen)} of {len(pool)} mutants, seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(root, Path(folder))
        killed = 0
        for path, mutant in chosen:
            if copy.kills(path, mutant, tests[path]):
                killed += 1
            else:
                near = ", ".join(test.name for test in tests[path])
                say(f"{path.relative_to(root)}:{mutant.line}: survived {near}: {mutant.change}")
    say(f"{killed} of {len(chosen)} killed" + (f": {100 * killed // len(chosen)} %" if chosen else ""))
    return killed, len(chosen)


class Copy:
    """A copy of the device's sources and of their tests, in which mistakes can be made."""

    def __init__(self, root: Path, folder: Path):
        self.root, self.folder = root, folder
        self.took: dict[Path, float] = {}  # seconds, by test file, without a mistake
        for name in ("device", "tests/device"):
            shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))

    def kills(self, path: Path, mutant: Mutant, tests: list[Path]) -> bool:
        """Whether one of these test files fails with the mutant; the quickest are asked first."""
        for test in tests:
            self._measure(test)
        place = self.folder / path.relative_to(self.root)
        sound = place.read_bytes()
        place.write_bytes(mutant.source.encode())
        try:
            return any(self._failed(test, SECONDS + 4 * self.took[test]) for test in sorted(tests, key=self.took.get))
        finally:
            place.write_bytes(sound)

    def _measure(self, test: Path) -> None:
        if test in self.took:
            return
        start = time.monotonic()
        if failed := self._failed(test, 60):
            raise UserError(f"{test.name} fails without a mutant, too: {', '.join(failed)}")
        self.took[test] = time.monotonic() - start

    def _failed(self, test: Path, seconds: float) -> list[str]:
        path = self.folder / test.relative_to(self.root)
        functions = [node for node in ast.parse(path.read_text("utf-8")).body if hasattr(node, "name")]
        names = [node.name for node in functions if node.name.startswith("test")]
        return [name for name, outcome in run_file(path, names, seconds, self.folder).items() if outcome.failure]
