"""Terminals and sockets of the serial console: settings and line ends."""

import fcntl
import re
import select
import socket
import struct
import termios
import time

from .ports import taken

_BANNER = re.compile(rb"MicroPython [0-9a-f]{10} on [-0-9]+; linux [^\r\n]*version")


def waiting(terminal):
    """Bytes that were typed and not read yet."""
    return struct.unpack("i", fcntl.ioctl(terminal, termios.FIONREAD, bytes(4)))[0]


def send_to(client, data):
    deadline = time.monotonic() + 5
    while data:
        try:
            data = data[client.send(data):]
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise OSError("the reader is stuck") from None
            select.select([], [client], [], 0.1)


def chips(data, banner):
    """The greeting of the unix port becomes the chip's."""
    return _BANNER.sub(b"MicroPython " + banner.encode(), data)


def returns(data, after_return):
    """Lines end in CR LF on a serial line; the unix port writes a bare LF."""
    if after_return and data.startswith(b"\n"):
        return b"\n" + returns(data[1:], False)
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def plain(slave):
    """No translation, no echo, no signals."""
    settings = termios.tcgetattr(slave)
    settings[0] &= ~(termios.ICRNL | termios.INLCR | termios.IXON | termios.BRKINT | termios.ISTRIP | termios.IGNCR)
    settings[1] &= ~termios.OPOST
    settings[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
    termios.tcsetattr(slave, termios.TCSANOW, settings)


def listen(bind, port, fixed):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((bind, port))
    except OSError as problem:
        if fixed:
            raise taken(problem, port, "--serial-port", bind) from None
        server.bind((bind, 0))
    server.listen(8)
    return server
