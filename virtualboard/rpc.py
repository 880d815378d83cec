"""Questions of the board's process to its supervisor: one marshalled value there, one back, over a socket pair."""

import marshal
import os


def send(fd, value):
    data = marshal.dumps(value)
    data = len(data).to_bytes(4, "little") + data
    while data:
        data = data[os.write(fd, data):]


def receive(fd):
    """The next value, or None at the end of the stream."""
    head = _exactly(fd, 4)
    body = head and _exactly(fd, int.from_bytes(head, "little"))
    return marshal.loads(body) if body else None


def _exactly(fd, count):
    data = b""
    while len(data) < count:
        part = os.read(fd, count - len(data))
        if not part:
            return None
        data += part
    return data
