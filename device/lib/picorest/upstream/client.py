"""One question to another server: what fetch.py lets its callers have. Imported for that, then dropped.
On an ESP8266 not without proxy or thingspeak or weather."""

import select
import socket
from errno import EINPROGRESS

from .. import loop
from ..problem import Problem
from ..resolver import doubt, open_socket, resolve
from .response import Response, quote, split

_PIECE = const(32)  # bytes read at a time: what is read is copied, and memory in one piece is rare
_ROOM = const(256)  # bytes in one piece that are kept for what is made of it; twice as much for what must not be asked twice
_LEAST = const(128)  # of these, beside what is there already
_TIGHT = const(25)  # how often others may have it before what can be asked again gives its own memory away
_LINE = const(" HTTP/1.1\r\nConnection: close\r\nUser-Agent: picorest\r\nAccept-Encoding: identity\r\nHost: ")



# long: one exchange with each way it may fail, in one generator
def run(app, name, ms, url, end, method, headers, body, size, any, want):
    # yields the Response while there is nothing to do but wait
    home = None
    sent = False  # whether a server may have done what we asked and sent us on
    tries = _TIGHT
    for _ in range(3):
        try:
            tls, host, port, n = split(url)
        except (ValueError, IndexError):
            raise Problem("upstream-bad-url", sent=sent, upstream=name) from None
        if home and home[0] != host:
            if method != "GET":
                break
            headers = None  # keys are for the server they were given for
        try:
            entry = resolve(app.board, host, port)
        except OSError as e:
            raise Problem("upstream-unknown", sent=sent, upstream=name, host=host, retry_after=e.args[0]) from None
        if home and home[1] != entry and not any:
            from .url import local

            if local(loop.ip(entry)):
                break
        home = home or (host, entry)
        res = Response(size, want)
        res.sent = sent
        # nobody else takes it until there is something to read
        room = yield from keep(app, res, _ROOM if method == "GET" else 2 * _ROOM, tries)
        yield res
        try:
            yield from send(app, name, res, tls, host, port, entry, method, url[n:], end, headers, body)
            data = False  # what was read and is not in res; None: it is
            while True:
                try:
                    if not room:
                        room = yield from keep(app, res, _LEAST + len(res.buffer) + len(res.body), tries)
                    if data is False:
                        data = res.sock.read(_PIECE)
                        if data is None:
                            data = False
                            yield res
                            continue
                    room = None
                    left = res.remaining
                    if res.take(data):
                        break
                    data = False
                    app.outbound = True
                except MemoryError:
                    if method == "GET":
                        raise
                    room = True  # perhaps less is enough: what must not be asked twice can only try
                    tries = 1  # nor wait so long before each piece that it is too late in the end
                    if data and res.remaining < left:
                        data = None
                    app.outbound = 2
                    yield res
        except GeneratorExit:  # too late
            doubt(app.board, host)
            raise
        except OverflowError:
            raise Problem("upstream-too-large", sent=True, upstream=name, allowed=size) from None
        except ValueError as e:
            if not res.sent and e.args:  # mbedTLS refuses a certificate with a ValueError
                raise Problem("upstream-untrusted", sent=False, upstream=name, why=e.args[0]) from None
            raise Problem("upstream-garbage", sent=True, upstream=name, why="what is not HTTP or is cut short") from None
        except OSError as e:
            doubt(app.board, host)
            raise Problem("upstream-refused", sent=res.sent, upstream=name, at="%s:%d" % (host, port), error=e.args[0]) from None
        res.sock.close()
        n = res.status
        if not (301 <= n <= 303 or 307 <= n <= 308) or not res.location:
            return
        sent = sent or method != "GET"
        if n == 303:
            method, body = "GET", None
        from .url import follow

        url = follow(url + end, res.location)
        end = ""
        if tls and not url.startswith("https:"):
            break
    raise Problem("upstream-redirect", sent=sent, upstream=name, at=url.split("?")[0])


def keep(app, res, size, tries):
    # that much memory in one piece, and True where there is always enough. MemoryError if others have it for too long
    room = not app.memory_reserve
    while not room:
        try:
            room = bytearray(size)
        except MemoryError:
            app.release()
            tries -= 1
            if not tries:
                raise
            app.outbound = 2
            yield res
    app.outbound = True
    return room


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
    buf = loop.buf  # everybody's: what has to wait moves out of it
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
