"""/links: what makes something happen. On an ESP8266 only with links."""

import json

from microdot import Microdot

from .. import clock
from ..http.response import Reply
from ..links.link import COUNT, KIND, LAST, OF_BUTTON, STATE, VALUE, WHY
from ..overlay import act
from ..problem import Problem

api = Microdot()


@api.get("/links")
def get(req):
    """GET /links: what makes something happen, when it last did, and why not."""
    return Reply(_pieces(req.app))


@api.post("/links/<id>/try")
def rehearse(req, id):
    """POST /links/ID/try: do now what a link does, whatever its condition says; {"part":"else"} or "silent" for those."""
    found = [each for place, each in enumerate(_links(req.app), 1) if str(place) == id]
    if not found:
        raise Problem("unknown-link")
    service, spec, link = found[0]
    body = req.json if req.body else {"part": "do"}
    part = body.get("part") if isinstance(body, dict) else None
    if part not in _parts(spec) or len(body) > 1:
        raise Problem("bad-part", allowed=_parts(spec))
    deed = spec if part == "do" else {"do": spec[part]}
    link[WHY] = act(req.app, "actions", "perform")(req.app, deed, service.teller(link))
    return Reply(_text(spec, link))


def _links(app):
    for name, service, _, _ in app.services:
        if name == "links":
            specs = json.loads(service.source)
            for n in range(len(specs)):
                yield service, specs[n], service.list[n]


def _parts(spec):
    return [part for part in ("do", "else", "silent") if part in spec]


def _pieces(app):
    mark = '{"links":['
    for _, spec, link in _links(app):
        yield mark + _text(spec, link)
        mark = ","
    yield (mark if mark != "," else "") + "]}"


def _text(spec, link):
    age = last = None
    if link[LAST] is not None:
        age = clock.uptime() - link[LAST]
        last = clock.unix() - age if clock.synced else None
    text = '{"when":%s' % json.dumps(spec["when"])
    for part in _parts(spec):
        text += ',"%s":%s' % (part, json.dumps(spec[part]))
    if link[KIND] != OF_BUTTON:
        text += ',"value":%s,"state":%s' % (json.dumps(link[VALUE]), json.dumps(link[STATE]))
    return text + ',"count":%d,"last":%s,"age":%s,"why":%s}' % (
        link[COUNT], json.dumps(last), json.dumps(age), json.dumps(link[WHY])
    )  # fmt: skip
