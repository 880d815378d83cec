# Sockets of the host by their numbers, with the raw addresses that the unix port's have: socket.py makes the chips' of them.
import _vb
from _vb import fn as _fn

AF_INET, AF_INET6 = 2, 10
SOCK_STREAM, SOCK_DGRAM, SOCK_RAW = 1, 2, 3
SOL_SOCKET, SO_REUSEADDR, SO_BROADCAST = 1, 2, 6
MSG_PEEK, MSG_DONTWAIT = 2, 64
IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP = 35, 36
_AGAIN = -6  # -EAGAIN of WASI
_open = _fn("socket_open")
_close = _fn("socket_close")
_blocking = _fn("socket_timeout")
_option = _fn("socket_option")
_accept = _fn("socket_accept")
_connect = _fn("socket_connect")
_recv = _fn("socket_recv")
_recvfrom = _fn("socket_recvfrom")
_send = _fn("socket_send")
_sendto = _fn("socket_sendto")


def _check(result):
    if result < 0:
        raise OSError(-result)
    return result


def _stream(result):
    # what a stream's method returns: None for "not yet"
    return None if result == _AGAIN else _check(result)


class socket:
    def __init__(self, family=AF_INET, kind=SOCK_STREAM, proto=0, fd=None):
        self._fd = _check(_open(kind)) if fd is None else fd

    def fileno(self):
        return self._fd

    def close(self):
        fd, self._fd = self._fd, -1
        if fd >= 0:
            _close(fd)

    def setblocking(self, on):
        _blocking(self._fd, -1 if on else 0)

    def settimeout(self, seconds):
        _blocking(self._fd, -1 if seconds is None else int(seconds * 1000))

    def setsockopt(self, level, name, value):
        _check(_option(self._fd, level, name, value))

    def accept(self):
        conn = socket(AF_INET, SOCK_STREAM, 0, -1)
        conn._fd = _check(_accept(self._fd))
        try:
            return conn, _vb.data(16)
        except MemoryError:  # a chip's finaliser would close it
            conn.close()
            raise

    def connect(self, address):
        _check(_connect(self._fd, address))

    def sendto(self, data, address):
        return _check(_sendto(self._fd, data, address))

    def recvfrom(self, size, flags=0):
        buf = bytearray(size)
        count = _check(_recvfrom(self._fd, buf))
        return bytes(buf[:count]), _vb.data(16)

    def send(self, data, flags=0):
        return _check(_send(self._fd, data))

    def sendall(self, data):
        data = memoryview(data)
        while data:
            data = data[_check(_send(self._fd, data)) :]

    def recv(self, size, flags=0):
        buf = bytearray(size)
        return bytes(buf[: _check(_recv(self._fd, buf))])

    def readinto(self, buf, size=-1):
        return _stream(_recv(self._fd, buf if size < 0 else memoryview(buf)[:size]))

    def write(self, data, size=-1):
        return _stream(_send(self._fd, data if size < 0 else memoryview(data)[:size]))

    def read(self, size=-1):
        if size < 0:
            found = b""
            while True:
                part = self.read(512)
                if not part:
                    return found or part
                found += part
        buf = bytearray(size)
        count = _stream(_recv(self._fd, buf))
        return None if count is None else bytes(buf[:count])

    def readline(self):
        line = b""
        while not line.endswith(b"\n"):
            byte = self.read(1)
            if not byte:
                return line or byte
            line += byte
        return line

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
