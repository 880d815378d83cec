"""Sends inputs to a board in every manner that TCP allows, and judges what comes back.

An input is fine if the board answers with sound HTTP that is no 500, or closes, and stays as it was: no traceback on
its console, no restart, no heap lost; and if whoever asks properly in between gets the right answer at once.
"""

import contextlib
import json
import random
import re
import socket
import struct
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import requests

from hosttests.fuzz.grammar import PATHS
from hosttests.fuzz.mutate import make, seeds
from hosttests.support.raw_http import Wire, until
from virtualboard.client import VirtualBoard

STRANGER = "127.0.0.2"  # where inputs come from: what they guess is not held against whoever asks properly
PATIENCE = 25  # seconds until the board must have closed: longer than it gives any request
SLACK = 1024  # bytes of heap that may be gone in the end: a pin more in use, a longer error text
ROOMY = 3072  # the same where the heap is large, and what is loaded differs from one look to the next
LOOK = 500  # inputs between two looks at the board
MORE = 12  # looks at a heap that seems to shrink: a large one holds whatever it has loaded until it is short
NEW = 12  # names that a board which has done everything once may still learn: MicroPython keeps them until it restarts
NAMES = {
    "content-type", "content-length", "connection", "keep-alive", "cache-control", "transfer-encoding", "content-encoding", "allow",
    "retry-after", "www-authenticate", "location", "set-cookie", "vary", "etag", "x-mine", "referrer-policy",
    "content-security-policy",
    "access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers",
}  # fmt: skip
REFUSED = re.compile(rb"HTTP/1.1 [45][^{]*\r\nConnection: close\r\n[^{]*\r\n\r\n{.*}$", re.S)
STATUS = {100, 200, 201, 202, 204, 302, 303, 304, 400, 401, 403, 404, 405, 409, 413, 414, 415, 417, 429, 431}
STATUS |= set(range(501, 506))


class Cut(Exception):
    """An answer that ends too early: all that can be done when memory runs out in the middle of it."""


class Failure(AssertionError):
    """What the board did wrong, and after which input."""


def place_user(board: VirtualBoard) -> None:
    """Put the module of the user's onto a board, and start it again."""
    tool = Path(sys.executable).with_name("mpremote")
    command = [tool, "connect", board.serial, "cp", Path(__file__).with_name("user.py"), ":user.py", "+", "reset"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    board.wait_until_it_serves()


class Fuzz:
    """One series of inputs. pins: one for the inputs to drive, and one for the requests between them."""

    def __init__(self, board: VirtualBoard, pins: tuple[str, str], seed: int):
        self.board, self.pins, self.seed = board, pins, seed
        place = urlsplit(board.url)
        self.address = (place.hostname, place.port or 80)
        self.host = place.netloc.encode()
        self.hanging = []  # connections that were left in the middle of a request
        self.answers = Counter()  # by status; "closed": without one; "cut": closed in the middle of one
        self.asked = self.put_off = 0  # sound requests in between, and how often one had to ask again
        self.heap, self.names = [], []  # free bytes and names at each look
        self.slack = SLACK if board.name == "nodemcu" else ROOMY
        self.boots = board.world.get()["boots"]
        self.tracebacks = board.console().count("Traceback")  # mpremote has made some
        self.keys = set(board.get("/config").json())

    def run(self, numbers: range, look: int = LOOK, progress=None) -> None:
        """Send the inputs of these numbers; Failure at the first fault."""
        self.learn()
        for number in numbers:
            data = make(self.seed, number)
            try:
                self.one(data, random.Random(f"manner {self.seed}:{number}"))
                if number % 5 == 0:
                    self.sound(number // 5)
                if number % 20 == 0:
                    self.let_go()
                if number % look == look - 1 or number == numbers[-1]:
                    self.look()
            except (AssertionError, OSError, EOFError, ValueError) as error:
                raise Failure(f"seed {self.seed}, input {number}: {error or type(error).__name__}\n{data!r}") from error
            if progress:
                progress(number)
        first = self.heap[: len(self.heap) // 2]
        for _ in range(MORE):
            if not self.shrunk(first):
                break
            self.tour()
            self.look()
        self.grown(first)

    def learn(self) -> None:
        """The tour, and every kind of input: the board has all the names then that it can learn."""
        self.tour()
        for data in seeds():
            self.one(data, None)
        self.learnt = self.board.world.memory()["names"]

    def tour(self) -> None:
        """Ask for everything once: the board loads what it has not needed yet, and lets go of it when memory is short."""
        tour = [f"{method} {path} HTTP/1.1\r\nHost: HOST\r\n" for path, methods in PATHS.items() for method in methods.split()]
        tour += [f"{head}Accept: text/html\r\n" for head in tour]  # the same as pages, refusals too
        for head in tour:
            body = "" if head.startswith("GET") else '{"x":1}'
            self.one(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode(), None)

    # -- one input

    def one(self, data: bytes, dice: random.Random | None) -> None:
        """Send an input: in the manner that the dice say, or in one piece."""
        data = data.replace(b"HOST", self.host).replace(b"PIN", self.pins[0].encode())
        with contextlib.ExitStack() as stack:
            sock = stack.enter_context(socket.create_connection(self.address, PATIENCE, (STRANGER, 0)))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            manner = dice.random() if dice else 0.3
            with contextlib.suppress(OSError):  # it may close before it has read everything
                for piece in pieces(data, dice, manner):
                    sock.sendall(piece)
                    if piece is not data:
                        time.sleep(0.001)
                if 0.85 < manner <= 0.98:  # gone, politely or not
                    if dice.random() < 0.5:
                        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                if manner > 0.98:  # left open for a while
                    stack.pop_all()
                    self.hanging.append(sock)
                    return
                sock.shutdown(socket.SHUT_WR)
            self.judge(everything(sock, manner < 0.05), data)

    def judge(self, came: bytes, data: bytes) -> None:
        """Whether this is a sequence of sound answers."""
        if not came:
            self.answers["closed"] += 1
        while came:
            try:
                status, came = one_answer(came, b"HEAD" in data)
            except Cut:
                status, came = "cut", b""
            self.answers[status] += 1

    def let_go(self) -> None:
        for sock in self.hanging:
            sock.close()
        self.hanging.clear()

    # -- what must go on meanwhile

    def sound(self, number: int) -> None:
        """A sound request gets its answer, whatever hangs around; 503 means "ask again", as others are at work."""
        self.asked += 1
        pin, state = self.pins[1], number // 4 % 2
        ask, status, expected = [
            (lambda wire: wire.get("/health", "Connection: close"), 200, {}),  # an input may have configured a sensor
            (lambda wire: wire.get(f"/gpio?pin={pin}&state={state}", "Connection: close"), 200, {"state": state}),
            (lambda wire: wire.get(f"/gpio/{pin}", method="PUT", body=b'{"state":1}'), 200, {"state": 1}),
            (lambda wire: wire.get("/nothing", "Connection: close"), 404, {"type": "not-found"}),
        ][number % 4]
        for _ in range(4):
            with Wire(self.board) as wire:
                answer = ask(wire).answer()
            if not answer or answer.status != 503:
                break
            self.put_off += 1
            time.sleep(int(answer.headers["retry-after"]))
        good = answer and answer.status == status and expected.items() <= json.loads(answer.body).items()
        assert good, f"a sound request got {answer}"

    def look(self) -> None:
        """No traceback, no restart; the free heap is noted, without what the inputs have put into the configuration."""
        self.let_go()
        self.tidy()
        console = self.board.console()
        tracebacks, self.tracebacks = self.tracebacks, console.count("Traceback")
        assert self.tracebacks <= tracebacks, console
        assert self.board.world.get()["boots"] == self.boots, f"the board started again\n{console}"

        def alone():
            with contextlib.suppress(requests.RequestException):
                answer = self.board.get("/status", headers={"Connection": "close"})
                if answer.status_code == 200 and answer.json()["connections"] == 1:
                    return answer.json()
            return None

        status = until(alone, 3 * PATIENCE)
        assert status, "connections are left over, or the board no longer answers"
        assert self.answers["cut"] <= status["counters"]["errors"], "an answer was cut for no reason"
        memory = self.board.world.memory()
        self.heap.append(memory["free"])
        self.names.append(memory["names"])

    def tidy(self) -> None:
        """Take out of the configuration what the inputs have put there: the board keeps keys that it does not know."""

        def done():
            with contextlib.suppress(requests.RequestException):
                config = self.board.get("/config", headers={"Connection": "close"})
                fresh = config.status_code == 200 and set(config.json()) - self.keys
                return fresh == set() or fresh and self.board.patch("/config", dict.fromkeys(fresh)).ok
            return False

        assert until(done), "the configuration cannot be put right again"

    def shrunk(self, first: list[int]) -> bool:
        """Whether no look since the `first` ones has shown as much free heap as each of them."""
        return bool(first) and max(self.heap[len(first) :]) < min(first) - self.slack

    def grown(self, first: list[int]) -> None:
        """Failure if the heap has shrunk, or there are new names."""
        if self.names and self.names[-1] > self.learnt + NEW:
            raise Failure(f"seed {self.seed}: what is sent becomes names that stay in memory: {self.learnt}, then {self.names}")
        if self.shrunk(first):
            raise Failure(f"seed {self.seed}: the heap goes: {self.heap}")


def pieces(data: bytes, dice: random.Random, manner: float) -> list[bytes]:
    """How the input is cut into packets."""
    if manner < 0.45 or len(data) < 2:
        return [data]
    if manner < 0.5:  # byte by byte for a while
        at = dice.randrange(len(data))
        return [data[:at], *(data[i : i + 1] for i in range(at, min(at + 20, len(data)))), data[at + 20 :]]
    cuts = sorted(dice.randrange(len(data)) for _ in range(dice.randint(1, 4)))
    return [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]


def everything(sock: socket.socket, wait: bool) -> bytes:
    """What comes until the board closes; it must, in time. It lingers after a refusal, for which one needs not wait."""
    came = b""
    end = time.monotonic() + PATIENCE
    while wait or not REFUSED.search(came):
        try:
            more = sock.recv(65536)
        except ConnectionResetError:
            return came
        except TimeoutError:
            raise AssertionError(f"the board does not close; it said {came!r}") from None
        if not more:
            return came
        came += more
        assert time.monotonic() < end, "the board does not come to an end"
    return came


def one_answer(came: bytes, head: bool) -> tuple[int, bytes]:
    """The status of the first answer in `came`, judged, and the rest. head: one of the questions was perhaps HEAD."""
    if b"\r\n\r\n" not in came:
        raise Cut
    top, rest = came.split(b"\r\n\r\n", 1)
    first, *lines = top.decode("ascii").split("\r\n")
    version, code, reason = first.split(" ", 2)
    status = int(code)
    assert version == "HTTP/1.1" and status in STATUS and reason, first
    headers = {}
    for line in lines:
        name, colon, value = line.partition(": ")
        assert colon and name.lower() in NAMES and value.isprintable(), f"an odd header: {line!r}"
        headers.setdefault(name.lower(), value)
    if status == 100:
        assert not lines, top
        return status, rest
    assert headers["connection"] in ("keep-alive", "close")
    assert "retry-after" in headers or status not in (429, 503), top
    assert "allow" in headers or status != 405, top
    if status in (204, 304) or head and (not rest or rest.startswith(b"HTTP/1.1 ")):
        return status, rest
    if "transfer-encoding" in headers:
        body, rest = unchunked(rest)
    elif "content-length" in headers:
        size = int(headers["content-length"])
        if len(rest) < size:
            raise Cut
        body, rest = rest[:size], rest[size:]
    else:
        assert headers["connection"] == "close", "neither a length nor an end"
        body, rest = rest, b""
    if headers["content-type"].endswith("json"):
        try:
            said = json.loads(body.decode("utf-8"))
        except ValueError:
            if "content-length" in headers or "transfer-encoding" in headers:
                raise
            raise Cut from None
        if status >= 400:
            assert headers["content-type"] == "application/problem+json"
            assert said["status"] == status and said["type"] and said["title"] and said["detail"].strip(), body
    assert b"Traceback" not in body
    if headers["connection"] == "close":
        assert not rest, f"something after the end: {rest[:200]!r}"
    return status, rest


def unchunked(data: bytes) -> tuple[bytes, bytes]:
    body = b""
    while True:
        line, mark, data = data.partition(b"\r\n")
        if not mark:
            raise Cut
        size = int(line, 16)
        if len(data) < size + 2:
            assert b"HTTP/1.1 " not in data, f"an answer in another one: {data[-300:]!r}"
            raise Cut
        assert data[size : size + 2] == b"\r\n", f"a chunk that is not as long as it says: {line!r} {data!r}"
        body, data = body + data[:size], data[size + 2 :]
        if not size:
            return body, data
