"""What is done about what dies: the line in the log without secrets, the back-off, safe mode."""

import asyncio

from expect import equal
from fakes.chip import Lasting
from picorest import clock, log, recovery


class Board(Lasting):
    why = "crash"

    def why_started(self):
        self.note_state(b"r")
        return self.why

    def note_state(self, doing):
        self.retained(doing + self.retained()[1:])


class App:
    mode = 0

    def __init__(self, **data):
        self.config = self
        self.data = data
        self.board = Board()
        self.failures = {}
        self.services = []

    def log(self, name, e):
        recovery.died(self, name, e)


class Service:
    runs = 0

    async def run(self):
        self.runs += 1


class Steady(Service):
    async def run(self):
        await asyncio.sleep(1000)


def texts(app):
    return [text.decode() for *_, text in log.lines(app.board)]


def starts(*ends):
    """The mode of each start of a board that ends like that: (what it did, why it starts again, whether it lasted)."""
    board, modes = Board(), []
    for did, why, lasted in (("", "power-on", False),) + ends:
        board.retained(did.encode() + board.retained()[1:])
        board.why = why
        app = App()
        app.board = board
        recovery.begin(app)
        if modes and lasted:
            raise AssertionError("tell of the start before")
        modes.append(app.mode)
    return modes


CRASH, FAILS, WATCHDOG = ("r", "crash", False), ("f", "failure", False), ("r", "watchdog", False)


def test_three_starts_that_do_not_last_lead_to_safe_mode():
    equal(starts(CRASH, FAILS, WATCHDOG, CRASH, CRASH), [0, 0, 0, 2, 2, 2])


def test_the_way_out_of_safe_mode():
    for end in (("a", "soft-reset", False), ("s", "soft-reset", False), ("r", "power-on", False), ("r", "reset-pin", False)):
        equal(starts(CRASH, CRASH, CRASH, end, CRASH), [0, 0, 0, 2, 0, 0])


def test_what_was_asked_for_or_the_power_does_not_count():
    for end in (("a", "soft-reset", False), ("s", "soft-reset", False), ("r", "power-on", False), ("r", "deep-sleep", False)):
        equal(set(starts(*[end] * 8)), {0})
        equal(starts(CRASH, CRASH, end, CRASH, CRASH), [0] * 6)


def test_a_start_that_lasts_does_not_count():
    app = App()
    for _ in range(10):
        recovery.begin(app)
        equal(app.mode in (0, 1), True)
        recovery.lasts(app)
        equal(app.mode, 1)
    equal(texts(app)[0], "crash")


def raised(error, **data):
    app = App(**data)
    try:
        raise error
    except Exception as e:
        recovery.died(app, "wifi", e)
    return texts(app)[0]


def test_the_reason_is_told_with_its_place():
    text = raised(ValueError("what was wrong"))
    assert text.startswith("wifi: ValueError (test_recovery.py, line ") and text.endswith(", in raised) what was wrong"), text


def test_no_secret_is_told():
    headers = b'{"x":{"url":"http://a","headers":{"X-Empty":"","X-Key":"an-own-key"}}}'
    secrets = {"token": "let-me-in", "wifi": b'{"networks":[{"ssid":"home","password":"pass-word"}]}', "proxy": headers}
    for secret in ("let-me-in", "pass-word", "an-own-key"):
        text = raised(OSError("http://a/?key=" + secret), **secrets)
        assert secret not in text and text.endswith("http://a/?key=***"), text
    assert raised(OSError("home"), **secrets).endswith("home")
    text = raised(OSError('quo"ted-secret'), token='quo"ted-secret')
    assert "ted-secret" not in text, text


async def test_the_pauses_become_longer_up_to_a_minute_and_short_again():
    app, service = App(), Service()
    entry = ["x", service, asyncio.create_task(service.run()), 0]
    app.services.append(entry)
    waits = []
    for _ in range(8):
        entry[2].cancel()
        await asyncio.sleep_ms(0)
        recovery.start(app, entry)
        waits.append(app.failures["x"] - clock.uptime())
    equal(waits, [1, 2, 4, 8, 16, 32, 60, 60])
    app.failures.clear()  # it lasted for a while
    recovery.start(app, entry)
    equal(app.failures["x"] - clock.uptime(), 1)


async def test_what_ended_by_itself_and_says_why_is_not_started_again():
    app, service = App(), Service()
    entry = ["x", service, asyncio.create_task(service.run()), 0]
    await asyncio.sleep_ms(1)
    app.services.append(entry)
    app.failures["x"] = "it needs a channel"
    recovery.start(app, entry)
    equal((app.services, app.failures["x"]), ([], "it needs a channel"))


async def test_what_makes_room_for_a_change_comes_back_after_a_minute():
    app = App()
    app.memory_reserve, app.listeners = 4000, (None,)
    for name in ("wifi", "thingspeak.write", "buttons"):
        service = Steady()
        app.services.append([name, service, asyncio.create_task(service.run()), 0])
    await asyncio.sleep_ms(0)
    entries = list(app.services)
    equal((recovery.shed(app), app.services, list(app.failures)), (True, entries, ["thingspeak.write"]))
    await asyncio.sleep_ms(0)
    equal([entry[2].done() for entry in entries], [False, True, False])
    text = "thingspeak.write: stopped to make room for a change of the configuration"
    equal(texts(app), [text])
    recovery.start(app, entries[1])
    equal((app.failures["thingspeak.write"] - clock.uptime(), entries[1][2].done(), texts(app)), (60, False, [text]))
    # once is enough: the next time those go that need a restart
    equal((recovery.shed(app), app.services, app.listeners), (True, entries[:2], ()))
    equal(app.failures["buttons"], "stopped to make room for a change of the configuration: restart the board")
    equal(recovery.shed(app), False)
    for entry in entries:
        entry[2].cancel()


async def test_what_waits_for_ever_is_ended():
    app, service = App(), Service()
    event = asyncio.Event()
    task = asyncio.create_task(event.wait())
    await asyncio.sleep_ms(1)
    entry = ["x", service, task, 0]
    recovery.start(app, entry)
    await asyncio.sleep_ms(1)
    equal((task.done(), entry[2].done(), texts(app)), (True, False, ["x"]))
