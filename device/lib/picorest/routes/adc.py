"""/adc: analogue inputs."""

import json

from microdot import Microdot

from ..boards.profile import pin_rows, verdict
from ..gpio.rules import require_usable
from ..http.response import Reply
from ..problem import Problem

api = Microdot()


@api.get("/adc")
def index(req):
    """GET /adc: all analogue inputs that are free to be read; with ?samples=N the mean of so many measurements."""
    return Reply(list_inputs(req.app, _samples(req)))


@api.get("/adc/<pin>")
def read(req, pin):
    """GET /adc/P: one analogue input."""
    app = req.app
    samples = _samples(req)
    board = app.board
    if board.profile.ADC_VOLTS and pin.upper() in ("A0", "0"):
        return Reply(_text(app, "A0", "A0", samples))
    gpio = app.pins.names.get(pin.lower())
    if gpio is None:
        gpio = board.gpio(pin)
    name, _ = require_usable(board, gpio)
    caps = verdict(board, gpio)[1]
    line = app.pins.lines.get(gpio)
    if "a" not in caps or line and line.mode:
        type = "pin-in-use" if "a" in caps else "adc-unavailable" if "b" in caps else "no-adc"
        inputs = [name for _, name in _free(app)]
        raise Problem(type, pin=gpio, allowed=inputs, try_=inputs[:4])
    return Reply(_text(app, gpio, name, samples))


def _samples(req):
    spec = req.args
    text = spec.pop("samples", "1")
    if spec:
        raise Problem("unknown-parameter", parameter=list(spec)[0], allowed=["samples"])
    if len(text) > 2 or not text.isdigit() or not 1 <= int(text) <= 64:
        raise Problem("bad-samples", allowed=[1, 64])
    return int(text)


def list_inputs(app, samples=1):
    """JSON of all analogue inputs that are free to be read, in pieces."""
    mark = b'{"adc":['
    for pin, name in _free(app):
        yield mark
        yield _text(app, pin, name, samples)
        mark = b","
    if mark != b",":
        yield mark
    yield b"]}"


def _free(app):
    # (mark, name) of each analogue input that is free to be read
    for names, caps, _ in pin_rows(app.board):
        if "a" in caps:
            pin = names[0]
            if pin != "A0":
                pin = int(pin)
                line = app.pins.lines.get(pin)
                if pin in app.board.owners or line and line.mode:
                    continue
            yield pin, names[1]


def _text(app, mark, name, samples):
    board = app.board
    adc = board.adc(mark)
    full = board.profile.ADC_VOLTS
    raw = microvolts = 0
    for _ in range(samples):
        raw += adc.read_u16()
        if board.chip != "esp8266":
            microvolts += adc.read_uv()
    if mark in app.pins.lines:
        board.pin(mark, "in")  # somebody waits for its level, and the converter has taken the pad
    raw = (raw + samples // 2) // samples
    volts = raw * full / 65535 if full else microvolts / samples / 1000000
    return '{"pin":%s,"name":"%s","raw":%d,"max":65535,"volts":%s}' % (json.dumps(mark), name, raw, round(volts, 3))
