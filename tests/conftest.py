"""Tests under tests/device are run by the real MicroPython: one process per file, one pytest item per function."""

import ast
from pathlib import Path

import pytest

from host.testing.device_tests import FOLDER, Outcome, run_file, with_source


def pytest_pycollect_makemodule(module_path: Path, parent):
    if FOLDER in module_path.parents:
        return DeviceFile.from_parent(parent, path=module_path)
    return None


class DeviceFile(pytest.File):
    """A test file for MicroPython. It is parsed, never imported: it is not meant for this interpreter."""

    outcomes = None

    def collect(self):
        tree = ast.parse(self.path.read_text("utf-8"), str(self.path))
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        items = [
            DeviceTest.from_parent(self, name=node.name, line=node.lineno)
            for node in functions
            if node.name.startswith("test")
        ]
        if not items:
            raise self.CollectError(f"{self.path} has no function whose name starts with test")
        if len({item.name for item in items}) < len(items):
            raise self.CollectError(f"{self.path} defines a test twice: only the last one of that name would run")
        return items

    def outcome(self, item: "DeviceTest") -> Outcome:
        if self.outcomes is None:
            wanted = [other.name for other in item.session.items if other.parent is self]
            self.outcomes = run_file(self.path, wanted)
        return self.outcomes[item.name]


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
