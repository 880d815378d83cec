"""examples/clients/: each does what it says, on a virtual board."""

import importlib.util
import json
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from host import ROOT
from hosttests.support.chromium import CHROMIUM, Browser
from hosttests.support.gpio import level, ok, quick
from hosttests.support.ntp_servers import HOME
from virtualboard.client import wait

CLIENTS = ROOT / "examples" / "clients"
pytestmark = [pytest.mark.world, pytest.mark.native("time: it is about other programs")]


def test_there_is_a_test_and_a_line_for_each():
    here = (ROOT / "hosttests" / "test_example_clients.py").read_text("utf-8")
    table = (CLIENTS / "README.md").read_text("utf-8")
    names = [path.name for path in CLIENTS.iterdir() if path.is_file() and path.name != "README.md"]
    assert len(names) >= 4 and all(f'CLIENTS / "{name}"' in here and f"| `{name}` |" in table for name in names)


@pytest.mark.boards("nodemcu", "esp32")
def test_the_tour(board, board_name):
    board.world.wait(lambda _: board.get("/time").ok)
    pin = {"nodemcu": [], "esp32": ["25"]}[board_name]
    done = subprocess.run([CLIENTS / "tour.sh", board.url, *pin], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(answers) == 15 and answers[-3]["type"] == "unknown-pin"
    assert (answers[-2]["state"], answers[-1]["state"], answers[-1]["was"]) == (1, 0, 1)
    assert subprocess.run([CLIENTS / "tour.sh"], capture_output=True, timeout=20).returncode != 0


def module(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_python(fresh_board):
    program = module(CLIENTS / "board.py")
    board = quick(fresh_board, config={"token": "secret", "wifi": HOME})
    with pytest.raises(program.Refused, match="token"):
        program.Board(board.url).drive("D5", 1)
    client = program.Board(board.url, "secret")
    assert client.drive("D5", "on")["was"] == 0 and client.drive("D5", 0, 60)["for"] == 60
    with pytest.raises(program.Refused) as refused:
        client.drive("6", 1)
    assert refused.value.problem["type"] == "flash-pin" and refused.value.problem["try"]
    changes = client.changes("D5")
    assert next(changes)["state"] == 0
    threading.Timer(0.3, lambda: client.drive("D5", 1)).start()
    assert next(changes)["state"] == 1
    done = subprocess.run([sys.executable, CLIENTS / "board.py", board.url], capture_output=True, text=True, timeout=30)
    assert "nodemcu has 18 pins" in done.stdout, done


SCRIPT = """
import sys
sys.path.append({folder!r})
from other_board import OtherBoard

other = OtherBoard("localhost", {port}, "secret")
print(other.put("/gpio/D5", {{"state": 1, "for": 60}}))
print(other.get("/gpio/6")[0])
for pin in other.changes("D5"):
    print("now", pin["state"])
    if pin["state"] == 0:
        break
"""


def test_another_board(fresh_board, tmp_path):
    """In the interpreter that boards have: told of a change at once, and again after the other one was away."""
    assert (CLIENTS / "other_board.py").exists()
    board = quick(fresh_board, config={"token": "secret", "wifi": HOME})
    port = int(board.url.rpartition(":")[2])
    engine = Path(sys.executable).with_name("micropython")
    log = tmp_path / "said.txt"
    with log.open("wb") as output:
        command = [engine, "-X", "heapsize=64k", "-c", SCRIPT.format(folder=str(CLIENTS), port=port)]
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        wait(lambda: "now 1" in log.read_text(), lambda: log.read_text())
        with board.world.fast():
            board.world.put({"power": "cut"})
            board.world.wait(lambda world: world["boots"] > 1)
            board.wait_until_it_serves()
        wait(lambda: process.poll() is not None, lambda: log.read_text(), 30)
        lines = log.read_text().splitlines()
        assert process.returncode == 0 and lines[0].startswith("(200, ") and lines[1] == "409", lines
        assert lines[-1] == "now 0", "the restart set the pin back, and revisions of two starts differ"
    finally:
        process.kill()
        process.wait()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_a_page_of_another_place(fresh_board, tmp_path):
    assert (CLIENTS / "page.html").exists() and CHROMIUM, "needs the program chromium"
    with ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: _Quiet(*a, directory=str(CLIENTS))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        origin = f"http://panel.local:{server.server_port}"
        names = {"panel.local": f"127.0.0.1:{server.server_port}"}
        config = {"allowed_origins": [origin], "pins": {"D5": {"name": "lamp", "mode": "out"}}, "wifi": HOME}
        board = quick(fresh_board, config=config)
        try:
            with Browser(tmp_path / "profile", names) as browser:
                browser.open(f"{origin}/page.html?board={board.url}&pin=lamp")
                browser.wait('document.body.innerText.includes("lamp is off")')
                browser.run('document.getElementById("toggle").click()')
                browser.wait('document.body.innerText.includes("was 0, is 1")')
                browser.wait('document.body.innerText.includes("lamp is on")')
                assert level(board, 14) == 1
                ok(board.put("/gpio/lamp", {"state": 0}))
                browser.wait('document.body.innerText.includes("lamp is off")')
                ok(board.patch("/config", {"allowed_origins": []}))
                browser.run('document.getElementById("toggle").click()')
                browser.wait('document.getElementById("said").textContent.includes("fetch")')
                assert level(board, 14) == 0, "who is not named changes nothing"
        finally:
            server.shutdown()
