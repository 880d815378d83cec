"""A slow way to a board: a relay of TCP that passes on everything a while later, ends and resets too."""

import contextlib
import heapq
import itertools
import selectors
import socket
import threading
import time


class SlowWay:
    """A context manager. host, port: where the board is; delay: seconds each way; `url`: where the way begins."""

    def __init__(self, host: str, port: int, delay: float):
        self.board, self.delay = (host, port), delay
        self.listener = socket.create_server((host, 0), backlog=128)
        self.url = "http://{}:{}".format(*self.listener.getsockname())
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self) -> "SlowWay":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.over.set()
        self.thread.join()

    def _run(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.peers: dict[socket.socket, socket.socket] = {}
        self.ended: set[socket.socket] = set()  # those to whom the end was passed on
        self.connecting: set[socket.socket] = set()
        self.due: list[tuple[float, int, socket.socket, bytes]] = []  # when, order, to whom, what; nothing: the end
        order = itertools.count()
        while not self.over.is_set():
            wait = max(0, self.due[0][0] - time.monotonic()) if self.due else 0.1
            for key, _ in self.selector.select(min(wait, 0.1)):
                if key.fileobj is self.listener:
                    self._join(self.listener.accept()[0])
                    continue
                if key.fileobj in self.connecting:
                    self._joined(key.fileobj)
                    continue
                data = b""
                with contextlib.suppress(OSError):
                    data = key.fileobj.recv(65536)
                heapq.heappush(self.due, (time.monotonic() + self.delay, next(order), self.peers[key.fileobj], data))
                if not data:
                    self.selector.unregister(key.fileobj)
            early = []  # for boards that are not connected yet
            while self.due and self.due[0][0] <= time.monotonic():
                _, _, sock, data = entry = heapq.heappop(self.due)
                if sock in self.connecting:
                    early.append((time.monotonic() + 0.005, *entry[1:]))
                    continue
                with contextlib.suppress(OSError):
                    sock.sendall(data) if data else sock.shutdown(socket.SHUT_WR)
                if not data:
                    self._ended(sock)
            for entry in early:
                heapq.heappush(self.due, entry)
        for sock in (self.listener, *self.peers):
            sock.close()
        self.selector.close()

    def _join(self, client: socket.socket) -> None:
        board = socket.socket()
        self.peers[client], self.peers[board] = board, client
        for sock in (client, board):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(client, selectors.EVENT_READ)
        # a board whose queue is full answers a second later: the others do not wait for that
        board.setblocking(False)
        board.connect_ex(self.board)
        self.selector.register(board, selectors.EVENT_WRITE)
        self.connecting.add(board)

    def _joined(self, board: socket.socket) -> None:
        board.setblocking(True)
        self.connecting.discard(board)
        self.selector.modify(board, selectors.EVENT_READ)

    def _ended(self, sock: socket.socket) -> None:
        peer = self.peers[sock]
        if peer not in self.ended:
            self.ended.add(sock)
            return
        self.ended.discard(peer)
        for each in (sock, peer):
            del self.peers[each]
            each.close()
