"""The serial console: the board's terminal on a TCP port and a pseudo-terminal, and the last lines for the world."""

import collections
import contextlib
import os
import pty
import select
import signal
import socket
import termios
import threading
import time
import tty

from .terminal import chips, listen, plain, returns, send_to, waiting

KEPT_LINES = 200
_CTRL_C = b"\x03"


class Console:
    """Carries bytes both ways. `runs()` tells whether the board runs code and does not wait at its prompt; None: there is no
    prompt, and input is answered with a sentence.

    banner: what the greeting says after "MicroPython".
    """

    def __init__(self, port, runs, banner, bind="127.0.0.1", fixed=False):
        self._runs, self._banner = runs, banner
        self.master, self.slave = pty.openpty()
        plain(self.slave)
        self._server = listen(bind, port, fixed)
        self.port = self._server.getsockname()[1]
        self._pty, slave = pty.openpty()
        tty.setraw(slave)
        self.device = os.ttyname(slave)
        os.set_blocking(self._pty, False)
        self._pty_slave = slave
        self._clients = []
        self._wake_read, self._wake_write = os.pipe()
        self._lock = threading.Lock()
        self._jobs = collections.deque()
        self._held = bytearray()  # input that waits for the board to be ready
        self.translate = str  # what the lines that are kept look like
        self.ready = False
        self.process = None
        self._tail = bytearray()
        self._after_return = False
        self._lines = collections.deque(maxlen=KEPT_LINES)
        self._stop = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()
        return self

    def close(self):
        self._stop = True
        if self._thread.is_alive():
            os.write(self._wake_write, b".")
            self._thread.join(2)
        for client in self._clients:
            client.close()
        self._server.close()
        for fd in (self.master, self.slave, self._pty, self._pty_slave, self._wake_read, self._wake_write):
            os.close(fd)

    def lines(self):
        """The last lines of output, the unfinished one included."""
        with self._lock:
            rest = [bytes(self._tail).decode("utf-8", "replace")] if self._tail else []
            return [self.translate(line) for line in self._lines] + rest

    def say(self, text):
        """Output that comes from the chip itself."""
        self._do(lambda: self._output(text.encode()))

    def type(self, data):
        """Type bytes, as a client of the port does."""
        self._do(lambda: self._input(data))

    def ended(self):
        """A process has ended: take over what it left in the terminal; what is typed now waits for the next one."""
        self._do(self._end)

    def starts(self, process):
        """The next process takes the terminal; nothing is typed to it before `now_ready`."""
        self.process = process

    def now_ready(self):
        self.ready = True
        os.write(self._wake_write, b".")

    def _end(self):
        self.ready = False
        self.process = None
        while select.select([self.master], [], [], 0)[0]:
            self._output(os.read(self.master, 4096))
        termios.tcflush(self.slave, termios.TCIFLUSH)
        plain(self.slave)

    def _do(self, job):
        """Run `job` in the console's own thread, so that bytes keep their order; at once while there is none."""
        if not self._thread.is_alive():
            job()
            return
        done = threading.Event()
        self._jobs.append((job, done))
        os.write(self._wake_write, b".")
        done.wait(5)

    def _run(self):
        while not self._stop:
            sources = [self.master, self._server, self._pty, self._wake_read, *self._clients]
            readable = select.select(sources, [], [])[0]
            for source in readable:
                if not self._stop:
                    self._serve(source)
            while self._jobs:
                job, done = self._jobs.popleft()
                job()
                done.set()
            if self.ready and self._held:
                held, self._held = bytes(self._held), bytearray()
                self._input(held)

    def _serve(self, source):
        if source == self.master:
            with contextlib.suppress(OSError):
                self._output(os.read(self.master, 4096))
        elif source == self._wake_read:
            os.read(self._wake_read, 64)
        elif source is self._server:
            client = self._server.accept()[0]
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.setblocking(False)
            self._clients.append(client)
        elif source == self._pty:
            with contextlib.suppress(OSError):
                self._input(os.read(self._pty, 4096))
        else:
            self._from_client(source)

    def _from_client(self, client):
        if client not in self._clients:
            return
        try:
            data = client.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            # at once: what mpremote sends in pieces would else wait 40 ms for the acknowledgement of the first
            if hasattr(socket, "TCP_QUICKACK"):  # Linux
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            self._input(data)
        else:
            self._drop(client)

    def _drop(self, client):
        if client in self._clients:
            self._clients.remove(client)
            client.close()

    # towards the board

    def _input(self, data):
        if self._runs is None:
            if b"\r" in data or b"\n" in data or _CTRL_C in data:
                self._output(b"\r\nthis engine has no prompt: use --engine native\r\n")
            return
        if not self.ready:
            self._held += data
            return
        while data:
            before, control, data = data.partition(_CTRL_C)
            if before:
                self._type(before)
            if control:
                self._interrupt()

    def _type(self, data):
        """Write to the board's terminal without ever blocking: it may be full while the board prints."""
        while data:
            ready = select.select([self.master], [self.master], [], 0.5)
            if ready[0]:
                self._output(os.read(self.master, 4096))
            if ready[1]:
                data = data[os.write(self.master, data[:256]):]
            if not ready[0] and not ready[1]:
                return  # nobody reads

    def _interrupt(self):
        """Ctrl-C: a KeyboardInterrupt for code that runs, a byte for a prompt that reads."""
        if self._runs():
            self._signal()
            return
        self._type(_CTRL_C)
        for _ in range(3):
            time.sleep(0.005)
            if not waiting(self.slave):
                return
        if self._runs():  # code began to run meanwhile and does not read
            termios.tcflush(self.slave, termios.TCIFLUSH)
            self._signal()

    def _signal(self):
        process = self.process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGUSR1)

    # from the board

    def _output(self, data):
        with self._lock:
            data, self._after_return = returns(data, self._after_return), data.endswith(b"\r")
            data = chips(data, self._banner)
            self._tail += data
            *whole, rest = bytes(self._tail).split(b"\n")
            self._tail = bytearray(rest[-1000:])
            self._lines.extend(line.rstrip(b"\r").decode("utf-8", "replace") for line in whole)
        for client in list(self._clients):
            try:
                send_to(client, data)
            except OSError:
                self._drop(client)
        try:
            os.write(self._pty, data)
        except OSError:
            termios.tcflush(self._pty, termios.TCOFLUSH)  # nobody has read for a long time
