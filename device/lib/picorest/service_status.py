"""How the background services do, in words: for GET /status and GET /health. Imported for an answer, then dropped."""

import json

from . import clock
from .services import NAME

_NAMES = const("ok starting waiting failing stopped")
_OK = const(0)
_STARTING = const(1)  # nothing has gone well or wrong yet
_WAITING = const(2)  # for the network
_FAILING = const(3)
_STOPPED = const(4)


def text(app):
    """JSON in parts: an object with a member for each service."""
    mark = "{"
    for name, state, success, error, counts in rows(app):
        when = None
        if success is not None and clock.synced:
            when = clock.unix() - clock.uptime() + success
        yield '%s"%s":{"state":"%s","last_success":%s,"error":%s' % (
            mark, name, _NAMES.split(" ")[state], json.dumps(when), json.dumps(error)
        )  # fmt: skip
        yield ',"waiting":%s,"delivered":%s,"lost":%s}' % tuple([json.dumps(count) for count in counts])
        mark = ","
    yield "}" if mark == "," else "{}"


def failing(app):
    """[(name, error)] of the services that fail."""
    return [(name, error) for name, state, _, error, _ in rows(app) if state == _FAILING]


def died(since):
    """What is told of a service that is, or was, started again at that uptime."""
    left = since - clock.uptime() if isinstance(since, int) else 0
    return "It died and %s: GET /log says why." % ("is started again in %d s" % left if left > 0 else "was started again")


def rows(app):
    """(name, state, uptime of the last success or None, error or None, (waiting, delivered, lost), each None where there is
    no such thing) of each service."""
    for name, service, _, _ in app.services:
        state, success, error, counts = _state(app, name, service)
        since = app.failures.get(name)
        if since is not None:
            state, error = _FAILING, died(since)
        yield name, state, success, error, counts
    names = [service[NAME] for service in app.services]
    for name, why in app.failures.items():
        if name not in names:
            yield name, _STOPPED, None, why, (None, None, None)


def _state(app, name, service):
    success = error = state = None
    counts = None, None, None
    if name == "wifi":
        if service.connected():
            success = clock.uptime()
        elif service.config.get("wifi", "networks"):
            error = "The board is in no network: see /wifi."
        else:
            state = _OK  # there is none to join
    elif name == "sntp":
        error = service.error
        if clock.synced:
            success = service.set_at
    elif name == "dht":
        success, error, counts = _sensors(app, service)
    elif name == "sensors":
        success, error, counts = service.report()
    else:
        success, error = service.success, service.error
        if service.log is not None:
            counts = _counts(service)
            if getattr(service, "missing", None):
                error = error or "There is no value for %s now." % service.missing
    if error and (name == "sntp" or "." in name) and not app.wifi.connected():
        state, error = _WAITING, "There is no network: see /wifi."
    if state is None:
        state = _FAILING if error else _STARTING if success is None else _OK
    return state, success, error, counts


def _counts(service):
    if not hasattr(service, "sent"):
        return 0, service.commands, 0
    _, count, lost, _, _ = service.log  # see thingspeak/outbox.py
    return count, service.sent, lost


def _sensors(app, service):
    age = error = None
    good = bad = 0
    for pin, type, temperature, _, start, _, count, errors, failures, _, _ in service.list:
        good += count - errors
        bad += errors
        if temperature is not None:
            old = clock.ticks_diff(clock.ticks_ms(), start) // 1000
            age = old if age is None else min(age, old)
        if failures > 2:
            error = "The DHT%d on %s gives no readings: see /dht." % (type, app.board.row(str(pin))[0][1])
    return None if age is None else clock.uptime() - age, error, (0, good, bad)
