"""A part of the program that dies: the log says why, it starts again after a pause, and everything else goes on."""

import contextlib
import random
import re
import time

import pytest
import requests

from hosttests.conftest import FREE_PINS
from hosttests.support import lives
from hosttests.support.gpio import ok
from hosttests.support.strikes import USER
from hosttests.support.wifi import connected, patient
from hosttests.test_user import mpremote
from virtualboard.client import wait

pytestmark = [pytest.mark.world, pytest.mark.native("mpremote")]
SEED = 20261129
ERRORS = ("ValueError", "OSError", "KeyError", "MemoryError", "RuntimeError", "ZeroDivisionError")
TOKEN = {"Authorization": f"Bearer {lives.TOKEN}"}


@pytest.fixture
def struck(fresh_board, board_name, tmp_path):
    """A board that does everything at once, and whose tasks can be struck."""
    config = lives.full(board_name)
    # the module that strikes takes much of the memory
    config = {key: config[key] for key in (("wifi",) if board_name == "nodemcu" else ("wifi", "dht", "token"))}
    board = fresh_board(config=config)
    (tmp_path / "user.py").write_text(USER)
    mpremote(board, "cp", str(tmp_path / "user.py"), ":user.py", "+", "reset")
    board.wait_until_it_serves()
    board.session.headers.update({**TOKEN, "Connection": "close"})
    connected(board)
    return board


def asked(board, path: str) -> dict:
    """What it answers, {} while it does not: where time runs fast, a connection may have had its time before it is used."""
    with contextlib.suppress(requests.RequestException):
        return board.get(path).json()
    return {}


def log(board) -> list[dict]:
    return asked(board, "/log").get("log", [])


def well(board) -> bool:
    return asked(board, "/health").get("status") in ("ok", "degraded")


def tell(board, path: str, **spec) -> None:
    answer = patient(board.post, path, spec)
    assert answer.ok, answer.text


def services(board) -> list[str]:
    """The names in the order in which they were started."""
    return list(ok(board.get("/status"))["services"])


@pytest.mark.boards("nodemcu", "esp32")
def test_no_service_takes_the_board_with_it(struck, board_name):
    board, dice = struck, random.Random(SEED)
    lamp, _ = FREE_PINS[board_name]
    gpio = str(ok(board.get(f"/gpio/{lamp}"))["pin"])
    boots = board.world.get()["boots"]
    ok(board.put(f"/gpio/{lamp}", {"state": 1}))
    names = services(board)
    assert {"wifi", "sntp"} <= set(names)
    for name in dice.sample(names, len(names)):
        error, waits = dice.choice(ERRORS), dice.randrange(8)
        tell(board, "/strike", task=names.index(name), error=error, waits=waits)
        with board.world.fast(5):
            said = wait(lambda name=name: [line["text"] for line in log(board) if line["text"].startswith(name + ": ")],
                        f"{name} did not die", 40)  # fmt: skip
        assert said[0].startswith(f"{name}: {error} (") and said[0].endswith(f"struck at wait {waits}"), said
        assert "status" in asked(board, "/health"), name  # even if only that memory is short: with this module it is
        assert board.world.get()["outputs"][gpio]["level"] == 1, name
    with board.world.fast(20):
        wait(lambda: well(board), "not all of them run again", 40)
    told = wait(lambda: asked(board, "/status").get("services"))
    assert list(told) == names
    assert not [name for name in names if told[name]["state"] == "stopped"], told
    assert board.world.get()["boots"] == boots


@pytest.mark.boards("esp32")
def test_the_pauses_grow_and_are_told(struck):
    """Struck again as soon as it runs again: the newest task is the one that has just been made for it."""
    board, pauses = struck, []
    assert board.patch("/config", {"thingspeak": None, "dht": None}).ok  # nobody else makes tasks then
    board.reboot()
    connected(board)
    task = services(board).index("sntp")
    for _ in range(3):
        tell(board, "/strike", task=task, error="ValueError", waits=0)
        task = -1
        said = wait(lambda: re.search(r"sntp: It died and is started again in (\d+) s: GET /log", board.get("/health").text),
                    "nobody says so")  # fmt: skip
        pauses.append(int(said[1]))
        assert board.get("/health").status_code == 503
        assert "It died and is started again in" in ok(board.get("/status"))["services"]["sntp"]["error"]
        wait(lambda: "was started again" in board.get("/health").text, "it is not started again")
    assert pauses[0] <= 1 and 1 <= pauses[1] <= 2 and 3 <= pauses[2] <= 4, pauses
    assert [line["times"] for line in log(board) if line["text"].startswith("sntp: ValueError")] == [3]


@pytest.mark.boards("nodemcu", "esp32")
def test_a_service_that_waits_for_ever_is_started_again(struck):
    board = struck
    tell(board, "/hang", task=services(board).index("sntp"))
    with board.world.fast(100):
        wait(lambda: any(line["event"] == "stuck" and line["text"] == "sntp" for line in log(board)), "it waits for ever")
        wait(lambda: well(board), "it does not run again")
        time.sleep(3)  # five minutes in which nobody else is taken for stuck
    assert [line["text"] for line in log(board) if line["event"] == "stuck"] == ["sntp"]


@pytest.mark.boards("esp32", "esp32c3")
def test_a_loop_that_is_blocked_is_ended_by_the_watchdog(struck):
    board = struck
    boots = board.world.get()["boots"]
    with pytest.raises(Exception, match="timed out|aborted|reset"):
        board.post("/block", timeout=1)
    with board.world.fast(60):
        board.world.wait(lambda world: world["boots"] > boots, 30)
        board.wait_until_it_serves()
    assert ok(board.get("/status"))["reset_cause"] == "watchdog"
    assert next(line["text"] for line in log(board) if line["event"] == "start") == "watchdog"


@pytest.mark.boards("esp32")
def test_whoever_stops_the_program_at_the_prompt_has_three_days(struck):
    board = struck
    mpremote(board, "exec", "import time; time.sleep_ms(1)")
    boots = board.world.get()["boots"]
    with board.world.fast(200):
        time.sleep(3)
    assert board.world.get()["boots"] == boots
