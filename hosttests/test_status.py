"""/status, /health and POST /reset."""

import subprocess
import sys

import pytest

from hosttests.support.gpio import ALL, ok, outputs, quick

CHIPS = {"nodemcu": "esp8266", "esp32": "esp32", "nano_esp32": "esp32s3", "esp32c3": "esp32c3"}


@ALL
def test_the_status(board, board_name):
    said = ok(board.get("/status"))
    assert (said["board"], said["chip"]) == (board_name, CHIPS[board_name])
    assert said["version"].count(".") == 2 and said["reset_cause"] and said["ip"].count(".") == 3
    assert 0 < said["heap_min"] <= said["heap_free"] < said["heap_total"] and said["flash_free"] > 0
    for name in ("uptime", "loop_lag_ms", "connections", "heap_free", "heap_min", "flash_free"):
        assert isinstance(said[name], int) and said[name] >= 0, name
    assert said["wifi"]["state"] and isinstance(said["warnings"], list)


@ALL
def test_all_at_once(board):
    """Each member is what the resource of that name answers."""
    said = ok(board.get("/status?all=1"))
    assert list(said)[: len(list(ok(board.get("/status"))))] == list(ok(board.get("/status")))
    assert said["gpio"] == ok(board.get("/gpio"))
    for name, key in (("adc", "adc"), ("dht", "dht"), ("wifi", "events")):
        alone = ok(board.get(f"/{name}"))
        assert said[name].keys() == alone.keys() and len(said[name][key]) == len(alone[key])
    assert "utc" in said["time"] or said["time"]["type"] == "clock-not-set"
    assert "gpio" not in ok(board.get("/status?all=0"))


@pytest.mark.world
def test_what_has_nothing_to_say_has_its_problem(fresh_board):
    board = quick(fresh_board, config={})
    said = ok(board.get("/status?all=1"))
    assert said["time"]["type"] == "clock-not-set" and said["time"]["detail"] == board.get("/time").json()["detail"]
    assert said["dht"] == {"dht": []} and said["gpio"]["pins"] == [] and said["token"] is False


def test_it_counts(board):
    before = ok(board.get("/status"))["counters"]["requests"]
    assert ok(board.get("/health")) == {"status": "ok", "uptime": ok(board.get("/status"))["uptime"]}
    assert ok(board.get("/status"))["counters"]["requests"] > before


def test_health_is_one_short_line(board):
    for method in ("GET", "HEAD"):
        answer = board.request(method, "/health")
        assert answer.status_code == 200 and len(answer.text) < 80 and "\n" not in answer.text
    assert board.get("/health").json()["status"] == "ok"


@ALL
@pytest.mark.world
def test_reset_restarts(board, free_pins):
    gpio = ok(board.put(f"/gpio/{free_pins[0]}", {"state": 1}))["pin"]
    boots = board.world.get()["boots"]
    answer = board.post("/reset")
    assert answer.status_code == 202 and answer.json()["status"] == "restarting"
    board.world.wait(lambda world: world["boots"] == boots + 1)
    board.wait_until_it_serves()
    said = ok(board.get("/status"))
    assert said["uptime"] < 10 and said["counters"]["requests"] < 10
    assert str(gpio) not in outputs(board)


def test_only_post_resets(board):
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        answer = board.request(method, "/reset")
        assert answer.status_code == 405 and answer.headers["Allow"] == "POST, OPTIONS"
    assert ok(board.get("/health"))["status"] == "ok"


@pytest.mark.boards("nodemcu", "esp32", "nano_esp32", "esp32c3")
@pytest.mark.world
@pytest.mark.native("the prompt")
def test_why_it_started(fresh_board):
    board = quick(fresh_board)

    def cause(restart) -> str:
        boots = board.world.get()["boots"]
        restart()
        board.world.wait(lambda world: world["boots"] > boots)
        board.wait_until_it_serves()
        return ok(board.get("/status"))["reset_cause"]

    def prompt():
        command = [sys.executable, "-m", "mpremote", "connect", board.serial, "exec", "1", "+", "reset"]
        assert subprocess.run(command, capture_output=True, timeout=60).returncode == 0

    assert ok(board.get("/status"))["reset_cause"] == "power-on"
    assert cause(lambda: board.post("/reset")) == "soft-reset"
    assert cause(lambda: board.world.put({"power": "panic"})) == "crash"
    assert cause(prompt) == "soft-reset"
    assert cause(lambda: board.world.put({"power": "cut"})) == "power-on"
