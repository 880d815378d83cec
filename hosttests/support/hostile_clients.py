"""Clients from whom nobody wants to suffer, as many at once as one likes: threads that come again when they are thrown out."""

import contextlib
import select
import socket
import threading
from collections import Counter
from urllib.parse import urlsplit

# how a request begins that never ends, and what comes of it every second
HALF_OPEN = [
    (b"GET /gpi", b"o"),
    (b"GET /gpio HTTP/1.1\r\nHost: HOST\r\nX-Slow: ", b"a"),
    (b"GET /gpio HTTP/1.1\r\nHost: HOST\r\nX-Slow: ", b""),
    (b"PUT /gpio HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4000\r\n\r\n{", b" "),
    (b"PUT /gpio HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    (b"", b""),
]
LARGE = ["/pins", "/gpio", "/status", "/config"]
NARROW = 2048  # bytes that a slow reader's system takes for it


class Siege:
    """A context manager: `half_open` clients that do not come to an end, and `readers` that do not read their answers."""

    def __init__(self, board, half_open: int, readers: int):
        place = urlsplit(board.url)
        self.address = (place.hostname, place.port or 80)
        self.host = place.netloc.encode()
        self.over = threading.Event()
        self.came = Counter()  # connections made, by kind
        self.threads = [threading.Thread(target=self.client, args=("half-open", *HALF_OPEN[i % len(HALF_OPEN)], None))
                        for i in range(half_open)]  # fmt: skip
        for i in range(readers):
            question = f"GET {LARGE[i % len(LARGE)]} HTTP/1.1\r\nHost: HOST\r\n\r\n".encode()
            self.threads.append(threading.Thread(target=self.client, args=("reader", question * 20, b"\r\n", NARROW)))

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def client(self, kind: str, start: bytes, drip: bytes, takes: int | None) -> None:
        while not self.over.wait(0.05):
            with contextlib.suppress(OSError), socket.socket() as sock:
                sock.settimeout(5)
                if takes:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, takes)
                sock.connect(self.address)
                self.came[kind] += 1
                sock.sendall(start.replace(b"HOST", self.host))
                # a reader looks at nothing; for the others, any word from the board means that it has had enough
                while not (self.over.wait(1) if takes else select.select([sock], [], [], 1)[0] or self.over.is_set()):
                    sock.sendall(drip)
