"""Asking other servers by HTTP: one at a time, and never a wait for ever.

Everything (connection, TLS, sending, redirects, answer) happens within one deadline, and an answer larger than its
limit is refused while it arrives. Only resolving a name blocks the board: see resolve.py. What goes wrong becomes
a Problem that names the upstream; its attribute `sent` tells whether the other side may have received the request.

This module holds no state, so that it can be dropped while nobody asks: that is in app.client.
"""

import select
import socket
from asyncio import sleep_ms
from errno import EINPROGRESS

from . import clock, net
from .overlay import act
from .protocol import Response, quote, split
from .resolve import doubt, open_socket, resolve
from .web import Problem

_PATIENCE = const(6000)  # milliseconds to wait for one's turn
_PIECE = const(64)  # bytes read at a time: what is read is copied, and memory in one piece is rare
_LINE = const(" HTTP/1.1\r\nConnection: close\r\nUser-Agent: picorest\r\nAccept-Encoding: identity\r\nHost: ")

# app.client
_LOCKED = const(0)  # whether somebody asks
_WAITING = const(1)  # how many wait for their turn
_HOST = const(2)  # the host that was asked last


def trouble(name, status, type, sent, **members):
    """A Problem about the upstream `name`. sent: whether the upstream may have received the request."""
    problem = Problem(status, "-".join(("upstream", type)), upstream=name, **members)
    problem.sent = sent
    return problem


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
        app.client = [False, 0, ""]
    state = app.client
    res = None
    ours = waits = False
    app.asking += 1
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
            ask = act(app, module, "question")(app, entry)
            res = None
            if ask:
                name, ms = ask[:2]
                if app.reserve:
                    app.release()
                try:
                    if not app.wifi.connected():
                        raise Problem(503, "no-wifi", upstream=name, retry_after=10)
                    for leg in run(app, *ask):
                        if not res:
                            start = clock.ticks_ms()  # a name server's silence is not the other side's fault
                        res = leg
                        if clock.ticks_diff(clock.ticks_ms(), start) > ms:
                            doubt(app.board, state[_HOST])
                            raise trouble(name, 504, "timeout", res.sent, seconds=ms // 1000)
                        await sleep_ms(10)
                except Problem as e:
                    if res and res.sock:
                        res.sock.close()
                    res = e
            found = act(app, module, "answer")(app, entry, res)
        return found
    finally:
        app.asking -= 1
        state[_WAITING] -= waits
        if ours:
            state[_LOCKED] = False
        if getattr(res, "sock", None):
            res.sock.close()


def run(app, name, ms, url, end, method, headers, body, size, any, want):
    # yields the Response while there is nothing to do but wait
    home = None
    sent = False  # whether a server may have done what we asked and sent us on
    for _ in range(3):
        try:
            tls, host, port, n = split(url)
        except (ValueError, IndexError):
            raise trouble(name, 502, "bad-url", sent) from None
        if home and home[0] != host:
            if method != "GET":
                break
            headers = None  # keys are for the server they were given for
        app.client[_HOST] = host
        try:
            entry = resolve(app.board, host, port)
        except OSError as e:
            raise trouble(name, 502, "unknown", sent, host=host, retry_after=e.args[0]) from None
        if home and home[1] != entry and not any:
            from .redirect import local

            if local(net.ip(entry)):
                break
        home = home or (host, entry)
        res = Response(size, want)
        res.sent = sent
        yield res
        try:
            yield from send(app, name, res, tls, host, port, entry, method, url[n:], end, headers, body)
            while True:
                data = res.sock.read(_PIECE)
                if data is None:
                    yield res
                elif res.take(data):
                    break
        except OverflowError:
            raise trouble(name, 502, "too-large", True, allowed=size) from None
        except ValueError as e:
            if not res.sent and e.args:  # mbedTLS refuses a certificate with a ValueError
                raise trouble(name, 502, "untrusted", False, why=e.args[0]) from None
            raise trouble(name, 502, "garbage", True, why="what is not HTTP or is cut short") from None
        except OSError as e:
            doubt(app.board, host)
            raise trouble(name, 502, "refused", res.sent, at="%s:%d" % (host, port), error=e.args[0]) from None
        res.sock.close()
        n = res.status
        if not (301 <= n <= 303 or 307 <= n <= 308) or not res.location:
            return
        sent = sent or method != "GET"
        if n == 303:
            method, body = "GET", None
        from .redirect import follow

        url = follow(url + end, res.location)
        end = ""
        if tls and not url.startswith("https:"):
            break
    raise trouble(name, 502, "redirect", sent, at=url.split("?")[0])


def send(app, name, res, tls, host, port, address, method, path, end, headers, body):
    if tls:
        from .tls import context

        tls = context(app, name)
    res.sock = sock = open_socket(socket.SOCK_STREAM, name)
    try:
        sock.connect(address)
    except OSError as e:
        if e.errno != EINPROGRESS:
            raise
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    while not poll.poll(0):
        yield res
    if tls:
        res.sock = tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    path = path.split("#", 1)[0]
    parts = [method, " " if (path or end)[:1] == "/" else " /", quote(path, False), quote(end, False), _LINE, host]
    if port != (443 if tls else 80):
        parts.append(":%d" % port)
    for key in headers or ():
        parts += ("\r\n", key, ": ", headers[key].replace("\r", "").replace("\n", ""))
    # the body is text, or a function that says its pieces
    pieces = body if callable(body) else lambda: (body,) if body else ()
    if body:
        parts.append("\r\nContent-Length: %d" % sum(len(part.encode()) for part in pieces()))
    parts.append("\r\n\r\n")
    buf = net.buf  # everybody's: what has to wait moves out of it
    n = 0
    for some in (parts, pieces()):
        for part in some:
            part = part.encode()
            if n + len(part) > len(buf):
                yield from write(res, memoryview(buf)[:n])
                n = 0
                if len(part) > len(buf):
                    yield from write(res, part)
                    continue
            buf[n : n + len(part)] = part
            n += len(part)
        parts = None
    yield from write(res, memoryview(buf)[:n])


def write(res, data):
    while data:
        n = res.sock.write(data)
        if n:
            res.sent = True
            data = data[n:]
        else:
            data = bytes(data)
            yield res
