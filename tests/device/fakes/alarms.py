"""A board with alarms whose clock the test turns."""

import json

import picorest.actions
from picorest import clock
from picorest.alarms.service import Alarms

MONDAY = 1795996800  # 2026-11-30


class App:
    """A board with these alarms, whose clock the test turns; `done` are the actions."""

    def __init__(self, *alarms, **config):
        self.tree = dict({"timezone": "UTC0", "weather": {"lat": 48.85, "lon": 2.35}}, **config)
        self.config = self.pins = self.sntp = self
        self.listeners = ()
        self.set_at = 0
        self.data = {}
        self.board = None
        self.done = []
        self.says = {}
        self.begin = self.memory_reserve = 0
        self.set(*alarms)
        self.turn(MONDAY)
        picorest.actions.perform = self.perform
        self.service = Alarms(self)

    def get(self, *path):
        value = self.tree
        for step in path:
            value = value.get(step) if value else None
        return value

    def set(self, *alarms):
        self.data["alarms"] = json.dumps(list(alarms), separators=(",", ":")).encode()

    def turn(self, unix):
        """The clock says so from now on."""
        clock.unix = lambda: unix
        clock.uptime = lambda: unix - MONDAY + 1000000
        self.now = unix

    def correct(self, unix):
        """A time server has put the clock right: uptime does not notice."""
        uptime = clock.uptime()
        self.turn(unix)
        clock.uptime = lambda: uptime
        self.set_at += 1

    def perform(self, app, spec, told=None):
        self.done.append((self.now, spec["do"]))
        return self.says.get(spec["do"])

    def find(self, name):
        self.gpio = {"bell": 0, "D3": 0}.get(name, 1)
        return self

    def run(self, seconds, step=1):
        """So much time passes; what was done meanwhile, as seconds since Monday."""
        del self.done[:]
        for _ in range(0, seconds, step):
            self.turn(self.now + step)
            self.service.step()
        return [(at - MONDAY, do) for at, do in self.done]

    def release(self):
        """There is memory enough."""


class Fixture:
    """Keeps the clock as it was."""

    def __enter__(self):
        self.before = clock.unix, clock.uptime, clock.synced, picorest.actions.perform
        clock.synced = True

    def __exit__(self, *_):
        clock.unix, clock.uptime, clock.synced, picorest.actions.perform = self.before
