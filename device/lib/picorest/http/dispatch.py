"""One request: which handler it is for, whether it may be answered, and every failure in words."""

import sys
from asyncio import sleep_ms
from gc import collect, mem_free

from ..clock import ticks_diff, ticks_ms
from ..overlay import act, forget_all, loaded
from ..problem import Problem
from . import csrf
from .response import PROBLEM, Reply, problem_response

_TRIES = const(3)
_IDLE = const(0)  # the phases of loop.py
_WORK = const(2)
_REQUEST = const(1500)  # bytes that a request takes until its handler runs, and then to wait
_PIECE = const(256)  # of these, in one piece
_PATIENCE = const(18000)  # ms since a request came in which there may be memory for it, and
_SPARE = const(9000)  # before it is looked at, and
_LONG = const(1500)  # until nobody else is listened to before who waits, and
_ALONE = const(4000)  # where there is no other client who could give some back
# columns of `last_route`
_PATH = const(1)
_METHOD = const(2)
_HANDLER = const(3)
_ARGS = const(4)
_COLD = None, None, None, None, None


class Dispatcher:
    """Handlers by an index of routes; behind it, where microdot is loaded, microdot's own: see application.py.

    index: what finds them, a module such as routes/__init__.py. changes: what counts, as `applied`, the changes that handlers have
    begun. before: what may answer a request in place of all handlers, a function of it, or None. kept: names of overlays that
    release() leaves alone. names: what the server is called, for the check of Host. token, auth_everywhere (auth is "all"),
    origins: who may do what, see csrf.py.
    """

    before = None
    seen = None  # {headers or query, in bytes: what they mean}, of late
    kept = names = ()
    last_route = _COLD  # path in bytes and as text, method, handler and its arguments, of the last request
    token = None
    origins = ()
    auth_everywhere = False
    patient = 0  # requests that only wait for something to happen
    crowded = False  # whether one of those shall give its place to a newcomer
    outbound = False  # whether somebody asks other servers: where memory is short, one at a time; 2: who does waits for memory
    urgent = 0  # how many have waited for memory for long
    late = 0  # whether waiting for memory was in vain so far: there is no other try

    def release(self):
        """Drop the modules that are only needed now and then: they are imported again when asked for."""
        self.last_route = _COLD
        self.unlearn()
        forget_all(self.kept)

    def rest(self):
        """What there is to do where memory is short when nobody is at work: drop what the last requests needed."""
        if loaded:
            self.release()

    def unlearn(self):
        """Forget what was said and checked before."""
        self.last_request = None
        if self.seen:
            self.seen.clear()

    def handle(self, req):
        """The Response to a Request, or a coroutine that returns it where the handler takes its time."""
        applied = self.changes.applied
        try:
            return self.route_and_call(req)
        except Problem as e:
            return problem_response(e)
        except MemoryError:
            self.release()
            return problem_response(_short()) if self._done(req, applied) else self.retry(req)
        except Exception as e:
            self.log("http", e)
            return problem_response(Problem("internal-error"))

    def log(self, name, e):
        """Tell of an exception that nobody expected."""
        sys.print_exception(e)

    async def alone(self, ms=1 << 28, ours=False):
        """Wait until nobody asks other servers, or only we, and nobody waits for memory; or for so many milliseconds."""
        start = ticks_ms()
        while (self.outbound and not ours or self.queue or self.urgent) and ticks_diff(ticks_ms(), start) < ms:
            await sleep_ms(20)

    def idle(self):
        """Whether nobody is at work but the task that asks."""
        return self.outbound is not True and all([conn.state == _IDLE or conn.ours() for conn in self.clients])

    def busy(self):
        """Whether a request is at work that does more than wait for something to happen: it gives back what memory it takes."""
        return sum([conn.state == _WORK for conn in self.clients]) > self.patient

    def roomy(self):
        """Whether there is memory for one more connection beside those that there are."""
        if self.memory_reserve and mem_free() < self.memory_reserve:
            collect()
            return mem_free() > self.memory_reserve
        return True

    def keeps(self, conn):
        """Whether a connection may stay for another request. Those that stay never have the last two places: a newcomer's."""
        if len(self.clients) > self.max_connections - 2:
            self.wanted = True
            return conn.used < 20 and conn.buffer.find(b"\r\n\r\n") >= 0  # what came in one packet is answered, though
        return conn.used > 0 or self.roomy()

    def watch(self):
        """Free the places of clients that have gone while a handler waits. What only reads ends; a change goes on to its end."""
        for conn in list(self.clients):
            if conn.state == _WORK and conn.gone():
                if conn.safe:
                    conn.task.cancel()
                else:
                    self.clients.remove(conn)
                    conn.sock.close()

    def short(self, conn):
        """Whether a request waits before it is looked at, as others have most of the memory, or have waited for it for long."""
        if not self.memory_reserve or not (self.outbound or self.queue or self.urgent) or conn.age() > _SPARE:
            return False
        collect()
        try:
            return self.urgent or bytearray(_PIECE) and mem_free() < _REQUEST
        except MemoryError:  # in so large a piece there is none
            return True

    async def bring(self, module, function, *args):
        """What a function of an overlay returns, as soon as there is memory for it. It is called again when it finds too little."""
        for n in range(25):  # within 6 s
            try:
                return act(self, module, function)(*args)
            except MemoryError:
                self.release()
            if n > 9 and self.outbound:  # others wait for us, and have what it takes, perhaps
                break
            await sleep_ms(20 * n)
        raise MemoryError

    def _done(self, req, applied):
        # whether a part of what is asked for is done that must not be done twice; applied: changes.applied before
        return applied != self.changes.applied and (b"toggle" in req.query or b"toggle" in req.body or b"\\" in req.body)

    async def retry(self, req):
        """What route_and_call() says to a request that found no memory, once it is its turn: those who wait come one after the
        other, when nobody asks other servers. MemoryError if it takes too long, or if it must not be done again."""
        queue = self.queue
        place = [None]  # ours, by its identity
        conn = req.conn
        wait = 20
        long = 0
        try:
            while True:
                await sleep_ms(wait)
                if place not in queue:
                    queue.append(place)
                self.wanted = True  # who is kept without need has memory
                alone = req.method == "GET" and len(self.clients) < 2 and not self.outbound
                self.late = conn.age() > (_ALONE if alone else _PATIENCE)
                if not self.late and (self.outbound is True or queue[0] is not place):
                    continue
                applied = self.changes.applied
                self.release()
                if self.idle():
                    self.rest()
                try:
                    return self.route_and_call(req)
                except MemoryError:
                    if self.late or self._done(req, applied):
                        raise
                queue.remove(place)  # others may have what it takes, and give it back once they had their turn
                wait = min(2 * wait, 500)
                if not long and conn.age() > _LONG:
                    long = 1
                    self.urgent += 1
        finally:
            self.late = 0
            self.urgent -= long
            if place in queue:
                queue.remove(place)

    def route_and_call(self, req):
        if not req.light:
            if self.before:
                res = self.before(req)
                if res:
                    return res
            csrf.guard(req)
        hot = self.last_route
        if hot[_PATH] == req.path and hot[_METHOD] == req.method:
            return hot[_HANDLER](req, *hot[_ARGS].values()) if hot[_ARGS] else hot[_HANDLER](req)
        found = self.find(req)
        res = self.fallback(req, found)
        if res:
            return res
        if callable(found):
            res = found(req, *req.url_args.values())
            if hasattr(res, "status_code"):
                # text made at run time is searched for among all names that MicroPython knows: not twice for a path
                self.last_route = req.path.encode(), req.path, req.method, found, req.url_args
            return res
        if isinstance(found, dict):
            return Reply("", 204, found)
        return failure(req, found)

    async def await_response(self, req, res):
        """The Response that a coroutine of handle() returns; every failure in words."""
        try:
            for _ in range(_TRIES):
                try:
                    if not res:
                        res = self.retry(req)
                    while hasattr(res, "send"):
                        res = await res
                    return res
                except MemoryError:
                    res = None  # else what it holds would be in the way
                    self.release()
                if req.method not in ("GET", "HEAD") or req.conn.age() > _PATIENCE:
                    break
                await sleep_ms(100)
            res = problem_response(_short())
        except Problem as e:
            res = problem_response(e)
        except Exception as e:
            self.log("http", e)
            res = problem_response(Problem("internal-error"))
        return res

    def shown(self, req, res):
        """A Response; that of a problem as a page if a browser has asked."""
        if req and b"text/html" in req.head and res.kind is PROBLEM:
            try:
                return self.index.problem_page(req, res)
            except MemoryError:
                self.release()
        return res

    def find(self, req):
        """The handler of a request by our table; or the headers that answer OPTIONS, or the status 404 or 405."""
        method = req.method
        entry, req.url_args = self.index.find_route(req.path)
        if not entry:
            return {"Allow": "GET, HEAD, PUT, POST, PATCH, OPTIONS"} if req.path == "*" else 404
        if method == "HEAD":
            method = "GET"
        for word in entry:
            if word == method:
                return self.index.load_handler(entry[entry.index(word) + 1])
        req.methods = ", ".join(entry[::2]) + (", HEAD, OPTIONS" if "GET" in entry else ", OPTIONS")
        return {"Allow": req.methods} if method == "OPTIONS" else 405

    def fallback(self, req, found):
        """What answers in place of what find() found, if anything does."""


def _short():
    return Problem("out-of-memory", retry_after=1)


def failure(req, status, why=None):
    """A Response in words for a bare status code."""
    if status == 405:
        return problem_response(
            Problem("method-not-allowed", method=req.method, allowed=req.methods, headers={"Allow": req.methods})
        )
    if status == 404 or status == 500:
        return problem_response(Problem("not-found" if status == 404 else "internal-error"))
    return problem_response(Problem("error", why, status=status))
