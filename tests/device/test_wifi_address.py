"""A fixed address is tried before it is kept."""

import asyncio
import os
from errno import EAGAIN, ECONNREFUSED, ECONNRESET, EHOSTUNREACH, EINPROGRESS

from expect import equal
from fakes.wifi import live, start, told, world
from picorest.wifi import static_address as module

HOME = {"wifi": {"networks": [{"ssid": "home", "password": "secret-home"}]}}
REACH = {"home": ["secret-home", -60]}
ANSWERS = module._answers  # what Trials puts something else in the place of


class Trials:
    """A board with a fixed address, whose router answers or does not; the file of what held before is kept in memory."""

    def __init__(self, static=None, answers=False):
        from picorest.config import address_backup
        from picorest.wifi import static_address

        self.backup = address_backup
        self.answers = answers
        static_address._answers = self.router
        static_address.sleep = asyncio.sleep
        self.wifi = start(dict(HOME), REACH)
        self.wifi.config.path = "testaddress.json"
        self.wifi.server = self
        self.requests = 0
        self.set(static)
        self.wifi.config.patch = self.patch
        if exists("testaddress.address.json"):
            os.remove("testaddress.address.json")

    async def router(self, host):
        self.asked = host
        return self.answers

    def set(self, static):
        settings = dict(HOME["wifi"])
        if static:
            settings["static"] = static
        self.wifi.config.data = {"wifi": settings}

    def patch(self, change):
        """What PATCH /config does."""
        self.backup.keep(self.wifi.config, self.wifi.config.get("wifi", "static"))
        static = change["wifi"]["static"]
        self.set(static and {name: value for name, value in static.items() if value is not None})

    def address(self):
        return self.wifi.sta.ifconfig()[0]


def exists(name):
    try:
        os.stat(name)
        return True
    except OSError:
        return False


OLD = {"ip": "192.168.1.60", "gateway": "192.168.1.1"}
NEW = {"ip": "192.168.1.50", "gateway": "192.168.1.254", "dns": "9.9.9.9"}


async def test_a_new_address_over_which_nobody_answers_is_taken_back():
    for static, before in ((OLD, "192.168.1.60"), (None, "192.168.1.7")):
        trial = Trials(static)
        await live(trial.wifi, 20)
        equal(trial.address(), before)
        trial.patch({"wifi": {"static": NEW}})
        await live(trial.wifi, 60)
        equal((trial.address(), trial.asked), ("192.168.1.50", "192.168.1.254"))
        assert exists("testaddress.address.json")
        await live(trial.wifi, 100)
        equal((trial.address(), trial.wifi.config.get("wifi", "static")), (before, static))
        equal([name for name, _, _ in told(trial.wifi)][-2:], ["address-undone", "connected"])
        assert not exists("testaddress.address.json") and trial.wifi.deadline is None


async def test_a_new_address_is_kept_when_the_router_or_a_client_answers():
    for answers in (True, False):
        trial = Trials(OLD, answers)
        await live(trial.wifi, 20)
        trial.patch({"wifi": {"static": NEW}})
        await live(trial.wifi, 10)
        trial.requests += not answers
        await live(trial.wifi, 300)
        equal(trial.address(), "192.168.1.50")
        assert not exists("testaddress.address.json") and trial.wifi.deadline is None
        assert "address-kept" in [name for name, _, _ in told(trial.wifi)]


async def test_a_client_of_the_access_point_proves_nothing():
    trial = Trials(OLD)
    await live(trial.wifi, 20)
    trial.patch({"wifi": {"static": NEW}})
    await live(trial.wifi, 10)
    trial.wifi.clients = lambda: 1
    trial.requests += 5
    await live(trial.wifi, 150)
    equal(trial.address(), "192.168.1.60")


async def test_a_restart_does_not_end_the_trial():
    trial = Trials(OLD)
    await live(trial.wifi, 20)
    trial.patch({"wifi": {"static": NEW}})
    with open("testaddress.address.json") as file:
        kept = file.read()
    again = Trials(NEW)
    with open("testaddress.address.json", "w") as file:
        file.write(kept)
    await live(again.wifi, 60)
    equal(again.address(), "192.168.1.50")
    await live(again.wifi, 100)
    equal(again.address(), "192.168.1.60")


async def test_whoever_takes_the_configuration_away_ends_the_trial_too():
    trial = Trials(OLD)
    trial.patch({"wifi": {"static": NEW}})
    trial.wifi.config.data = {}
    await live(trial.wifi, 200)
    assert trial.wifi.deadline is None and not exists("testaddress.address.json") and trial.wifi.config.data == {}


async def test_a_network_without_dhcp_leads_back_to_the_address_before():
    trial = Trials(OLD, True)
    await live(trial.wifi, 20)
    trial.patch({"wifi": {"static": None}})
    world.dhcp = False
    await live(trial.wifi, 300)
    equal((trial.address(), trial.wifi.connected()), ("192.168.1.60", True))


async def test_another_change_during_a_trial_leads_back_to_what_was_proven():
    trial = Trials(OLD)
    await live(trial.wifi, 20)
    for last in ("50", "51"):
        trial.patch({"wifi": {"static": {"ip": "192.168.1." + last, "gateway": "192.168.1.254"}}})
        await live(trial.wifi, 30)
    await live(trial.wifi, 150)
    equal(trial.address(), "192.168.1.60")


class Router:
    """In place of the modules socket and select: a network in which a host answers in a certain way."""

    SOCK_STREAM = POLLOUT = 4

    def __init__(self, connects=EINPROGRESS, ready_after=0, reads=None, ports=(53, 80, 7)):
        self.connects, self.ready_after, self.reads, self.ports = connects, ready_after, reads, ports
        self.asked = []
        self.open = self.looked = self.slept = 0

    def socket(self):
        self.open += 1
        return self

    def setblocking(self, wait):
        assert wait is False

    def connect(self, where):
        self.asked.append(where)
        self.looked = 0
        raise OSError(self.connects if where[1] in self.ports else EHOSTUNREACH)

    def poll(self, timeout=None):
        if timeout is None:
            return self
        assert timeout == 0, "nobody else runs meanwhile"
        self.looked += 1
        return self.ready_after is not None and self.looked > self.ready_after

    def register(self, sock, what):
        assert sock is self and what == self.POLLOUT

    def read(self, count):
        if self.reads:
            raise OSError(self.reads)
        return b""

    def close(self):
        self.open -= 1

    async def sleep_ms(self, ms):
        self.slept += ms

    async def answers(self):
        kept = module.socket, module.select, module.sleep_ms, module.loop
        module.socket = module.select = module.loop = self
        module.sleep_ms = self.sleep_ms
        try:
            return await ANSWERS("192.168.1.1")
        finally:
            module.socket, module.select, module.sleep_ms, module.loop = kept
            equal(self.open, 0)

    def address(self, host, port):
        return host, port


async def test_whether_there_is_a_router():
    for router, there, ports, slept in (
        (Router(), True, [53], 0),  # it takes the connection,
        (Router(ready_after=3), True, [53], 300),  # after a moment,
        (Router(reads=EAGAIN), True, [53], 0),
        (Router(reads=ECONNREFUSED), True, [53], 0),  # or refuses it
        (Router(connects=ECONNREFUSED), True, [53], 0),
        (Router(connects=ECONNRESET), True, [53], 0),
        (Router(reads=EHOSTUNREACH), False, [53, 80, 7], 0),  # nobody is there
        (Router(connects=EHOSTUNREACH), False, [53, 80, 7], 0),
        (Router(ready_after=None), False, [53, 80, 7], 6000),  # or nobody says so
        (Router(ports=(7,)), True, [53, 80, 7], 0),  # only the last of them is answered
    ):
        equal((await router.answers(), [port for _, port in router.asked], router.slept), (there, ports, slept))
