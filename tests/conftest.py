"""Tests under tests/device are run by the real MicroPython: one process per file, one pytest item per function,
and one more for what the build makes of the sources."""

import ast
from pathlib import Path

import pytest

from host import ROOT
from host.testing.device_tests import FOLDER, Outcome, run_file, with_source
from host.testing.squeezed import squeezed

SQUEEZED = "[squeezed]"  # how the name of a test ends that runs on what the build makes of the sources


def pytest_pycollect_makemodule(module_path: Path, parent):
    if FOLDER in module_path.parents:
        return DeviceFile.from_parent(parent, path=module_path)
    return None


class DeviceFile(pytest.File):
    """A test file for MicroPython. It is parsed, never imported: it is not meant for this interpreter."""

    def __init__(self, **rest):
        super().__init__(**rest)
        self.outcomes: dict[str, dict[str, Outcome]] = {}  # of the sources, and of what the build makes of them

    def collect(self):
        tree = ast.parse(self.path.read_text("utf-8"), str(self.path))
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        items = [
            DeviceTest.from_parent(self, name=node.name + kind, line=node.lineno)
            for kind in ("", SQUEEZED)
            for node in functions
            if node.name.startswith("test")
        ]
        if not items:
            raise self.CollectError(f"{self.path} has no function whose name starts with test")
        if len({item.name for item in items}) < len(items):
            raise self.CollectError(f"{self.path} defines a test twice: only the last one of that name would run")
        return items

    def outcome(self, item: "DeviceTest") -> Outcome:
        kind = SQUEEZED if item.name.endswith(SQUEEZED) else ""
        if kind not in self.outcomes:
            wanted = [other.name for other in item.session.items if other.parent is self]
            names = [name.removesuffix(kind) for name in wanted if name.endswith(SQUEEZED) == bool(kind)]
            root = squeezed() if kind else ROOT
            self.outcomes[kind] = run_file(root / self.path.relative_to(ROOT), names, root=root)
        return self.outcomes[kind][item.name.removesuffix(kind)]


class DeviceTest(pytest.Item):
    def __init__(self, *, line: int, **rest):
        super().__init__(**rest)
        self.line = line

    def runtest(self):
        outcome = self.parent.outcome(self)
        if outcome.output:
            self.add_report_section("call", "stdout", outcome.output)
        if outcome.failure:
            raise DeviceFailure(outcome.failure)

    def repr_failure(self, excinfo):
        if isinstance(excinfo.value, DeviceFailure):
            return with_source(str(excinfo.value))
        return super().repr_failure(excinfo)

    def reportinfo(self):
        return self.path, self.line - 1, self.name


class DeviceFailure(Exception):
    """A traceback of MicroPython, or why there is none."""
