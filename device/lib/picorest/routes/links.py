"""/links: what makes something happen. Not on an ESP8266."""

import json

from microdot import Microdot

from .. import clock
from ..http.response import Reply
from ..links.link import COUNT, KIND, LAST, OF_BUTTON, STATE, VALUE, WHY

api = Microdot()


@api.get("/links")
def get(req):
    """GET /links: what makes something happen, when it last did, and why not."""
    return Reply(_pieces(req.app))


def _pieces(app):
    mark = '{"links":['
    for name, service, _, _ in app.services:
        if name == "links":
            specs = json.loads(service.source)
            for n in range(len(specs)):
                yield mark + _text(specs[n], service.list[n])
                mark = ","
    yield (mark if mark != "," else "") + "]}"


def _text(spec, link):
    age = last = None
    if link[LAST] is not None:
        age = clock.uptime() - link[LAST]
        last = clock.unix() - age if clock.synced else None
    text = '{"when":%s,"do":%s' % (json.dumps(spec["when"]), json.dumps(spec["do"]))
    if link[KIND] != OF_BUTTON:
        text += ',"value":%s,"state":%s' % (json.dumps(link[VALUE]), json.dumps(link[STATE]))
    return text + ',"count":%d,"last":%s,"age":%s,"why":%s}' % (
        link[COUNT], json.dumps(last), json.dumps(age), json.dumps(link[WHY])
    )  # fmt: skip
