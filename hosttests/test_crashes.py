"""A part of the program that dies: the log says why, it starts again after a pause, and everything else goes on."""

import ast
import contextlib
import json
import random
import re
import time

import pytest
import requests

from host.build import DEVICE, forms
from hosttests.conftest import FREE_PINS
from hosttests.support import lives
from hosttests.support.gpio import ok
from hosttests.support.strikes import USER
from hosttests.support.upstreams import HOME
from hosttests.support.wifi import connected, patient
from hosttests.test_user import mpremote
from virtualboard.client import wait

pytestmark = [pytest.mark.world, pytest.mark.native("mpremote")]
SEED = 20261129
ERRORS = ("ValueError", "OSError", "KeyError", "MemoryError", "RuntimeError", "ZeroDivisionError")
TOKEN = {"Authorization": f"Bearer {lives.TOKEN}"}


WAYS = {  # settings that each service needs, by its name; those without any always run
    "wifi": {}, "sntp": {},
    "dht": {"dht": [{"pin": "PIN", "type": "dht22"}]},
    "buttons": {"pins": {"PIN": {"name": "bell", "mode": "in", "pull": "up", "button": {}}}},
    "thingspeak.write": {"thingspeak": {**lives.THINGSPEAK, "write": {"every": 20, "fields": {"1": "status.uptime"}}}},
    "thingspeak.read": {"thingspeak": {**lives.THINGSPEAK, "talkback": {"id": 5, "key": "DEMOTALKBACKKEY"}}},
    "sensors": {"sensors": [{"name": "room", "type": "bme280", "sda": 21, "scl": 22}]},
    "display": {"display": {"sda": 18, "scl": 19}},
    "links": {"links": [{"when": "pin.27", "is": 1, "do": "lamp.on"}]},
    "alarms": {"alarms": [{"id": "wake", "at": "07:30", "do": "lamp.on"}]},
    "weather": {"weather": {"place": "Paris,FR"}, "display": {"sda": 18, "scl": 19, "screens": [["{weather.temperature}"]]}},
    "mqtt": {"mqtt": {"host": "broker.local"}},
}  # fmt: skip


def all_services() -> set[str]:
    """The names of all services that the program starts anywhere."""
    found = set()
    for path in (DEVICE / "lib" / "picorest").rglob("*.py"):
        source = path.read_text("utf-8")
        known = dict(re.findall(r'(?m)^([A-Z]+) = "(.+?)"', source))
        for call in ast.walk(ast.parse(source)):
            text = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
            if text == "_optional" or text == "app.start" and len(call.args) == 2:
                name = call.args[text == "_optional"]
                found.add(name.value if isinstance(name, ast.Constant) else known.get(name.id))
    return found - {None}


# sections of the configuration that the usual program of an ESP8266 does not know
TABLE = forms.constants((DEVICE / forms.SOURCE).read_text("utf-8"))["TABLE"].splitlines()
FAMILY = {row.split()[0].split(".")[0] for row in TABLE if row.endswith((forms.FAMILY, forms.PART))}


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


def test_every_service_is_struck_below():
    assert all_services() == set(WAYS)


def armed(fresh_board, tmp_path, config: dict):
    """A board with these settings whose tasks can be struck."""
    board = fresh_board(config={"wifi": HOME, **config})
    (tmp_path / "user.py").write_text(USER)
    mpremote(board, "cp", str(tmp_path / "user.py"), ":user.py", "+", "reset")
    board.wait_until_it_serves()
    board.session.headers["Connection"] = "close"
    connected(board)
    return board


def strike(board, names: list[str], name: str, gpio: str, dice: random.Random) -> None:
    """The service of that name raises something at one of its next waits: the log says so, the output stays, and it runs again."""
    error, waits = dice.choice(ERRORS), dice.randrange(4)
    tell(board, "/strike", task=names.index(name), error=error, waits=waits)
    with board.world.fast(60):
        said = wait(lambda: [line["text"] for line in log(board) if line["text"].startswith(name + ": ")],
                    f"{name} did not die", 60)  # fmt: skip
        assert said[0].startswith(f"{name}: {error} (") and said[0].endswith(f"struck at wait {waits}"), said
        wait(lambda: "status" in asked(board, "/health"), f"nobody answers without {name}")
    assert board.world.get()["outputs"][gpio]["level"] == 1, name
    with board.world.fast(60):
        wait(lambda: "It died and is started" not in str(asked(board, "/status") or "It died and is started"),
             f"{name} does not run again", 60)  # fmt: skip


def config_of(*names: str, pin: str) -> dict:
    """The settings that these services need."""
    config = {}
    for name in names:
        for key, value in json.loads(json.dumps(WAYS[name]).replace("PIN", pin)).items():
            config[key] = {**config.get(key, {}), **value} if isinstance(value, dict) else value
    return config


@pytest.mark.boards("esp32")
@pytest.mark.parametrize("part", range(4))
def test_no_service_of_all_that_there_are_takes_the_board_with_it(fresh_board, board_name, tmp_path, part):
    """A few of them at a time: with the module that strikes there is no memory for all at once."""
    few, dice = [name for name in WAYS if WAYS[name]][part::4], random.Random(SEED)
    config = config_of(*few, pin="33")
    config["pins"] = {**config.get("pins", {}), "25": {"name": "lamp", "mode": "out", "safe": 0}}
    board = armed(fresh_board, tmp_path, config)
    boots = board.world.get()["boots"]
    ok(board.put("/gpio/lamp", {"state": 1}))
    names = wait(lambda: list(asked(board, "/status").get("services", ())))
    assert set(names) >= {"wifi", "sntp", *few}
    for name in dice.sample(few, len(few)):
        strike(board, names, name, "25", dice)
    assert wait(lambda: list(asked(board, "/status").get("services", ()))) == names and board.world.get()["boots"] == boots


# an ESP8266 with the module that strikes has memory for one of them
ALONE = [name for name, config in WAYS.items() if config and not config.keys() & FAMILY]


@pytest.mark.boards("nodemcu")
@pytest.mark.parametrize("name", ALONE)
def test_nor_does_one_of_an_esp8266(fresh_board, board_name, tmp_path, name):
    board = armed(fresh_board, tmp_path, config_of(name, pin="D2"))
    boots = board.world.get()["boots"]
    ok(board.put("/gpio/D5", {"state": 1}))
    names = services(board)
    assert set(names) == {"wifi", "sntp", name}
    strike(board, names, name, "14", random.Random(SEED))
    assert services(board) == names and board.world.get()["boots"] == boots


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
