"""Every file of tests is in a run: what `./deploy.sh test --all` collects is compared with the files that define tests."""

import ast
import subprocess
import sys
from pathlib import Path

from host.lint import Finding

SKIPPED = {"build", "node_modules", "__pycache__"}


def check(root: Path) -> list[Finding]:
    """A finding per file whose tests no run reaches, and per file of tests without any."""
    collected = in_runs(root)
    if isinstance(collected, Finding):
        return [collected]
    findings = []
    for path in sorted(root.rglob("*.py")):
        shown = path.relative_to(root).as_posix()
        hidden = any(part in SKIPPED or part.startswith(".") for part in path.relative_to(root).parts)
        if hidden or shown in collected:
            continue
        named = path.name.startswith("test_") or path.name.endswith("_test.py")
        if not (named or defines_tests(path)):
            continue
        text = "none of its tests is in a run: its name is test_*.py, its place below tests/ or hosttests/"
        findings.append(Finding(shown, 1, text))
    return findings


def in_runs(root: Path) -> set[str] | Finding:
    """The files of which pytest collects at least one test when it is given no path and no mark."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-p", "no:cacheprovider"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if run.returncode:
        why = (run.stdout.rpartition("= ERRORS =")[2].lstrip("=") + run.stderr).strip()
        return Finding("pyproject.toml", 1, f"pytest cannot collect the tests:\n{why}")
    return {line.rpartition(": ")[0] for line in run.stdout.splitlines() if ": " in line}  # "FILE: how many"


def defines_tests(path: Path) -> bool:
    """Whether it has functions at its top, or methods of a class named Test…, that look like tests."""
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except SyntaxError:
        return False
    bodies = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name.startswith("Test"))]
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return any(isinstance(node, functions) and node.name.startswith("test_") for body in bodies for node in body)
