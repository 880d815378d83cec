"""Checks of the sources that a general linter cannot make."""

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing to put right; prints as `file:line: sentence`."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"
