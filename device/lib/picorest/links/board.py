"""Another picorest board's pin: one long poll after the other, on a connection that stays. Imported where a link follows one."""

# On an ESP8266 only with boards. On an ESP8266 only with links. It can be followed, though.

import select
from asyncio import sleep_ms
from errno import EINPROGRESS, ETIMEDOUT
from json import loads

from .. import clock
from ..problem import Problem
from ..upstream.response import quote
from .link import CHANGED, EVENT, HEARD, SILENCE, SUBJECT, VALUE

_ASK = const("GET /gpio/%s%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: picorest\r\n\r\n")
_WAIT = const(25)  # seconds at most that the other board is asked to wait for a change
_LATE = const(5)  # seconds more after which it is given up
_LONGEST = const(30)  # seconds between two attempts
_LARGEST = const(1500)  # bytes of an answer
_TURNS = const(10)  # events that are made up for at a time


class Board:
    """A pin of another board, and the links that follow it. name: "http://HOST:PORT PIN"; place: HOST:PORT; path: PIN."""

    task = sock = None  # a task never ends
    rev = counts = None  # what its newest answer said
    at = None  # uptime of that
    error = None  # what is wrong, in words
    busy = False  # whether too many wait there already

    def __init__(self, name, n):
        self.name = name
        self.links = [n]
        at = name.find(" ")
        self.place, self.path = name[7:at], quote(name[at + 1 :], True)

    async def run(self, service):
        """Ask for ever. Nobody waits for it but its own task."""
        app = service.app
        pause = 1
        while True:
            try:
                while not app.wifi.connected():
                    await sleep_ms(500)
                await self.ask(app, service)
                error, pause = None, 1
            except (OSError, ValueError, KeyError, TypeError, MemoryError, Problem) as e:
                error = self.failed(app, e)
            service.tell(self, error)
            if error:
                await sleep_ms(pause * 1000)
                pause = min(2 * pause, _LONGEST)
            elif self.busy:
                await sleep_ms(2000)

    def failed(self, app, error):
        """Give up the connection; in words why."""
        if self.sock:
            self.sock.close()
            self.sock = None
        if isinstance(error, OSError):
            from ..resolver import doubt

            doubt(app.board, self.host()[0])  # it may have a new address
        if isinstance(error, Problem):
            return str(error)
        if isinstance(error, MemoryError):
            return "There was too little memory to ask."
        why = "does not answer" if isinstance(error, OSError) else "answers what cannot be understood"
        return "http://%s %s (%s)." % (self.place, why, error.args[0] if error.args else "no JSON of a pin")

    def host(self):
        """(host, port) of the other board."""
        at = self.place.find(":")
        return (self.place, 80) if at < 0 else (self.place[:at], int(self.place[at + 1 :]))

    async def ask(self, app, service):
        """Ask once, and tell the links. OSError, ValueError, Problem …"""
        seconds = min([_WAIT] + [service.list[n][SILENCE] // 2 for n in self.links])
        end = clock.ticks_add(clock.ticks_ms(), (seconds + _LATE) * 1000)
        if not self.sock:
            await self.connect(app, end)
        more = "" if self.rev is None or self.busy else "?wait=%d&since=%d" % (seconds, self.rev)
        data = (_ASK % (self.path, more, self.place)).encode()
        while data:
            data = data[self.sock.write(data) or 0 :]
            if data:
                await patience(end)
        while True:
            some = self.sock.read(256)
            if some is None:
                await patience(end)
                continue
            data += some
            status, body = split(data)
            if body is not None:
                break
            if not some or len(data) > _LARGEST:
                raise ValueError
        if data.find(b"\r\nConnection: close\r\n") > 0:
            self.sock.close()
            self.sock = None
        self.busy = status == 503
        if status not in (200, 304, 503):
            raise ValueError(status)
        self.take(service, loads(body) if status == 200 else None)

    async def connect(self, app, end):
        """Open a connection until ticks `end`."""
        from ..resolver import open_socket, resolve

        host, port = self.host()
        where = resolve(app.board, host, port)
        self.sock = open_socket(1, host)
        open_socket = resolve = None
        try:
            self.sock.connect(where)
        except OSError as e:
            if e.errno != EINPROGRESS:
                raise
        poll = select.poll()
        poll.register(self.sock, select.POLLOUT)
        while not poll.poll(0):
            await patience(end)

    def take(self, service, pin):
        """Tell the links what it said; None: nothing has changed."""
        now = clock.uptime()
        before, self.at = self.at, now
        for n in self.links:
            link = service.list[n]
            link[HEARD] = now
            event = link[SUBJECT]
            if not pin:
                if not event and link[VALUE] is None:  # it was silent: its state is to be told once more
                    self.rev = None
                continue
            if not event:
                if pin["state"] != link[VALUE]:
                    link[VALUE] = pin["state"]
                    service.put(n, CHANGED, idle=pin.get("by") == "link")
            elif self.counts and now - before < link[SILENCE]:  # what happened in a longer silence does not count
                for _ in range(min(pin["button"][event] - self.counts[event], _TURNS)):
                    service.put(n, EVENT)
            elif "button" not in pin:
                raise KeyError("its pin is no button")
        if pin:
            self.rev, self.counts = pin["rev"], pin.get("button")


async def patience(end):
    """Wait a moment, until ticks `end` at most."""
    if clock.ticks_diff(end, clock.ticks_ms()) < 0:
        raise OSError(ETIMEDOUT)
    await sleep_ms(20)


def split(data):
    """(status, body) of an answer; body None: there is more to come. ValueError."""
    at = data.find(b"\r\n\r\n")
    if at < 0:
        return None, None
    status = int(data[9:12])
    if status == 304:
        return status, b""
    n = data.find(b"\r\nContent-Length: ", 0, at)
    if data[:5] != b"HTTP/" or n < 0:
        raise ValueError
    end = at + 4 + int(data[n + 18 : data.find(b"\r\n", n + 2)])
    return status, data[at + 4 : end] if len(data) >= end else None
