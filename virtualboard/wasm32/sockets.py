"""The host's sockets for the program in WebAssembly, and polls over them that also listen for the supervisor's events."""

import contextlib
import errno
import os
import select
import socket

from ..child.net import Net
from ..child.wait import Waiter
from .errnos import wasi

_BITS = {1: select.POLLIN, 4: select.POLLOUT}


def _errors(call):
    """Turn OSError into -errno, in WASI's numbers."""

    def wrapped(self, *arguments):
        try:
            return call(self, *arguments)
        except OSError as problem:
            return -wasi(problem.errno)

    return wrapped


class Sockets:
    """Results below zero are -errno of WASI; addresses are raw ones (sockaddr_in), in the exchange area when they are results."""

    NATIVE = ("socket_open", "socket_close", "socket_timeout", "socket_option", "socket_accept", "socket_connect",
              "socket_recv", "socket_recvfrom", "socket_send", "socket_sendto", "poll_open", "poll_register",
              "poll_unregister", "poll_wait", "poll_found", "poll_events")

    def __init__(self, waiter: Waiter, say):
        self.waiter, self._say = waiter, say
        self._sockets: dict[int, socket.socket] = {}
        self._polls = [self._poll()]  # the first one is for waits without sockets
        self._end = -1
        self._ready: list[tuple[int, int]] = []

    @_errors
    def socket_open(self, kind):
        return self._keep(socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == 1 else socket.SOCK_DGRAM))

    def _keep(self, sock):
        self._sockets[sock.fileno()] = sock
        return sock.fileno()

    def socket_close(self, fd):
        for poll in self._polls:
            with contextlib.suppress(KeyError):
                poll.unregister(fd)
        if fd in self._sockets:
            self._sockets.pop(fd).close()

    def _of(self, fd):
        if fd not in self._sockets:
            raise OSError(errno.EBADF, "closed")
        return self._sockets[fd]

    def socket_timeout(self, fd, ms):
        if fd in self._sockets:
            self._sockets[fd].settimeout(None if ms < 0 else ms / 1000)

    @_errors
    def socket_option(self, fd, level, name, value):
        known = {(1, 2): socket.SO_REUSEADDR, (1, 6): socket.SO_BROADCAST}.get((level, name))
        if known is not None and isinstance(value, int):
            self._of(fd).setsockopt(socket.SOL_SOCKET, known, value)
        return 0

    @_errors
    def socket_accept(self, fd):
        sock, (host, port) = self._of(fd).accept()
        self._say(_raw(host, port))
        return self._keep(sock)

    @_errors
    def socket_connect(self, fd, address):
        self._of(fd).connect(_pair(address))
        return 0

    @_errors
    def socket_recv(self, fd, buf):
        return self._of(fd).recv_into(buf) if len(buf) else 0

    @_errors
    def socket_recvfrom(self, fd, buf):
        count, (host, port) = self._of(fd).recvfrom_into(buf)
        self._say(_raw(host, port))
        return count

    @_errors
    def socket_send(self, fd, data):
        return self._of(fd).send(data)

    @_errors
    def socket_sendto(self, fd, data, address):
        return self._of(fd).sendto(data, _pair(address))

    # polls: events are 1 for input, 4 for output, and on top of them 8 and 16 for errors

    def _poll(self):
        poll = select.poll()
        poll.register(self.waiter.fd, select.POLLIN)
        return poll

    def poll_open(self):
        self._polls.append(self._poll())
        return len(self._polls) - 1

    def poll_register(self, number, fd, events):
        if fd < 0:  # closed: never ready, as poll(2) has it
            return
        self._polls[number].register(fd, sum(bit for mine, bit in _BITS.items() if events & mine))

    def poll_unregister(self, number, fd):
        with contextlib.suppress(KeyError):
            self._polls[number].unregister(fd)

    def poll_wait(self, number, ms, us):
        """How many sockets are ready within the time; -1: ask `woken`, then wait again.

        ms: -1 is without end, -2 what is left of the last wait.
        """
        if ms != -2:
            self._end = self.waiter.begin(ms, us)
        left = self.waiter.left(self._end)
        ready = self._polls[number].poll(None if left < 0 else left)
        if any(fd == self.waiter.fd for fd, _ in ready) or not (ready or self.waiter.expired(self._end)):
            return -1
        self._ready = ready
        return len(ready)

    def poll_found(self, index):
        return self._ready[index][0]

    def poll_events(self, index):
        return self._ready[index][1]


class WasiNet(Net):
    """The addresses of the network as for the native engine, with the errors' numbers of WASI."""

    net_bind = _errors(lambda self, *a: _result(Net.net_bind(self, *a)))
    net_listen = _errors(lambda self, *a: _result(Net.net_listen(self, *a)))
    net_route = _errors(lambda self, *a: _result(Net.net_route(self, *a)))


def _result(value):
    if isinstance(value, int) and value < 0:
        raise OSError(-value, os.strerror(-value))
    return value


def _raw(host, port):
    return b"\x02\0" + port.to_bytes(2, "big") + socket.inet_aton(host) + bytes(8)


def _pair(address):
    return socket.inet_ntoa(bytes(address[4:8])), int.from_bytes(address[2:4], "big")
