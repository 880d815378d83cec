"""The links of the configuration, made ready at the start. Then dropped."""

# On an ESP8266 only with links.

from json import loads

from .. import clock
from ..parts import PARTS
from ..problem import Problem
from .link import OF_BOARD, OF_BUTTON, OF_PIN, OF_VALUE

EVENTS = const(" press release hold double ")


def start(service):
    """Fill service.list and service.boards, and listen to the buttons."""
    app = service.app
    for spec in loads(service.source):
        when = spec["when"]
        name, event = split(when)
        subject = heard = None
        if when[:7] == "http://":
            kind, subject = OF_BOARD, event
            heard = clock.uptime()
            if "boards" in PARTS:
                _board(service, name)
        elif event:
            kind, when = OF_BUTTON, when.lower()
            try:
                subject = app.pins.find(name).gpio
            except Problem:  # which is among the warnings
                pass
            if service.hear not in app.listeners:
                app.listeners = list(app.listeners) + [service.hear]
        else:
            try:
                kind, subject = OF_PIN, app.pins.find(when)
                app.pins.lines[subject.gpio] = subject  # else it would be forgotten
            except Problem:
                kind, heard = OF_VALUE, clock.uptime()
        service.list.append([kind, when, subject, None, None, None, 0, None, heard, spec.get("silence", 60), None, 0, 0])


def split(when):
    """("bell", "press") of "bell.press", ("lamp", None) of "lamp"."""
    at = when.rfind(".")
    event = when[at + 1 :].lower()
    if at > 0 and " " not in event and " %s " % event in EVENTS:
        return when[:at], event
    return when, None


def _board(service, name):
    # name: "http://HOST:PORT PIN"
    from .board import Board

    n = len(service.list)
    for board in service.boards:
        if board.name == name:
            board.links.append(n)
            return
    service.boards.append(Board(name, n))
