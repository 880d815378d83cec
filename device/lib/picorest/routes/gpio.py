"""/gpio: read, drive and set up pins."""

import gc

from microdot import Microdot

from ..gpio.pins import list_pins
from ..http.csrf import check_cross_site
from ..http.response import Reply
from ..http.urlencoded import parse_urlencoded
from ..problem import Problem

api = Microdot()


@api.get("/gpio")
def index(req):
    """GET /gpio: every pin in use; with ?wait=S: as soon as one changes; with ?pin=P: that pin, and with more parameters a
    change to it."""
    spec = req.args
    if not spec:
        return Reply(list_pins(req.app))
    return _one(req, spec.pop("pin", ""), spec)


@api.get("/gpio/<pin>")
def read(req, pin):
    """GET /gpio/P: one pin; with parameters a change to it, or the wait for one."""
    return _one(req, pin, req.args)


@api.put("/gpio/<pin>")
@api.post("/gpio/<pin>")
def write(req, pin):
    """PUT /gpio/P: change a pin, with {"state":1}, {"mode":"in","pull":"up"}, {"pwm":0.25,"freq":1000} …, or a form with
    the same."""
    spec = _body(req)
    if not isinstance(spec, dict):
        raise Problem("bad-json")
    res = _change(req.app.pins, pin, spec)
    if req.method == "POST" and b"text/html" in req.head:
        from .html import landing

        return landing(req, req.app.pins.find(pin), res)
    return res


@api.put("/gpio")
@api.post("/gpio")
def batch(req):
    """PUT /gpio: change several pins at once, all or nothing, with {"D5":1,"D6":{"state":0}}; or one pin as
    {"pin":"D5","state":1}."""
    pins = req.app.pins
    spec = _body(req)
    if isinstance(spec, dict) and "pin" in spec and "pin" not in pins.names:
        return _change(pins, str(spec.pop("pin")), spec)
    from .gpio_batch import change_all

    return change_all(pins, spec)


def _body(req):
    start = bytes(req.body[:32]).strip()
    if not start and req.query:  # with no body at all, the same in the address
        return req.args
    if start[:1] not in b'{["<=\xef' and b"=" in req.body:  # a form: what browsers send, and curl -d
        return parse_urlencoded(bytes(req.body).strip())
    spec = req.json
    if spec is None:
        raise Problem("bad-json")
    return spec


def _one(req, name, spec):
    if b"text/html" in req.head:
        from .html import pin

        return pin(req, name, spec, answer)
    return answer(req, name, spec)


def answer(req, name, spec):
    """The Response in JSON to a GET of a pin; spec: its parameters."""
    if not spec:
        return Reply(req.app.pins.find(name).text())
    if "wait" in spec or "since" in spec:
        from .gpio_wait import wait

        return wait(req, name, spec)
    if req.method == "HEAD":
        raise Problem("head-has-no-effect")
    check_cross_site(req)
    return _change(req.app.pins, name, spec)


def _change(pins, name, spec):
    line = pins.find(name)
    was = pins.apply(line, pins.plan(line, spec))
    try:
        return Reply(line.text(was))
    except MemoryError:  # what was done is done, so it has to be told
        gc.collect()
        return Reply(line.text(was))
