"""An HTTP server that says exactly what a test wrote down, byte for byte, however wrong that is."""

import contextlib
import socket
import threading
import time


class Scripted:
    """Serves `answers` (one per connection, the last one for ever): bytes, or a list of bytes and pauses in seconds.

    An answer may hold `%PORT%`. After an answer the connection is closed; None closes it with a reset at once, and
    "hang" never answers. `requests` holds what was received. tls: an SSLContext.
    """

    def __init__(self, *answers, tls=None):
        self.answers = list(answers)
        self.requests = []
        self.tls = tls
        self.most = self.now = 0
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.port = self.sock.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                peer = self.sock.accept()[0]
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                threading.Thread(target=self._talk, args=(peer, answer), daemon=True).start()

    def _talk(self, peer, answer):
        self.now += 1
        self.most = max(self.most, self.now)
        with peer, contextlib.suppress(OSError):
            peer.settimeout(5)
            if answer is None:
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                return
            if self.tls:
                peer = self.tls.wrap_socket(peer, server_side=True)
            self.requests.append(_request(peer))
            if answer == "hang":
                peer.recv(1)
            for part in [answer] if isinstance(answer, bytes) else answer:
                if isinstance(part, bytes):
                    peer.sendall(part.replace(b"%PORT%", str(self.port).encode()))
                elif part != "hang" and not isinstance(part, str):
                    time.sleep(part)
        self.now -= 1


def _request(peer):
    data = b""
    while b"\r\n\r\n" not in data:
        data += peer.recv(4096)
    head, body = data.split(b"\r\n\r\n", 1)
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line[15:]):
                body += peer.recv(4096)
    return head + b"\r\n\r\n" + body
