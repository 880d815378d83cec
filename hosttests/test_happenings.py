"""Presses with bounces, events of links and edits of alarms, at random: all are counted, none twice, and the heap stays as it is.

Some in each run of the tests; --happenings 10000 for as many as docs/proof.md tells of."""

import random
import time

import pytest

from hosttests.support.gpio import ok
from hosttests.support.upstreams import HOME, online
from virtualboard.client import wait

pytestmark = pytest.mark.world
QUICK = 50  # how fast time runs from one press to the next, so that links do not take many for a ring
ROUND = 10  # happenings between two looks
EDITS = 2  # of them
WARM = 2  # rounds after which what is needed has been loaded
# bytes of the heap that may be missing then: the parts of the program that come and go, and what is remembered for a while
SLACK = {"esp32": 9000, "nodemcu": 600}
PINS = {"esp32": {"bell": "25", "door": "27", "lamp": "26", "fan": "33", "gate": "32"}, "nodemcu": {"bell": "D6"}}
LINKS = [
    {"when": "bell.press", "do": "lamp.toggle"}, {"when": "lamp", "do": "fan.toggle"},
    {"when": "door", "is": 0, "do": "gate.on", "else": "gate.off"},
]  # fmt: skip


class Happenings:
    """What is done to a board at random, and what it should say of that."""

    def __init__(self, board, seed):
        self.board, self.random = board, random.Random(seed)
        self.pins = PINS[board.name]
        self.presses = 0
        self.door = self.turns = 1  # its link acts at the start, too
        self.alarms = {}

    def outside(self):
        """Somebody presses the button, or opens or closes the door."""
        choose = self.random.randrange
        if "door" in self.pins and not choose(4):
            self.door = 1 - self.door
            self.turns += 1
            self.board.world.put({"pins": {self.pins["door"]: self.door}})
            wait(lambda: self.level("gate") == 1 - self.door, "the link of the door does not act")
            return
        self.board.world.put({"press": {self.pins["bell"]: {"bounces": choose(12), "ms": 30 + choose(60)}}})
        self.presses += 1
        with self.board.world.fast(QUICK):
            time.sleep(0.3 / QUICK)

    def level(self, name):
        return self.board.world.get()["outputs"].get(self.pins[name], {}).get("level", 0)

    def edit(self):
        """Somebody makes an alarm, changes one, or takes one away."""
        board, choose = self.board, self.random.randrange
        at = f"{choose(24):02}:{choose(60):02}"
        name = f"alarm{choose(8)}"
        if name in self.alarms and choose(2):
            assert ok(board.request("DELETE", f"/alarms/{name}"))["was"]["at"] == self.alarms.pop(name)
        elif name in self.alarms:
            was = ok(board.put(f"/alarms/{name}", {"at": at, "enabled": bool(choose(2))}))["was"]
            assert was["at"] == self.alarms[name]
            self.alarms[name] = at
        else:
            alarm = {"id": name, "at": at, "date": "2020-02-29", "do": "gate.toggle"}  # never due: the world's time does not count
            assert board.post("/alarms", alarm).status_code == 201
            self.alarms[name] = at

    def counts(self):
        return [link["count"] for link in ok(self.board.get("/links"))["links"]]

    def agree(self):
        """Wait until the board's counters are those of what was done, and look at all else that it says."""
        board = self.board
        wait(
            lambda: (said := ok(board.get("/gpio/bell"))["button"])["press"] == said["release"] == self.presses,
            lambda: f"{board.get('/gpio/bell').text} is not {self.presses}",
        )
        if "door" not in self.pins:
            return
        counted = [self.presses, self.turns]
        wait(lambda: (counts := self.counts())[::2] == counted and (counts[1] - self.presses) % 2 == 0,
             lambda: f"{board.get('/links').text} is not {counted}")  # fmt: skip
        assert self.counts()[1] <= self.presses  # of two changes between two looks at a pin neither is one
        assert all(link["why"] is None for link in ok(board.get("/links"))["links"])
        assert (self.level("lamp"), self.level("fan")) == (self.presses % 2, self.presses % 2)
        assert {alarm["id"]: alarm["at"] for alarm in ok(board.get("/alarms"))["alarms"]} == self.alarms


def settings(board_name):
    modes = {"bell": {"mode": "in", "pull": "up", "button": {"hold": 0}}, "door": {"mode": "in", "pull": "up"}}
    pins = {pin: {"name": name, **modes.get(name, {"mode": "out"})} for name, pin in PINS[board_name].items()}
    more = {"links": LINKS} if board_name == "esp32" else {}
    return {"wifi": HOME, "pins": pins, **more}


@pytest.mark.boards("esp32", "nodemcu")
def test_all_that_happens_is_counted_and_the_heap_stays(fresh_board, board_name, request):
    count = request.config.getoption("--happenings")
    board = online(fresh_board(config=settings(board_name)))
    happenings = Happenings(board, count)
    memory = []
    for turn in range(max(2 * WARM, -(-count // ROUND))):
        for _ in range(ROUND - EDITS):
            happenings.outside()
        for _ in range(EDITS if "door" in happenings.pins else 0):
            happenings.edit()
        happenings.agree()
        if turn >= WARM:
            memory.append(board.world.memory())
    print(f"{happenings.presses} presses, {happenings.turns} turns of the door; {memory[0]}, {memory[-1]}")
    third = -(-len(memory) // 3)
    before, after = (max(one["free"] for one in some) for some in (memory[:third], memory[-third:]))
    assert memory[0]["names"] == memory[-1]["names"] and after > before - SLACK[board_name], (memory[0], memory[-1])
    assert ok(board.get("/health"))["status"] == "ok"
