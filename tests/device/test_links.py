"""Links: what happens, what that means, and what is done about it."""

import asyncio
import json
import random

from expect import equal
from fakes.chip import Chip
from fakes.gpio import Pin, do, pins
from picorest.links import board as module
from picorest.links import judge
from picorest.links.board import Board, split
from picorest.links.service import Links

PINS = {
    "14": {"name": "lamp", "mode": "out"}, "12": {"name": "fan", "mode": "out"}, "13": {"name": "door", "mode": "in"},
    "0": {"name": "bell", "mode": "in", "pull": "up", "button": {}},
}  # fmt: skip
OTHER = "http://hall.local:8080 door"


class App:
    """A board with these links; values: what values.py would say of dht.4.temperature."""

    memory_reserve = 0
    outbound = False

    def __init__(self, *links):
        self.pins = pins("esp32", PINS)
        self.config = self
        self.data = {"links": json.dumps(links).encode()}
        self.listeners = ()
        self.temperature = None
        self.dht = self
        self.board = self.pins.board
        self.service = Links(self)
        Pin.log.clear()

    def value(self, gpio, member):
        return self.temperature

    def release(self):
        pass

    def turn(self, chip=None, seconds=0):
        if chip:
            for _ in range(seconds):
                chip.wait(1000)
                self.service.step()
        self.service.step()

    def press(self, event="press"):
        for listener in self.listeners:
            listener("Bell", event)
        self.turn()

    def lamp(self):
        return Pin.levels.get(14, 0), Pin.levels.get(12, 0)

    def why(self, n=0):
        return self.service.list[n][7]

    def count(self, n=0):
        return self.service.list[n][6]


def test_a_button_acts_at_once():
    app = App({"when": "bell.press", "do": "lamp.toggle"}, {"when": "BELL.hold", "do": "fan.on"})
    app.turn()
    equal(app.lamp(), (0, 0))
    for level in (1, 0, 1):
        app.press()
        equal(app.lamp(), (level, 0))
    app.press("hold")
    equal((app.lamp(), app.count(0), app.count(1)), ((1, 1), 3, 1))


def test_a_press_waits_for_memory():
    app = App({"when": "bell.press", "do": "lamp.toggle"})
    app.press()
    loads, short = judge.loads, [True, True, False]

    def scarce(text):
        if short and short.pop(0):
            raise MemoryError
        return loads(text)

    judge.loads = scarce
    try:
        app.press()
    except MemoryError:  # run() knows what to do about it
        pass
    equal((app.lamp()[0], app.count()), (1, 1))
    for _ in range(3):
        try:
            app.turn()
        except MemoryError:
            pass
    judge.loads = loads
    equal((app.lamp()[0], app.count()), (0, 2))


def test_a_button_by_any_of_its_names():
    app = App(*[{"when": name + ".press", "do": "lamp.toggle"} for name in ("bell", "0", "GPIO0", "gpio00", "door")])
    app.press()
    equal([app.count(n) for n in range(5)], [1, 1, 1, 1, 0])
    app.press("release")
    equal([app.count(n) for n in range(5)], [1, 1, 1, 1, 0])


def test_an_action_has_what_stands_beside_it_and_the_other_has_not():
    app = App({"when": "door", "is": 1, "do": "lamp.on", "for": 30, "else": "lamp.on"})
    line = app.pins.find("lamp")
    for level, ends in ((0, False), (1, True), (0, False)):
        Pin.levels[13] = level
        app.turn()
        equal((level, app.lamp()[0], line.expires is not None), (level, 1, ends))


def test_a_threshold_with_hysteresis():
    with Chip() as chip:
        app = App({"when": "dht.4.temperature", "above": 25, "below": 24.5, "do": "fan.on", "else": "fan.off"})
        app.turn(chip, 5)
        equal((app.lamp(), app.why()), ((0, 0), "It has no value now."))
        for temperature, fan in ((24.7, 0), (25, 0), (25.1, 1), (24.6, 1), (24.5, 1), (24.4, 0), (24.9, 0), (25.1, 1)):
            app.temperature = temperature, 1
            app.turn(chip, 3)
            equal((temperature, app.lamp()[1], app.why()), (temperature, fan, None))
        equal(app.count(), 3)


def test_minimum_times_delay_and_do_not_forget():
    with Chip() as chip:
        app = App({"when": "dht.4.temperature", "above": 25, "do": "fan.on", "else": "fan.off", "min": 60})
        app.temperature = 26, 1
        app.turn(chip, 3)
        equal(app.lamp()[1], 1)
        app.temperature = 20, 1
        app.turn(chip, 40)
        equal((app.lamp()[1], app.why()), (1, "It acted less than 60 seconds before."))
        app.turn(chip, 25)
        equal((app.lamp()[1], app.why()), (0, None))
        app.temperature = 26, 1
        app.turn(chip, 10)
        app.temperature = 20, 1
        app.turn(chip, 100)
        equal((app.lamp()[1], app.count()), (0, 2))


def test_a_value_that_falls_silent_leads_to_the_safe_state():
    with Chip() as chip:
        safe = {"else": "fan.off", "silent": "fan.off", "silence": 30}
        app = App(dict({"when": "dht.4.temperature", "above": 25, "do": "fan.on"}, **safe))
        app.temperature = 26, 1
        app.turn(chip, 3)
        equal(app.lamp()[1], 1)
        app.temperature = None
        app.turn(chip, 25)
        equal(app.lamp()[1], 1)
        app.turn(chip, 10)
        equal((app.lamp()[1], app.count()), (0, 2))
        app.turn(chip, 100)
        equal(app.count(), 2)
        app.temperature = 26, 1
        app.turn(chip, 3)
        equal((app.lamp()[1], app.why()), (1, None))


def test_pins_are_followed():
    app = App({"when": "door", "is": 1, "do": "lamp.on", "else": "lamp.off"}, {"when": "13", "do": "fan.toggle"})
    app.turn()
    equal((app.lamp(), app.count(0)), ((0, 0), 1))  # a condition holds from the start, a change is none yet
    for level in (1, 0, 1):
        Pin.levels[13] = level
        app.turn()
        app.turn()
        equal((app.lamp()[0], app.count(1)), (level, {1: app.count(1), 0: 2}[level]))
    equal((app.count(0), app.count(1)), (4, 3))


def test_what_cannot_be_done_is_told_and_tried_again():
    with Chip() as chip:
        app = App({"when": "door", "is": 0, "do": "fan.on"}, {"when": "bell.press", "do": "nothing.on"})
        app.board.owners[12] = "display"
        app.turn()
        assert "display" in app.why(), app.why()
        del app.board.owners[12]
        app.turn(chip, 12)
        equal((app.why(), app.lamp()[1], app.count()), (None, 1, 1))
        app.press()
        assert "no such pin" in app.why(1), app.why(1)
        equal(app.count(1), 0)


def test_links_that_set_each_other_off_are_cut_off():
    for links in (
        [{"when": "lamp", "do": "lamp.toggle"}], [{"when": "lamp", "do": "fan.toggle"}, {"when": "fan", "do": "lamp.toggle"}],
    ):  # fmt: skip
        app = App(*links)
        app.turn()
        app.turn()
        do(app.pins, "lamp", state="toggle")
        for _ in range(100):
            app.turn()
        acted = sum([app.count(n) for n in range(len(links))])
        equal(acted, 4)
        assert [n for n in range(len(links)) if app.why(n) == "It was cut off: links set each other off."], app.service.list
        do(app.pins, "lamp", state="toggle")  # what comes from outside is heard again
        app.turn()
        app.turn()
        equal(sum([app.count(n) for n in range(len(links))]) > acted, True)


def test_what_comes_too_often_is_cut_off():
    with Chip() as chip:
        app = App({"when": "bell.press", "do": "lamp.toggle"})
        for _ in range(100):
            app.press()
        equal((app.count(), app.why()), (40, "It was cut off: links set each other off."))
        app.turn(chip, 11)
        app.press()
        equal((app.count(), app.why()), (41, None))


def said(app, board, **pin):
    board.take(app.service, dict({"rev": 5}, **pin))
    app.turn()


def test_another_board_is_followed():
    app = App(
        {"when": OTHER, "is": 1, "do": "lamp.on", "else": "lamp.off"}, {"when": OTHER + ".press", "do": "fan.toggle"},
        {"when": "http://hall.local other", "do": "lamp.pulse"},
    )  # fmt: skip
    board, other = app.service.boards
    equal((board.place, board.path, board.links, other.links), ("hall.local:8080", "door", [0, 1], [2]))
    counts = {"press": 3, "release": 3, "hold": 0, "double": 0}
    said(app, board, state=1, button=counts)
    equal(app.lamp(), (1, 0))
    said(app, board, state=0, button=dict(counts, press=4))
    equal(app.lamp(), (0, 1))
    said(app, board, state=0, button=dict(counts, press=6))
    equal((app.lamp(), app.count(1)), ((0, 1), 3))
    said(app, board, state=0, button=dict(counts, press=0))  # it has started again
    said(app, board, state=0, button=dict(counts, press=1))
    equal(app.count(1), 4)


def test_what_a_link_did_there_is_no_reason_to_act_here():
    app = App({"when": OTHER, "do": "lamp.toggle"})
    board = app.service.boards[0]
    said(app, board, state=0)
    said(app, board, state=1, by="link")
    equal((app.lamp()[0], app.why()), (0, "A link of the other board did that, which is no reason to act."))
    said(app, board, state=0)
    equal((app.lamp()[0], app.why()), (1, None))
    # and what follows another board says so itself, over the end of a lease and through links of its own too
    equal(json.loads(app.pins.find("lamp").text())["by"], "link")
    do(app.pins, "lamp", state=0)
    equal("by" in json.loads(app.pins.find("lamp").text()), False)


def test_the_mark_goes_through_links_of_the_same_board():
    app = App(
        {"when": OTHER, "do": "lamp.toggle"}, {"when": "lamp", "do": "fan.toggle"}, {"when": "bell.press", "do": "lamp.toggle"}
    )  # fmt: skip
    board = app.service.boards[0]
    app.turn()
    said(app, board, state=0)
    said(app, board, state=1)
    app.turn()
    equal(app.lamp(), (1, 1))
    equal(json.loads(app.pins.find("fan").text())["by"], "link")
    app.press()  # whereas a button of this board is a reason
    app.turn()
    equal(app.lamp(), (0, 0))
    equal(["by" in json.loads(app.pins.find(name).text()) for name in ("lamp", "fan")], [False, False])


async def test_a_board_that_does_not_answer_is_asked_again_ever_more_rarely():
    app = App({"when": OTHER, "do": "lamp.toggle"})
    board = app.service.boards[0]
    app.wifi, app.up = app, [True] * 99 + [False, True]
    app.connected = lambda: app.up.pop()
    told, slept = [], []
    answers = [OSError(111), ValueError(), MemoryError(), OSError(111), OSError(111), None, OSError(111), None, None]

    async def ask(app, service):
        answer = answers.pop(0)
        board.busy = not answers
        if answer:
            raise answer

    async def sleep(ms):
        slept.append(ms)
        if not answers:
            raise asyncio.CancelledError

    board.ask, app.service.tell = ask, lambda board, error: told.append(error)
    kept, module.sleep_ms = module.sleep_ms, sleep
    try:
        await board.run(app.service)
    except asyncio.CancelledError:
        pass
    finally:
        module.sleep_ms = kept
    equal(slept, [1000, 500, 2000, 4000, 8000, 16000, 1000, 2000])
    equal([error is None for error in told], [False] * 5 + [True, False, True, True])
    for n, words in ((0, "does not answer"), (1, "cannot be understood"), (2, "too little memory")):
        assert words in told[n], told[n]


def test_a_board_that_is_silent():
    with Chip() as chip:
        app = App({"when": OTHER, "is": 1, "do": "lamp.on", "silent": "lamp.off", "silence": 20})
        board = app.service.boards[0]
        said(app, board, state=1)
        equal(app.lamp()[0], 1)
        for _ in range(5):
            app.turn(chip, 15)
            board.take(app.service, None)  # 304
        equal(app.lamp()[0], 1)
        app.turn(chip, 21)
        equal((app.lamp()[0], app.why()), (0, "Nothing was heard for 20 seconds."))
        equal(board.rev is None, False)
        board.take(app.service, None)  # it is back, and nothing has changed there
        equal(board.rev, None)  # so it is asked for its state, whatever has changed
        said(app, board, state=1)
        equal((app.lamp()[0], app.why()), (1, None))
        board.take(app.service, None)
        equal(board.rev is None, False)


def test_two_boards_that_follow_each_other_do_not_ring():
    """Whatever their links are, a change by a person is followed by few."""
    random.seed(7)
    for _ in range(60):
        options = []
        for _ in range(2):
            spec = {"when": "http://other lamp", "do": "lamp." + random.choice(("toggle", "toggle", "on", "off"))}
            if random.randrange(2):
                spec["is"] = random.randrange(2)
                spec["else"] = "lamp." + random.choice(("toggle", "on", "off"))
            if random.randrange(3) == 0:
                spec["for"] = 0.001
            options.append(spec)
        pair = []
        for spec in options:
            app = App(spec)
            pair.append((app, dict(Pin.levels)))
        acted = 0
        for turn in range(40):
            if turn == 10:
                app, levels = pair[0]
                swap(levels)
                do(app.pins, "lamp", state="toggle")
                keep(levels)
                acted = sum([app.count() for app, _ in pair])
            for n in range(2):
                app, levels = pair[n]
                other, others = pair[1 - n]
                swap(others)
                told = json.loads(other.pins.find("lamp").text())
                keep(others)
                swap(levels)
                app.service.boards[0].take(app.service, told)
                app.turn()
                keep(levels)
        assert sum([app.count() for app, _ in pair]) - acted <= 2, options


def swap(levels):
    Pin.levels.clear()
    Pin.levels.update(levels)


def keep(levels):
    levels.clear()
    levels.update(Pin.levels)


def test_answers_in_pieces():
    whole = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{"state":1}'
    for n in range(len(whole)):
        equal(split(whole[:n])[1], None)
    equal(split(whole), (200, b'{"state":1}'))
    equal(split(b"HTTP/1.1 304 Not Modified\r\n\r\n"), (304, b""))
    for wrong in (b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"hello, here is no HTTP\r\nContent-Length: 3\r\n\r\nabc"):
        try:
            split(wrong)
        except ValueError:
            continue
        raise AssertionError(wrong)


def test_where_a_board_is():
    found = [Board("http://%s x" % place, 0).host() for place in ("hall.local", "10.0.0.7:8080")]
    equal(found, [("hall.local", 80), ("10.0.0.7", 8080)])
