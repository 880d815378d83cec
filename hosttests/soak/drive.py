"""Lets episodes happen to a board and sees that it keeps what it promises: no restart that nobody asked for, no output that moves
but by its owner, an answer for everybody polite, and memory that stays."""

import contextlib
import functools
import hashlib
import random
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import requests

from host.board.ota import pack
from host.build import build
from hosttests.conftest import FREE_PINS
from hosttests.fuzz.drive import Fuzz
from hosttests.fuzz.mutate import make
from hosttests.soak.happenings import QUICK, Episode, episode
from hosttests.support import lives
from hosttests.support.hostile_clients import Siege
from hosttests.support.promises import Output, changes, end_timers
from hosttests.support.wifi import patient
from virtualboard.boards import BOARDS
from virtualboard.client import VirtualBoard, wait

BUSY, QUIET = 4, 1500  # times as fast as life, while somebody asks and while nobody does
OURS = {"nodemcu": ("D1", "D7"), "esp32": ("27", "32"), "nano_esp32": ("D6", "D7"), "esp32c3": ("7", "10")}
BEARABLE = (*range(200, 500), *range(501, 505))  # of a board that is well beside servers that are not


class Broken(AssertionError):
    """A promise that was not kept."""


def config(name: str) -> dict:
    """Everything that one board is likely to do at once, asked rarely enough that hours pass in seconds; one output stays on, and
    one is ours to switch. Nobody who has no token changes anything."""
    keep, mine = OURS[name]
    full = lives.full(name)
    full["thingspeak"]["write"]["every"], full["thingspeak"]["read"]["every"] = 300, 120
    if name == "nodemcu":  # what an ESP8266 has memory for
        del full["thingspeak"]["read"]
    full["pins"] |= {keep: {"mode": "out", "safe": 1}, mine: {"mode": "out"}}
    return full


class Soak:
    """One soak of a board that runs config(). samples: (simulated hours, free, largest piece) after each episode.
    patience: seconds for an output to do what is due."""

    patience = 20

    def __init__(self, board: VirtualBoard, seed: int):
        self.board, self.world, self.seed = board, board.world, seed
        self.life = lives.Life(board, config(board.name), seed)
        board.session.headers.update({**self.life.headers, "Connection": "close"})
        self.steps = [step._replace(right=BEARABLE) for step in self.life.steps]
        self.pins = dict(zip(("keep", "mine"), OURS[board.name], strict=True))
        self.gpio = {who: str(BOARDS[board.name].gpio(pin)) for who, pin in self.pins.items()}
        self.outputs = {who: Output(BOARDS[board.name].idle.get(int(gpio), 0)) for who, gpio in self.gpio.items()}
        self.whole = board.engine == "native"
        self.hostile = self.faults = self.disturbed = 0
        self.restarts, self.ailments, self.pause = Counter(), Counter(), 0.0
        self.samples, self.marks = [], []
        self.life.ready()
        self.fuzz = Fuzz(board, FREE_PINS[board.name], seed)
        self.boots = self.world.get()["boots"]
        self.start = self.upto = self.now()
        for who, output in self.outputs.items():
            output.start(config(board.name)["pins"][self.pins[who]], self.start)
            output.settled()
        self.sample()

    def now(self) -> float:
        return self.world.get()["time"]["unix"]

    def hours(self) -> float:
        """Simulated ones since the start."""
        return (self.now() - self.start) / 3600

    # -- an episode

    def one(self, number: int) -> None:
        """Let the episode of this number happen; Broken if a promise is."""
        this = episode(self.seed, number, self.whole)
        try:
            self.world.put({"time": {"speed": BUSY}})
            quick = [fault for fault in this.faults if fault in QUICK]
            for fault in quick:
                self.put(fault)
            self.busy(this)
            for fault in this.faults:
                self.put(fault)
            self.quietly(this)
            self.calm()
            self.restart(this)
            self.sample()
        except (AssertionError, OSError, EOFError, ValueError) as error:
            raise Broken(f"seed {self.seed}, episode {number}: {error or type(error).__name__}\n{this}") from error

    def put(self, fault: dict) -> None:
        """One fault of the world; SENSOR is the one that this board has."""
        if "dht" in fault:
            fault = {"dht": {lives.SENSOR[self.board.name]: fault["dht"]["SENSOR"]}}
        self.world.put(fault)
        self.faults += 1

    def busy(self, this: Episode) -> None:
        """Polite clients, every endpoint, hostile ones between them."""
        order = self.steps[:]
        this.order.shuffle(order)
        inputs = list(this.hostile)
        self.own(this.order.choice([0, 1, "toggle"]), this.order.choice([None, 60, 900]))
        with self.polled(), Siege(self.board, *this.siege):
            for n, step in enumerate(order):
                self.life.ask(step)
                if n % 2 and inputs:
                    number = inputs.pop()
                    self.fuzz.one(make(self.seed, number), random.Random(f"manner {self.seed}:{number}"))
                    self.hostile += 1
        self.fuzz.let_go()
        self.look()

    def own(self, what, seconds: float | None) -> None:
        """The owner switches the output that is ours."""
        since = self.now()
        body = {"state": what, **({"for": seconds} if seconds else {})}
        if (answer := self.life.ask(lives.Step("PUT", f"/gpio/{self.pins['mine']}", body))) is not None and answer.ok:
            self.outputs["mine"].write(what, seconds, since)

    @contextlib.contextmanager
    def polled(self):
        """Somebody asks all the time: the longest that it took counts, in seconds of the board's."""
        over = threading.Event()

        def poll():
            while not over.wait(0.1):
                start = time.monotonic()
                self.life.ask(lives.Step("GET", "/health", None, (200, 503)))
                self.pause = max(self.pause, (time.monotonic() - start) * BUSY)

        thread = threading.Thread(target=poll)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def quietly(self, this: Episode) -> None:
        """Time passes, the router goes and comes back."""
        for _ in range(this.flaps):
            self.put({"wifi": {"up": False}})
            self.sleep(120)
            self.world.put({"wifi": {"up": True}})
            self.sleep(60)
        self.sleep(this.quiet)

    def sleep(self, seconds: float) -> None:
        """In pieces, so that what moves is seen before the history forgets it."""
        end = self.now() + seconds
        with self.world.fast(QUIET):
            while (now := self.now()) < end:
                until = min(end, now + 3600)
                wait(lambda until=until: self.now() >= until, "time stands still", 60)
                self.look()

    def calm(self) -> None:
        """All faults end; the board is well then."""
        self.world.reset()
        self.well()
        self.look()
        if self.life.wrong:
            raise Broken(f"answers that are none: {dict(self.life.wrong)}")

    def well(self) -> None:
        """Return when it is in its network and knows the time; what still fails after some minutes counts as an ailment."""
        said = {}

        def met(*good) -> bool:
            with contextlib.suppress(requests.RequestException):
                if self.board.get("/time").ok:
                    said.update(self.board.get("/health").json())
            return said.get("status") in good

        with self.world.fast(40):
            wait(lambda: met("ok", "degraded"), lambda: f"it is not well again: {self.board.console()}", 60)
            try:
                wait(lambda: met("ok"), seconds=15)
            except AssertionError:
                self.ailments[said.get("detail", "")] += 1
        self.world.put({"time": {"speed": BUSY}})

    def look(self) -> None:
        """No restart, no traceback, and the two outputs have done what their owner wants."""
        last = {}

        def seen() -> bool:
            world = self.world.get()
            if world["boots"] != self.boots:
                raise Broken(f"a restart that nobody asked for\n{self.board.console()}")
            end_timers(self.outputs.values(), world["time"]["unix"])
            last.update(found=changes(world, self.upto))
            return all(output.seen(last["found"].get(self.gpio[who], [])) for who, output in self.outputs.items())

        try:
            wait(seen, lambda: f"an output moved: {last}, {[(who, each.moves) for who, each in self.outputs.items()]}",
                 self.patience)  # fmt: skip
        except AssertionError as error:
            self.disturbed += not isinstance(error, Broken)
            raise
        self.upto = max([at for told in last["found"].values() for at, _ in told] + [self.upto])
        for output in self.outputs.values():
            output.settled()
        assert "Traceback" not in self.board.console(), self.board.console()

    # -- restarts that are asked for

    def restart(self, this: Episode) -> None:
        """In the way that the episode has; then it serves with the same configuration, and the outputs are where they belong."""
        if not this.restart:
            return
        since = self.upto
        if this.restart == "POST":
            assert self.life.ask(lives.Step("POST", "/reset", {}, (202,))) is not None
        elif this.restart == "write":
            self.world.put({"power": {"cut_after_writes": this.writes}})
            done = None
            with contextlib.suppress(requests.RequestException):
                done = patient(self.board.patch, "/config", {"weather": {"place": "Rome,IT"}})
                assert done.ok, done.text
            self.world.put({"power": None})
            if done is not None and self.world.get()["boots"] == self.boots:
                return  # it needed fewer writes
        elif this.restart == "update":
            data, name = firmware(self.board.name), f"{this.number:08x}"
            query = {"id": name, "sha256": hashlib.sha256(data).hexdigest()}
            ask = functools.partial(self.board.request, "PUT", params=query, timeout=60)
            answer = patient(lambda path, body: ask(path, data=body), "/update", data)
            assert answer.status_code == 202, answer.text
        else:
            self.world.put({"power": this.restart})
        world = self.world.wait(lambda world: world["boots"] > self.boots)
        self.boots = world["boots"]
        self.restarts[this.restart] += 1
        self.marks.append(self.hours())
        self.well()
        now = self.board.get("/config").json()
        assert now["pins"] == config(self.board.name)["pins"], now
        for who, output in self.outputs.items():
            output.start(now["pins"][self.pins[who]], since)
        self.look()
        if this.restart == "update":
            with self.world.fast(10):
                wait(lambda: not self.board.get("/update").json()["trial"], "the new version does not prove itself", 60)
            assert self.board.get("/update").json()["running"] == name
        self.look()

    def sample(self) -> None:
        memory = self.world.memory()
        self.samples.append((self.hours(), memory["free"], memory["largest"]))


def firmware(name: str, made: dict = {}) -> bytes:  # noqa: B006 (kept from call to call)
    """What PUT /update takes: this tree's version for that board."""
    if name not in made:
        with tempfile.TemporaryDirectory() as folder:
            made[name] = pack(build(name, Path(folder)), "romfs" if name == "nodemcu" else "tar")
    return made[name]
