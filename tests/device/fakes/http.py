"""What a server for tests of HTTP needs: a socket that has received all, and pins that nobody has changed."""

import io


class Socket(io.IOBase):
    """Has received `data` and then the end of the stream."""

    def __init__(self, data):
        self.data = data
        self.sent = b""
        self.closed = False

    def readinto(self, buf):
        n = min(len(buf), len(self.data))
        buf[:n] = self.data[:n]
        self.data = self.data[n:]
        return n

    def write(self, data):
        self.sent += bytes(data)
        return len(data)

    def close(self):
        self.closed = True

    def ioctl(self, request, wanted):
        return wanted if request == 3 else 0  # the poller asks: there is always something to read, and room to write


class Changes:
    applied = 0
