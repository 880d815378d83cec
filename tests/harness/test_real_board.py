"""The guard of tests against a real board: nothing is driven there but the pins its owner declared free."""

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from host import ROOT
from hosttests.support.real_board import RealBoard
from virtualboard.client import VirtualBoard

PINS = [{"pin": 14, "name": "D5", "aliases": ["D5"]}, {"pin": 10, "name": "SD3", "aliases": ["SD3"]}]
VERDICTS = {"gpio": "passed", "gpio_rules": "passed", "pins": "passed", "wifi": "not tried", "update": "not tried"}
ANSWERS = {"/status": {"board": "nodemcu"}, "/pins": {"pins": PINS}}


class Handler(BaseHTTPRequestHandler):
    """A board that knows two pins and notes what reaches it."""

    def answer(self):
        self.server.seen.append(f"{self.command} {self.path}")
        body = json.dumps(self.server.update if self.path == "/update" else ANSWERS.get(self.path, {})).encode()
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_PATCH = answer

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.seen, server.update = [], {"enabled": False}
        server.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def board(server):
    board = RealBoard(server.url, ["d5"])
    server.seen.clear()
    yield board
    board.close()


@pytest.mark.parametrize(
    ("method", "path", "rest"),
    [
        ("GET", "/gpio?pin=10&state=1", {}),
        ("GET", "/gpio?pin=sd3&mode=in", {}),
        ("GET", "/gpio?pin=D5&pin=SD3&state=1", {}),
        ("GET", "/gpio", {"params": {"pin": 10, "state": 1}}),
        ("PUT", "/gpio/10", {"json": {"state": 1}}),
        ("PUT", "/gpio/SD3", {"data": b"{}"}),
        ("PUT", "/gpio", {"json": {"D5": 1, "SD3": 0}}),
        ("GET", "/dht?pin=10&type=dht22", {}),
        ("POST", "/reset", {}),
        ("PUT", "/wifi", {"json": {}}),
        ("PATCH", "/config", {"json": {}}),
        ("POST", "/thingspeak", {"json": {}}),
    ],
)
def test_trespassing_requests_are_skipped_before_they_are_sent(board, server, method, path, rest):
    with pytest.raises(pytest.skip.Exception):
        board.request(method, path, **rest)
    assert server.seen == []


@pytest.mark.parametrize(
    ("method", "path", "rest"),
    [
        ("GET", "/gpio?pin=10", {}),
        ("GET", "/gpio/10", {}),
        ("GET", "/gpio?pin=D5&state=1", {}),
        ("PUT", "/gpio/14", {"json": {"state": 1}}),
        ("PUT", "/gpio", {"json": {"D5": 1}}),
        ("PUT", "/gpio/99", {"json": {"state": 1}}),
        ("GET", "/gpio?pin=nonsense&state=1", {}),
        ("GET", "/config", {}),
        ("POST", "/time/sync", {}),
    ],
)
def test_reading_and_free_pins_are_let_through(board, server, method, path, rest):
    assert board.request(method, path, **rest).status_code == 200
    assert server.seen == [f"{method} {path}"]


def test_pins_that_the_board_has_not_are_refused_at_once(server):
    with pytest.raises(ConnectionError, match="this nodemcu has no pin D99"):
        RealBoard(server.url, ["D99"])


def test_a_board_with_a_token_is_not_tried(server):
    server.update = {"enabled": True}
    with pytest.raises(ConnectionError, match="take `token` out of its configuration"):
        RealBoard(server.url, [])


def test_an_address_without_a_board_is_told_plainly():
    with pytest.raises(ConnectionError, match="is the board on, and is that its address"):
        RealBoard("http://127.0.0.1:1", [])


def test_a_run_touches_the_free_pins_only_and_reports_what_the_board_passed(tmp_path):
    board = VirtualBoard("nodemcu", tmp_path)
    try:
        board.wait_until_it_serves()
        before = board.world.get(), board.get("/config").json()
        modules = [f"hosttests/test_{part}.py" for part in VERDICTS]
        command = [sys.executable, "-m", "host", "test", "--board", board.url, "--free-pins", "D5,D6", "-p", "no:cacheprovider"]
        done = subprocess.run([*command, *modules], cwd=ROOT, capture_output=True, text=True, timeout=120)
        after = board.world.get(), board.get("/config").json()
    finally:
        board.close()
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert f"nodemcu at {board.url}" in said
    for part, verdict in VERDICTS.items():
        assert re.search(rf"^  {part} +{verdict} ", said, re.M), (part, said)
    for reason in ("needs the world's control port", "which is not among --free-pins", "this is about esp32"):
        assert reason in said
    touched = {number for world in (before[0], after[0]) for part in ("outputs", "inputs") for number in world[part]}
    assert {"14"} <= touched <= {"14", "12", "4"}  # D5, D6, and the demonstration's sensor
    assert after[0]["boots"] == before[0]["boots"] and after[1] == before[1]
