"""Time servers, a network and a chip, as far as the SNTP client meets them."""

import asyncio
import json
from errno import EAGAIN

from expect import equal, raises
from fakes.chip import Chip
from picorest import clock
from picorest.ntp import service
from picorest.overlay import act
from picorest.problem import Problem

NTP = 2208988800  # from NTP's first era to 1970
NOW = 1795230000


class World:
    """Servers, a network, a chip with a clock. A server is a function: the question -> the packets that come back."""

    def __init__(self, unix=NOW, ppm=0, **servers):
        self.truth = unix * 1000
        self.ppm = ppm
        self.fast = 0  # millionths of a millisecond that the truth has gained on the chip
        self.servers = servers
        self.there, self.back = 20, 20
        self.questions = []  # (server, uptime, packet)
        self.resolved = []
        self.open = 0
        self.network = True
        self.wifi = self
        self.memory_reserve = 0
        self.until = None
        self.timezone = "UTC0"
        self.names = sorted(servers)
        self.chip = Chip(4711)

    def __enter__(self):
        self.chip.__enter__()
        from picorest import loop, resolver
        from picorest.ntp import query

        self.kept = service.asyncio, service.drop, loop.address
        service.asyncio = query.asyncio = query.socket = resolver.socket = self
        loop.address = self.address
        service.drop = lambda *names: None  # the module stays as it is now
        self.client = service.Sntp(self, self.chip, self)
        return self

    def __exit__(self, *trouble):
        from picorest import loop

        service.asyncio, service.drop, loop.address = self.kept
        service.drop("ntp.query")
        self.chip.__exit__(*trouble)
        assert trouble[0] or not self.open, "a socket was left open"

    # the application, as far as the client knows it
    def connected(self):
        return self.network

    async def bring(self, module, function, *args):
        return act(self, module, function)(*args)

    def get(self, *path):
        return {"ntp": self.names, "timezone": self.timezone}[path[0]]

    def pass_ms(self, ms):
        self.chip.wait(ms)
        self.fast += ms * self.ppm
        self.truth += ms + self.fast // 1000000
        self.fast %= 1000000

    def off(self):
        """Milliseconds that the clock is ahead of the truth."""
        seconds, ms = clock.unix_ms()
        return seconds * 1000 + ms - self.truth

    # asyncio, as far as the client uses it
    async def sleep(self, seconds):
        self.pass_ms(seconds * 1000)
        await asyncio.sleep(0)
        if clock.uptime() >= self.until:
            raise EOFError

    async def sleep_ms(self, ms):
        self.pass_ms(ms)
        await asyncio.sleep(0)

    # socket, and what net.py makes of it
    AF_INET = SOCK_DGRAM = 0

    def socket(self, *_):
        self.open += 1
        return Socket(self)

    def address(self, host, port):
        self.resolved.append(host)
        if host not in self.servers:
            raise OSError(-2)
        return host, port

    def ask(self):
        """The Problem that one question ends with, else the new state."""
        self.chip.wait(15000)
        self.truth += 15000
        try:
            return json.loads("".join(asyncio.run(self.client.sync())))
        except Problem as problem:
            return problem

    def run(self, seconds):
        """Let the service run for so many seconds; when it asked, in seconds of uptime."""
        self.until = clock.uptime() + seconds
        before = len(self.questions)
        with raises(EOFError):
            asyncio.run(self.client.run())
        return [question[1] for question in self.questions[before:]]

    def honest(self, question, stratum=2, lie=0):
        return [packet(question, self.truth + lie, stratum)]


class Socket:
    def __init__(self, world):
        self.world = world
        self.packets = []

    def setblocking(self, flag):
        assert not flag

    def connect(self, where):
        self.where = where

    def send(self, question):
        world = self.world
        world.questions.append((self.where, clock.uptime(), question))
        world.pass_ms(world.there)
        self.packets = world.servers[self.where[0]](question)
        self.arrival = world.truth + world.back

    def recv(self, size):
        if not self.packets or self.world.truth < self.arrival:
            raise OSError(EAGAIN)
        self.arrival += self.world.back
        return self.packets.pop(0)[:size]

    def close(self):
        self.world.open -= 1


def stamp(ms):
    seconds, ms = ms // 1000 + NTP & 0xFFFFFFFF, ms % 1000
    return seconds.to_bytes(4, "big") + ((ms << 32) // 1000 + 1).to_bytes(4, "big")


def packet(question, ms, stratum=2, first=0x24, code=b"\x7f\0\0\1", root=(0, 0)):
    root = (root[0] * 65536 // 1000).to_bytes(4, "big") + (root[1] * 65536 // 1000).to_bytes(4, "big")
    return bytes([first, stratum, 6, 236]) + root + code + bytes(8) + question[40:] + stamp(ms) + stamp(ms)


def times(question, received, sent):
    return packet(question, 0)[:32] + stamp(received) + stamp(sent)


def with_server(behaviour, **options):
    """A world with one server, "a"."""
    world = World(a=None, **options)
    world.servers["a"] = lambda question: behaviour(world, question)
    return world


def refused(answer, status, type):
    assert isinstance(answer, Problem), answer
    equal((answer.status_code, answer.type), (status, type))
    return answer
