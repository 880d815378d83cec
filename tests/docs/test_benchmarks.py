"""docs/benchmarks.md: the bytes of modules that it tells are those of the budgets, which the measurement keeps."""

import json
import re

from host import ROOT

PAGE = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
BUDGETS = json.loads((ROOT / "bench" / "budgets.json").read_text())["bytes"]
SHARE = 0.1  # by which the page may differ: the budgets are a little more than what was measured


def test_the_bytes_of_modules():
    rows = re.findall(r"^\|[^|]*\| `([\w.]+)` \| ([\d,]+) \|", PAGE, re.M)
    assert [name for name, _ in rows] == ["routes.metrics", "service_status", "routes.pages", "routes.sensors"]
    told = {name: int(size.replace(",", "")) for name, size in rows}
    assert not {name: (size, BUDGETS[name]) for name, size in told.items() if abs(size / BUDGETS[name] - 1) > SHARE}
