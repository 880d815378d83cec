"""Power that goes at every single flash write: afterwards the board boots, serves, and has one whole configuration."""

import contextlib
import subprocess
import sys
import time

import pytest
import requests

from host import ROOT
from hosttests.support.wifi import HOME, OFFICE, access_point, at_home, config, connected, fast, patient

BOARDS = ("nodemcu", "esp32", "nano_esp32")  # the last has FAT, the others LittleFS
pytestmark = [pytest.mark.world, pytest.mark.boards(*BOARDS), pytest.mark.native("power cuts at a flash write")]
MOST_WRITES = 200
TORN = pytest.mark.parametrize("torn", ["lost", "old", "half"])


def cuts(board, torn, act):
    """act() with a power cut at its first flash write, then at its second, and so on until it needs fewer writes.

    act() is true when the board has done it all. Yields after each, when the board serves."""
    for number in range(1, MOST_WRITES):
        boots = board.world.get()["boots"]
        board.world.put({"power": {"cut_after_writes": number, "torn": torn}})
        finished = False
        with contextlib.suppress(requests.RequestException):
            finished = act()
        if not finished:
            board.world.wait(lambda w, before=boots: w["boots"] > before)
        board.world.put({"power": None})
        board.wait_until_it_serves()
        yield number
        if finished:
            assert number > 1, "nothing was written"
            return
    raise AssertionError(f"more than {MOST_WRITES} writes")


@TORN
def test_patch_config(fresh_board, torn):
    old, new = {"hostname": "old-name"}, {"hostname": "new-name", "timezone": "UTC0"}
    board = fresh_board(config=old)
    board.world.wait(access_point)
    seen = []
    for number in cuts(board, torn, lambda: patient(board.patch, "/config", new).ok):
        now = board.get("/config").json()
        assert now in (old, new), f"at write {number}"
        assert not [w for w in board.get("/status").json()["warnings"] if "is ignored" in w], f"at write {number}"
        seen.append(now)
        if now == new:
            assert patient(board.patch, "/config", {"hostname": "old-name", "timezone": None}).ok
    assert seen[0] == old
    assert seen[-1] == new


@pytest.mark.long
@TORN
def test_put_wifi(fresh_board, torn):
    board = at_home(fresh_board)
    old, new = [{"ssid": "home", "password": True}], [{"ssid": "office", "password": True}]

    def change():
        boots = board.world.get()["boots"]
        assert patient(board.put, "/wifi", OFFICE).status_code == 202
        while board.world.get()["boots"] == boots:
            with contextlib.suppress(requests.RequestException):
                trial = board.get("/wifi").json().get("trial") or {}
                if trial.get("state") == "connected":
                    return True
            with fast(board):
                time.sleep(0.2)
        return False

    seen = []
    for number in cuts(board, torn, change):
        now = board.get("/config").json()["wifi"]["networks"]
        assert now in (old, new), f"at write {number}"
        seen.append(now)
        connected(board, now[0]["ssid"])
        if now == new:
            assert patient(board.patch, "/config", config(HOME)).ok
            board.reboot()
            connected(board)
    assert seen[-1] == new


@TORN
def test_first_boot(fresh_board, torn):
    """A board without a configuration makes the key of its access point's password at its first start."""
    board = fresh_board(config=config())
    board.world.wait(access_point)
    for number in range(1, 30):
        forget = ["fs", "rm", ":picorest.key"]
        if board.name == "nano_esp32":
            forget = ["exec", "import esp32; n = esp32.NVS('picorest'); n.erase_key('key'); n.commit()"]
        command = [sys.executable, "-m", "mpremote", "connect", board.serial, "resume", *forget]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, run.stdout + run.stderr
        boots = board.world.get()["boots"]
        board.world.put({"power": "cut"})
        board.world.put({"power": {"cut_after_writes": number, "torn": torn}})
        board.world.wait(lambda w, before=boots: w["boots"] > before)
        world = board.world.wait(access_point)
        board.wait_until_it_serves()
        cut = board.world.get()["boots"] > boots + 1
        board.world.put({"power": None})
        world = board.world.wait(access_point)
        assert board.get("/config").json() == config(), f"at write {number}"
        assert len(world["wifi"]["access_point"]["password"]) >= 8
        if not cut:
            assert number > 1, "nothing was written"
            return
    raise AssertionError("the first start never ends")


@pytest.mark.boards("nano_esp32")
def test_a_configuration_on_fat(fresh_board):
    """A file is taken in and gone then; a broken one is set aside, and what was before holds; files or not, it stays."""

    def prompt(code):
        boots = board.world.get()["boots"]
        command = [sys.executable, "-m", "mpremote", "connect", board.serial, "resume", "exec", code]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        board.world.put({"power": "cut"})
        board.world.wait(lambda w: w["boots"] > boots)
        board.wait_until_it_serves()
        return done.stdout

    board = fresh_board(config={"hostname": "first"})
    assert "config.json" not in prompt("import os; print(os.listdir())")
    assert patient(board.patch, "/config", {"hostname": "second"}).ok
    prompt("pass")
    assert board.get("/config").json() == {"hostname": "second"}
    prompt("f = open('config.json', 'w'); f.write('{'); f.close()")
    assert board.get("/config").json() == {"hostname": "second"}
    warnings = board.get("/status").json()["warnings"]
    assert [w for w in warnings if "is ignored" in w and "the configuration from before holds" in w], warnings
    prompt("f = open('config.json', 'w'); f.write('{\"hostname\": \"third\"}'); f.close()")
    assert board.get("/config").json() == {"hostname": "third"}
    run = subprocess.run([sys.executable, "-m", "host", "erase", "--files", "--yes", "--port", board.serial],
                         cwd=ROOT, capture_output=True, text=True, timeout=120)  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    run = subprocess.run([sys.executable, "-m", "host", "deploy", "--port", board.serial],
                         cwd=ROOT, capture_output=True, text=True, timeout=120)  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    board.wait_until_it_serves()
    assert board.get("/config").json() == {}
