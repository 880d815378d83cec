"""The ways back in that the pages tell, by cable, with the commands as they stand there."""

import json
import re
import subprocess

import pytest

from host import ROOT

pytestmark = pytest.mark.world
PAGES = [ROOT / "README.md", *ROOT.glob("docs/*.md"), ROOT / "virtualboard" / "README.md"]
HOME = {"networks": [{"ssid": "home", "password": "home-secret"}], "ap": {"password": "an-own-one"}}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_programs_that_a_page_wants_typed_are_there(page):
    text = page.read_text("utf-8")
    assert not re.search(r"(?m)(?:`|^\s*(?:\$ )?)mpremote(?: [a-z]|`)", text), "mpremote is in .venv/bin only"
    assert all((ROOT / program).exists() for program in re.findall(r"\.venv/bin/\w+", text))


def part(page, heading):
    """The lines of mpremote under a heading."""
    text = (ROOT / "docs" / page).read_text("utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"\.venv/bin/mpremote ([a-z][^`\n]*)", text)


@pytest.fixture
def typed(tmp_path):
    """A function that types a line of mpremote at a board; returns what it says."""

    def run(board, line):
        command = [ROOT / ".venv" / "bin" / "mpremote", "connect", board.serial, *line.split()]
        boots = board.world.get()["boots"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        if line.endswith("reset"):  # mpremote has stopped the program
            board.world.wait(lambda world: world["boots"] > boots)
            board.wait_until_it_serves()
        return done.stdout

    return run


@pytest.mark.native("the prompt")
@pytest.mark.boards("nodemcu", "esp32")
def test_back_in_after_a_forgotten_password(fresh_board, typed, tmp_path):
    board = fresh_board(config={"token": "forgotten", "hostname": "shed", "wifi": HOME})
    show, fetch, store, reset, remove, again = part("wifi.md", "Back in after a forgotten password")
    assert "an-own-one" in typed(board, show)
    assert board.patch("/config", {"hostname": "garden"}).status_code == 401
    typed(board, fetch)
    config = json.loads((tmp_path / "config.json").read_text())
    del config["token"]
    (tmp_path / "config.json").write_text(json.dumps(config))
    typed(board, store)
    typed(board, reset)
    assert board.patch("/config", {"hostname": "garden"}).ok
    typed(board, remove)
    typed(board, again)
    assert board.get("/config").json() == {}


@pytest.mark.native("the prompt")
def test_a_broken_file_is_mended(fresh_board, typed, tmp_path):
    board = fresh_board(config={"hostname": "shed", "wifi": HOME})
    (tmp_path / "config.json").write_text('{"hostname": "garden", "wifi": {"ap": {"password": "short"}}}')
    typed(board, "cp config.json :")
    typed(board, "reset")
    assert board.get("/config").json() == {}
    fetch, store, reset = part("configuration.md", "When the file is broken")
    typed(board, fetch)
    mended = (tmp_path / "mended.json").read_text().replace("short", "long enough")
    (tmp_path / "mended.json").write_text(mended)
    typed(board, store)
    typed(board, reset)
    assert board.get("/config").json()["hostname"] == "garden"
