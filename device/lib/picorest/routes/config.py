"""/config."""

import json

from microdot import Microdot

from ..config.schema import SECRETS, add_warning
from ..http.response import Reply
from ..jsontext.characters import BACKSLASH, QUOTE
from ..overlay import drop
from ..problem import Problem
from ..services import SAFE

api = Microdot()


@api.get("/config")
def get(req):
    """GET /config: the user's settings, secrets as true. What is not there has its default."""
    return Reply(_text(req.app.config.data))


@api.patch("/config")
def patch(req):
    """PATCH /config: change settings (RFC 7396), all or nothing; answers them and what waits for a restart."""
    app = req.app
    change = req.json
    if change is None:
        raise Problem("bad-json")
    # each for its moment: PATCH takes more memory than anything else, and GET may come when there is little
    from .config_store import store

    restart = store(app, change)
    store = app.memory_reserve and drop("routes.config_store")
    if app.mode == SAFE:
        from .status import reset

        reset(req)
    if change.get("pins") or change.get("dht"):
        _pins(app, change)
    if app.memory_reserve:
        app.release()  # what the answer needs is free before it begins
    return Reply(_patched(app.config, restart))


def _pins(app, change):
    # what this board cannot do with a pin is told now, not only after the restart
    from ..gpio.configure import Boot, setting
    from ..gpio.rules import plan, require_usable

    board = app.board
    pins = change.get("pins") or {}
    sensors = [str(entry["pin"]) for entry in app.config.get("dht")] if change.get("dht") else []
    for name in [name for name in pins if pins[name] is not None] + sensors:
        try:
            gpio = board.gpio(name)
            if gpio not in board.owners:
                require_usable(board, gpio)
            # a sensor and the board pull its wire low, by turns
            spec = setting(app.config.get("pins", name)) if name in pins else {"mode": "open_drain", "pull": "up"}
            if spec:
                boot = Boot(board, gpio)
                plan(boot, boot, spec)
        except Problem as e:
            app.config.warnings = list(app.config.warnings)
            add_warning(app.config.warnings, "%s: %s" % (name, e))


def _patched(config, restart):
    yield '{"restart":%s,"warnings":' % json.dumps(restart)
    yield from sentences(config.warnings)
    yield ',"config":'
    yield from _text(config.data)
    yield b"}"


def sentences(found):
    """A list of text as JSON in pieces."""
    mark = "["
    for words in found:
        yield mark + json.dumps(words)
        mark = ","
    yield "]" if found else "[]"


def _text(data):
    # one piece after the other, and as text: as objects it would not always fit into memory
    mark = b"{"
    for name, value in data.items():
        yield mark
        yield json.dumps(name)
        yield b":"
        if " %s " % name in SECRETS:
            yield b"true"
        elif isinstance(value, bytes):
            yield from hide(value)
        else:
            yield json.dumps(value)
        mark = b","
    yield b"}" if data else b"{}"


def hide(text):
    """Compact JSON (bytes) in pieces, with `true` for every secret in it."""
    at = 0
    while True:
        end = start = len(text)
        for name in SECRETS.split():
            # such a mark is always a key: a quotation mark within a text would have a backslash before it
            mark = b'"%s":' % name
            found = text.find(mark, at)
            if 0 <= found < start:
                start = found
                end = found + len(mark)
        if at < end:
            yield memoryview(text)[at:end]  # no copy: there may be no room for a large one
        if start == len(text):
            return
        yield b"true"
        at = _behind(text, end)


def _behind(text, at):
    # where a value ends that begins at `at`
    depth = 0
    while True:
        c = text[at]
        at += 1
        if c == QUOTE:
            while text[at] != QUOTE:
                at += 2 if text[at] == BACKSLASH else 1
            at += 1
        elif c in b"{[":
            depth += 1
        elif c in b"}]":
            depth -= 1
        if not depth and text[at] in b",}]":
            return at
