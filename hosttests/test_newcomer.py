"""What README.md and docs/install.md tell somebody with a new NodeMCU, done to the letter, with a socket in the place of
the cable."""

import json
import os
import re
import shlex
import subprocess
import sys

import pytest
from esp32_mock_bootloader import mock_bootloader

from host import ROOT, cli
from host.board.firmware import CHIPS, DOWNLOADS
from host.build.compiler import microdot_sources
from hosttests.support.chromium import CHROMIUM, Browser
from hosttests.support.dashboard import TOP, Dashboard
from tests.tools.test_flash import image
from virtualboard.client import VirtualBoard, wait

pytestmark = [pytest.mark.world]
README, INSTALL = ((ROOT / page).read_text("utf-8") for page in ("README.md", "docs/install.md"))


def commands(text, start):
    """The lines of a page that begin like this, without what is said beside them."""
    blocks = re.findall(r"^```\n(.*?)^```", text, re.M | re.S)
    return [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines() if line.startswith(start)]


def deploy_sh(port, line, home, status=0):
    """Run a line of a page; `port` stands for the only board that is plugged in. What it said."""
    words = [word.replace("~", str(home)) for word in shlex.split(line)]
    assert words[0] == "./deploy.sh"
    command = [sys.executable, "-m", "host", *words[1:], "--port", port]
    environment = {**os.environ, "HOME": str(home)}
    done = subprocess.run(command, cwd=ROOT, env=environment, input="yes\n", capture_output=True, text=True, timeout=200)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def curl(board, line):
    """Run a curl line; the board's address in the line is that of the virtual one."""
    words = [re.sub(r"http://192\.168\.\d+\.\d+", board.url, word) for word in shlex.split(line)]
    done = subprocess.run([*words, "--silent", "--fail-with-body", "--noproxy", "*"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def blank(tmp_path, request):
    if request.config.getoption("--board").startswith("http"):
        pytest.skip("needs an empty board that may be overwritten")
    board = VirtualBoard("nodemcu", tmp_path, "--blank")
    yield board
    board.close()


def flashed(text, home):
    """The lines with `flash`, on a chip with nothing on it."""
    ask, write = commands(text, "./deploy.sh flash")
    assert ask == "./deploy.sh flash"
    name = re.search(r"--firmware (\S+)$", write)[1]
    file = home / os.path.basename(name)
    file.write_bytes(image("ESP8266"))
    with mock_bootloader(chip="esp8266") as loader:
        said = deploy_sh(loader.url(), ask, home, 1)
        assert "ESP8266_GENERIC-FLASH_2M_ROMFS" in said and f"{DOWNLOADS}/ESP8266_GENERIC/" in said
        assert "./deploy.sh deploy" in deploy_sh(loader.url(), write.replace(name, str(file)), home)


def deployed(text, board, home):
    """The first line with `deploy`; afterwards the board is its own access point, as the command and the page say."""
    line, *_ = commands(text, "./deploy.sh deploy")
    said = deploy_sh(board.serial, line, home)
    found = re.search(r"Wi-Fi: access point (\S+), password (\S+): join it and open (\S+)", said)
    assert found, said
    radio = board.world.get()["wifi"]["access_point"]
    assert (radio["active"], radio["ssid"], radio["password"]) == (True, found[1], found[2])
    assert found[3] == "http://192.168.4.1/" and found[3] in text
    return line


def switched_on(board, answer):
    assert (answer["name"], answer["state"]) == ("D5", 1)
    assert board.world.get()["outputs"]["14"]["level"] == 1


@pytest.mark.native("the prompt")
def test_the_installation_page_leads_from_a_blank_board_to_the_first_request(blank, tmp_path):
    flashed(INSTALL, tmp_path)
    deploy = deployed(INSTALL, blank, tmp_path)
    network, request = commands(INSTALL, "curl")
    curl(blank, network)
    blank.world.wait(lambda world: world["wifi"]["station"]["state"] == "connected")
    wait(lambda: blank.get("/wifi").json()["trial"]["state"] == "connected", "the board does not say that it is connected")
    switched_on(blank, curl(blank, request))
    said = deploy_sh(blank.serial, deploy, tmp_path)
    assert "nothing copied" in said and "The board is in the network home: open http://192.168.1." in said


@pytest.mark.native("the prompt")
@pytest.mark.long
@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian: apt install chromium)")
def test_the_readme_leads_there_too_with_a_browser(blank, tmp_path):
    flashed(README, tmp_path)
    deployed(README, blank, tmp_path)
    assert "open `http://192.168.4.1/`" in README and "choose your network, type its password" in README
    with Browser(tmp_path / "profile", {"192.168.4.1": blank.url.removeprefix("http://")}) as browser:
        browser.screen(360, 740, phone=True)
        phone = Dashboard(browser, "http://192.168.4.1")
        browser.open("http://192.168.4.1/")
        phone.network("home")
        browser.type("dialog [name=password]", "home-secret")
        phone.button("Connect", TOP)
        said = phone.wait(f"{TOP}?.querySelector('.note.good, .note.bad')?.innerText")
    address = re.search(r"Connected to “home”\. In that network the board is at (http://192\.168\.1\.\d+)/", said)
    assert address, said
    request = re.search(r"`(curl .*ADDRESS.*?)`", README)[1]
    switched_on(blank, curl(blank, request.replace("http://ADDRESS", address[1])))


# mpremote as it is, but that it copies in larger pieces and looks more often for an answer: so many files take minutes else
MPREMOTE = """
import time
from mpremote import main
from mpremote.transport import Transport
sleep = time.sleep
time.sleep = lambda seconds: sleep(seconds / 20)
Transport.fs_writefile.__defaults__ = (4096, *Transport.fs_writefile.__defaults__[1:])
raise SystemExit(main.main())
"""


@pytest.mark.long
@pytest.mark.parametrize("compiled", [True, False], ids=["compiled", "sources"])
def test_the_library_alone_serves_with_what_the_page_says_it_needs(tmp_path, request, capsys, compiled):
    """Microdot's source comes from the disk here, not from the network."""
    if request.config.getoption("--board").startswith("http"):
        pytest.skip("needs an empty board that may be overwritten")
    section = INSTALL.split("## Only the library")[1].split("\n## ")[0]
    package, main = "./package.json", re.search(r"`main\.py` with `(.+?)`", section)[1]
    assert "/src/microdot/microdot.py@v" in section and f"mip install {package}`" in section
    if compiled:
        assert "`./deploy.sh build esp32`" in section
        main = re.search(r"Then `(.+?)` in your `main\.py`", section)[1]
        assert cli.main(["build", "esp32"]) == 0
        package = re.search(r"(\S+)  for mpremote mip install", capsys.readouterr().out)[1]
    (tmp_path / "main.py").write_text(main + "\n")
    (tmp_path / "microdot.py").write_bytes(microdot_sources()["__init__"])
    board = VirtualBoard("esp32", tmp_path / "board", "--blank")
    try:
        for words in (["mip", "install", package], *[["fs", "cp", f"{tmp_path}/microdot.py", ":/lib/microdot.py"]] * (not compiled),
                      ["fs", "cp", f"{tmp_path}/main.py", ":main.py", "+", "reset"]):  # fmt: skip
            command = [sys.executable, "-c", MPREMOTE, "connect", board.serial, *words]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)
            assert done.returncode == 0, done.stdout + done.stderr
        board.wait_until_it_serves()
        answer = board.get("/gpio?pin=25&state=1").json()
        assert (answer["pin"], answer["state"]) == (25, 1)
        if compiled:
            pages = {"/": "text/html", "/dht": "*/*", "/sensors": "*/*", "/openapi.json": "*/*", "/config": "*/*"}
            assert [path for path, kind in pages.items() if not board.get(path, headers={"Accept": kind}).ok] == []
    finally:
        board.close()


def test_the_installation_page_names_every_firmware():
    for name, chip in CHIPS.items():
        assert f"| {name} |" in INSTALL and f"<{DOWNLOADS}/{chip.page}/>" in INSTALL
