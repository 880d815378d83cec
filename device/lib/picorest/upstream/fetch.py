"""Asking other servers by HTTP: one at a time, and never a wait for ever.

Everything (connection, TLS, sending, redirects, answer) happens within one deadline, and an answer larger than its
limit is refused while it arrives. Only resolving a name blocks the board: see resolver.py. What goes wrong becomes
a Problem that names the upstream; its attribute `sent` tells whether the other side may have received the request.

Where memory is short, who wants to know something and client.py, which asks, are never in it together: this module is between
them. It holds no state; that is in app.client.
"""

from asyncio import sleep_ms

from .. import clock
from ..overlay import act, drop
from ..problem import Problem

_PATIENCE = const(6000)  # milliseconds to wait for one's turn

# app.client
_LOCKED = const(0)  # whether somebody asks
_WAITING = const(1)  # how many wait for their turn


def trouble(name, status, type, sent, **members):
    """A Problem about the upstream `name`. sent: whether the upstream may have received the request."""
    problem = Problem(status, "-".join(("upstream", type)), upstream=name, **members)
    problem.sent = sent
    return problem


class Answer:
    """What is needed of a Response, whose module can go then."""

    def __init__(self, res):
        self.status = res.status
        self.reason = res.reason
        self.type = res.type
        self.retry_after = res.retry_after
        self.datetime = res.datetime
        self.body = res.body
        self.found = res.found
        res.sock.close()


async def bring(app, module, function):
    """A function of a module, which waits for its turn if others need the memory at the moment."""
    for _ in range(20):
        try:
            return act(app, module, function)
        except MemoryError:
            await sleep_ms(100)
    raise MemoryError


async def fetch(app, module, entry):
    """Let a module below picorest ask, and return what its function answer() says.

    question(app, entry) returns None if there is nothing to ask, or a tuple:
        name: what we call the server. ms: until everything is done. url, end: the address in two parts. method. headers: a
        dict or None. body: text, a function that returns an iterator of texts, or None. size: most bytes of the answer's
        body. any: whether redirects to other local addresses are allowed. want: see Response.
    answer(app, entry, res) gets a Response whatever its status, a Problem (501: no https here; 502: refused, garbage, too
    large, bad redirect; 503: no Wi-Fi; 504: too late), or None if there was nothing to ask; it returns None if there is
    another question. Where memory is short the module is not in it while we wait.

    Raises Problem 503 if it is not our turn for too long."""
    if not hasattr(app, "client"):
        app.client = [False, 0]
    state = app.client
    res = None
    ours = waits = False
    app.asking += 1
    if app.reserve:
        app.release()
    try:
        while state[_LOCKED]:
            if not waits:
                start = clock.ticks_ms()
                # who waits for an upstream holds a connection of the server: some must be left for other requests
                waits = state[_WAITING] < (1 if app.board.chip == "esp8266" else 3)
                state[_WAITING] += waits
            if not waits or clock.ticks_diff(clock.ticks_ms(), start) > _PATIENCE:
                raise trouble(module.split(".")[-1], 503, "busy", False, retry_after=5)
            await sleep_ms(20)
        state[_LOCKED] = ours = True
        state[_WAITING] -= waits
        waits = False
        found = None
        while not found:
            ask = (await bring(app, module, "question"))(app, entry)
            res = None
            if ask:
                name, ms = ask[:2]
                if app.reserve:
                    app.release()
                try:
                    if not app.wifi.connected():
                        raise Problem(503, "no-wifi", upstream=name, retry_after=10)
                    legs = (await bring(app, "upstream.client", "run"))(app, *ask)
                    for leg in legs:
                        if not res:
                            start = clock.ticks_ms()  # a name server's silence is not the other side's fault
                        res = leg
                        if clock.ticks_diff(clock.ticks_ms(), start) > ms:
                            legs.close()
                            raise trouble(name, 504, "timeout", res.sent, seconds=ms // 1000)
                        await sleep_ms(10)
                except Problem as e:
                    if res and res.sock:
                        res.sock.close()
                    res = e
                ask = leg = legs = None
                if app.reserve:
                    if hasattr(res, "state"):
                        res = Answer(res)
                    drop("upstream.client", "upstream.response", "resolver", "upstream.tls")
            found = (await bring(app, module, "answer"))(app, entry, res)
        return found
    finally:
        app.asking -= 1
        state[_WAITING] -= waits
        if ours:
            state[_LOCKED] = False
        if getattr(res, "sock", None):
            res.sock.close()
