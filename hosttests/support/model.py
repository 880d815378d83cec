"""A board and the model of its promises side by side, step by step: what a random sequence of steps is made of."""

import contextlib
import functools
import time

import pytest
import requests
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hosttests.support.promises import Output, Schedule, changes, end_timers, merge
from hosttests.support.upstreams import HOME
from hosttests.support.wifi import patient, router
from virtualboard.boards import BOARDS
from virtualboard.client import VirtualBoard, wait

PACE = 1000  # times as fast as life, where time passes; an alarm that comes three minutes late would be skipped
WITH_ALARM = 100
START = 60
AWAY = 4  # steps in vain until the router is back
BUSY = 15  # seconds in which a board on a busy computer comes to its restart: what happens by itself before that is not seen
LASTS = 60  # seconds after which a start does not count as short any more
# lamp and fan are everybody's, the gong is the alarm's alone, the bell is a button
PINS = {"nodemcu": {"lamp": "D5", "fan": "D6"}, "esp32": {"lamp": "25", "fan": "26", "gong": "27", "bell": "22"}}
SECONDS = st.sampled_from([5, 12.5, 40, 90, 600, 7200])
LEVEL = st.sampled_from([0, 1, "toggle", 0.25, 0.75])
NAME = st.sampled_from(["lamp", "fan"])
ENTRY = st.fixed_dictionaries({}, optional={"safe": st.sampled_from([0, 1, None]), "invert": st.booleans()})
CHANGE = st.fixed_dictionaries({}, optional={
    "hostname": st.sampled_from(["shed", "garden", None]), "timezone": st.sampled_from(["CET-1CEST,M3.5.0,M10.5.0/3", None]),
    "lamp": ENTRY, "fan": ENTRY, "note": st.text("aü\"\\<", max_size=60),
})  # fmt: skip
REFUSED = [{"state": 7}, {"state": 1, "for": -1}, {"pwm": 2}, {"mode": "up"}, {"state": 1, "pwm": 0.5}, {"x": 1}, [], "on"]


def inside(step):
    """A step for which one has to reach the board: while the router is away nothing comes of it, and after some it is back.

    No precondition: what is drawn must not depend on what the board has done."""

    @functools.wraps(step)
    def taken(self, **drawn):
        if self.away:
            self.away -= 1
            if not self.away:
                self.away = 1
                self.the_router(3)
            return
        step(self, **drawn)

    return taken


class Promises(RuleBasedStateMachine):
    """What holds after each step: no wire has moved but by who owns it, no restart but those asked for, alarms exactly once."""

    board: VirtualBoard  # set by who runs it

    @initialize()
    def begin(self):
        board = self.board
        self.world, self.labels = board.world, PINS[board.name]
        self.gpio = {who: BOARDS[board.name].gpio(label) for who, label in self.labels.items()}
        self.outputs = {who: Output(BOARDS[board.name].idle.get(self.gpio[who], 0)) for who in self.labels if who != "bell"}
        self.roomy = "gong" in self.labels
        self.schedule = Schedule()
        self.away, self.safe = 0, False
        self.world.reset()
        self.configured(first(board.name, self.labels))
        self.boots = self.world.get()["boots"]
        self.upto = self.now()
        self.restarted("cut")
        self.upto = self.now()  # of the history: what was before is another sequence's
        for output in self.outputs.values():
            output.settled()

    def configured(self, config: dict) -> None:
        """Another whole configuration, whatever there was."""
        ask = self.board.patch
        with self.world.fast():
            wait(lambda: answered(self.board.get, "/status"), "it does not come back from the last sequence", 60)
        was = self.board.get("/config").json()
        if self.board.get("/status").json()["mode"] == "safe":
            self.board.reboot()
        assert patient(ask, "/config", dict.fromkeys(was)).ok
        assert patient(ask, "/config", config).ok
        self.config = config

    # -- steps

    @rule(who=NAME, what=LEVEL, seconds=st.none() | SECONDS, way=st.sampled_from(["PUT", "GET"]))
    @inside
    def write(self, who, what, seconds, way):
        spec = {"pwm" if isinstance(what, float) else "state": what, **({"for": seconds} if seconds else {})}
        since = self.now()
        if way == "PUT":
            answer = patient(self.board.put, f"/gpio/{self.labels[who]}", spec)
        else:
            query = "&".join(f"{key}={value}" for key, value in spec.items())
            answer = patient(lambda path, _: self.board.get(path), f"/gpio?pin={self.labels[who]}&{query}", None)
        if self.taken(answer):
            self.outputs[who].write(what, seconds, since)

    @rule(lamp=LEVEL, fan=LEVEL, seconds=st.none() | SECONDS)
    @inside
    def several(self, lamp, fan, seconds):
        since, specs = self.now(), {}
        for who, what in (("lamp", lamp), ("fan", fan)):
            specs[self.labels[who]] = {"pwm" if isinstance(what, float) else "state": what, **({"for": seconds} if seconds else {})}
        if self.taken(patient(self.board.put, "/gpio", specs)):
            self.outputs["lamp"].write(lamp, seconds, since)
            self.outputs["fan"].write(fan, seconds, since)

    @rule(who=NAME, spec=st.sampled_from(REFUSED), batch=st.booleans())
    @inside
    def refused(self, who, spec, batch):
        """A mistake changes nothing, neither the pin nor a timer."""
        pin = self.labels[who]
        answer = self.board.put("/gpio", {pin: 1, "no-such-pin": 1}) if batch else self.board.put(f"/gpio/{pin}", spec)
        assert answer.status_code in ((503,) if self.safe else (400, 404)), answer.text

    @rule(seconds=st.sampled_from([1, 20, 61, 100, 180]))
    def time_passes(self, seconds):
        self.sleep(seconds)

    @rule(change=CHANGE)
    @inside
    def configure(self, change):
        before = self.now()
        answer = patient(self.board.patch, "/config", self.patch(change))
        assert answer.ok, answer.text
        self.believe(merge(self.config, self.patch(change)), before)
        if self.safe:
            self.after_restart(asked=True)

    @rule(change=CHANGE, number=st.integers(1, 12), torn=st.sampled_from(["lost", "old", "half"]))
    @inside
    def configure_while_the_power_goes(self, change, number, torn):
        """The configuration is the old one or the new one, and the new one if the board has said so."""
        self.settle(BUSY)
        before, new = self.now(), merge(self.config, self.patch(change))
        self.world.put({"power": {"cut_after_writes": number, "torn": torn}})
        finished = answered(lambda path: patient(self.board.patch, path, self.patch(change)), "/config")
        if not finished:
            self.world.wait(lambda world: world["boots"] > self.boots)
        self.world.put({"power": None})
        gone = self.world.get()["boots"] > self.boots
        if gone or self.safe:
            self.after_restart(asked=True, unless=None if finished else new)
        if finished:
            self.believe(new, before)
            if gone:
                self.start_as_configured(before)

    @rule(how=st.sampled_from(["cut", "reset", "panic", "panic", "POST"]))
    def restart(self, how):
        if how == "POST" and self.away:
            how = "reset"
        self.settle(BUSY, self.booted + LASTS)  # whether this start was a short one must not be anybody's guess
        if self.away:
            time.sleep(0.5)
        else:
            self.reach("/status", speed=1)  # it has noticed what time it is
        self.restarted(how)

    @rule(seconds=st.sampled_from([3, 100]))
    def the_router(self, seconds):
        """It goes, or comes back."""
        router(self.board, bool(self.away))
        self.away = 0 if self.away else AWAY
        if self.away:
            return self.sleep(seconds)
        self.reach("/config")
        self.clock()

    @rule()
    def press(self):
        """The link between the button and the fan."""
        if self.safe or not self.roomy:
            return
        self.sleep(1)  # another one is let go, as what comes within 20 ms is a bounce; and a timer may end before it
        since = self.now()
        self.world.put({"press": {self.labels["bell"]: {"ms": 100}}})
        self.outputs["fan"].write("toggle", None, since)

    @rule(every=st.sampled_from([60, 90, None]))
    @inside
    def alarm(self, every):
        if self.safe or not self.roomy:
            return
        before = self.now()
        if every:
            answer = patient(self.board.put, "/alarms/gong", {"every": every, "do": "gong.toggle"})
        else:
            answer = self.board.request("DELETE", "/alarms/gong")
        assert answer.ok or answer.status_code == 404 and not every, answer.text
        alarms = [{"id": "gong", "every": every, "do": "gong.toggle"}] if every else []
        known = {key: value for key, value in self.config.items() if key != "alarms"}
        self.believe({**known, "alarms": alarms} if answer.ok else self.config, before)

    @rule()
    @inside
    def look(self):
        """What the board says of itself is what the model has."""
        self.same(self.board.get("/config").json(), self.config)
        if self.safe:
            return
        said = {pin["pin"]: pin for pin in self.board.get("/gpio").json()["pins"]}
        for who, output in self.outputs.items():
            pin = said.get(self.gpio[who])
            assert (pin is None) == (output.setting is None), (who, pin, output.setting)
            if pin and who != "gong":
                kind, value = output.setting
                assert (pin["mode"], pin["pwm" if kind == "pwm" else "state"]) == (kind, value), (who, pin, output.setting)
                assert ("for" in pin) == (output.expires is not None), (who, pin, output.expires)

    # -- what holds after each

    @invariant()
    def nothing_moves_by_itself(self):
        if hasattr(self, "boots"):
            self.settle()

    def settle(self, ahead: float = 3, also: float | None = None):
        """What ends by itself within so many seconds does, and a moment that is named has passed then; every wire has done what it
        must, and nothing else."""
        while soon := self.soon(ahead, also):
            self.rest(max(soon) + 1)
        last = []

        def seen() -> bool:
            world = self.world.get()
            last[:] = [self.fresh(world)]
            assert world["boots"] == self.boots, f"a restart that nobody asked for: {self.board.console()}"
            self.pass_to(world["time"]["unix"])
            return self.explained(dict(last[0])) and all(self.shown(who, world["outputs"]) for who in self.outputs)

        wait(seen, lambda: f"seen {last}, due {[(who, o.moves, o.loose) for who, o in self.outputs.items()]}, {self.schedule.due}")
        self.upto = max([at for changes in last[0].values() for at, _ in changes] + [self.upto])
        for output in self.outputs.values():
            output.settled()

    def soon(self, ahead: float, also: float | None) -> list[float]:
        """When timers end and an alarm is due, of the time from a second ago to so many seconds from now."""
        now = self.now()
        ends = [also, self.schedule.next(now - 1), *(output.expires for output in self.outputs.values())]
        return [at for at in ends if at and now - 1 < at < now + ahead]

    def pass_to(self, now: float) -> None:
        """What was to happen by itself until then has happened."""
        end_timers(self.outputs.values(), now)
        self.schedule.pass_to(now, self.clock_set and not self.safe)

    def shown(self, who: str, pins: dict) -> bool:
        """Whether a wire that may show anything for a moment has become what it must."""
        output, pin = self.outputs[who], pins.get(str(self.gpio[who]), {})
        due = output.loose and (output.setting[0], pytest.approx(output.duty(), abs=0.01))
        return not due or (pin.get("mode"), pin.get("duty", 0)) == due

    def fresh(self, world: dict) -> dict:
        """{who or GPIO: [(when, level)]} of what the wires have done since the last look."""
        known = {str(gpio): who for who, gpio in self.gpio.items()}
        found = {known.get(gpio, gpio): told for gpio, told in changes(world, self.upto).items()}
        found.pop("bell", None)  # what the world does
        return found

    def explained(self, found: dict) -> bool:
        """Whether that is all that must have happened, and nothing else."""
        gong, alarms = self.outputs.get("gong"), []
        if gong and "gong" in found:
            found["gong"], alarms = found["gong"][: len(gong.moves)], found["gong"][len(gong.moves) :]
        good = all(output.seen(found.pop(who, [])) for who, output in self.outputs.items()) and not found
        due = self.schedule.due[:]
        level = gong and gong.level
        good = good and all([self.schedule.done(at) and level != (level := new) for at, new in alarms])
        if good and not self.schedule.owes():
            if alarms:
                gong.setting, gong.level = ("out", level ^ bool(gong.entry.get("invert"))), level
            return True
        self.schedule.due = due
        return False

    # -- small things

    def now(self) -> float:
        return self.world.get()["time"]["unix"]

    def taken(self, answer: requests.Response) -> bool:
        """Whether a change was made; in safe mode none is."""
        if self.safe:
            assert (answer.status_code, answer.json()["type"]) == (503, "safe-mode"), answer.text
            return False
        assert answer.ok, answer.text
        return True

    def patch(self, change: dict) -> dict:
        """As PATCH /config has it."""
        pins = {self.labels[who]: change[who] for who in ("lamp", "fan") if who in change}
        return {**{key: value for key, value in change.items() if key not in ("lamp", "fan")}, **({"pins": pins} if pins else {})}

    def believe(self, config: dict, before: float) -> None:
        """This is the configuration now, since a moment after `before`."""
        self.config = config
        if self.roomy:
            every = next((one["every"] for one in config.get("alarms", [])), None)
            if every != self.schedule.every:
                self.schedule.change(every, before, self.now())

    def same(self, said: dict, config: dict) -> None:
        assert hidden(said) == hidden(config), (said, config)

    def reach(self, path: str, speed: int = START) -> None:
        """Return when it answers there."""
        with self.world.fast(speed):
            wait(lambda: answered(self.board.get, path), lambda: f"no answer to {path}: {self.board.console()}", 60)

    def rest(self, until: float) -> None:
        """Virtual time passes up to a moment."""
        with self.world.fast(WITH_ALARM if self.schedule.every else PACE):
            wait(lambda: self.now() >= until, "time stands still", 60)

    def sleep(self, seconds: float) -> None:
        """So many seconds pass, in pieces that the history has room for."""
        end = self.now() + seconds
        while self.now() < end:
            self.rest(min(end, self.now() + 100))
            self.settle()

    def restarted(self, how: str) -> None:
        """Restart it in one of the ways that there are."""
        if how == "POST":
            assert self.board.post("/reset").ok
        else:
            self.world.put({"power": how})
        self.after_restart(asked=how != "panic")

    def after_restart(self, asked: bool, unless: dict | None = None) -> None:
        """The board starts again. asked: it does not count as one that failed. unless: the configuration it may have instead."""
        since = self.upto
        world = self.world.wait(lambda world: world["boots"] > self.boots)
        self.boots = world["boots"]
        lasted = world["time"]["booted"] - getattr(self, "booted", 0) > LASTS and not self.safe
        self.short = 1 if asked or lasted else self.short + 1
        self.booted, self.clock_set = world["time"]["booted"], False
        self.safe = not asked and self.short > 3
        if self.away:  # its services run when it looks for a network; an ESP8266's radio does that by itself, before pins are set
            lamp = str(self.gpio["lamp"])
            self.world.wait(lambda world: world["wifi"]["station"]["active"] and lamp in world["outputs"])
        else:
            self.reach("/config")
            if unless is not None:
                said = hidden(self.board.get("/config").json())
                assert said in (hidden(self.config), hidden(unless)), (said, self.config, unless)
                self.believe(unless if said == hidden(unless) else self.config, since)
            assert (self.board.get("/status").json()["mode"] == "safe") == self.safe, (self.short, self.board.get("/log").text)
            self.clock()
        self.start_as_configured(since)

    def start_as_configured(self, since: float) -> None:
        for who, output in self.outputs.items():
            output.start(self.config["pins"].get(self.labels[who], {}), since)

    def clock(self) -> None:
        """The time is known from here on; in safe mode nobody needs it."""
        if not self.clock_set and not self.safe:
            self.reach("/time")
            self.schedule.pass_to(self.now(), False)
            self.clock_set = True

    def teardown(self):
        self.board.world.reset()


def first(name: str, labels: dict) -> dict:
    """The configuration that each sequence starts with."""
    pins = {labels[who]: {"name": who, "mode": "out"} for who in ("lamp", "fan", "gong") if who in labels}
    if "bell" not in labels:
        return {"wifi": HOME, "pins": pins}
    pins[labels["bell"]] = {"name": "bell", "mode": "in", "pull": "up", "button": {}}
    return {"wifi": HOME, "pins": pins, "links": [{"when": "bell.press", "do": "fan.toggle"}]}


def hidden(config: dict) -> dict:
    """A configuration without its secrets, which are told as true, and lists that are empty."""
    return {key: value for key, value in config.items() if key != "wifi" and value != []}


def answered(ask, path: str) -> bool:
    """Whether it answers, and well."""
    with contextlib.suppress(requests.RequestException):
        return ask(path).ok
    time.sleep(0.05)
    return False
