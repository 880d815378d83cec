"""The host side of picorest: what `./deploy.sh COMMAND` runs."""

import os
from pathlib import Path

WINDOWS = os.name == "nt"
ROOT = Path(__file__).resolve().parent.parent


class UserError(Exception):
    """Something the user can put right; the text says how. Ends a command with status 1."""


def as_typed(text: str) -> str:
    """A text for people, with the name that the command has on this system."""
    return text.replace("./deploy.sh", ".\\deploy").replace("deploy.sh", "deploy") if WINDOWS else text
