"""The board's network: its ports on the host, its addresses, and connections that die with their interface.

Native sockets stay what they are. Only addresses are translated here (a port of the board is another port of the host,
a service of the Internet is a stand-in), and a socket whose interface goes down is exchanged under its number.
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import struct
from _socket import AF_INET, SO_LINGER, SO_REUSEADDR, SO_TYPE, SOCK_STREAM, SOL_SOCKET, inet_aton, inet_ntoa, socket

from virtualboard.shared_memory import NET, SYNCED

STATION, ACCESS_POINT = 1, 2
_LOOP = "127.0.0.1"
_ACCEPTS = 30  # SO_ACCEPTCONN


class Net:
    """Results below zero are -errno, except for net_peer; addresses are text and numbers."""

    NATIVE = ("net_bind", "net_listen", "net_accepted", "net_route", "net_peer", "net_resolve", "net_up", "net_room")

    def __init__(self, page, ask, setup, say):
        self.page = page
        self.setup = setup
        self._ask = ask
        self._say = say  # puts bytes into the exchange area and tells their length
        self.bind = setup["bind"]
        self.online = setup["online"]
        self.services = setup["services"]  # (address, port) as the board sees it -> host port
        self.behind = {port: place for place, port in self.services.items()}
        self.listeners = {}  # fd -> [inode, kind, host port, backlog or None, live]
        self.connections = {}  # fd -> (inode, interface)
        self._others = set(_sockets())

    def net_room(self, kind):
        """How many sockets more the chip has room for; on the ESP8266 only connections count
        (those that are half closed give way to new ones)."""
        mine = [fd for fd in _sockets() if fd not in self._others]
        if not self.setup["hidden"]:
            return self.setup["sockets"] - len(mine)
        if kind != SOCK_STREAM:
            return 1
        return self.setup["sockets"] - sum(map(_connection, mine))

    def net_up(self):
        return self.page.byte(NET)

    def net_bind(self, fd, host, port):
        kind = _kind(fd)
        host_port = self._ask("port", "tcp" if kind == SOCK_STREAM else "udp", port) if port else 0
        if host_port is None:
            return -errno.EADDRINUSE
        try:
            sock = socket(fileno=os.dup(fd))
            sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            sock.bind((self.bind if port else _LOOP, host_port))
            host_port = host_port or sock.getsockname()[1]
        except OSError as problem:
            return -problem.errno
        finally:
            sock.close()
        self.listeners[fd] = [_inode(fd), kind, host_port, None, True]
        if kind != SOCK_STREAM or not self.page.byte(SYNCED):
            self.follow()
        return 0

    def net_listen(self, fd, backlog):
        entry = self.listeners.get(fd)
        if entry is None or entry[0] != _inode(fd):
            return -errno.EINVAL
        entry[3] = backlog
        if not self.page.byte(NET):
            self._mute(fd, entry)
            return 0
        if not entry[4]:
            self._unmute(fd, entry)
            return 0
        return _call("listen", fd, backlog)

    def net_accepted(self, fd, address):
        """A connection came in: remember over which interface. Returns what net_peer returns."""
        up = self.page.byte(NET)
        self.connections[fd] = _inode(fd), STATION if up & STATION else ACCESS_POINT
        if not up:
            self.follow()
        return self.net_peer(-1, address)

    def net_route(self, fd, host, port):
        """Where a packet for host:port goes: a sockaddr in the exchange area, or -errno."""
        host = str(host, "ascii")
        up = self.page.byte(NET)
        place = self.services.get((host, port))
        if host.startswith("127."):
            target = host, port
        elif not up:
            return -errno.EHOSTUNREACH
        elif place:
            target = _LOOP, place
        elif any(host == address for address, _ in self.services):
            return -errno.ECONNREFUSED
        elif self._ask("wifi_router", host.encode()):
            return -errno.ECONNREFUSED  # a router without services of its own
        elif self._multicast(host):
            answer = self.listeners.get(fd)
            target = answer[5] if answer and len(answer) > 5 else (_LOOP, 9)
        elif self.online and up & STATION:
            target = host, port
        else:
            return -errno.EHOSTUNREACH
        if _kind(fd) == SOCK_STREAM:
            self.connections[fd] = _inode(fd), STATION if up & STATION else ACCESS_POINT
        return struct.pack("=H", AF_INET) + struct.pack(">H", target[1]) + inet_aton(target[0]) + bytes(8)

    def net_peer(self, fd, address):
        """The sender behind a raw sockaddr: a port of this computer, or the negative length of 'address port'."""
        port = int.from_bytes(address[2:4], "big")
        host = inet_ntoa(bytes(address[4:8]))
        entry = self.listeners.get(fd)
        if entry and entry[1] != SOCK_STREAM:
            entry[5:] = [(host, port)]  # a multicast answer goes to who asked last
        # a client's connection may come from any port, also one that has a stand-in's number among those for datagrams
        if fd >= 0 and host == _LOOP and port in self.behind:
            host, port = self.behind[port]
        return port if host == _LOOP else -self._say(f"{host} {port}".encode())

    def net_resolve(self, host):
        """The address of a name, in the exchange area; -1 if nobody knows it; -ms if nobody says so for so long."""
        found = self._ask("resolve", str(host, "utf-8"))
        return -found if isinstance(found, int) else found.encode() if found else -1

    @staticmethod
    def _multicast(host):
        return 224 <= int(host.split(".")[0]) < 240 or host == "255.255.255.255"

    # interfaces come and go

    def follow(self):
        """Bring sockets in line with the interfaces that are up, and say so."""
        up = self.page.byte(NET)
        for fd, entry in list(self.listeners.items()):
            if _inode(fd) != entry[0]:
                del self.listeners[fd]
            elif up and not entry[4]:
                self._unmute(fd, entry)
            elif not up and entry[4]:
                self._mute(fd, entry)
        for fd, (inode, interface) in list(self.connections.items()):
            if _inode(fd) != inode:
                del self.connections[fd]
            elif not up & interface:
                self._cut(fd)
                del self.connections[fd]
        self.page.set_byte(SYNCED, up | 128)

    def _mute(self, fd, entry):
        """Nobody can reach the port: connections are refused, while the board keeps a socket that waits."""
        silent = socket(AF_INET, entry[1], 0)
        silent.bind((_LOOP, 0))
        if entry[1] == SOCK_STREAM:
            silent.listen(1)
        self._exchange(fd, silent)
        entry[0], entry[4] = _inode(fd), False

    def _unmute(self, fd, entry):
        fresh = socket(AF_INET, entry[1], 0)
        fresh.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        fresh.bind((self.bind, entry[2]))
        if entry[3] is not None:
            fresh.listen(entry[3])
        self._exchange(fd, fresh)
        entry[0], entry[4] = _inode(fd), True

    def _cut(self, fd):
        """Reset a connection; the board's socket reports an error from now on."""
        old = socket(fileno=os.dup(fd))
        if old.getsockopt(SOL_SOCKET, SO_TYPE) == SOCK_STREAM:
            old.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self._exchange(fd, socket(AF_INET, SOCK_STREAM, 0))
        old.close()

    @staticmethod
    def _exchange(fd, other):
        flags = fcntl.fcntl(fd, fcntl.F_GETFL)
        os.dup2(other.fileno(), fd, inheritable=False)
        fcntl.fcntl(fd, fcntl.F_SETFL, flags)
        other.close()


_libc = ctypes.CDLL(None, use_errno=True)


def _call(name, *arguments):
    return 0 if getattr(_libc, name)(*arguments) == 0 else -ctypes.get_errno()


def _sockets():
    """Numbers of this process's sockets."""
    found = []
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            if os.readlink("/proc/self/fd/" + name).startswith("socket:"):
                found.append(int(name))
    return found


def _connection(fd):
    """Whether it is for TCP and does not listen."""
    sock = socket(fileno=os.dup(fd))
    with contextlib.suppress(OSError):
        listens = sock.getsockopt(SOL_SOCKET, _ACCEPTS)
        kind = sock.type
    sock.close()
    return kind == SOCK_STREAM and not listens


def _inode(fd):
    try:
        return os.fstat(fd).st_ino
    except OSError:
        return None


def _kind(fd):
    sock = socket(fileno=os.dup(fd))
    try:
        return sock.getsockopt(SOL_SOCKET, SO_TYPE)
    finally:
        sock.close()
