"""What holds for all tests, those of tests/ and those of hosttests/."""

import os
from collections import Counter

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return no_gap_in_ci((yield), item.config)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return no_gap_in_ci((yield), collector.config)


def no_gap_in_ci(report, config):
    """Where CI is set everything that tests need is installed: what is skipped there is a gap, and fails."""
    chosen = config.getoption("--board", "virtual") != "virtual"  # not every test fits every board
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") and not chosen:
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr[2]}"
    return report


def pytest_collection_modifyitems(items):
    """Files with tests marked `long` come first, then those with many: what comes last would go on alone, beside idle cores."""
    long = {item.path for item in items if item.get_closest_marker("long")}
    many = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in long, -many[item.path]))
