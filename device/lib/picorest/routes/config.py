"""/config."""

import json

from ..config import SECRETS
from ..web import Reply, body


def get(req):
    """GET /config: the user's settings, secrets as true. What is not there has its default (docs/configuration.md)."""
    return Reply(_text(req.app.config.data))


def patch(req):
    """PATCH /config: merge (RFC 7396), check as a whole, store; answers the settings and what waits for a restart."""
    app = req.app
    app.release()  # this takes more memory than anything else
    change = body(req)
    req.body = b""
    restart = app.config.patch(change)
    app.configured()
    return Reply(_patched(app.config, restart))


def _patched(config, restart):
    yield '{"restart":%s,"warnings":%s,"config":' % (json.dumps(restart), json.dumps(list(config.warnings)))
    yield from _text(config.data)
    yield "}"


def _text(data):
    # one part after the other: the whole of it, as objects and as text, would not always fit into memory
    mark = "{"
    for name, value in data.items():
        if isinstance(value, bytes):
            value = json.loads(value)
        yield "%s%s:%s" % (mark, json.dumps(name), json.dumps(hide(name, value), separators=(",", ":")))
        mark = ","
    yield "}" if data else "{}"


def hide(name, value):
    """The value of a key as it may be shown."""
    if " " + name + " " in SECRETS:
        return True
    if isinstance(value, list):
        return [hide("", entry) for entry in value]
    if isinstance(value, dict):
        return {k: hide(k, v) for k, v in value.items()}
    return value
