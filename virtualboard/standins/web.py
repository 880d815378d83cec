"""A small threaded HTTP/1.1 server whose answers may be as broken as a test asks for.

`http.server` only knows how to answer properly; a stand-in must also be able to refuse, reset, hang and dribble.
"""

import json
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote, urlsplit

MAX_LINE = 8192
MAX_HEADERS = 100
MAX_BODY = 3 << 20
IDLE_SECONDS = 15


class Malformed(Exception):
    """The client's request cannot be understood; `args` = (status, reason in words)."""


@dataclass
class Request:
    """One HTTP request. `headers` have lower-case names; `query` keeps the last value of each name."""

    method: str
    target: str
    version: str = "HTTP/1.1"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __post_init__(self):
        parts = urlsplit(self.target)
        self.path = unquote(parts.path)
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))

    def body_members(self) -> dict:
        """The members of a form or JSON object body; ValueError when JSON is announced and is not an object."""
        if not self.body:
            return {}
        if "json" in self.headers.get("content-type", ""):
            members = json.loads(self.body)
            if not isinstance(members, dict):
                raise ValueError("the JSON body is not an object")
            return members
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def keep_alive(self) -> bool:
        wish = self.headers.get("connection", "").lower()
        return wish == "keep-alive" if self.version == "HTTP/1.0" else wish != "close"


@dataclass
class Answer:
    """What a service says. `chunked` asks for chunked transfer (HTTP/1.1 clients only); `reason` is for the log."""

    status: int = 200
    body: bytes = b""
    type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    chunked: bool = False
    reason: str = ""


def json_answer(data, status=200, *, reason="", chunked=False, headers=()) -> Answer:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, text.encode(), reason=reason, chunked=chunked, headers=tuple(headers))


class Wire:
    """The client's end of one connection."""

    def __init__(self, sock: socket.socket, now):
        self.sock = sock
        self.now = now
        self.reader = sock.makefile("rb")

    def read_request(self) -> Request | None:
        """The next request, or None when the client is done."""
        line = self.reader.readline(MAX_LINE)
        if not line.strip():
            return None
        words = line.decode("latin-1").split()
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise Malformed(400, "not an HTTP request line")
        headers = {}
        for _ in range(MAX_HEADERS):
            line = self.reader.readline(MAX_LINE)
            if line in (b"\r\n", b"\n", b""):
                break
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        else:
            raise Malformed(431, "too many headers")
        return Request(words[0], words[1], words[2], headers, self._read_body(headers))

    def _read_body(self, headers) -> bytes:
        if "transfer-encoding" in headers:
            raise Malformed(411, "send a Content-Length, not a chunked body")
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            raise Malformed(400, "Content-Length is not a number")
        if int(length) > MAX_BODY:
            raise Malformed(413, "the body is too large")
        if headers.get("expect", "").lower() == "100-continue":
            self.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self.reader.read(int(length))
        if len(body) < int(length):
            raise Malformed(400, "the body is shorter than its Content-Length")
        return body

    def head(self, answer: Answer, request: Request, *framing: str) -> bytes:
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"Date: {formatdate(self.now(), usegmt=True)}", f"Content-Type: {answer.type}", *framing]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        lines.append("Connection: " + ("keep-alive" if request.keep_alive else "close"))
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

    def send(self, answer: Answer, request: Request):
        bodyless = request.method == "HEAD"
        if answer.chunked and request.version != "HTTP/1.0":
            packet = self.head(answer, request, "Transfer-Encoding: chunked")
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(answer.body), answer.body) if answer.body else b"0\r\n\r\n"
        else:
            packet = self.head(answer, request, f"Content-Length: {len(answer.body)}")
            body = answer.body
        self.sock.sendall(packet if bodyless else packet + body)

    def reset(self):
        """Close with a TCP reset instead of a proper end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def wait_for_goodbye(self):
        """Stay silent until the client gives up (or the server is stopped)."""
        self.sock.settimeout(None)
        with suppress(OSError):
            while self.sock.recv(4096):
                pass


class Listener:
    """A TCP port that calls `serve(request, wire) -> keep the connection` in a thread per connection.

    The port stays reserved while the door is shut, so that clients are refused and nobody else takes it.
    """

    def __init__(self, bind: str, serve, now):
        self.serve = serve
        self.now = now
        self.bind = bind
        self._reserved = self._socket(0)
        self.port = self._reserved.getsockname()[1]
        self._door = None
        self._connections = set()
        self._closed = False
        self._lock = threading.Lock()

    def _socket(self, port):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((self.bind, port))
        return sock

    def open(self):
        with self._lock:
            if self._door:
                return
            self._door = self._socket(self.port)
            self._door.listen(64)
        threading.Thread(target=self._accept, args=(self._door,), daemon=True).start()

    def shut(self):
        """Refuse new connections; those that are open live on."""
        with self._lock:
            door, self._door = self._door, None
        if door:
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            door.close()

    def close(self):
        self.shut()
        self._reserved.close()
        with self._lock:
            self._closed = True
            connections = list(self._connections)
        for sock in connections:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _accept(self, door):
        while True:
            try:
                sock, _ = door.accept()
            except OSError:
                return
            with self._lock:
                if self._closed:
                    sock.close()
                    return
                self._connections.add(sock)
            threading.Thread(target=self._talk, args=(sock,), daemon=True).start()

    def _talk(self, sock):
        wire = Wire(sock, self.now)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(IDLE_SECONDS)
            while request := wire.read_request():
                if not self.serve(request, wire) or not request.keep_alive:
                    break
        except Malformed as error:
            status, reason = error.args
            with suppress(OSError):
                wire.send(Answer(status, reason.encode(), "text/plain"), Request("GET", "/", "HTTP/1.0"))
        except OSError:
            pass
        finally:
            with self._lock:
                self._connections.discard(sock)
            wire.reader.close()
            sock.close()
