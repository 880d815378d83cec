"""Between a browser and a board: passes on what they say, and notes what was asked and how it was answered."""

import contextlib
import select
import socket
import threading
from typing import NamedTuple


class Exchange(NamedTuple):
    method: str
    target: str
    status: int


class Relay:
    """A context manager. `place`: "127.0.0.1:PORT", where it listens; `seen`: the exchanges so far, in their order."""

    def __init__(self, host: str, port: int):
        self.board = host, port
        self.seen: list[Exchange] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.place = f"127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self) -> "Relay":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # ends accept()
        self.listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=self._pass_on, args=(self.listener.accept()[0],), daemon=True).start()

    def _pass_on(self, browser: socket.socket) -> None:
        asked = []  # a browser sends the next request when it has the answer to the last one
        with browser, contextlib.suppress(OSError), socket.create_connection(self.board) as board:
            while True:
                for sock in select.select([browser, board], [], [])[0]:
                    data = sock.recv(65536)
                    if not data:
                        return
                    first = data.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
                    if sock is browser and first[-1] == "HTTP/1.1":
                        asked = first[:2]
                    elif sock is board and first[0] == "HTTP/1.1" and asked:
                        self.seen.append(Exchange(*asked, int(first[1])))
                        asked = []
                    (board if sock is browser else browser).sendall(data)
