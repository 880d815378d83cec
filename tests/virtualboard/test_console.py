"""The serial console, used by the real mpremote."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from host.build import build
from virtualboard import demo
from virtualboard.boards import BOARDS
from virtualboard.client import wait
from virtualboard.repl import Repl
from virtualboard.supervisor import Supervisor

APP = """
import asyncio
async def main():
    n = 0
    while True:
        await asyncio.sleep_ms(5)
        n += 1
        if n % 20 == 0:
            print("tick", n)
asyncio.run(main())
"""


@pytest.fixture(params=["tcp", "pty"])
def board(request, tmp_path):
    (tmp_path / "main.py").write_text(APP)
    with Supervisor("nodemcu", files=tmp_path) as board:
        assert board.wait_ready()
        board.place = f"socket://127.0.0.1:{board.console.port}" if request.param == "tcp" else board.console.device
        yield board


def mpremote(board, *words, **options):
    command = [str(Path(sys.executable).with_name("mpremote")), "connect", board.place, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, **options)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def ticks(board):
    return sum("tick" in line for line in board.console.lines())


@pytest.mark.long
def test_files_code_and_restarts(board, tmp_path):
    assert mpremote(board, "exec", "print(6 * 7)") == "42\n"
    blob = tmp_path / "blob.bin"
    blob.write_bytes(bytes(range(256)) * 40)
    mpremote(board, "fs", "cp", blob, ":blob.bin", "+", "fs", "mkdir", ":d", "+", "fs", "cp", blob, ":d/two.bin")
    assert hashlib.sha256(blob.read_bytes()).hexdigest() in mpremote(board, "fs", "sha256sum", ":blob.bin")
    assert "two.bin" in mpremote(board, "fs", "ls", ":d")
    assert "two.bin" in mpremote(board, "fs", "tree", ":")
    back = tmp_path / "back.bin"
    mpremote(board, "fs", "cp", ":d/two.bin", back, "+", "fs", "rm", ":d/two.bin")
    assert back.read_bytes() == blob.read_bytes()
    assert "asyncio.run(main())" in mpremote(board, "fs", "cat", ":main.py")
    script = tmp_path / "script.py"
    script.write_text("print('from the host')\n")
    assert mpremote(board, "run", script) == "from the host\n"
    assert "/" in mpremote(board, "df")
    mpremote(board, "rtc", "--set")
    assert mpremote(board, "exec", "import time; print(time.localtime()[0] > 2024)") == "True\n"
    mpremote(board, "exec", "kept = 5")
    assert mpremote(board, "resume", "exec", "print(kept)") == "5\n"
    boots = board.boots
    mpremote(board, "soft-reset")
    assert board.boots == boots + 1
    before = ticks(board)
    mpremote(board, "reset")
    wait(lambda: ticks(board) > before)


def test_a_folder_of_the_host_is_mounted(board, tmp_path):
    folder = tmp_path / "mounted"
    folder.mkdir()
    (folder / "there.py").write_text("value = 'read over the wire'\n")
    (folder / "data.bin").write_bytes(bytes(range(256)) * 8)
    code = "import there; print(there.value); print(sum(open('data.bin', 'rb').read()))"
    assert mpremote(board, "mount", folder, "exec", code).splitlines()[-2:] == [
        "read over the wire", str(sum(range(256)) * 8)]


def test_a_romfs_image_is_deployed(board, tmp_path):
    source = tmp_path / "rom"
    source.mkdir()
    (source / "burnt.py").write_text("value = 'from rom'\n")
    mpremote(board, "romfs", "deploy", source)
    assert "partition" in mpremote(board, "romfs", "query").lower()
    assert mpremote(board, "exec", "import burnt; print(burnt.value)") == "from rom\n"
    assert mpremote(board, "exec", "import os; print(os.listdir('/rom'))") == "['burnt.mpy']\n"


@pytest.mark.long
@pytest.mark.parametrize("name", ["nodemcu", "esp32"])
def test_rounds_of_exec_and_reset_against_the_running_application(name):
    built = build(name)
    options = {"files": built.files, "romfs": built.romfs, "demo": demo.configuration(BOARDS[name]), "speed": 20}
    with Supervisor(name, **options) as board:
        board.place = f"socket://127.0.0.1:{board.console.port}"
        for number in range(100 if os.environ.get("PICOREST_THOROUGH") else 4):
            wait(lambda: serves(board.port))
            assert mpremote(board, "exec", f"print({number} + 1)") == f"{number + 1}\n"
            mpremote(board, "reset")
        wait(lambda: serves(board.port))
        assert not [line for line in board.console.lines() if "stopped" in line]


def serves(port):
    try:
        return requests.get(f"http://127.0.0.1:{port}/health", timeout=2).status_code in (200, 503)
    except requests.RequestException:
        return False


def test_the_friendly_prompt_runs_main_again_after_control_d(tmp_path):
    (tmp_path / "boot.py").write_text("print('boot ran')\n")
    (tmp_path / "main.py").write_text("print('main ran')\n")
    with Supervisor("esp32", files=tmp_path) as board:
        wait(lambda: any(">>>" in line for line in board.console.lines()))
        with Repl(board.console.port) as repl:
            repl.soft_reset()
            assert [line for line in board.console.lines() if "main" in line] == ["main ran"]
            repl._socket.sendall(b"\x02")
            repl.until(b">>> ")
            repl._socket.sendall(b"\x04")
            repl.until(b"soft reboot\r\n")
            repl.until(b"main ran\r\n")
            repl.until(b">>> ")
            repl._socket.sendall(b"1 + 1\r")
            repl.until(b"2\r\n")


def test_an_application_that_exits_is_soft_reset(tmp_path):
    code = "import sys, machine\nif machine.reset_cause() == machine.PWRON_RESET: sys.exit()\n"
    (tmp_path / "main.py").write_text(code)
    with Supervisor("esp32", files=tmp_path) as board:
        wait(lambda: board.boots == 2)
        wait(lambda: any(">>>" in line for line in board.console.lines()))
        assert "MPY: soft reboot" in board.console.lines()


def test_bytes_typed_while_the_board_starts_are_not_lost():
    with Supervisor("nodemcu") as board:
        assert board.wait_ready()
        with Repl(board.console.port) as repl:
            for _ in range(5):
                boots = board.boots
                board.restart("reset")
                repl._socket.sendall(b"\r\x01print('early')\x04")
                repl.until(b"early\r\n\x04\x04>")
                wait(lambda boots=boots: board.boots == boots + 1)
