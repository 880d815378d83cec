import asyncio
import json
import os

from expect import equal, raises
from fakes.gpio import board
from picorest import memory, services


class Board:
    profile = None
    chip = "esp32"


class Config:
    path = "teststart.json"
    board = Board
    warnings = ()

    def __init__(self, **data):
        self.data = data

    def get(self, *path):
        value = self.data
        for step in path:
            value = value.get(step) if value else None
        return value


class Service:
    def __init__(self, short=False):
        self.short = short

    async def run(self):
        await asyncio.sleep(100)


class App:
    board = Board()
    mode = 0

    def __init__(self, fails=(), **config):
        self.fails = fails
        self.config = Config(**config)
        self.wifi = self.sntp = Service()
        self.services = []
        self.failures = {}

    def all_warnings(self):
        return ()

    def start(self, name, service):
        if name in self.fails:
            raise MemoryError
        self.services.append([name, service, asyncio.create_task(service.run())])

    def names(self):
        return [service[0] for service in self.services]


def started(app):
    services.begin(app)
    return app


BOTH = {"thingspeak": {"write": {"fields": {"1": "a0"}}, "talkback": {"id": 5}}}


async def test_starts_what_the_configuration_asks_for():
    equal((started(App())).names(), ["wifi", "sntp"])
    equal((started(App(**BOTH))).names(), ["wifi", "sntp", "thingspeak.write", "thingspeak.read"])


async def test_what_a_change_would_be_refused_for_is_a_warning():
    app = started(App(**BOTH))
    equal(len(app.config.warnings), 1)
    assert "thingspeak.write.fields.1" in app.config.warnings[0] and "possible are" in app.config.warnings[0]
    equal(started(App(dht=())).config.warnings, ())


async def test_what_is_doubtful_is_told_on_the_console():
    import builtins

    said = []
    app = App(**BOTH)
    app.all_warnings = lambda: app.config.warnings
    app.config.warnings = ("unknown key",)
    builtins.print = lambda *words: said.append(words)
    try:
        started(app)
    finally:
        del builtins.print
    equal([words[0] for words in said], ["warning:", "warning:"])
    equal([words[1] for words in said], list(app.config.warnings))
    equal(app.config.warnings[0], "unknown key")
    assert "thingspeak.write.fields.1" in app.config.warnings[1]


async def test_a_configuration_that_takes_too_much_memory_is_doubtful():
    names = "D0 D1 D2 D3 D4 D5 D6 D7 D8 RX TX SD0 SD1 SD2 SD3 CLK CMD".split()
    for count, warned in ((len(names), 1), (3, 0)):
        app = App(pins=json.dumps({name: {"name": name + 20 * "x"} for name in names[:count]}).encode())
        app.config.board = board("nodemcu")
        found = started(app).config.warnings
        equal((len(found), "more memory than an ESP8266 has" in "".join(found)), (warned, warned == 1))


async def test_how_much_memory_has_to_be_left():
    """13 % at the end, 23 % before what the board can do without; of a large heap 21 %."""
    import gc

    kept, free = (memory.SMALL, memory.HEAP, services.gc), [0]

    class Memory:
        collect = gc.collect

        def mem_free():
            return free[0]

    memory.SMALL, memory.HEAP, services.gc = True, 1000, Memory
    found = []
    try:
        for percent in (13, 23):
            for free[0] in (percent * 10 - 1, percent * 10):
                found.append(services._short(percent))
        memory.SMALL = False
        for free[0] in (209, 210):
            found.append(services._short(21))
    finally:
        memory.SMALL, memory.HEAP, services.gc = kept
    equal(found, [True, False] * 3)


async def test_what_there_is_no_memory_for_is_left_out():
    app = started(App(("thingspeak.write",), **BOTH))
    equal(app.names(), ["wifi", "sntp", "thingspeak.read"])
    equal(list(app.failures), ["thingspeak.write"])


def written():
    with open(Config.path, "w") as file:
        file.write("{}")


async def test_a_configuration_that_leaves_no_memory_is_set_aside():
    written()
    with raises(MemoryError):
        services.begin(App(("wifi",)))
    with open("config.broken.json") as file:
        equal(file.read(), "{}")
    os.remove("config.broken.json")
    with raises(MemoryError):
        services.begin(App(("sntp",)))  # without a file, too
    equal(Config.path in os.listdir(), False)


async def test_nothing_is_set_aside_where_a_module_of_the_users_takes_memory():
    written()
    memory.has_user = True
    try:
        with raises(MemoryError):
            services.begin(App(("wifi",)))
    finally:
        memory.has_user = False
    os.remove(Config.path)


async def test_a_small_board_wants_some_memory_to_be_left():
    written()
    kept = memory.SMALL, memory.HEAP
    memory.SMALL, memory.HEAP = True, 1 << 40
    try:
        for config in ({}, BOTH):
            with raises(MemoryError):
                started(App(**config))
        short = iter((True, False, False, False, True, False))
        kept_short = services._short
        services._short = lambda part: next(short)
        some = started(App(**BOTH))  # it does without the first
        others = started(App(**BOTH))
        services._short = kept_short
        equal((some.names(), list(some.failures)), (["wifi", "sntp", "thingspeak.read"], ["thingspeak.write"]))
        equal((others.names(), list(others.failures)), (["wifi", "sntp", "thingspeak.write"], ["thingspeak.read"]))
    finally:
        memory.SMALL, memory.HEAP = kept
    os.remove("config.broken.json")


def test_what_has_room_is_as_it_was():
    app = App()
    before = sorted(app.__dict__)
    services.make_room(app, 18)
    equal(sorted(app.__dict__), before)
