"""Asking other servers by HTTP: one at a time, and never a wait for ever.

Everything (connection, TLS, sending, redirects, answer) happens within one deadline, and an answer larger than its
limit is refused while it arrives. Only resolving a name blocks the board: see resolver.py. What goes wrong becomes
a Problem that names the upstream; its attribute `sent` tells whether the other side may have received the request.

Where memory is short, who wants to know something and client.py, which asks, are never in it together: this module is between
them. It holds no state; that is in the application. On an ESP8266 not without proxy or thingspeak or weather.
"""

from asyncio import sleep_ms

from .. import clock
from ..overlay import drop
from ..problem import Problem

_METHOD = const(4)  # of what is asked
_LOOKS = const(200)  # whether others still wait for memory
# list: what stays in memory while somebody asks
_NEEDED = "upstream.fetch", "upstream.client", "upstream.response", "upstream.tls", "resolver"


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


async def fetch(app, name, module, entry):  # long: one question from its turn to its answer, in one task
    """Let a module below picorest ask, and return what its function answer() says: for App.ask(), whose turn it is. None if there
    is too little memory, and it may be called again; a MemoryError if what it asks may have been done.

    question(app, entry) returns None if there is nothing to ask, or a tuple:
        name: what we call the server. ms: until everything is done. url, end: the address in two parts. method. headers: a
        dict or None. body: text, a function that returns an iterator of texts, or None. size: most bytes of the answer's
        body. any: whether redirects to other local addresses are allowed. want: see Response.
        It may be called again, when it finds no memory, and so may answer().
    answer(app, entry, res) gets a Response whatever its status, a Problem (501: no https here; 502: refused, garbage, too
    large, bad redirect; 503: no Wi-Fi; 504: too late), or None if there was nothing to ask; it returns None if there is
    another question. Where memory is short the module is not in it while we wait."""
    app.outbound = True
    app.kept = _NEEDED
    res = None
    asked = False
    again = 8  # times that answer() may find no memory
    try:
        if app.memory_reserve:
            app.release()
        while True:
            try:
                if not asked:
                    res = None
                    ask = await app.bring(module, "question", app, entry)
                if ask:
                    name, ms = ask[:2]
                    await sleep_ms(0)  # until then the loop holds the module that said what to ask
                    if app.memory_reserve:
                        app.release()
                    try:
                        if not app.wifi.connected():
                            raise Problem("no-wifi", upstream=name, retry_after=10)
                        legs = await app.bring("upstream.client", "run", app, *ask)
                        for leg in legs:
                            if not res:
                                start = clock.ticks_ms()  # a name server's silence is not the other side's fault
                            res = leg
                            if clock.ticks_diff(clock.ticks_ms(), start) > ms:
                                legs.close()
                                raise Problem("upstream-timeout", sent=res.sent, upstream=name, seconds=ms // 1000)
                            await sleep_ms(10)
                    except Problem as e:
                        if res and res.sock:
                            res.sock.close()
                        res = e
                asked = True
                ask = leg = legs = None
                if app.memory_reserve:
                    if hasattr(res, "state"):
                        res = Answer(res)
                    drop(*_NEEDED[1:])
                await sleep_ms(0)  # and now those that asked
                found = await app.bring(module, "answer", app, entry, res)
                if found:
                    return found
                asked = False
            except MemoryError:
                if not asked and not (res and res.sent and ask[_METHOD] != "GET"):
                    return None
                again -= 1
                if not asked or not again:
                    app.outbound = True
                    raise
                app.outbound = 2
                app.kept = ()
                app.release()
                await sleep_ms(900 - 100 * again)
                for _ in range(_LOOKS):  # alone() would take memory, and without it nobody would be told what was done
                    if not app.queue and not app.urgent:
                        break
                    await sleep_ms(50)
                app.outbound = True
                app.kept = _NEEDED
                app.release()
    finally:
        if getattr(res, "sock", None):
            res.sock.close()
