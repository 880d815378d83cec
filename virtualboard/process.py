"""One boot: the board's process and the answers to its questions."""

import os
import socket
import subprocess
import threading

from . import rpc
from .shared_memory import WAKES


class Process:
    """Starts `command` at once; `answer(name, *arguments)` is called in a thread of its own for every question."""

    def __init__(self, command, page, page_fd, terminal, answer):
        self._page = page
        page.clear_events()
        ours, theirs = socket.socketpair()
        wake, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        inherited = (page_fd, theirs.fileno(), wake)
        self._process = subprocess.Popen(
            [*command, *map(str, inherited)],
            stdin=terminal, stdout=terminal, stderr=terminal, pass_fds=inherited, start_new_session=True, cwd="/",
            env={"TZ": "UTC", "MICROPYPATH": ".frozen", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"},
        )
        theirs.close()
        os.close(wake)
        self._socket, self._answer = ours, answer
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def wake(self, *events):
        """Tell the board that something happened (bytes, see child/wait.py)."""
        for event in events:
            self._page.count(WAKES, 1)
            try:
                os.write(self._wake, bytes((event,)))
            except OSError:  # it is ending, or far behind
                self._page.count(WAKES, -1)

    def kill(self):
        if self._process.poll() is None:
            self._process.kill()

    def poll(self):
        return self._process.poll()

    def send_signal(self, number):
        self._process.send_signal(number)

    def wait(self, timeout=None):
        """Wait for the end; returns the exit code, -9 after a kill. It is killed when `timeout` seconds have passed."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._process.wait()
        self._thread.join(2)
        self._socket.close()
        os.close(self._wake)
        return code

    def _serve(self):
        fd = self._socket.fileno()
        try:
            while (question := rpc.receive(fd)) is not None:
                rpc.send(fd, (self._answer(*question),))
        except OSError:  # it ended meanwhile
            return
        finally:
            self.kill()  # without answers it would wait for ever
