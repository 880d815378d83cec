"""The harness of the tests over HTTP: which boards a test runs on, and what becomes of a board that fails."""

import fcntl
import subprocess
import sys
import textwrap

import pytest

from host import ROOT
from virtualboard.client import VirtualBoard, wait

SAMPLE = """
    import pytest
    def test_any(board): pass
    @pytest.mark.boards("nodemcu", "esp32")
    def test_two(board): pass
    @pytest.mark.boards("esp32c3")
    def test_fresh(fresh_board): pass
    def test_none(): pass
"""
# a stand-in for `python -m virtualboard`: it serves, boots again on demand, and can be told to fail
BOARD = """
    import fcntl, json, sys, threading, subprocess
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
    boots = 1
    if "--fail" in sys.argv:
        sys.exit("port 1 is taken")
    held = open("held", "w")  # locked until this process and its child are gone
    fcntl.flock(held, fcntl.LOCK_EX)
    subprocess.Popen(["sleep", "100"], pass_fds=[held.fileno()])

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            global boots
            if self.path == "/reset":
                boots += 1
            body = json.dumps({"boots": boots, "config": options.get("--config")}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        do_GET = do_POST = do_PUT = answer
        def log_message(self, *_): pass

    ports = [options["--port"], options["--control-port"]]
    for port in ports:
        server = ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
        threading.Thread(target=server.serve_forever).start()
    print("virtual board {} ready at http://127.0.0.1:{} (control http://127.0.0.1:{}, serial socket://127.0.0.1:{})".format(
        options["--board"], *ports, options["--serial-port"]))
"""


def collected(tmp_path, *options):
    """The names of the tests that pytest would run."""
    sample = tmp_path / "test_sample.py"
    sample.write_text(textwrap.dedent(SAMPLE))
    command = [sys.executable, "-m", "pytest", "-p", "hosttests.conftest", "--collect-only", "-q", str(sample)]
    return subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, timeout=60)


def names(shown):
    return [line.split("::")[1] for line in shown.stdout.splitlines() if "::" in line]


def test_each_test_runs_on_the_boards_it_names(tmp_path):
    assert names(collected(tmp_path)) == [
        "test_any[nodemcu]", "test_two[nodemcu]", "test_two[esp32]", "test_fresh[esp32c3]", "test_none",
    ]  # fmt: skip


def test_a_chosen_board_runs_what_fits_it(tmp_path):
    shown = collected(tmp_path, "--board", "virtual:esp32", "-m", "not skip")
    assert names(shown) == ["test_any[esp32]", "test_two[esp32]", "test_none"]


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("virtual:arduino", "nodemcu, esp32, nano_esp32, esp32c3"),
        ("192.168.1.7", "http://ADDRESS"),
        ("http://127.0.0.1:1", "is the board on"),
    ],
)
def test_a_board_that_cannot_be_is_told_plainly(tmp_path, where, words):
    shown = collected(tmp_path, "--board", where)
    assert shown.returncode == 4 and words in shown.stderr and "Traceback" not in shown.stderr


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    package = tmp_path / "virtualboard"
    package.mkdir()
    (package / "__main__.py").write_text(textwrap.dedent(BOARD))
    monkeypatch.setattr("virtualboard.client.ROOT", tmp_path)
    return tmp_path / "flash"


def test_a_board_is_started_rebooted_and_stopped_with_all_it_started(stand_in):
    board = VirtualBoard("esp32", stand_in, config={"board": "esp32"})
    try:
        board.wait_until_it_serves()
        assert board.name == "esp32" and board.get("/gpio").status_code == 200
        assert (stand_in / "config.json").read_text() == '{"board": "esp32"}'
        assert board.world.get()["config"] == str(stand_in / "config.json")
        board.reboot()
        assert board.world.get()["boots"] == 2
        assert not is_free(stand_in / "held")
    finally:
        board.close()
    assert not board.alive()
    wait(lambda: is_free(stand_in / "held"), "a process of the board outlived it")


def is_free(path):
    with path.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def test_a_board_that_ends_at_once_shows_what_it_said(stand_in):
    with pytest.raises(AssertionError, match="(?s)ended at once.*port 1 is taken"):
        VirtualBoard("esp32", stand_in, "--fail")


def test_waiting_in_vain_says_what_for():
    with pytest.raises(AssertionError, match="the moon"):
        wait(lambda: False, "the moon", 0.05)
