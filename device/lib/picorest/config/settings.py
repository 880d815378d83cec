"""The configuration: one JSON file on the writable flash, and the documented defaults.

What keys there are, and what holds without them, is the table in schema.py.
"""

import json

from ..overlay import forget_all, present
from ..problem import Problem
from .schema import DEFAULT, line


class Config:
    """The user's settings.

    broken: why the file was set aside, in words (None: it was not). warnings: a list of words about unknown keys. board: the
    Board, as soon as it is known. data: what stands behind each top-level key; objects and lists as compact JSON in bytes, a
    fifth of their size."""

    broken = board = None

    def __init__(self, path="config.json"):
        self.path = path
        self.data = {}
        there = present()
        from .load import load

        self.warnings = load(self)
        load = forget_all(there)

    def get(self, *path):
        """The user's value, else the documented default, else None: get("wifi", "ap", "ssid")."""
        value = self.data
        for step in path:
            try:
                value = value[step]
                if isinstance(value, bytes):
                    value = json.loads(value)
            except (KeyError, IndexError, TypeError):
                found = line(".".join([str(step) for step in path]))
                if not found and len(path) == 3:
                    found = line("%s.*.%s" % (path[0], path[2]))
                return json.loads(found[DEFAULT]) if found else None
        return value

    def patch(self, change):
        """Apply an RFC 7396 merge patch and store it; returns the changed keys that need a restart.

        A secret given as true stays as it is. Raises Problem("bad-config") before anything is written."""
        # one step after the other, each forgotten before the next: together they need more memory than there is
        there = present()
        step = None
        try:
            from .merge_patch import merge as step

            new = step(self.data, change)
            step = forget_all(there)
            from .validate import check as step

            warnings = step(new, self.data, self.warnings)
            step = forget_all(there)
            from .consistency import check as step

            step(new, self.data, self.board)
            step = forget_all(there)
            from .memory_cost import check as step

            step(new, self.board and self.board.chip)
            step = forget_all(there)
            from .store import write as step

            restart = step(self, new)
        except ValueError as e:
            raise Problem("bad-config", e.args[1] + ".", key=e.args[0]) from None
        except OSError as e:
            raise Problem("not-stored", "The configuration was not written (%s): the old one holds." % e) from None
        finally:
            step = forget_all(there)
        self.data = new.copy()  # now that all that took the low places is gone
        self.warnings = tuple(warnings)
        if self.broken:
            self.broken = None
        return restart
