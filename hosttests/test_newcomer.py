"""What docs/install.md tells somebody with a new NodeMCU, done to the letter, with a socket in the place of the cable."""

import json
import re
import shlex
import subprocess
import sys

import pytest

from hosttests.board import ROOT, VirtualBoard, wait

pytestmark = [pytest.mark.world]
TEXT = (ROOT / "docs" / "install.md").read_text()
COMMANDS = [line for block in re.findall(r"```\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]


@pytest.fixture
def blank(tmp_path, request):
    if request.config.getoption("--board").startswith("http"):
        pytest.skip("needs an empty board that may be overwritten")
    board = VirtualBoard("nodemcu", tmp_path, "--blank")
    yield board
    board.close()


def deploy_sh(board, line):
    """Run a line of the page; the port stands for the only board that is plugged in."""
    words = shlex.split(line)
    assert words[0] == "./deploy.sh"
    command = [sys.executable, "-m", "host", *words[1:], "--port", board.serial]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def curl(board, line):
    """Run a curl line; the board's address in the line is that of the virtual one."""
    words = [re.sub(r"http://192\.168\.\d+\.\d+", board.url, word) for word in shlex.split(line)]
    done = subprocess.run([*words, "--silent", "--fail-with-body", "--noproxy", "*"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_the_page_leads_from_a_blank_board_to_the_first_request(blank):
    deploy = next(line for line in COMMANDS if line.startswith("./deploy.sh deploy"))
    network, request = (line for line in COMMANDS if line.startswith("curl"))

    said = deploy_sh(blank, deploy)
    found = re.search(r"Wi-Fi: access point (\S+), password (\S+): join it and open (\S+)", said)
    assert found, said
    radio = blank.world.get()["wifi"]["access_point"]
    assert (radio["active"], radio["ssid"], radio["password"]) == (True, found[1], found[2])
    assert re.search(r"Wi-Fi: access point \S+, password \S+: join it and open (\S+)", TEXT)[1] == found[3]

    page = blank.get("/setup")
    assert page.ok and "password" in page.text
    curl(blank, network)
    blank.world.wait(lambda world: world["wifi"]["station"]["state"] == "connected")
    wait(lambda: blank.get("/wifi").json()["trial"]["state"] == "connected", "the board does not say that it is connected")

    answer = curl(blank, request)
    assert (answer["name"], answer["state"]) == ("D5", 1)
    assert blank.world.get()["outputs"]["14"]["level"] == 1
    said = deploy_sh(blank, deploy)
    assert "nothing copied" in said and "The board is in the network home: open http://192.168.1." in said


def test_the_page_names_every_firmware():
    from host.firmware import CHIPS, DOWNLOADS

    for name, chip in CHIPS.items():
        assert f"| {name} |" in TEXT and f"<{DOWNLOADS}/{chip.page}/>" in TEXT
