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


def excused(lines: list[str], number: int, rule: str) -> bool:
    """Whether a line of source, or a comment right above it, says why the rule does not hold there, in two words at least:
    `# RULE: the reason`."""
    above = lines[number - 2].strip() if number > 1 else ""
    return any(re.search(rf"# {rule}: \S+ \S", line) for line in (lines[number - 1], above if above[:1] == "#" else ""))
