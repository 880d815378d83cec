"""Connections: what is received and sent in pieces, and who is at the other end."""

from expect import equal, raises
from fakes.http import Socket
from picorest import clock, loop
from picorest.http import body
from picorest.loop import Conn


class Slow(Socket):
    """Takes so many bytes at a time, and now and then none; gives as many."""

    def __init__(self, data, at_once):
        super().__init__(data)
        self.at_once = at_once
        self.turn = 0

    def readinto(self, buf):
        return super().readinto(memoryview(buf)[: self.at_once])

    def write(self, data):
        self.turn += 1
        if self.turn % 3 == 0:
            return None
        self.sent += bytes(data[: self.at_once])
        return min(len(data), self.at_once)


def test_who_is_at_the_other_end():
    raw = b"\x02\x00\x1f\x90\xc0\xa8\x01\x4d" + bytes(8)  # as a computer has it
    for peer, host, text in (
        (("192.168.1.77", 80), "192.168.1.77", "192.168.1.77"), (raw, b"\xc0\xa8\x01\x4d", "192.168.1.77"),
        (b"\xc0\xa8\x01\x4d", b"\xc0\xa8\x01\x4d", "192.168.1.77"), ("10.0.0.1", "10.0.0.1", "10.0.0.1"),
    ):  # fmt: skip
        equal((loop.host(peer), loop.ip(peer), Conn(None, peer).peer), (host, text, host))


def test_a_phase_begins_now():
    kept = clock.ticks_ms
    clock.ticks_ms = lambda: 4711
    conn = Conn(None, "")
    conn.set_phase(2, 800)
    clock.ticks_ms = kept
    equal((conn.state, conn.timeout_ms, conn.start), (2, 800, 4711))


def test_what_does_not_leave_at_once_is_handed_back():
    conn = Conn(Slow(b"", 3), "")
    equal((conn.write(b"abcde"), conn.write(b"de"), conn.write(b"xy")), (b"de", None, b"xy"))  # the third time it takes none
    equal((conn.sock.sent, conn.used), (b"abcde", 3))


async def test_what_a_client_takes_slowly_arrives_whole():
    for size in (1, 7, 511, 512, 513, 3000):
        conn = Conn(Slow(b"", 100), "")
        phases = []
        conn.set_phase = lambda state, ms, phases=phases: phases.append((state, ms))
        assert conn.append(b"head: ")
        body = bytes([n & 255 for n in range(size)])
        await conn.flush(body)
        equal((size, conn.sock.sent == b"head: " + body, conn.n), (size, True, 0))
        # it may take 10 s to go on, and nothing is late once it has
        equal(phases, [(3, 10000), (2, 0)] * (len(phases) // 2))
        assert bool(phases) == (size > 94), (size, phases)


def test_what_fits_is_put_together():
    conn = Conn(None, "")
    equal((conn.append(b"a" * 500), conn.append(b"b" * 13), conn.append(b"c" * 12), conn.append(b"d")), (True, False, True, False))
    equal((conn.n, bytes(loop.buf)), (512, b"a" * 500 + b"c" * 12))


async def test_a_body_is_read_to_its_end_and_no_further():
    conn = Conn(Slow(b"0123456789GET /", 4), "")
    conn.remaining = 10
    equal([await conn.read(3), await conn.read(), await conn.read(100), await conn.read(5), await conn.read()],
          [b"012", b"3", b"4567", b"89", b""])  # fmt: skip
    equal((conn.buffer, conn.state, conn.remaining), (b"GE", 2, 0))
    equal((await conn.readexactly(5), conn.buffer), (b"GET /", b""))
    with raises(EOFError):
        await conn.readexactly(1)
    conn.remaining = 1
    with raises(EOFError):
        await conn.read()


def test_what_a_client_says_before_it_goes_is_forgotten():
    equal(loop.flush(Socket(b"x" * 600)), True)
    equal(loop.flush(Socket(b"x" * 512 * 16)), None)  # it goes on and on: another time

    class Waiting(Socket):
        def readinto(self, buf):
            return super().readinto(buf) or None

    equal(loop.flush(Waiting(b"x")), False)

    class Gone(Socket):
        def readinto(self, buf):
            raise OSError(104)

    equal(loop.flush(Gone(b"")), True)


def test_what_has_come_is_kept_when_memory_has_to_be_freed_for_it():
    freed = []

    class View:  # of the buffer: there is no memory for what it shows until some was freed
        def __getitem__(self, part):
            if not freed:
                raise MemoryError
            return memoryview(loop.buf)[part]

    kept, loop._view = loop._view, View()
    try:
        conn = Conn(Socket(b"GET /"), "")
        equal((conn.receive(lambda: freed.append(1)), conn.buffer, freed), (5, b"GET /", [1]))
        freed.clear()
        with raises(MemoryError):
            Conn(Socket(b"GET /"), "").receive()
    finally:
        loop._view = kept


class Asked:
    """A request whose head has come."""

    head = b"PUT / HTTP/1.1\r\nContent-Length: 8\r\n\r\nbody"
    known = {}
    content_length = 8
    released = 0
    body = app = None

    def release(self):
        self.released += 1


async def received(short):
    """(the body that was received, how often memory was freed) where there is none for it the first `short` times."""
    asked = Asked()
    asked.app = asked
    conn = Conn(Slow(b" parts", 3), "")
    conn.buffer = b"in"
    looks = []

    def none_at_first(size):
        looks.append(size)
        if len(looks) <= short:
            raise MemoryError
        return bytearray(size)

    body.bytearray, body.sleep_ms = none_at_first, no_sleep
    try:
        await body.receive(conn, asked, 4096)
    finally:
        del body.bytearray
    return asked.body, asked.released


async def no_sleep(ms):
    """asyncio.sleep_ms(), at once."""


async def test_a_body_waits_for_memory_and_is_whole():
    for short in (0, 1, 30):
        equal(await received(short), (b"in parts", short))
    with raises(MemoryError):
        await received(1000)
