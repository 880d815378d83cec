"""A small load: clients that each ask again as soon as they have their answer, in one thread, with raw sockets."""

import itertools
import select
import socket
import struct
import time
from typing import NamedTuple

from bench import mix

GOOD = b'"state":'
_LIMIT = struct.pack("ll", 10, 0)  # seconds, microseconds


class Result(NamedTuple):
    seconds: float
    times: list[float]  # seconds of each request that was answered well
    errors: int  # those that were not
    connections: int
    cpu: float | None = None  # seconds that the server has computed

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds


def request(port: int, data: bytes) -> bytes:
    return data.replace(b"HOST", b"127.0.0.1:%d" % port)


def ask(port: int, data: bytes) -> bool:
    """One request on a connection of its own, which this side closes as soon as it has the answer, as curl does."""
    with socket.create_connection(("127.0.0.1", port), 10) as sock:
        sock.sendall(request(port, data))
        came = b""
        while not complete(came):
            more = sock.recv(65536)
            if not more:
                break
            came += more
    return good(came, data)


def complete(came: bytes) -> bool:
    """Whether this is an answer up to the end that its Content-Length says."""
    at = came.find(b"\r\n\r\n")
    if at < 0:
        return False
    mark = came.lower().find(b"content-length:", 0, at)
    if mark < 0:
        return False  # it ends with the connection
    return len(came) >= at + 4 + int(came[mark + 15 : came.find(b"\r\n", mark)])


def good(came: bytes, data: bytes) -> bool:
    """Whether a request was answered with the state that it asked for."""
    at = came.find(GOOD) + len(GOOD)
    state = data[data.find(b"state=") + 6 : data.find(b" HTTP/")]
    return came[9:12] == b"200" and at >= len(GOOD) and came[at : at + 2].lstrip()[:1] == state


class _Client:
    def __init__(self, load: "Load"):
        self.load = load
        self.sock = None
        self.begin()

    def begin(self) -> None:
        """The next request; the time runs from here, a new connection included."""
        self.data = next(self.load.requests)
        self.start = time.perf_counter()
        self.used = self.sock is not None
        self.send()

    def send(self) -> None:
        self.came = b""
        load = self.load
        if self.sock is None:
            load.connections += 1
            self.sock = sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
            load.clients[sock.fileno()] = self
            sock.connect_ex(load.address)
            load.poll.register(sock, select.EPOLLIN)
        try:
            self.sock.send(self.data)
        except OSError:  # it waits for its turn to be connected
            load.poll.modify(self.sock, select.EPOLLOUT)

    def ready(self, events: int) -> None:
        if events & select.EPOLLOUT:
            self.load.poll.modify(self.sock, select.EPOLLIN)
            self.sock.send(self.data)
            return
        while True:
            try:
                more = self.sock.recv(65536)
            except BlockingIOError:
                return
            except OSError:
                more = b""
            if self.used and not more and not self.came:
                self.used = False  # it has closed a connection that was kept: every client asks again then
                self.close()
                self.send()
                return
            self.came += more
            if not more or self.load.keep and complete(self.came):
                break
        self.load.count(self)
        if not more or self.came[:8] == b"HTTP/1.0" or b"\r\nconnection: close" in self.came.lower():
            self.close()
        self.begin()

    def close(self) -> None:
        self.sock.close()  # which takes it out of the poller too
        self.sock = None


class Load:
    """requests: what is asked in turn. keep: leave connections open where the server does; otherwise each request says
    Connection: close, and its time ends when the server has closed."""

    def __init__(self, port: int, requests: tuple[bytes, ...], keep: bool):
        self.address, self.keep = ("127.0.0.1", port), keep
        self.requests = itertools.cycle(request(port, one if keep else mix.closing(one)) for one in requests)
        self.poll = select.epoll()
        self.clients = {}
        self.times, self.errors, self.connections = [], 0, 0

    def count(self, client: _Client) -> None:
        seconds = time.perf_counter() - client.start
        if good(client.came, client.data):
            self.times.append(seconds)
        else:
            self.errors += 1

    def run(self, clients: int, seconds: float) -> Result:
        start = time.perf_counter()
        if clients == 1:
            self.alone(start + seconds)
        else:
            everyone = [_Client(self) for _ in range(clients)]
            while time.perf_counter() < start + seconds:
                for number, events in self.poll.poll(0.1):
                    self.clients[number].ready(events)
            for client in everyone:
                client.close()
        self.poll.close()
        return Result(time.perf_counter() - start, self.times, self.errors, self.connections)

    def alone(self, end: float) -> None:
        """One client needs no poller, which takes as long as a fast server."""
        sock = None
        while (start := time.perf_counter()) < end:
            data = next(self.requests)
            came = b""
            while not came:
                used = sock is not None
                if not used:
                    self.connections += 1
                    sock = socket.socket()
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _LIMIT)  # settimeout() would poll before each call
                    sock.connect(self.address)
                try:
                    sock.sendall(data)
                    while more := sock.recv(65536):
                        came += more
                        if self.keep and complete(came):
                            break
                except OSError:
                    more = b""
                if not more or came[:8] == b"HTTP/1.0" or b"\r\nconnection: close" in came.lower():
                    sock.close()
                    sock = None
                if not used:
                    break
            seconds = time.perf_counter() - start
            if good(came, data):
                self.times.append(seconds)
            else:
                self.errors += 1
        if sock:
            sock.close()
