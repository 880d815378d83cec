"""Buttons: whatever the contacts do, what is counted agrees with the world's."""

import gc
import random
from json import loads

import micropython
from expect import equal
from fakes.chip import PERIOD, Chip
from fakes.gpio import Pin, do, pins
from picorest.gpio.buttons import Buttons

EVENTS = "press", "release", "hold", "double"
HOLD, BOUNCE, DOUBLE = 600, 20, 400


class App:
    """What the service needs of the application; heard: what listeners are told."""

    def __init__(self, entry):
        pin = "D5"
        self.config = type("C", (), {"get": lambda self, *path: {pin: entry}})()
        self.heard = []
        self.listeners = [lambda name, event: self.heard.append((name, event))]
        self.pins = pins("nodemcu", {pin: entry})
        self.service = Buttons(self)

    def turn(self):
        """One turn of the service."""
        self.service.step()


def button(**more):
    return {"name": "bell", "mode": "in", "pull": "up", "button": dict(more)}


def wire(chip, level, interrupt=True):
    Pin.levels[14] = level
    if interrupt:
        Pin.handlers[14](1)


def expected(edges, active, end):
    """(event, ticks) of each event, of the edges [(ms, level)] on a wire that rests at first."""
    stable, changes = 1 - active, []
    for n, (at, level) in enumerate(edges):
        until = edges[n + 1][0] if n + 1 < len(edges) else end
        if level != stable and until - at >= BOUNCE:
            stable = level
            changes.append((at, level))
    told, open_until, kind = [], None, None
    for n, (at, level) in enumerate(changes):
        until = changes[n + 1][0] if n + 1 < len(changes) else end
        if level == active:
            told.append("press")
            kind = "double" if open_until is not None and at <= open_until else "press"
            if kind == "double":
                told.append("double")
            if until - at >= HOLD:
                told.append("hold")
                kind = "hold"
        else:
            told.append("release")
            open_until = at + DOUBLE if kind == "press" else None
    return told


def random_edges(presses, active):
    """Edges [(ms, level)] of so many presses, with bounces, glitches and hurried fingers."""
    at, edges = 0, []
    for _ in range(presses):
        for level, shortest, longest in ((active, 25, 900), (1 - active, 25, 700)):
            at += random.randrange(1, 5)
            for _ in range(random.randrange(7)):
                edges.append((at, level))
                at += random.randrange(BOUNCE)
                edges.append((at, 1 - level))
                at += random.randrange(BOUNCE)
            edges.append((at, level))
            at += random.randrange(shortest, random.choice((60, 300, longest)))
            if random.randrange(8) == 0:  # a spark somewhere
                edges.append((at, 1 - level))
                at += random.randrange(3)
                edges.append((at, level))
                at += 40
    return edges, at + 100


def play(app, chip, edges, end, blocked):
    """Let the wire move while the loop comes round every 20 ms, or is blocked for so long now and then."""
    now, turn = 0, 0
    edges = edges + [(end, None)]
    for at, level in edges:
        while turn <= at:
            if turn > now:
                chip.wait(turn - now)
                now = turn
            app.turn()
            turn = now + random.randrange(18, 24) + (random.randrange(blocked) if random.randrange(5) == 0 else 0)
        chip.wait(at - now)
        now = at
        if level is not None and Pin.levels.get(14) != level:
            wire(chip, level)
    chip.wait(50)
    app.turn()


def compare(presses, active, blocked):
    edges, end = random_edges(presses, active)
    with Chip(random.randrange(PERIOD)) as chip:
        Pin.levels[14] = 1 - active
        app = App({"mode": "in", "button": {"active": active, "hold": HOLD / 1000}})
        wire(chip, 1 - active)
        app.service = Buttons(app)
        chip.wait(30)
        play(app, chip, edges, end, blocked)
        wanted = expected(edges, active, end + 50)
        line = app.pins.find("D5")
        equal([event for _, event in app.heard], wanted)
        equal(line.counts, [wanted.count(event) for event in EVENTS])
        return len(edges)


def test_random_bounces_are_what_the_world_says():
    random.seed(14)
    bounces = 0
    while bounces < 20000:
        bounces += compare(random.randrange(1, 40), random.randrange(2), random.choice((1, 100, 275)))


def test_however_long_the_loop_is_blocked_presses_are_counted():
    for seconds in (1, 3):
        with Chip() as chip:
            app = App(button())
            wire(chip, 1)
            app.service = Buttons(app)
            chip.wait(30)
            app.turn()
            for _ in range(10 * seconds):
                for level in (0, 1):
                    wire(chip, level)
                    chip.wait(50)
            app.turn()
            line = app.pins.find("bell")
            equal(line.counts[:2], [10 * seconds] * 2)
            equal(line.counts[2], 0)  # what it does not know it does not tell


def test_the_interrupt_allocates_nothing():
    class Wire:
        def __init__(self):
            self.level = 0

        def value(self):
            return self.level

    with Chip() as chip:
        line = App(button()).pins.find("bell")
        line.pin = pin = Wire()
        for locked in (True, False):
            changes = line.n
            before = gc.mem_alloc()
            if locked:
                micropython.heap_lock()
            try:
                for level in range(200):
                    pin.level = level & 1
                    line.irq(1)
                    chip.wait(25)
                    line.irq(0)
            finally:
                if locked:
                    micropython.heap_unlock()
            assert gc.mem_alloc() - before < 100, gc.mem_alloc() - before
            assert line.n - changes > 198


def test_a_lost_interrupt_is_made_up_for():
    with Chip() as chip:
        app = App(button())
        wire(chip, 1)
        app.service = Buttons(app)
        wire(chip, 0, interrupt=False)
        for _ in range(3):
            chip.wait(20)
            app.turn()
        equal(app.heard, [("bell", "press")])


def test_state_and_revision_are_those_of_the_events():
    with Chip() as chip:
        app = App(button(hold=0.5))
        wire(chip, 1)
        app.service = Buttons(app)
        line = app.pins.find("bell")
        chip.wait(30)
        app.turn()
        rev = line.rev
        for level in (0, 1, 0, 1, 0):
            wire(chip, level)
        app.turn()
        told = loads(line.text())
        equal((told["state"], told["rev"], told["button"]["press"]), (1, rev, 0))
        chip.wait(25)
        app.turn()
        told = loads(line.text())
        equal((told["state"], told["rev"]), (0, rev + 1))
        equal(told["button"], {"event": "press", "press": 1, "release": 0, "hold": 0, "double": 0})
        chip.wait(500)
        app.turn()
        equal(loads(line.text())["button"], {"event": "hold", "press": 1, "release": 0, "hold": 1, "double": 0})
        equal(line.rev, rev + 2)


def test_a_listener_that_fails_is_alone_with_it():
    with Chip() as chip:
        app = App(button())
        app.listeners.insert(0, lambda name, event: 1 // 0)
        wire(chip, 1)
        app.service = Buttons(app)
        wire(chip, 0)
        chip.wait(25)
        app.turn()
        equal(app.heard, [("bell", "press")])


def test_inverted_state_and_a_name_of_the_board():
    with Chip() as chip:
        app = App({"mode": "in", "pull": "up", "invert": True, "button": {}})
        wire(chip, 1)
        app.service = Buttons(app)
        equal(app.pins.find("D5").level(), 0)
        wire(chip, 0)
        chip.wait(25)
        app.turn()
        equal((app.heard, app.pins.find("D5").level()), ([("D5", "press")], 1))


def test_a_button_that_a_client_makes_an_output_is_none():
    with Chip() as chip:
        app = App(button())
        wire(chip, 1)
        app.service = Buttons(app)
        do(app.pins, "bell", mode="out", state=0)
        chip.wait(100)
        app.turn()
        equal((app.heard, loads(app.pins.find("bell").text())["state"]), ([], 0))
