"""The host side of picorest: what `./deploy.sh COMMAND` runs."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class UserError(Exception):
    """Something the user can put right; the text says how. Ends a command with status 1."""
