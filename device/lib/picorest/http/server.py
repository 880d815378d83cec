"""The HTTP server: bounds around every connection."""

import asyncio
import gc
import socket

from .. import clock, loop
from ..memory import has_user
from ..overlay import act, loaded
from ..problem import Problem
from .canned_responses import turn_away
from .dispatch import Dispatcher
from .request import Request, remember, take
from .response import Response, one_write, problem_response, write_response

_IDLE = const(0)  # the phases of loop.py
_READ = const(1)
_WORK = const(2)
_WRITE = const(3)
_BODY = const(4096)
_TRIES = const(300)  # to look at a request where memory is short: each takes 50 ms, and counts for 8 when nobody has what it takes,
_PATIENCE = const(18000)  # or so many ms after it came
_AGAIN = const(30)  # times that an answer goes on, within 8 s, which found no memory for its next piece
_KEPT_MS = const(6000)  # a second more than Keep-Alive tells the client, see http/response.py
_LONG_MS = const(17000)  # while nobody else would like to be kept: some clients let go after 15 s, most ask at round times


class Server(Dispatcher):
    """The application with its bounds. max: connections; reserve: heap below which only one is served (0: it is large)."""

    def __init__(self, max, reserve):
        self.max_connections, self.memory_reserve = max, reserve
        self.clients = []
        self.queue = []  # of those who wait for memory
        self.lingering = []  # sockets that have their answer and may still be sending
        self.peers = {}  # requests of each client in this quarter of a second
        # set here: the first change to a default of the class would take memory, and these change when there is none
        self.evictions = self.requests = self.error = self.rejected = self.timeout = self.lag = self.modules = 0
        self.late = self.urgent = self.wanted = 0  # wanted: whether somebody could not be kept, or not be served
        self.heap_min = 1 << 29
        self.last_request = None  # a request that was answered, see http/request.py
        self.most_remembered = 400 if reserve else 1024  # how long a request may be to be remembered
        if not reserve:
            self.seen = {}
        Request.app = self

    async def run(self, port=80):
        """Serve for ever."""
        listener = socket.socket()
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(loop.address("0.0.0.0", port))
            listener.listen(32 if self.memory_reserve else 16 * self.max_connections)
            listener.setblocking(False)
            while True:
                try:
                    await loop.readable(listener)
                    sock, peer = bytearray(128) and listener.accept()  # without memory for what it makes, it is lost
                    sock.setblocking(False)
                except (OSError, MemoryError):  # out of sockets or memory: let some end
                    await asyncio.sleep_ms(50)
                    continue
                tries, since = _TRIES // 3, clock.ticks_ms()
                while tries:  # no `for`: it would lift what the stack of this task keeps above what the next wait overwrites
                    tries -= 1
                    try:
                        room, self.crowded = await self.admit(), False
                        if room:
                            conn = loop.Conn(sock, peer, since)
                            self.clients.append(conn)
                            self.close_lingering()
                            conn.task = loop.run_now(self.handle_connection(conn))
                        break
                    except MemoryError:
                        if self.clients and self.clients[-1].sock is sock:
                            self.clients.pop()
                        self.release()
                    room = False
                    await asyncio.sleep_ms(50)
                if not room:
                    self.rejected += 1
                    turn_away(sock, 0 if len(self.clients) >= self.max_connections else 1)
                    self.linger(sock)
                conn = sock = peer = max(0, 0, 0, 0, 0)  # else they stay in memory till the next comes: by name and on the stack
        finally:
            listener.close()

    async def admit(self):
        """Whether one more connection can be served; makes room where it can."""
        if len(self.clients) > self.max_connections - 3:
            await asyncio.sleep_ms(0)  # perhaps one of them is about to end
        for n in range(2000):
            if n > 500 and not (self.outbound or self.queue or self.urgent or self.busy()):
                break
            if len(self.clients) < self.max_connections:
                # counting free memory takes time on a large heap: only where it is short, and may have become shorter
                if not self.memory_reserve or not self.clients and len(loaded) == self.modules:
                    return True
                if not self.roomy():
                    self.release()
                if self.roomy() or not self.clients:
                    self.modules = len(loaded)
                    return True
            # the one with the least claim to stay goes: half-open or stuck for the longest
            worst, victim = 0, None
            many = self.evictions  # who has to go of late: each halves the patience with the others
            for conn in self.clients:
                # a request may travel slowly behind its connection, and answers too; what is kept was promised to be
                claim = max(80, 400 >> many) if conn.state > _WORK else max(15, 1000 >> many)
                claim = conn.age() - claim
                if conn.state != _WORK and (conn.state > _IDLE or not conn.used) and claim > worst:
                    worst, victim = claim, conn
            if victim:
                if victim.idle():
                    self.clients.remove(victim)
                    victim.task.cancel()
                    self.evictions += 1
            else:
                self.watch()
                if self.patient:
                    self.crowded = self.crowded or not n & 15  # one at a time: leaving takes some milliseconds
                elif len(self.clients) >= self.max_connections and all(conn.state == _WORK for conn in self.clients):
                    break
            self.wanted = True
            await asyncio.sleep_ms(0 if victim else 8)
        return False

    def linger(self, sock):  # closing with unread bytes would reset the connection and take the answer away: the client closes it
        self.close_lingering()
        try:
            self.lingering.append([sock, 2])
        except MemoryError:
            sock.close()

    def close_lingering(self):  # but not in the place of a newcomer: an ESP8266 has one connection more than there may be clients
        while self.lingering and len(self.lingering) + len(self.clients) + (self.outbound > 0) > self.max_connections:
            sock = self.lingering.pop(0)[0]
            loop.flush(sock)
            sock.close()

    async def housekeeping(self):
        """Close what takes too long. Runs beside run()."""
        while True:
            now = clock.ticks_ms()
            try:
                await asyncio.sleep_ms(250)
                self.check_timeouts(now)
            except Exception as e:
                self.release() if isinstance(e, MemoryError) else self.log("http", e)

    def check_timeouts(self, now):
        """What housekeeping() does each time; now: ticks before it slept."""
        # how late the loop came back to us; the value fades, so that /status shows the last minute or so
        late = clock.ticks_diff(clock.ticks_ms(), now) - 250
        self.lag = late if late > self.lag else self.lag - (self.lag >> 6)
        clock.uptime()
        if self.memory_reserve:
            self.heap_min = min(self.heap_min, gc.mem_free())
        for conn in list(self.clients):
            limit = _LONG_MS if conn.timeout_ms == _KEPT_MS and not self.wanted else conn.timeout_ms
            if limit and conn.age() > limit and conn.idle(_WRITE):
                self.timeout += 1
                conn.task.cancel()
        self.wanted = False
        self.watch()
        if self.memory_reserve and self.idle():
            self.rest()
        for entry in list(self.lingering):
            entry[1] -= 1
            if loop.flush(entry[0]) or entry[1] < 0:
                entry[0].close()
                self.lingering.remove(entry)
        self.peers.clear()
        self.evictions >>= 1
        self.tend()

    async def handle_connection(self, conn):  # long: a connection's whole life in one task: each further one costs memory
        linger = keep = look = True  # look: there may be bytes: the first request comes with the connection, the next after a while
        tries, stage = _TRIES, 0  # tries: for memory; stage: 0 waits for a request, 1 has its head, 2 reads, 3 has asked a handler
        try:
            while keep:
                try:
                    if not stage:
                        req = res = out = None
                        fresh, used, applied = True, conn.used, None
                        req = take(self, conn)
                        if not req:
                            while self.short(conn):
                                await asyncio.sleep_ms(20)
                            stage = 2  # what was read and finds no memory is lost
                            n = conn.receive(self.release) if look else None
                            look, stage = True, 0
                            if n is None:
                                await loop.readable(conn.sock)
                                if conn.state == _IDLE:
                                    conn.start = clock.ticks_ms()
                            elif not n:
                                raise EOFError
                            continue
                        keep = req.version > 0 and b"close" not in req.known.get("connection", b"").lower()
                        stage = 1
                    if stage == 1 and req.content_length:
                        conn.remaining = abs(req.content_length)
                        body = act(self, "http.body", "receive")(conn, req, self.index.body_limit(req.path) or _BODY)
                        stage = 2
                        body = await body
                    stage = 3
                    applied = self.changes.applied
                    res = self.handle(req)
                    if hasattr(res, "send"):
                        fresh = False  # what handlers of microdot may have changed is nothing for others
                        self.last_request = None if req is self.last_request else self.last_request
                        conn.safe = req.method in ("GET", "HEAD")
                        if self.memory_reserve and not has_user and not (req.query and conn.safe):
                            req.lighten()
                        res = self.await_response(req, res)
                        conn.set_phase(_WORK, 0)  # only now: it takes the place on our stack of what await_response() has to let go
                        res = await res
                except MemoryError:  # a request that was not begun comes again: until it is taken it is in conn.buffer
                    self.release()
                    tries -= 1 if (self.outbound or self.queue) and conn.age() < _PATIENCE else 8
                    if tries < 0 or stage == 2 or stage == 3 and self._done(req, applied):
                        raise
                    res = None
                    if stage:
                        conn.set_phase(_WORK, 0)
                    await asyncio.sleep_ms(50)
                    continue
                except asyncio.CancelledError:
                    if conn.state or conn not in self.clients or not conn.receive():
                        raise
                    continue  # what was kept for too long has its next request in this moment
                except Problem as e:
                    res = problem_response(e)
                res = self.shown(req, res)
                linger = not req or conn.remaining > 0 or req.content_length < 0
                keep = keep and not linger and self.keeps(conn)
                self.requests += 1
                self.error += res.status_code >= 500
                if res is Response.already_handled:
                    return
                try:
                    out = one_write(req, res, keep)
                except MemoryError:  # what was done is done, so it has to be told: in pieces, then
                    self.release()
                if not out:
                    for left in range(_AGAIN, -1, -1):
                        try:
                            res = res or await self.await_response(req, self.retry(req))
                            await (conn.write_chunks(res.body, keep) if conn.given else write_response(conn, req, res, keep))
                            break
                        except MemoryError:
                            if not left or conn.used > used and conn.given < 1:
                                raise
                            if res and hasattr(res.body, "send"):  # it has to be made again
                                if self._done(req, applied) or has_user and req.method == "POST":
                                    raise
                                res = None
                        conn.n = 0
                        self.release()
                        await asyncio.sleep_ms(min(20 * (_AGAIN - left), 400))
                else:
                    out = conn.write(out)
                    if out:
                        await conn.flush(out)
                    if fresh and req.head and req is not self.last_request:
                        remember(self, req)
                stage, res = 0, None
                if keep:
                    conn.set_phase(_IDLE, _KEPT_MS)  # from here on watch() leaves its socket alone
                if self.memory_reserve and len(loaded) > self.modules:
                    self.release()  # on a small heap, what only this request needed goes at once
                    self.modules = len(loaded)
                    await asyncio.sleep_ms(0)  # until then the loop holds some of it
                look, tries = False, _TRIES
        except asyncio.CancelledError:
            linger = False
            late = conn in self.clients  # else it had to make room
            if conn.state == _READ or not late and not conn.used:
                # its request may be on the way: closed at once, the connection would break under it
                linger = True
                turn_away(conn.sock, 2 if late else 0)
                loop.flush(conn.sock)
        except (OSError, EOFError):
            linger = False
        except MemoryError:
            self.error += 1
            if conn.used == used:  # else this would become a part of the answer
                turn_away(conn.sock, 1)
            self.release()
        except Exception as e:
            self.log("http", e)
        finally:
            if conn in self.clients:
                self.clients.remove(conn)
            if linger:
                self.linger(conn.sock)
            else:
                conn.sock.close()
            conn.task = req = res = out = body = conn = None  # the loop holds this task until the next one ends
