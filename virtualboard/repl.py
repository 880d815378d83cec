"""Runs lines of code on a board through its serial console, for tests and tools: a client of the raw REPL."""

import ast
import socket
import time


class DeviceError(Exception):
    """The code ended in an exception on the board; the text is its traceback."""


class Repl:
    """A connection to the raw REPL at (host, port). Interrupts whatever runs."""

    def __init__(self, port, host="127.0.0.1", timeout=10):
        self._socket = socket.create_connection((host, port), timeout)
        self._seen = b""
        self.enter()

    def enter(self):
        """Interrupt and enter the raw prompt."""
        self._socket.sendall(b"\r\x03\r\x03")
        time.sleep(0.02)
        self._socket.sendall(b"\r\x01")
        self.until(b"raw REPL; CTRL-B to exit\r\n>")

    def run(self, code):
        """Run code; returns what it printed. Raises DeviceError."""
        self._socket.sendall(code.encode() + b"\x04")
        self.until(b"OK")
        out, error = self.until(b"\x04")[:-1], self.until(b"\x04>")[:-2]
        if error:
            raise DeviceError(error.decode().replace("\r\n", "\n"))
        return out.decode().replace("\r\n", "\n")

    def eval(self, expression):
        """The value of an expression (of those that a literal can show)."""
        return ast.literal_eval(self.run(f"print(repr(({expression})))"))

    def send(self, code):
        """Start code that does not come back, such as a reset."""
        self._socket.sendall(code.encode() + b"\x04")

    def soft_reset(self):
        """Ctrl-D on the raw prompt: boot.py runs, main.py does not."""
        self._socket.sendall(b"\x04")
        self.until(b"soft reboot\r\n")
        self.until(b"raw REPL; CTRL-B to exit\r\n>")

    def until(self, end):
        """Bytes up to and including `end`. Raises TimeoutError."""
        while end not in self._seen:
            try:
                part = self._socket.recv(4096)
            except TimeoutError:
                raise TimeoutError(f"the console did not say {end!r} but {self._seen[-300:]!r}") from None
            if not part:
                raise ConnectionError(f"the console closed after {self._seen[-300:]!r}")
            self._seen += part
        found, self._seen = self._seen.split(end, 1)
        return found + end

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
