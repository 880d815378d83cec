"""docs/security.md: each threat of its table has a test that exists."""

import ast
import re

from host import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = [line.strip("|").split(" | ") for line in re.findall(r"^\|.*\|$", PAGE, re.M)][2:]


def test_each_threat_has_an_answer_and_tests_that_exist():
    assert len(ROWS) > 10
    for threat, answer, tests in ROWS:
        assert threat.strip() and answer.strip()
        named = re.findall(r"`(\S+\.py)::(\w+)`", tests)
        assert named, f"{threat}: without a test"
        for path, name in named:
            tree = ast.parse((ROOT / path).read_text("utf-8"))
            found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
            assert name in found and name.startswith("test_"), f"{threat}: {path} has no test {name}"
