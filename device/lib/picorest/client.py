"""Asking other servers by HTTP: one request at a time, and never a wait for ever.

Everything (waiting for its turn, name, connection, TLS, sending, redirects, answer) happens within one deadline, and
an answer larger than its limit is refused while it arrives. Only resolving a name blocks the board: it is done once and
kept. What goes wrong becomes a Problem that names the upstream; its attribute `sent` tells whether the other side may
have received the request.

This module holds no state, so that it can be dropped while nobody asks: that is in app.client.
"""

import select
import socket
import sys
from asyncio import sleep_ms
from errno import EINPROGRESS

from . import clock, net
from .protocol import Response, find, local, quote, split  # noqa: F401  who asks needs find and quote
from .web import Problem

_KEEP = const(600)  # seconds a resolved name is kept, and
_RETRY = const(15)  # an unknown one
_LINE = const(" HTTP/1.1\r\nConnection: close\r\nUser-Agent: picorest\r\nAccept-Encoding: identity\r\nHost: ")

# app.client
_LOCKED = const(0)  # whether a request is under way
_WAITING = const(1)  # how many wait
_HOSTS = const(2)  # lists of host, port, address or None, and the uptime until which that is believed


def trouble(name, status, type, sent, **members):
    """A Problem about the upstream `name`. sent: whether the upstream may have received the request."""
    problem = Problem(status, "-".join(("upstream", type)), upstream=name, **members)
    problem.sent = sent
    return problem


def act(app, module, function):
    # a function of a module that may not be in memory
    name = "picorest." + module
    try:
        __import__(name)
    except MemoryError:
        app.release()
        __import__(name)
    return getattr(sys.modules[name], function)


async def fetch(app, module, entry):
    """Let a module below picorest ask, and return what its function answer() says.

    question(app, entry) returns the arguments of request(), or None if there is nothing to ask; answer(app, entry, res),
    with a Response, a Problem or None, returns None if there is another question. entry: a list; its first member is True
    while somebody works on it, and nobody else does. Where memory is short the module is not in it while we wait."""
    app.asking += 1
    try:
        if not hasattr(app, "client"):
            app.client = [False, 0, []]
        await acquire(app, module.split(".")[-1], entry, 0, 12000)
        entry[0] = True
        try:
            found = None
            while not found:
                res = act(app, module, "question")(app, entry)
                if res:
                    if app.reserve:
                        app.release()
                    try:
                        res = await request(app, *res)
                    except Problem as e:
                        res = e
                found = act(app, module, "answer")(app, entry, res)
            return found
        finally:
            entry[0] = False
    finally:
        app.asking -= 1


async def acquire(app, name, entry, at, ms):
    # waits until entry[at] is no longer True; Problem 503 where too many wait already, 504 after ms
    if entry[at]:
        state = app.client
        # who waits for an upstream holds a connection of the server: some must be left for other requests
        if state[_WAITING] >= (1 if app.board.chip == "esp8266" else 3):
            raise trouble(name, 503, "busy", False, retry_after=5)
        start = clock.ticks_ms()
        state[_WAITING] += 1
        try:
            while entry[at]:
                await sleep_ms(20)
                if clock.ticks_diff(clock.ticks_ms(), start) > ms:
                    raise trouble(name, 504, "timeout", False, seconds=ms // 1000)
        finally:
            state[_WAITING] -= 1


async def request(app, name, url, end, method, headers, body, size, ms, any, want):
    """Ask the server that we call `name`, and return its Response whatever its status.

    url, end: the address in two parts. headers: a dict or None. body: text, a function that returns an iterator of texts,
    or None. size: most bytes of the answer's body. ms: until everything is done. any: whether redirects to other local
    addresses are allowed. want: see Response.read(). Raises Problem 501 (no https here), 502 (refused, garbage, too large,
    bad redirect), 503 (no Wi-Fi, busy) or 504 (too late)."""
    if not app.wifi.connected():
        raise Problem(503, "no-wifi", upstream=name, retry_after=10)
    state = app.client
    start = clock.ticks_ms()
    await acquire(app, name, state, _LOCKED, ms)
    state[_LOCKED] = True
    res = Response(name)
    try:
        for _ in run(app, res, url, end, method, headers, body, size, any, want):
            if clock.ticks_diff(clock.ticks_ms(), start) > ms:
                state[_HOSTS] = []  # resolved again next time
                raise trouble(name, 504, "timeout", res.sent, seconds=ms // 1000)
            await sleep_ms(10)
        return res
    finally:
        state[_LOCKED] = False
        if res.sock:
            res.sock.close()


def run(app, res, url, end, method, headers, body, size, any, want):
    # yields while there is nothing to do but wait
    home = None
    for _ in range(3):
        try:
            tls, host, port, n = split(url)
        except (ValueError, IndexError):
            raise trouble(res.name, 502, "bad-url", False) from None
        if home and home[0] != host:
            if method != "GET":
                break
            headers = None  # keys are for the server they were given for
        address = lookup(app.client[_HOSTS], res.name, host, port)
        if home and home[1] != address and not any and local(net.ip(address)):
            break
        home = home or (host, address)
        if port != (443 if tls else 80):
            host += ":%d" % port
        try:
            res.sock = socket.socket()
            yield from connect(app, res, address, tls and host.split(":")[0])
            yield from send(res, method, url[n:], end, host, headers, body)
            yield from res.read(method, size, want)
        except OverflowError:
            raise trouble(res.name, 502, "too-large", True, allowed=size) from None
        except ValueError as e:
            if not res.sent and e.args:  # mbedTLS refuses a certificate with a ValueError
                raise trouble(res.name, 502, "untrusted", False, why=e.args[0]) from None
            raise trouble(res.name, 502, "garbage", True, why="what is not HTTP or is cut short") from None
        except OSError as e:
            app.client[_HOSTS] = []
            raise trouble(res.name, 502, "refused", res.sent, at=host, error=e.args[0]) from None
        res.sock.close()
        status = res.status
        if not (301 <= status <= 303 or 307 <= status <= 308) or not res.location:
            return
        if status == 303:
            method, body = "GET", None
        path = (url[n:] + end).split("?")[0]
        url = res.location
        end = ""
        if url[:2] == "//":
            url = ("https:" if tls else "http:") + url
        elif url.find(":", 0, 9) < 0:
            if url[0] == "?":
                url = path + url
            elif url[0] != "/":
                url = path.rsplit("/", 1)[0] + "/" + url
            url = ("https://" if tls else "http://") + host + url
        if tls and not url.startswith("https:"):
            break
    raise trouble(res.name, 502, "redirect", False, at=url.split("?")[0])


def lookup(hosts, name, host, port):
    # the address of a host
    now = clock.uptime()
    for entry in hosts:
        if entry[0] == host and entry[1] == port and entry[3] > now:
            break
    else:
        entry = [host, port, None, now + _RETRY]
        try:
            entry[2] = net.address(host, port)
            entry[3] = now + _KEEP
        except OSError:
            pass
        hosts.insert(0, entry)
        del hosts[2:]
    if entry[2] is None:
        raise trouble(name, 502, "unknown", False, host=host, retry_after=_RETRY)
    return entry[2]


def connect(app, res, address, tls):
    # tls: the name that the server has to prove, or False
    if tls:
        from .tls import context

        context = context(app, res.name)
    sock = res.sock
    sock.setblocking(False)
    try:
        sock.connect(address)
    except OSError as e:
        if e.errno != EINPROGRESS:
            raise
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    while not poll.poll(0):
        yield
    if tls:
        res.sock = context.wrap_socket(sock, server_hostname=tls, do_handshake_on_connect=False)


def send(res, method, path, end, host, headers, body):
    path = path.split("#", 1)[0]
    parts = [method, " " if (path or end)[:1] == "/" else " /", quote(path, False), quote(end, False), _LINE, host]
    path = None
    for key in headers or ():
        parts += ("\r\n", key, ": ", headers[key].replace("\r", "").replace("\n", ""))
    if body:
        parts.append("\r\nContent-Length: %d" % sum(len(part.encode()) for part in pieces(body)))
    parts.append("\r\n\r\n")
    buf = net.buf  # everybody's: what has to wait moves out of it
    n = 0
    for some in (parts, pieces(body)):
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


def pieces(body):
    return body() if callable(body) else (body,) if body else ()


def write(res, data):
    while data:
        n = res.sock.write(data)
        if n:
            res.sent = True
            data = data[n:]
        else:
            data = bytes(data)
            yield
