"""Checks of the sources that a general linter cannot make."""

import re
from typing import NamedTuple


class Finding(NamedTuple):
    """One thing to put right; prints as `file:line: sentence`."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def excused(line: str, rule: str) -> bool:
    """Whether a line of source says why the rule does not hold there, in two words at least: `# RULE: the reason`."""
    return re.search(rf"# {rule}: \S+ \S", line) is not None
