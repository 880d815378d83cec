"""The world port's three verbs: change the world, put it back, show it."""

import json
import time
import zlib

from . import press, world
from . import shared_memory as p
from .child.wait import LOOK

_LOOK = 0.05  # seconds between two looks at a world that is waited for: the board drives its pins without telling anybody


class Play:
    """Plays the world around `board` (a Supervisor)."""

    def __init__(self, board):
        self.board = board
        board.page.set_byte(p.TORN, world.TORN.index("half"))
        self.world = world.start(board.profile, board.speed)
        with board.lock:
            self._apply(self.world)

    def change(self, change):
        """PUT /world. Raises world.Mistake; returns when the board has had time to notice."""
        with self.board.lock:
            new = world.merge(self.board.profile, self.world, change)
            if self.board.engine.folder and isinstance(change.get("power"), dict):
                raise world.Mistake(f"power: the engine {self.board.engine.name} can only cut it at once, not at a flash write")
            presses = world.presses(self.board.profile, change)
            services = change.get("services")
            cause, count, torn = world.power(change["power"]) if "power" in change else (None, None, None)
            before = self.board.page.byte(p.NET)
            if services is not None:
                self._services(services)
            self._apply(new)
            if count is not None:
                self.board.page.set_byte(p.TORN, world.TORN.index(torn))
                self.board.page.set_number(p.COUNTDOWN, count)
            if cause:
                self.board.page.set_number(p.COUNTDOWN, 0)
                self.board.restart(cause)
        self._settle(before)
        for number, how in presses.items():
            press.play(self.board, number, how)

    def outside(self, number):
        """What the world without presses drives a pin to, as Hardware.drive() takes it."""
        return self.world["pins"].get(self.board.profile.label(number), -1) + 1

    def reset(self):
        """POST /world/reset."""
        with self.board.lock:
            self.board.page.set_number(p.COUNTDOWN, 0)
            self.board.standins.reset()
            before = self.board.page.byte(p.NET)
            self._apply(world.start(self.board.profile, self.board.speed))
        self._settle(before)

    def _apply(self, new):
        old, self.world = self.world, new
        self.board.radio.world = new["wifi"]
        if new["time"]["speed"] != self.board.page.speed():
            self.board.page.set_speed(new["time"]["speed"])
            self.board.hardware.speed_changed()
            self.board.wake(LOOK)
        fire = self.board.hardware.follow(new)
        if fire:
            self.board.wake(*fire)
        for name in ("weather", "thingspeak"):
            if new["upstream"][name] != old["upstream"][name]:
                self.board.standins.set(name, new["upstream"][name])
        if new["time"]["ntp"] != old["time"]["ntp"]:
            self.board.standins.set("ntp", new["time"]["ntp"])
        if new["time"].get("date") != old["time"].get("date"):
            self.board.standins.set_date(new["time"].get("date"))
        before = self.board.page.byte(p.NET)
        self.board.radio.tick()
        self.board.radio_changed(before)

    def _services(self, settings):
        """What the stand-ins hold (standins/world.py, configure)."""
        try:
            self.board.standins.configure(settings)
        except ValueError as problem:
            raise world.Mistake(f"services: {problem}") from None

    def _settle(self, before=None):
        """Interfaces came or went: give a board that has sockets a moment to bring them in line. before: those before, if known."""
        deadline = time.monotonic() + 0.5
        while self.board.page.byte(p.NET) != before and time.monotonic() < deadline:
            seen = self.board.page.byte(p.SYNCED)
            if not seen or seen & 127 == self.board.page.byte(p.NET):
                return
            time.sleep(0.002)

    def picture(self):
        """GET /world/display.png: a PNG in bytes; None if there is no display on the wires."""
        with self.board.lock:
            display = self.board.hardware.display()
            return display and display.png()

    def view(self):
        """GET /world. A board that has just lost power or is being reset is shown when it boots again; an interface that is shown
        can be talked to."""
        self._settle()
        with self.board.lock:
            self.board.wait_boot(1)
            shown = dict(self.world)
            shown["wifi"] = {**world.show_wifi(self.world["wifi"]), **self.board.radio.describe()}
            booted = self.board.unix(self.board.page.number(p.BOOTED) / 1e9)
            shown["time"] = {**self.world["time"], "unix": round(self.board.unix(), 3), "booted": round(booted, 3)}
            shown["power"] = {
                "writes": self.board.page.number(p.WRITES),
                "cut_after_writes": self.board.page.number(p.COUNTDOWN) or None,
                "torn": world.TORN[self.board.page.byte(p.TORN)],
            }
            shown |= {
                "board": self.board.profile.name,
                "outputs": self.board.hardware.outputs(),
                "inputs": self.board.hardware.inputs(),
                "history": self.board.hardware.history(),
                "sensors": {label: dict(told) for label, told in self.board.hardware.sensors.items()},
                "display": self.board.hardware.display_lines(),
                "boots": self.board.boots,
                "ports": self.board.ports.table(),
                "internet": self.board.standins.ports,
                "services": self.board.standins.state(),
            }
        shown["console"] = self.board.console.lines()
        shown["pty"] = self.board.console.device
        return {"rev": _revision(shown), **shown}

    def view_changed(self, seconds, since=None):
        """GET /world?wait=SECONDS: as soon as its revision is another one than `since` (None: than now), or the time is up."""
        end = time.monotonic() + seconds
        while True:
            shown = self.view()
            since = since or shown["rev"]
            if shown["rev"] != since or time.monotonic() >= end:
                return shown
            time.sleep(_LOOK)


def _revision(shown):
    """What is another one when anything has changed but the time."""
    time_apart = {**shown, "time": {**shown["time"], "unix": None}}
    return f"{zlib.crc32(json.dumps(time_apart, sort_keys=True).encode()):08x}"
