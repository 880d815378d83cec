"""PUT /update: a new version over Wi-Fi, and the way back from one that does not live."""

import contextlib
import hashlib
import http.client
import os
import shutil
import subprocess
import sys

import pytest
import requests

from host import ROOT, UserError
from host.board.ota import Board as Remote
from host.board.ota import pack
from host.build import DEVICE, build
from virtualboard.client import wait

pytestmark = [pytest.mark.world, pytest.mark.boards("nodemcu", "esp32")]
TOKEN = "a token of our own"
CONFIG = {"token": TOKEN, "wifi": {"networks": [{"ssid": "home", "password": "home-secret"}]}}
SECTOR = 4096
ALL = bool(os.environ.get("PICOREST_THOROUGH"))  # cut at every write and in every sector; otherwise at some of them
FILL = """
import os
with open("mine", "wb") as file:
    while os.statvfs("/")[3] > %d:
        file.write(bytes(4096))
        file.flush()
"""
IDS = {"new": "0123abcd", "bad": "0bad0bad"}


@pytest.fixture
def board(fresh_board):
    board = fresh_board("--speed", "5", config=CONFIG)
    board.session.headers["Authorization"] = f"Bearer {TOKEN}"
    return board


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    """The bytes of a version that differs from this tree's in what app.py says and does, and in the title of its page."""
    made = {}

    def make(name, which, trouble=None):
        key = name, which, trouble
        if key not in made:
            folder = tmp_path_factory.mktemp("device")
            shutil.copytree(DEVICE, folder / "device", ignore=shutil.ignore_patterns("__pycache__"))
            app = folder / "device" / "app.py"
            text = app.read_text().replace('version = "', f'version = "{which}-')
            app.write_text(text.replace("    async def main(self):\n", f"    async def main(self):\n{trouble or ''}"))
            page = folder / "device" / "www" / "index.html"
            page.write_text(page.read_text().replace("<title>", f"<title>{which}-"))
            made[key] = pack(build(name, folder / "build", folder / "device"), "romfs" if name == "nodemcu" else "tar")
        return made[key]

    return make


def put(board, data, which="new", **rest):
    query = {"id": IDS[which], "sha256": hashlib.sha256(data).hexdigest()} | rest.pop("query", {})
    return board.request("PUT", "/update", params=query, data=data, timeout=30, **rest)


def restarted(board, boots):
    board.world.wait(lambda world: world["boots"] > boots)
    board.wait_until_it_serves()


def version(board):
    """What the board runs; the page that it shows is of the same version."""
    found = board.get("/status").json()["version"]
    page = board.get("/", headers={"Accept": "text/html"}).text
    title, end = page.partition("<title>")[2].partition("</title>")[0], page[-400:]
    assert title.removesuffix("picorest") == found[: found.find("-") + 1] and "</script>" in end, (found, title, end)
    return found


def test_a_new_version_proves_itself_and_stays(board, board_name, package):
    before = version(board)
    boots = board.world.get()["boots"]
    answer = put(board, package(board_name, "new"))
    assert answer.status_code == 202 and answer.json()["id"] == IDS["new"], answer.text
    restarted(board, boots)
    assert version(board) == f"new-{before}"
    state = board.get("/update").json()
    assert (state["running"], state["trial"]) == (IDS["new"], True)
    second = put(board, package(board_name, "new"))
    assert second.status_code == 409 and second.json()["type"] == "updating" and second.headers["Retry-After"] == "60"
    assert board.get("/update").json() == state
    wait(lambda: not board.get("/update").json()["trial"], "the trial does not end")
    begun = board.get("/status").json()["uptime"]
    while board.get("/status").json()["uptime"] < begun + 5:
        assert board.get("/health").json()["status"] == "ok"
    board.reboot()
    assert version(board) == f"new-{before}" and board.get("/update").json()["failed"] is None


@pytest.mark.boards("esp32")
def test_there_is_room_for_one_update_after_the_other(board, board_name, package):
    """What was installed first lies among the user's files: it goes when it is neither of the two versions."""
    for number, data in enumerate([package(board_name, "new"), package(board_name, "bad")]):
        boots = board.world.get()["boots"]
        answer = put(board, data, "bad" if number == 1 else "new")
        assert answer.status_code == 202, answer.text
        restarted(board, boots)
        wait(lambda: not board.get("/update").json()["trial"], "the trial does not end")
    assert version(board).startswith("bad-")


TROUBLE = {"dies": "        raise ValueError\n", "does not serve": "        await asyncio.sleep(100000)\n"}


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)
def test_a_version_that_does_not_live_gives_way(board, board_name, package, trouble):
    before = version(board)
    boots = board.world.get()["boots"]
    assert put(board, package(board_name, "bad", trouble), "bad").status_code == 202
    board.world.put({"time": {"speed": 40}})
    board.world.wait(lambda world: world["boots"] > boots + 1, 60)
    board.world.put({"time": {"speed": 5}})
    board.wait_until_it_serves()
    assert version(board) == before and board.get("/update").json()["failed"] == IDS["bad"]
    assert put(board, package(board_name, "new")).status_code == 202


def test_a_power_cut_during_the_trial_leads_back(board, board_name, package):
    before = version(board)
    boots = board.world.get()["boots"]
    assert put(board, package(board_name, "new")).status_code == 202
    restarted(board, boots)
    assert board.get("/update").json()["trial"]
    board.world.put({"power": "cut"})
    restarted(board, boots + 1)
    assert version(board) == before


def test_what_is_refused(board, board_name, package):
    data = package(board_name, "new")

    def refused(answer, status, kind):
        assert answer.status_code == status and answer.json()["type"] == kind, answer.text

    refused(put(board, data, headers={"Authorization": "Bearer wrong"}), 401, "token-needed")
    refused(put(board, data, query={"sha256": "0" * 64}), 400, "damaged")
    refused(put(board, data, query={"sha256": "short"}), 400, "bad-update")
    refused(put(board, data, query={"id": 'x"y'}), 400, "bad-update")
    refused(put(board, b"small"), 400, "bad-update")
    refused(put(board, bytes(600000)), 413, "too-large")
    if board_name == "esp32":
        name = b"../config.json".ljust(124, b"\0") + b"00000000010\0"
        refused(put(board, name.ljust(8192, b"\0")), 400, "damaged")
    state = board.get("/update").json()
    assert state["running"] == "-" and state["next"] is None
    assert put(board, data).status_code == 202


@pytest.mark.native("a prompt")
def test_a_flash_without_room(board, board_name, package):
    """For an ESP8266's pages; for the files of another board, which take more of the flash than they have bytes."""
    before, data = version(board), package(board_name, "new")
    board.at_the_prompt(FILL % (9 if board_name == "nodemcu" else 150))
    answer = put(board, data)
    assert answer.status_code == 507 and answer.json()["type"] == "flash-full", answer.text
    assert f"no room for {'the pages' if board_name == 'nodemcu' else 'a second version'}" in answer.json()["detail"]
    assert version(board) == before and board.get("/update").json()["next"] is None
    assert board.patch("/config", {"hostname": "still"}).status_code == 200
    board.at_the_prompt("import os; os.remove('mine')")
    assert put(board, data).status_code == 202


def test_it_is_off_without_a_token(fresh_board, board_name, package):
    board = fresh_board(config={"wifi": CONFIG["wifi"]})
    answer = put(board, package(board_name, "new"))
    assert answer.status_code == 403 and answer.json()["type"] == "update-off"
    assert board.get("/update").json()["enabled"] is False


@pytest.mark.boards("nodemcu", "esp32", "nano_esp32")
def test_a_link_that_breaks_leaves_the_version_that_runs(board, board_name, package):
    """In the first, a middle and the last sector of the flash, or in every one; on ROMFS, LittleFS and FAT."""
    data = package(board_name, "new")
    before = version(board)
    whole = len(data) - 1
    for size in [*range(1, whole, SECTOR), whole] if ALL else (1 + SECTOR // 2, whole // 2, whole):
        link = http.client.HTTPConnection(board.url.removeprefix("http://"), timeout=10)
        link.putrequest("PUT", f"/update?id={IDS['new']}&sha256={hashlib.sha256(data).hexdigest()}")
        link.putheader("Authorization", f"Bearer {TOKEN}")
        link.putheader("Content-Length", str(len(data)))
        link.endheaders()
        link.send(data[:size])
        link.close()
        assert version(board) == before and board.get("/update").json()["next"] is None
    boots = board.world.get()["boots"]
    wait(lambda: put(board, data).status_code == 202, "it takes no update any more")
    restarted(board, boots)
    assert version(board) == f"new-{before}"


@pytest.mark.native("power cuts at a flash write")
@pytest.mark.parametrize("torn", ["lost", "old", "half"] if ALL else ["half"])
def test_power_that_goes_at_any_write(board, board_name, package, torn):
    data = package(board_name, "new")
    before = version(board)
    number, stride = 1, 1 if ALL else {"nodemcu": 61, "esp32": 301}[board_name]
    while True:
        boots = board.world.get()["boots"]
        board.world.put({"power": {"cut_after_writes": number, "torn": torn}})
        with contextlib.suppress(requests.RequestException):
            put(board, data)
        board.world.wait(lambda world, boots=boots: world["boots"] > boots)
        board.world.put({"power": None})
        board.wait_until_it_serves()
        assert version(board) in (before, f"new-{before}"), number
        state = board.get("/update").json()
        if state["trial"]:
            assert version(board) == f"new-{before}"
            return
        assert state["running"] == "-" and state["next"] is None, (number, state)
        number += stride


def test_the_command_does_it_all(board, board_name):
    def update(*words):
        command = [sys.executable, "-m", "host", "update", "--board", board.url, *words]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)

    for words, said in (((), "need the board's token"), (("--token", "wrong"), "401: Send the board's token")):
        done = update(*words)
        assert done.returncode == 1 and said in done.stderr, done.stdout + done.stderr
    done = update("--token", TOKEN)
    assert done.returncode == 0 and "keeps it" in done.stdout, done.stdout + done.stderr
    again = update("--token", TOKEN)
    assert again.returncode == 0 and "nothing sent" in again.stdout, again.stdout + again.stderr


def test_the_command_says_that_nobody_answers():
    words = r"no answer from http://127\.0\.0\.1:9: is that .*\? \([^()'\"]+\)$"
    with Remote("127.0.0.1:9", TOKEN) as remote, pytest.raises(UserError, match=words):
        remote.state()


@pytest.mark.long
@pytest.mark.native("power cuts at a flash write")
@pytest.mark.boards("nano_esp32")
@pytest.mark.parametrize("torn", ["lost", "old", "half"] if ALL else ["half"])
def test_power_that_goes_at_any_write_on_fat(fresh_board, board_name, package, torn):
    """FAT may be lost then, and the program with it: `deploy` brings it back, and the board still has its configuration."""

    def again():
        board = fresh_board("--speed", "5", config=CONFIG)
        board.session.headers["Authorization"] = f"Bearer {TOKEN}"
        return board

    board = again()
    data = package(board_name, "new")
    before, held = version(board), board.get("/config").json()
    number, stride, lost = 1, 1 if ALL else 1046, 0
    while True:
        boots = board.world.get()["boots"]
        board.world.put({"power": {"cut_after_writes": number, "torn": torn}})
        answer = None
        with contextlib.suppress(requests.RequestException):
            answer = put(board, data)
        if answer is None or answer.ok:
            board.world.wait(lambda world, boots=boots: world["boots"] > boots)
        board.world.put({"power": None})
        try:
            assert answer is None or answer.ok, answer.text
            board.wait_until_it_serves(5)
        except AssertionError:
            lost += 1
            command = [sys.executable, "-m", "host", "deploy", "--port", board.serial]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
            if "no MicroPython prompt" in done.stderr:  # damage that MicroPython itself does not get over
                assert "put MicroPython on it: ./deploy.sh flash" in done.stderr
                board = again()
                number += stride
                continue
            assert done.returncode == 0, (number, done.stdout + done.stderr)
            board.wait_until_it_serves()
            assert version(board) == before, number
            with board.world.fast(40):
                wait(lambda board=board: not board.get("/update").json()["trial"], "the trial does not end")
        assert board.get("/config").json() == held, number
        if board.get("/update").json()["trial"]:
            assert version(board) == f"new-{before}", number
            break
        number += stride
    assert lost, "FAT was never lost: is it played?"
