"""Clients that keep their connections: over a slow way too, none of their requests is lost, and who has gone frees its place."""

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from hosttests.conftest import FREE_PINS
from hosttests.support.npm import installed
from hosttests.support.raw_http import Wire, until
from hosttests.support.slow_relay import SlowWay

CLIENTS = Path(__file__).parent / "support" / "keep_alive_clients"
NODE = ("axios", "undici")
PROGRAMS = {"axios": ("node", "npm"), "undici": ("node", "npm"), "wrk": ("wrk",)}
KINDS = ["axios", "undici", "aiohttp", "requests", "wrk"]
WAYS = {0.005: {1: 100, 10: 300}, 0.02: {4: 200, 20: 200}, 0.08: {1: 40, 10: 120, 30: 240}}  # seconds: {sockets: requests of each}
BOTH = pytest.mark.boards("nodemcu", "esp32")


def command(kind: str) -> list[str]:
    """What starts a kind of client. Those for Node.js are installed once, beside the packages for Python."""
    missing = [name for name in PROGRAMS.get(kind, ()) if not shutil.which(name)]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}")
    if kind == "wrk":
        return ["wrk", "-t1", "--timeout", "20s"]
    if kind not in NODE:
        return [sys.executable, str(CLIENTS / "bursts.py"), kind]
    return ["node", str(installed(CLIENTS) / "bursts.cjs"), kind]


def lost(kind: str, url: str, pin: str, sockets: int, count: int, pause: float = 0.0) -> dict[str, int]:
    """What did not become a 200, and how often."""
    if kind == "wrk":
        seconds = max(2, count // 100)
        line = [*command(kind), f"-c{sockets}", f"-d{seconds}s", f"{url}/gpio/{pin}"]
        told = subprocess.run(line, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout
        assert "requests in" in told and "\n  0 requests in" not in told, told
        return {line: 1 for line in told.splitlines() if "Socket errors" in line or "Non-2xx" in line}
    line = [*command(kind), url, pin, str(sockets), str(count), str(pause)]
    environment = {**os.environ, "NO_PROXY": "*"}
    done = subprocess.run(line, capture_output=True, text=True, timeout=60 + count, env=environment)
    assert done.returncode == 0, done.stderr
    found = Counter(json.loads(done.stdout))
    assert sum(found.values()) == count
    del found[200]
    return dict(found)


def slow_way(board, delay: float) -> SlowWay:
    place = urlsplit(board.url)
    board.session.close()
    return SlowWay(place.hostname, place.port or 80, delay)


@BOTH
@pytest.mark.parametrize("kind", KINDS)
def test_no_request_is_lost_on_a_slow_way(board, free_pins, kind):
    for delay, sockets, pause in ((0.005, 10, 0.3), (0.08, 30, 0.0)):
        with slow_way(board, delay) as way:
            assert lost(kind, way.url, free_pins[0], sockets, 6 * sockets, pause) == {}, (delay, sockets)


@pytest.mark.world
@BOTH
@pytest.mark.long
def test_none_of_two_thousand_is_lost(fresh_board, board_name):
    """On each way, over all clients; they run side by side, each against a board of its own."""
    boards = {kind: fresh_board() for kind in KINDS}

    def lost_by(kind):
        found = {}
        for delay, bursts in WAYS.items():
            with slow_way(boards[kind], delay) as way:
                for sockets, count in bursts.items():
                    found[kind, delay, sockets] = lost(kind, way.url, FREE_PINS[board_name][0], sockets, count)
        return found

    with ThreadPoolExecutor(len(KINDS)) as pool:
        found = {case: what for each in pool.map(lost_by, KINDS) for case, what in each.items()}
    assert not any(found.values()), found


@BOTH
def test_a_pause_of_any_length_loses_nothing(board, free_pins):
    """A kept connection is not closed under a request that is on its way, however long it was idle."""
    with slow_way(board, 0.08) as way:
        place = urlsplit(way.url)
        wires = []
        for _ in range(2):
            wires.append(socket.create_connection((place.hostname, place.port), 10))
        for pause in (0.0, 0.5, 4.85, 4.95, 5.05, 5.15):
            time.sleep(pause)
            for wire in wires:
                wire.sendall(f"PUT /gpio/{free_pins[0]} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 11\r\n\r\n".encode())
                wire.sendall(b'{"state":1}')
                answer = wire.recv(4096)
                assert answer.startswith(b"HTTP/1.1 200") and b"Keep-Alive: timeout=5" in answer, pause
        for wire in wires:
            wire.close()


@BOTH
def test_newcomers_do_not_close_what_was_promised_to_stay(board):
    board.session.close()
    with Wire(board) as kept:
        for _ in range(3):
            answer = kept.get("/health").answer()
            assert answer and answer.headers["connection"] == "keep-alive"
            strangers = [Wire(board) for _ in range(12)]
            answers = [stranger.get("/health").answer() for stranger in strangers]
            assert {answer.status for answer in answers} == {200}
            for stranger in strangers:
                stranger.close()
            assert not kept.speaks(0)


# -- clients that go while they wait

def gone(board, data: bytes, reset: bool) -> None:
    wire = Wire(board).send(data)
    time.sleep(0.1)
    if reset:
        wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()


@BOTH
@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
def test_who_has_gone_does_not_wait_any_more(board, free_pins, reset):
    pin = free_pins[0]
    board.put(f"/gpio/{pin}", {"state": 0})
    for more in ("", "GET /health HTTP/1.1\r\nHost: HOST\r\n\r\n"):  # also behind a further request
        for _ in range(8):
            gone(board, f"GET /gpio/{pin}?wait=20 HTTP/1.1\r\nHost: HOST\r\n\r\n{more}".encode(), reset)
    answer = board.get(f"/gpio/{pin}?wait=0.1")
    assert answer.status_code == 304, answer.text


@pytest.mark.world
@BOTH
@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
def test_who_has_gone_does_not_wait_for_other_servers(board, reset):
    board.world.put({"upstream": {"weather": "hang"}})
    for _ in range(12):
        gone(board, b"GET /weather?city=Oslo HTTP/1.1\r\nHost: HOST\r\n\r\n", reset)
    assert until(lambda: board.get("/status", headers={"Connection": "close"}).json().get("connections") == 1, 5)
