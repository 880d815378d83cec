"""microdot's TestClient, through picorest's server: bytes in, bytes out.

An error comes as application/problem+json, which is a difference that we want: the client checks the problem, and gives the test
the words that microdot has.
"""

import json

from fakes.http import Changes, Socket
from microdot import Response
from microdot.test_client import TestClient as Stock
from microdot.test_client import TestResponse
from picorest import routes
from picorest.http.application import Application
from picorest.http.request import Request
from picorest.http.response import write_response
from picorest.loop import Conn

WORDS = {404: "Not found", 405: "Not found", 413: "Payload too large", 500: "Internal server error"}


class App(Application):
    index = routes
    changes = Changes()
    names = ("example.com", "foo.com")

    def __init__(self):
        super().__init__(8, 0)


class WebSocket(Socket):
    """Behind the request, it talks to what microdot's TestClient makes of a test's messages."""

    def __init__(self, data, client):
        super().__init__(data)
        self.client = client

    def readinto(self, buf):
        self.data = self.data or run(self.client.read(len(buf)))
        return super().readinto(buf)

    def write(self, data):
        run(self.client.awrite(bytes(data)))
        return len(data)


def run(coroutine):
    """What a coroutine returns that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as e:
        return e.value


def parsed(sent, method):
    """The Response that was sent."""
    head, body = sent.split(b"\r\n\r\n", 1)
    lines = head.decode().split("\r\n")
    status, reason = lines[0].split(" ", 2)[1:]
    res = Response(b"", int(status), reason=reason)
    res.is_head = method == "HEAD"
    for line in lines[1:]:
        name, value = line.split(": ", 1)
        res.headers[name] = res.headers.get(name, []) + [value] if name == "Set-Cookie" else value
    if res.status_code == 204:
        del res.headers["Content-Type"]  # else the client would look for JSON
    if res.headers.get("Transfer-Encoding") == "chunked":
        body = joined(body)
    if res.headers.get("Content-Type") == "application/problem+json" and body:
        problem = json.loads(body)
        assert problem["status"] == res.status_code and problem["title"] and problem["detail"], problem
        body = WORDS.get(res.status_code, problem["detail"]).encode()
        res.headers["Content-Type"] = "text/plain; charset=UTF-8"
    res.body_iter = lambda: Body(body)
    return res


class Body:
    """What Response.body_iter() gives."""

    def __init__(self, data):
        self.data = data

    def __aiter__(self):
        return self

    async def __anext__(self):
        data, self.data = self.data, b""
        if not data:
            raise StopAsyncIteration
        return data


def joined(data):
    """The body that is in chunks."""
    body = b""
    while True:
        at = data.find(b"\r\n")
        size = int(data[:at], 16)
        if not size:
            assert data[at:] == b"\r\n\r\n", data
            return body
        body += data[at + 2 : at + 2 + size]
        data = data[at + 4 + size :]


class TestClient(Stock):
    async def request(self, method, path, headers=None, body=None, sock=None):
        headers = headers or {}
        body, headers = self._process_body(body, headers)
        headers = self._process_cookies(path, headers)
        head = self._render_request(method, path, headers, b"").replace(b" HTTP/1.0\n", b" HTTP/1.1\n").replace(b"\n", b"\r\n")
        socket = WebSocket(head + body, sock[0]) if sock else Socket(head + body)
        conn = Conn(socket, ("127.0.0.1", 1234))
        conn.set_phase(0, 5000)
        Request.app = self.app  # there may be several
        self.app.clients.append(conn)
        await self.app.handle_connection(conn)
        if not socket.sent:
            return TestResponse()
        res = parsed(socket.sent, method)
        self._update_cookies(res)
        return await TestResponse.create(res)


async def sent(res):
    """The bytes that the server makes of a Response, but for two headers that it adds to all."""
    socket = Socket(b"")
    conn = Conn(socket, ("127.0.0.1", 1234))
    conn.set_phase(0, 5000)
    req = Request(conn, b"", {})
    req.method = "HEAD" if res.is_head else "GET"
    await write_response(conn, req, res, False)
    return socket.sent.replace(b"\r\nConnection: close\r\nCache-Control: no-store", b"").replace(b"HTTP/1.1", b"HTTP/1.0")


async def write(res, stream):
    """In the place of microdot's Response.write()."""
    await stream.awrite(await sent(res))


def complete(res):
    """In the place of microdot's Response.complete()."""
    res.headers["Content-Type"] = parsed(run(sent(res)), "GET").headers["Content-Type"]


def adapt(module):
    """Let a module of microdot's tests meet our application and client, and responses our server."""
    Response.write = write
    Response.complete = complete
    for name, ours in (("Microdot", App), ("TestClient", TestClient)):
        if hasattr(module, name):
            setattr(module, name, ours)
