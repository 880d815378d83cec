"""picorest: a REST API on the board's pins, sensors and clock."""

try:
    # on a board: the modules that are always in memory, joined into one by the build, which saves 3 KB of the heap
    from . import core  # noqa: F401
except ImportError:
    pass
