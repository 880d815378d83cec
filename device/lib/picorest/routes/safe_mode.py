"""The index of routes in safe mode: what it takes to find out what is wrong, and to put it right."""

from ..problem import Problem
from . import body_limit as body_limit
from . import find_route as found
from . import load_handler as load_handler
from . import problem_page as problem_page

_OPEN = const(
    " / /config /config/schema /events /favicon.svg /health /log /pins /reset /setup /status /time /update /wifi /wifi/networks "
)


def find_route(path):
    """As in routes/__init__.py. Problem 503 for what is off."""
    entry, args = found(path)
    if entry and (args or " %s " % (path.rstrip("/") or "/") not in _OPEN):
        raise refusal()
    return entry, args


def refusal(*_):
    """The Problem of what is off."""
    return Problem("safe-mode")


def refuse(*_):
    """In the place of Pins.plan(): outputs stay as the configuration has them."""
    raise refusal()
