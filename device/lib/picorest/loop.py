"""Sockets under asyncio: waiting for them (the only place that touches asyncio's internals), and a client's connection."""

import socket
from asyncio import core
from errno import EAGAIN, ETIMEDOUT

from . import clock

_wait = core._io_queue.wait_io_event
_woken = False


def _poll(dt):
    # asyncio asks a second time after every wait, at once: a third of all system calls
    global _woken
    if dt or not _woken:
        _wait(dt)
    _woken = dt != 0


core._io_queue.wait_io_event = _poll


def readable(sock, write=False):
    """`await readable(sock)`: until sock has data, a connection to accept, an end or an error."""
    queue = core._io_queue
    try:
        queue.queue_write(sock) if write else queue.queue_read(sock)
    except MemoryError:
        queue.map.pop(id(sock), None)  # it is entered there, but nothing watches it
        raise
    yield


def writable(sock):
    """`await writable(sock)`: until sock takes data, is connected or has an error."""
    return readable(sock, True)


def run_now(coroutine):
    """A Task that runs at once up to its first wait; asyncio's own would wait for its turn, and the poller, before."""
    task = core.Task(coroutine, core.__dict__)
    caller = core.cur_task
    core.cur_task = task
    try:
        coroutine.send(None)
    except StopIteration:
        pass
    finally:
        core.cur_task = caller
    return task


def would_block(error):
    """Whether an OSError of a non-blocking socket only means "not yet" (ports differ in the number)."""
    return error.errno in (EAGAIN, ETIMEDOUT)


def address(host, port, _=None):
    """What connect(), bind() and sendto() take. Blocks while it resolves a name: give it literals, or cache."""
    return socket.getaddrinfo(host, port)[0][-1]


def ip(peer):
    """The IPv4 address in text of what accept() and recvfrom() return, or of Conn.peer."""
    peer = host(peer)
    return peer if isinstance(peer, str) else "%d.%d.%d.%d" % tuple(peer)


def host(peer):
    """The address alone of what accept() and recvfrom() return: text on the chips, where that is a tuple, raw bytes elsewhere."""
    return peer[0] if isinstance(peer, tuple) else bytes(peer[4:8]) if len(peer) == 16 else peer


# what a connection is doing: this decides whether it may be closed to make room for another client
_IDLE = const(0)  # nothing received of the next request
_READ = const(1)  # part of a request received
_WORK = const(2)  # a handler is at work
_WRITE = const(3)  # the client does not take the answer

buf = bytearray(512)  # most requests in one piece
_view = memoryview(buf)


class Conn:
    """sock: a non-blocking socket; peer: what accept() said, at ticks `since`. Serves as microdot's reader and writer too."""

    buffer = b""  # received, not used yet
    task = None
    remaining = 0  # body bytes that nobody has asked for yet
    used = 0  # pieces of answers sent so far
    given = 0  # parts of a generator that have left, where there was no memory to make the next one; -1: that cannot be told
    safe = True  # whether the request at work only reads
    n = 0  # bytes put
    left_out = left_since = 0  # see http/oversized_head.py

    def __init__(self, sock, peer, since=None):
        self.sock = sock
        self.peer = host(peer)
        self.set_phase(_IDLE, 5000)
        if since:
            self.start = since

    def set_phase(self, state, timeout_ms):
        """Start a phase that may last so many milliseconds; 0 for no limit. `start` is when it began; while a handler is at work,
        when the phase before did: since then the client waits."""
        self.state = state
        self.timeout_ms = timeout_ms
        if state != _WORK:
            self.start = clock.ticks_ms()

    def age(self):
        """Milliseconds since `start`."""
        return clock.ticks_diff(clock.ticks_ms(), self.start)

    def idle(self, state=_IDLE):
        """False if the next request has just come and has not been looked at yet: the connection must not be closed then. Nor is it
        the client who is late if that is so in a later phase, up to `state`: what it said waits for memory."""
        _wait(0)
        return self.state > state or id(self.sock) in core._io_queue.map

    def ours(self):
        """Whether it is the connection of the task that asks."""
        return self.task is core.cur_task

    def receive(self, release=None):
        """Add what has arrived to `buffer`: how many bytes, 0 at the end of the stream, None if nothing has. release(): what frees
        memory where there is none."""
        n = self.sock.readinto(buf)
        if n:
            try:
                data = bytes(_view[:n])
            except MemoryError:
                if not release:
                    raise
                release()
                data = bytes(_view[:n])
            self.buffer = self.buffer + data if self.buffer else data
        return n

    def gone(self):
        """Whether the client of another task has closed, or broken off; what it says before is kept in `buffer`."""
        if self.task is None or self.ours() or self.remaining or len(self.buffer) > 256 or id(self.sock) in core._io_queue.map:
            return False  # the last three: a handler reads, or there is too much to look behind
        try:
            return self.receive() == 0
        except OSError:
            return True

    async def fill(self):
        """Wait for bytes and add them to `buffer`; False at the end of the stream."""
        while True:
            n = self.receive()
            if n is not None:
                return n > 0
            await readable(self.sock)

    def write(self, data):
        """Send what can leave at once; returns the rest, which flush() takes."""
        self.used += 1
        n = self.sock.write(data) or 0
        return data[n:] if n < len(data) else None

    def take_bytes(self, n):
        """The first n bytes of `rest`, removed from it."""
        data = self.buffer
        self.buffer = data[n:]
        return data[:n]

    def append(self, data):
        """Add a few bytes to what flush() sends; False if they do not fit. Nobody may wait for anything in between."""
        n = self.n + len(data)
        if n > len(buf):
            return False
        buf[self.n : n] = data
        self.n = n
        return True

    async def flush(self, body=b""):
        """Send what was put, and a body after it, in one packet if it fits. OSError if the client is gone."""
        if body and self.append(body):
            body = b""
        data = memoryview(buf)[: self.n]
        self.n = 0
        self.used += 1
        ours = False
        while data or body:
            if not data:
                data, body, ours = memoryview(body), b"", True
            data = data[self.sock.write(data) or 0 :]
            if data:
                # the buffer is everybody's: what has to wait moves out of it
                data, ours = data if ours else bytes(data), True
                self.set_phase(_WRITE, 10000)
                await writable(self.sock)
                self.set_phase(_WORK, 0)

    async def write_chunks(self, body, chunked):  # long: one buffer, and the chunk in it that is open
        """Send what a generator yields, in as few packets as the buffer allows. chunked: each is a chunk of HTTP. After a
        MemoryError another generator of the same goes on where this one ended, if `given` is positive."""
        start = -1  # where the chunk begins that is in the buffer
        known = self.given
        used = self.used
        n = 0
        failed = None
        if known and not hasattr(body, "__next__"):
            raise MemoryError  # this time there was none at all
        if chunked and not known:
            self.n -= 2  # the end of the head: every chunk's size comes after one
        try:
            for part in body:
                n += 1
                if not part or n <= known:
                    continue
                if isinstance(part, str):
                    part = part.encode()
                large = len(part) + 7 > len(buf)
                if large or self.n + len(part) + 7 > len(buf):
                    if start >= 0:
                        buf[start + 2 : start + 5] = b"%03x" % (self.n - start - 7)
                        start = -1
                    leaving = self.flush(part if large and not chunked else b"")
                    self.given = -1  # not before there is memory to send it
                    await leaving
                    if chunked and large:
                        self.append(b"\r\n%x\r\n" % len(part))
                        await self.flush(part)
                if not large:
                    if chunked and start < 0:
                        start = self.n
                        self.append(b"\r\n000\r\n")
                    self.append(part)
                self.given = n
        except MemoryError as e:
            failed = e
            if self.used == used:  # what is in the buffer is made again
                self.given = known
                raise
        if start >= 0:
            buf[start + 2 : start + 5] = b"%03x" % (self.n - start - 7)
        if failed:
            n = self.given
            self.given = -1
            if not self.write(memoryview(buf)[: self.n]):  # now, for the buffer is everybody's
                self.given = n
            raise failed
        self.given = 0
        if chunked and not self.append(b"\r\n0\r\n\r\n"):
            await self.flush()
            self.append(b"\r\n0\r\n\r\n")
        await self.flush()

    async def awrite(self, data):
        """microdot's way to send bytes."""
        await self.flush(data)

    async def read(self, n=-1):
        """Up to n bytes of the request's body; b"" when there are no more."""
        if not self.remaining:
            return b""
        if not self.buffer:
            self.set_phase(_READ, 10000)
            if not await self.fill():
                raise EOFError
            self.set_phase(_WORK, 0)
        data = self.take_bytes(min(len(self.buffer), self.remaining, n if n > 0 else 1024))
        self.remaining -= len(data)
        return data

    async def readexactly(self, n):
        """n bytes; EOFError if the client closes before. Also past the body: for protocols that took over."""
        while len(self.buffer) < n:
            if not await self.fill():
                raise EOFError
        return self.take_bytes(n)

    async def aclose(self):
        """The server closes connections; microdot's extensions may ask for it too."""


def flush(sock):
    """Read and forget what a client still sends; True when it has closed."""
    try:
        for _ in range(16):
            n = sock.readinto(buf)
            if not n:
                return n is not None
    except OSError:
        return True
