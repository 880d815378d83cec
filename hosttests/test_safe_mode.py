"""A board that fails again and again soon after its start falls into safe mode, and comes out of it."""

import pytest

from hosttests.conftest import FREE_PINS
from hosttests.support import lives
from hosttests.support.gpio import ok, refused
from hosttests.support.raw_http import settled
from hosttests.test_user import mpremote
from virtualboard.client import wait

pytestmark = pytest.mark.world
EVERY = pytest.mark.boards("nodemcu", "esp32", "nano_esp32", "esp32c3")
BOTH = pytest.mark.boards("nodemcu", "esp32")
PAGE = {"Accept": "text/html"}


def restarted(board, power: str):
    boots = board.world.get()["boots"]
    board.world.put({"power": power})
    board.world.wait(lambda world: world["boots"] > boots)
    board.wait_until_it_serves()
    return board


def mode(board) -> str:
    return ok(board.get("/status"))["mode"]


def starts(board) -> list[str]:
    return [line["text"] for line in ok(board.get("/log"))["log"] if line["event"] == "start"]


def fallen(board):
    """The board after three starts that did not last."""
    board.wait_until_it_serves()
    for _ in range(3):
        assert mode(board) == "starting"
        restarted(board, "panic")
    assert mode(board) == "safe"
    return board


def config(name: str) -> dict:
    """Everything that a board can do, without a token."""
    lamp, fan = FREE_PINS[name]
    pins = {lamp: {"name": "lamp", "mode": "out", "safe": 1}, fan: {"name": "fan", "mode": "out", "invert": True}}
    return {key: value for key, value in lives.full(name).items() if key != "token"} | {"pins": pins}


@EVERY
def test_what_works_in_safe_mode_and_what_does_not(fresh_board, board_name):
    board = fallen(fresh_board(config=config(board_name)))
    status = ok(board.get("/status?all=1"))
    assert status["warnings"][0].startswith("Safe mode: ")
    assert list(status["services"]) == ["wifi"]
    health = ok(board.get("/health"))
    assert (health["status"], health["failing"]) == ("degraded", ["board"])
    assert starts(board)[:2] == ["crash, safe mode", "crash"]
    for path in ("/", "/setup"):
        assert board.get(path, headers=PAGE).status_code == 200
    for path in ("/config", "/config/schema", "/pins", "/update", "/wifi", "/wifi/networks", "/status/"):
        assert board.get(path).status_code == 200, path
    for path in ("/gpio", "/gpio/lamp", "/gpio?pin=lamp&state=0", "/adc", "/dht", "/weather", "/thingspeak", "/proxy", "/proxy/x"):
        assert "GET /log" in refused(board.get(path), 503, "safe-mode")["detail"], path
    changes = board.put("/gpio/lamp", {"state": 0}), board.post("/gpio", {"lamp": 0}), board.post("/thingspeak", {"field1": 1})
    for answer in changes:
        refused(answer, 503, "safe-mode")
    assert board.get("/nothing").status_code == 404
    assert ok(board.get("/pins"))
    assert [seen["level"] for seen in board.world.get()["outputs"].values()] == [1, 1]  # safe 1, and 0 inverted


@BOTH
def test_a_change_of_the_configuration_leads_out(fresh_board, board_name):
    board = fallen(fresh_board(config=config(board_name)))
    boots = board.world.get()["boots"]
    assert board.patch("/config", {"thingspeak": None}).ok
    board.world.wait(lambda world: world["boots"] > boots)
    board.wait_until_it_serves()
    assert mode(board) == "starting"
    assert "thingspeak" not in ok(board.get("/config"))
    assert ok(board.get("/health"))["status"] == "ok"


@BOTH
@pytest.mark.parametrize("way", ["POST /reset", "reset", "cut"])
def test_so_does_a_restart_the_reset_button_or_the_power(fresh_board, board_name, way):
    board = fallen(fresh_board(config={}))
    assert mode(restarted(board, "panic")) == "safe"  # a crash does not
    board.reboot() if way == "POST /reset" else restarted(board, way)
    assert mode(board) == "starting"
    assert not ok(board.get("/status"))["warnings"]


@BOTH
@pytest.mark.parametrize("power", ["cut", "reset"])
def test_who_switches_the_power_again_and_again_stays_out_of_it(fresh_board, power):
    board = fresh_board(config={})
    for _ in range(5):
        assert mode(restarted(board, power)) == "starting"


@BOTH
def test_a_start_that_lasted_a_minute_does_not_count(fresh_board):
    board = fresh_board(config={})
    for _ in range(5):
        with board.world.fast(200):
            wait(lambda: settled(board)["mode"] == "normal", "it does not last")
        restarted(board, "panic")
    assert mode(board) == "starting"


@BOTH
@pytest.mark.native("mpremote")
def test_a_program_that_ends_in_an_exception_counts_and_the_user_s_module_is_left_out(fresh_board, tmp_path):
    board = fresh_board(config={})
    source = "import asyncio\nasync def bad():\n    raise SystemError('bad')\ndef setup(app):\n    app.run = lambda: bad()\n"
    (tmp_path / "user.py").write_text(source)
    mpremote(board, "cp", str(tmp_path / "user.py"), ":user.py", "+", "reset")
    with board.world.fast(100):
        board.wait_until_it_serves(30)
    status = ok(board.get("/status"))
    assert (status["mode"], status["reset_cause"]) == ("safe", "failure")
    assert starts(board)[:4] == ["failure, safe mode", "failure", "failure", "soft-reset"]
