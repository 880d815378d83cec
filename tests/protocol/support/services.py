"""The services that ask the outside world, run by the real MicroPython against the stand-ins."""

import json

from tests.protocol.support import micropython
from virtualboard.standins.faults import STATES

RUN = """
import asyncio, json
from picorest import clock, loop
from picorest.http import dispatch
from picorest.http.dispatch import Dispatcher
from picorest.upstream import fetch
from picorest.routes import proxy, thingspeak, weather
from picorest.problem import Problem

ports = %(ports)r
settings = %(settings)r
hosts = {
    "api.openweathermap.org": "openweather", "api.open-meteo.com": "open-meteo",
    "geocoding-api.open-meteo.com": "geocoding", "api.thingspeak.com": "thingspeak",
}
real = loop.address
loop.address = lambda host, port: real("127.0.0.1", ports[hosts[host]]) if host in hosts else real(host, port)
late = 0
uptime = clock.uptime
clock.uptime = lambda: uptime() + late
act = dispatch.act
def hasty(app, module, function):
    found = act(app, module, function)
    if function != "question":
        return found
    def question(app, entry):
        ask = found(app, entry)
        return ask and (ask[0], 1200) + tuple(ask[2:])
    return question
dispatch.act = hasty
DEFAULTS = {
    "weather": {"provider": "open-meteo"}, "proxy": {"cat": {"cache": 60}}, "ca": None,
    "thingspeak": {"url": "http://api.thingspeak.com", "window": 15, "write": {"fields": {}}},
}

class Board:
    chip = %(chip)r

class Config:
    data = {"proxy": b"as it is"}

    def get(self, *path):
        for tree in (settings, DEFAULTS):
            value = tree
            for step in path:
                value = value.get(step) if value else None
            if value is not None:
                return value

class App(Dispatcher):
    class wifi:
        connected = lambda: True
    board = Board
    config = Config()
    queue = ()
    reserve = 0
    seen = None

App = App()

class Request:
    app = App
    known = {}
    spec = None
    def __init__(self, service, args):
        names = {"weather": ("city", "lat", "lon"), "thingspeak": ("channel", "field", "results"), "proxy": ("", "as")}[service]
        self.query = "&".join("%%s=%%s" %% (name, arg) for name, arg in zip(names, args) if name and arg is not None).encode()
        self.body = json.dumps(args[0] if args else None).encode()

async def call(service, method, args):
    try:
        req = Request(service, args)
        if service == "proxy":
            found = proxy.get(req, args[0])
        elif method == "write":
            found = thingspeak.post(req)
        else:
            found = (weather if service == "weather" else thingspeak).get(req)
        if hasattr(found, "send"):
            found = await found
        parts = found.body if not isinstance(found.body, bytes) else [found.body]
        whole = b"".join(part.encode() if isinstance(part, str) else bytes(part) for part in parts)
        if found.kind != "application/json" or service == "proxy" and args[1:] == ["bytes"]:
            return {"bytes": list(whole), "type": found.kind, "headers": found.headers}
        found = json.loads(whole)
        return found["entry_id"] if method == "write" else found
    except Problem as e:
        return dict(e.members, problem=e.type, status=e.status_code, detail=str(e))

async def main():
    global late
    out = []
    for step in json.loads(%(steps)r):
        if isinstance(step, int):
            late += step
            App.thingspeak = [None] * 4
        elif isinstance(step, dict):
            settings.update(step)
            Config.data = {name: json.dumps(settings[name]) for name in settings}
        elif isinstance(step[0], list):
            tasks = [asyncio.create_task(call(*one)) for one in step]
            out.append([])
            for task in tasks:
                out[-1].append(await task)
        else:
            out.append(await call(*step))
    print(json.dumps(out))

asyncio.run(main())
"""
FAULTS = STATES[1:]
EXPECTED = {
    "hang": (504, "upstream-timeout"),
    "refuse": (502, "upstream-refused"),
    "error500": (502, "upstream-error"),
    "garbage": (502, "upstream-garbage"),
    "huge": (502, "upstream-too-large"),
    "bad-key": (502, "upstream-bad-key"),
    "rate-limited": (503, "upstream-rate-limited"),
}


class Outside:
    """The world outside, and services of a board that ask it."""

    def __init__(self, standins):
        self.standins = standins

    def run(self, *steps, chip="esp8266", **settings):
        """Each step: [service, method, [arguments]], several of them at once, seconds that pass, or new settings; the results."""
        ports = self.standins.ports
        values = {"ports": ports, "settings": settings, "chip": chip, "steps": json.dumps(steps)}
        return micropython.run(RUN % values, timeout=60)

    def asked(self, name):
        """How many requests reached a stand-in."""
        return self.standins.state()["services"][name]["requests"]

    def channel(self):
        return self.standins.thingspeak.state()["channels"]["123"]
