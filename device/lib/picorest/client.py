"""HTTP to other servers: one request at a time, and never a wait for ever.

Everything (waiting for its turn, name, connection, TLS, sending, redirects, answer) happens within one deadline, and
an answer larger than its limit is refused while it arrives. Only resolving a name blocks the board: it is done once and
kept. What goes wrong becomes a Problem that names the upstream; its attribute `sent` tells whether the other side may
have received the request.
"""

import socket
from asyncio import create_task, sleep_ms
from errno import EINPROGRESS

from . import clock, net
from .protocol import Response, local, split
from .web import Problem

_KEEP = const(600)  # seconds a resolved name is kept, and
_RETRY = const(15)  # an unknown one
_SEND = const(
    b"%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nUser-Agent: picorest\r\nAccept-Encoding: identity\r\n"
)


def trouble(name, status, type, sent, **members):
    """A Problem about the upstream `name`. sent: whether the upstream may have received the request."""
    problem = Problem(status, "-".join(("upstream", type)), upstream=name, **members)
    problem.sent = sent
    return problem


def get(app):
    """The board's client, made when it is first needed."""
    if not hasattr(app, "client"):
        app.client = Client(app)
    return app.client


class Client:
    """app: for its configuration (the key `ca`), the chip, and whether there is Wi-Fi."""

    def __init__(self, app):
        self.app = app
        self.names = []  # [host, port, address or None, uptime until which that is believed]
        self.locked = [False]
        self.waiting = 0
        # who waits for an upstream holds a connection of the server: some must be left for other requests
        self.max = 1 if app.board.chip == "esp8266" else 3

    async def acquire(self, name, entry, at, ms):
        """Wait until entry[at] is no longer True; Problem 503 where too many wait already, 504 after ms."""
        if entry[at]:
            if self.waiting >= self.max:
                raise trouble(name, 503, "busy", False, retry_after=5)
            start = clock.ticks_ms()
            self.waiting += 1
            try:
                while entry[at]:
                    await sleep_ms(20)
                    if clock.ticks_diff(clock.ticks_ms(), start) > ms:
                        raise trouble(name, 504, "timeout", False, seconds=ms // 1000)
            finally:
                self.waiting -= 1

    async def request(self, name, url, method, headers, body, size, ms, any, mark):
        """Ask the server that we call `name`, and return its Response whatever its status.

        headers: a dict or None. body: bytes, str or None. size: most bytes of the answer's body. ms: until everything
        is done. any: whether redirects to other local addresses are allowed. mark: see Response.read(). Raises Problem
        501 (no https here), 502 (refused, garbage, too large, bad redirect), 503 (no Wi-Fi, busy) or 504 (too late)."""
        if not self.app.wifi.connected():
            raise Problem(503, "no-wifi", upstream=name, retry_after=10)
        start = clock.ticks_ms()
        await self.acquire(name, self.locked, 0, ms)
        self.locked[0] = True
        self.name = name
        self.sent = False
        self.res = None
        # a task of its own: a chain of coroutines that wait for each other needs stack at every step
        task = create_task(self.run(url, method, headers, body, size, any, mark))
        url = headers = body = None  # memory is short
        try:
            while self.res is None:
                if clock.ticks_diff(clock.ticks_ms(), start) > ms:
                    self.names = []  # resolved again next time
                    raise trouble(name, 504, "timeout", self.sent, seconds=ms // 1000)
                await sleep_ms(10)
            if isinstance(self.res, Exception):
                raise self.res
            return self.res
        finally:
            task.cancel()
            self.locked[0] = False
            self.res = None

    async def run(self, url, method, headers, body, size, any, mark):
        home = None
        try:
            for _ in range(3):
                try:
                    tls, host, port, path = split(url)
                except (ValueError, IndexError):
                    raise trouble(self.name, 502, "bad-url", False) from None
                if home and home[0] != host:
                    if method != "GET":
                        break
                    headers = None  # keys are for the server they were given for
                address = self.getaddrinfo(host, port)
                if home and home[1] != address and not any and local(net.ip(address)):
                    break
                home = home or (host, address)
                if port != (443 if tls else 80):
                    host += ":" + str(port)
                data = bytearray(_SEND % (method, path, host))
                path = None
                if headers:
                    for key in headers:
                        data.extend(b"%s: %s\r\n" % (key, headers[key].replace("\r", "").replace("\n", "")))
                if body:
                    if isinstance(body, str):
                        body = body.encode()
                    data.extend(b"Content-Length: %d\r\n" % len(body))
                data.extend(b"\r\n")
                res = Response(socket.socket())
                try:
                    await self.send(res, tls, host, address, data, body)
                    data = None
                    await res.read(method, size, mark)
                except OverflowError:
                    raise trouble(self.name, 502, "too-large", True, allowed=size) from None
                except ValueError as e:
                    if not self.sent and e.args:  # mbedTLS refuses a certificate with a ValueError
                        raise trouble(self.name, 502, "untrusted", False, why=e.args[0]) from None
                    raise trouble(self.name, 502, "garbage", True, why="what is not HTTP or is cut short") from None
                except OSError as e:
                    self.names = []
                    raise trouble(self.name, 502, "refused", self.sent, at=host, error=e.args[0]) from None
                finally:
                    res.sock.close()
                n = res.status
                if not (301 <= n <= 303 or 307 <= n <= 308) or not res.location:
                    self.res = res
                    return
                if n == 303:
                    method, body = "GET", None
                path = split(url)[3].split("?")[0]
                url = res.location
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
            raise trouble(self.name, 502, "redirect", False, at=url.split("?")[0])
        except Exception as e:
            self.res = e

    def getaddrinfo(self, host, port):
        now = clock.uptime()
        for entry in self.names:
            if entry[0] == host and entry[1] == port and entry[3] > now:
                break
        else:
            entry = [host, port, None, now + _RETRY]
            try:
                entry[2] = net.address(host, port)
                entry[3] = now + _KEEP
            except OSError:
                pass
            self.names.insert(0, entry)
            del self.names[3:]
        if entry[2] is None:
            raise trouble(self.name, 502, "unknown", False, host=host, retry_after=_RETRY)
        return entry[2]

    async def send(self, res, tls, host, address, data, body):
        if tls:
            from .tls import context

            tls = context(self)
        sock = res.sock
        sock.setblocking(False)
        try:
            sock.connect(address)
        except OSError as e:
            if e.errno != EINPROGRESS:
                raise
        await net.writable(sock)
        if tls:
            sock = tls.wrap_socket(sock, server_hostname=host.split(":")[0], do_handshake_on_connect=False)
            res.sock = sock
        while data or body:
            if not data:
                data, body = body, None
            n = sock.write(data)
            if n is None:
                await net.writable(sock)
            else:
                self.sent = True
                data = data[n:]
