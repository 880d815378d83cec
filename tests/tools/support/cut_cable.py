"""Boards at the end of a cable that can be cut, with small programs that say who they are."""

import argparse
import contextlib
import random
import re
import shutil
import socket
import threading
import time

from host.build import DEVICE, build
from host.commands import deploy

PROGRAM = """
import asyncio, binascii

def whole():
    try:
        start, size, tag = open("/rom/www/index.html.at", "rb").read().split()
    except OSError:
        return True  # elsewhere a page is a file as any other
    for name in ("picorest.www0", "picorest.www1"):
        try:
            with open(name, "rb") as pages:
                pages.seek(int(start) + int(size) - 8)
                if binascii.hexlify(pages.read(8)) == tag:
                    return True
        except OSError:
            pass

def run(trial=None):
    assert whole(), "the pages are not those of this version"
    print("Wi-Fi: joined home, http://192.168.1.77/")
    print("running %s")
    %s
    while True:
        asyncio.run(asyncio.sleep(1))
"""
MARK = "-- off and on --"


def program(folder, name, more="pass", source=None):
    """device/ with the real starters, a small app.py and a page, on an ESP8266 in a file of two sectors."""
    folder = folder / f"device-{name}"
    folder.mkdir()
    for file in ("boot.py", "main.py", "versions.py"):
        shutil.copy(DEVICE / file, folder)
    (folder / "app.py").write_text(source if source is not None else PROGRAM % (name, more))
    (folder / "www").mkdir()
    (folder / "www/index.html").write_text(name + random.Random(name).randbytes(4000).hex())
    return folder


def built(board, folder, device):
    return build(board, folder / "build", device)


def started(board, seconds=10):
    """Which program runs after the power was off and on."""
    board.console.say(f"\r\n{MARK}\r\n")
    board.restart("power")
    return running(board, seconds)


def running(board, seconds=10):
    """Which program started last, since the power was off by our hand."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        text = said(board).rpartition(MARK)[2]
        if found := re.findall(r"running (old|new|bad)\n", text):
            return found[-1]
        time.sleep(0.02)
    raise AssertionError(f"no program started; the console says:\n{text}")


def said(board):
    return "\n".join(board.console.lines()) + "\n"


def deployed(board, made, monkeypatch, config=None, port=None, number=None, sheet=None):
    """What `./deploy.sh deploy` does with this build; raises what it raises."""
    monkeypatch.setattr(deploy, "build", lambda name, chosen: made)
    port = port or f"socket://127.0.0.1:{board.console.port}"
    deploy.run(argparse.Namespace(port=port, config=config, board=None, number=number, sheet=sheet))


class Cable:
    """A TCP connection to the board's console that is cut after so many packets from the host."""

    def __init__(self, target, packets):
        self.target, self.left, self.cut = target, packets, False
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"socket://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        with contextlib.suppress(OSError):
            host = self.server.accept()[0]
            board = socket.create_connection(("127.0.0.1", self.target))
            threading.Thread(target=self._back, args=(board, host), daemon=True).start()
            while data := host.recv(4096):
                self.left -= 1
                if self.left < 0:
                    self.cut = True
                    break
                board.sendall(data)
            host.close()
            board.close()

    def _back(self, board, host):
        with contextlib.suppress(OSError):
            while data := board.recv(4096):
                host.sendall(data)

    def close(self):
        self.server.close()
