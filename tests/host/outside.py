"""The services that ask the outside world, run by the real MicroPython against the stand-ins."""

import json

from tests.host import engine

RUN = """
import asyncio, json
from picorest import client, clock, net
from picorest.web import Problem
from picorest.thingspeak import ThingSpeak
from picorest.upstreams import Upstreams
from picorest.weather import Weather

ports = %(ports)r
settings = %(settings)r
hosts = {
    "api.openweathermap.org": "openweather", "api.open-meteo.com": "open-meteo",
    "geocoding-api.open-meteo.com": "geocoding", "api.thingspeak.com": "thingspeak",
}
real = net.address
net.address = lambda host, port: real("127.0.0.1", ports[hosts[host]]) if host in hosts else real(host, port)
late = 0
uptime = clock.uptime
clock.uptime = lambda: uptime() + late
DEFAULTS = {
    "weather": {"provider": "open-meteo"}, "proxy": {"cat": {"cache": 60}}, "ca": None,
    "thingspeak": {"url": "http://api.thingspeak.com", "window": 15, "write": {"fields": {}}},
}

class Board:
    chip = %(chip)r

class Config:
    def get(self, *path):
        for tree in (settings, DEFAULTS):
            value = tree
            for step in path:
                value = value.get(step) if value else None
            if value is not None:
                return value

class Impatient(client.Client):
    async def request(self, *args):
        return await client.Client.request(self, *args[:6], 1200, *args[7:])

class App:
    class wifi:
        connected = lambda: True
    board = Board
    config = Config()

App.client = Impatient(App)
services = {"weather": Weather(App), "proxy": Upstreams(App), "thingspeak": ThingSpeak(App)}
NAMES = {"weather": ("city", "lat", "lon"), "thingspeak": ("channel", "field", "results")}

async def call(service, method, args):
    if method != "write" and service in NAMES:
        args = [{name: arg for name, arg in zip(NAMES[service], args) if arg is not None}]
    try:
        found = await getattr(services[service], method)(*args)
        if method == "write":
            return found
        if not isinstance(found, str):
            found = "".join(found)
        return json.loads(found)
    except Problem as e:
        return dict(e.members, problem=e.type, status=e.status_code, detail=str(e))

async def main():
    global late
    out = []
    for step in json.loads(%(steps)r):
        if isinstance(step, int):
            late += step
            services["thingspeak"].ticks = None
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
FAULTS = ("slow", "hang", "refuse", "error500", "garbage", "huge", "chunked", "redirect", "bad-key", "rate-limited")
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
        """Each step: [service, method, [arguments]], several of them at once, or seconds that pass; their results."""
        ports = self.standins.ports
        values = {"ports": ports, "settings": settings, "chip": chip, "steps": json.dumps(steps)}
        return engine.run(RUN % values, timeout=60)

    def asked(self, name):
        """How many requests reached a stand-in."""
        return self.standins.state()["services"][name]["requests"]

    def channel(self):
        return self.standins.thingspeak.state()["channels"]["123"]
