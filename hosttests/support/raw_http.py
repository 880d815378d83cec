"""HTTP byte by byte: what `requests` cannot send, and answers as they came."""

import contextlib
import gc
import html
import json
import select
import socket
import time
from typing import NamedTuple
from urllib.parse import urlsplit

PATIENCE = 12  # seconds for one answer: longer than the board gives a request
CONNECTING = 20  # seconds: where a queue is full, a computer tries again after 1, 3, 7 and 15 s


class Answer(NamedTuple):
    status: int
    headers: dict  # names in lower case; Set-Cookie and the like do not occur
    body: bytes


def json_in(answer: Answer) -> dict:
    """The JSON of an answer, or of a page that shows it."""
    return json.loads(html.unescape(answer.body.decode().split("<pre>")[-1].split("</pre>")[0]))


class Wire:
    """One connection to a board; a context manager. source: the address it comes from."""

    def __init__(self, board, source: str | None = None):
        place = urlsplit(board.url)
        self.host = place.netloc.encode()
        self.sock = socket.create_connection(
            (place.hostname, place.port or 80), CONNECTING, (source, 0) if source else None
        )
        self.sock.settimeout(PATIENCE)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        self.sock.close()

    def send(self, data: bytes) -> "Wire":
        """Send bytes; HOST in them stands for the board's own Host. A board that has closed is no error here."""
        with contextlib.suppress(ConnectionError):
            self.sock.sendall(data.replace(b"HOST", self.host))
        return self

    def get(self, target: str, *headers: str, method: str = "GET", body: bytes = b"", more: str = "") -> "Wire":
        """Send one sound request."""
        lines = [f"{method} {target} HTTP/1.1", "Host: HOST", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        return self.send(("\r\n".join(lines) + "\r\n\r\n").encode() + body)

    def _fill(self) -> bool:
        try:
            data = self.sock.recv(65536)
        except ConnectionResetError:
            return False
        self.rest += data
        return bool(data)

    def _until(self, mark: bytes) -> bytes:
        while mark not in self.rest:
            if not self._fill():
                raise EOFError(f"the connection ended within {self.rest[:200]!r}")
        found, _, self.rest = self.rest.partition(mark)
        return found

    def _exactly(self, count: int) -> bytes:
        while len(self.rest) < count:
            if not self._fill():
                raise EOFError(f"the connection ended {count - len(self.rest)} bytes too early")
        found, self.rest = self.rest[:count], self.rest[count:]
        return found

    def answer(self, head: bool = False) -> Answer | None:
        """The next answer, read as HTTP says it is to be read; None if the connection was closed without one."""
        if not self.rest and not self._fill():
            return None
        first, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, _ = first.split(" ", 2)
        assert version == "HTTP/1.1", first
        headers = {}
        for line in lines:
            name, _, value = line.partition(": ")
            headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
        status = int(status)
        if head or status in (204, 304) or status < 200:
            return Answer(status, headers, b"")
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._until(b"\r\n"), 16):
                body += self._exactly(size)
                assert self._exactly(2) == b"\r\n"
            assert self._until(b"\r\n") == b""
        elif "content-length" in headers:
            body = self._exactly(int(headers["content-length"]))
        else:
            assert headers.get("connection") == "close", "neither a length nor an end"
            while self._fill():
                pass
            body, self.rest = self.rest, b""
        return Answer(status, headers, body)

    def speaks(self, seconds: float) -> bool:
        """Whether the board says something, or closes the connection, within `seconds`."""
        return bool(self.rest) or bool(select.select([self.sock], [], [], seconds)[0])

    def ended(self, seconds: float = PATIENCE) -> bool:
        """Whether the board closes the connection without a further byte."""
        self.sock.settimeout(seconds)
        try:
            return not self.rest and not self._fill()
        except TimeoutError:
            return False
        finally:
            self.sock.settimeout(PATIENCE)


def ask(board, data: bytes, head: bool = False, source: str | None = None) -> Answer | None:
    """Send `data` on a connection of its own; the first answer."""
    with Wire(board, source) as wire:
        return wire.send(data).answer(head)


def until(met, seconds: float = PATIENCE):
    """What `met()` answers once it is true, or at last."""
    end = time.monotonic() + seconds
    while not (found := met()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def settled(board) -> dict:
    """/status once nobody else is connected any more."""
    board.session.close()  # the session's own connections
    gc.collect()  # those of failed requests are open until their tracebacks are gone

    def look():
        answer = ask(board, b"GET /status HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n")
        status = json.loads(answer.body) if answer and answer.status == 200 else {}
        return status if status.get("connections") == 1 else None

    found = until(look, 60)
    assert found, "connections are left over"
    return found
