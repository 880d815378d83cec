"""What an ESP8266 can have instead of other parts: each lives beside Wi-Fi, clock and HTTP. (On --engine wasm32 to the byte.)"""

import os
import signal
import time

import pytest

from hosttests.support.gpio import ok
from hosttests.support.lives import THINGSPEAK
from hosttests.support.upstreams import HOME
from virtualboard.client import wait

pytestmark = [pytest.mark.world, pytest.mark.boards("nodemcu")]
ZONE = {"wifi": HOME, "timezone": "CET-1CEST,M3.5.0,M10.5.0/3"}
WIRES = {"sda": "D7", "scl": "D1"}
BUS = {"sda": "D2", "scl": "D1"}
PATHS = "/gpio /pins /adc /dht /sensors /time /wifi /setup /config /config/schema /status?all=1 /health /log /update".split()


def button(name):
    return {"name": name, "mode": "in", "pull": "up", "button": {}}


def rounds(board, *paths):
    """All that can be asked, three times: nothing is refused for want of memory."""
    wait(lambda: board.get("/time").status_code == 200, "the clock is not set")
    before = ok(board.get("/status"))["counters"]["errors"]  # it was not set at first
    for _ in range(3):
        for path in (*PATHS, *paths):
            answer = board.get(path)
            assert answer.status_code == 200, (path, answer.text, board.console())
    status = ok(board.get("/status"))
    assert status["warnings"] == [] and status["counters"]["errors"] == before, status
    assert {service["error"] for service in status["services"].values()} == {None}, status
    assert "MemoryError" not in board.console() and "Traceback" not in board.console()


def test_a_display_with_three_sources(fresh_board):
    screens = [["In: {dht.D2.temperature} oC", "{dht.D2.humidity} %", "# {time.clock}"]]
    display = {**WIRES, "screens": screens}
    config = {**ZONE, "dht": [{"pin": "D2", "type": "dht22"}], "display": display}
    board = fresh_board("--without", "thingspeak", config=config)
    wait(lambda: board.world.get()["display"][:2] == ["In: 21.5 oC", "52.5 %"], "no reading on the glass")
    rounds(board, "/display")
    assert "display" in ok(board.get("/update"))["parts"] and "links" not in ok(board.get("/update"))["parts"]
    said = board.patch("/config", {"links": [{"when": "D5", "is": 1, "do": "D6.on"}]})
    assert said.status_code == 400 and "add --with links to ./deploy.sh deploy" in said.json()["detail"]
    assert board.get("/links").status_code == 404


def test_four_buttons_with_four_links(fresh_board):
    pins = {pin: button(f"b{n}") for n, pin in enumerate(("D1", "D2", "D5", "D6"))}
    links = [{"when": f"b{n}.press", "do": f"{'lamp' if n % 2 else 'fan'}.toggle"} for n in range(4)]
    lamps = {"D7": {"name": "lamp", "mode": "out"}, "D8": {"name": "fan", "mode": "out"}}
    board = fresh_board("--without", "thingspeak,weather,proxy", config={**ZONE, "pins": {**pins, **lamps}, "links": links})
    rounds(board, "/links")
    for pin in ("D1", "D2", "D5"):
        board.world.put({"press": {pin: {"bounces": 3}}})
    wait(lambda: [link["count"] for link in ok(board.get("/links"))["links"]] == [1, 1, 1, 0], "not every press was heard")
    for change, status in (({"hostname": "hall"}, 200), ({"links": [*links, {"when": "b3.press"}]}, 400)):
        board.world.put({"press": {"D6": {"bounces": 3}}})  # nothing is missed meanwhile
        assert board.patch("/config", change).status_code == status
    wait(lambda: ok(board.get("/links"))["links"][3]["count"] == 2, "a press was lost")
    assert ok(board.get("/gpio/lamp"))["state"] == 1 and ok(board.get("/gpio/fan"))["state"] == 0


def test_links_that_follow_another_board(fresh_board):
    """Also when it is silent, as without power, and when it is back."""
    door = {"name": "door", "mode": "in", "pull": "up"}
    other = fresh_board(config={"wifi": HOME, "pins": {"D5": door, "D6": button("bell")}})
    links = [
        {"when": f"{other.url} door", "is": 0, "do": "fan.on", "else": "fan.off", "silent": "fan.off", "silence": 4},
        {"when": f"{other.url} bell.press", "do": "lamp.toggle"},
    ]
    lamps = {"D7": {"name": "lamp", "mode": "out"}, "D8": {"name": "fan", "mode": "out"}}
    options = ("--without", "thingspeak,weather,proxy", "--with", "boards")
    board = fresh_board(*options, config={**ZONE, "pins": lamps, "links": links})
    told = lambda: f"{ok(board.get('/links'))} {board.console()}"  # noqa: E731
    state = lambda pin: ok(board.get(f"/gpio/{pin}"))["state"]  # noqa: E731
    wait(lambda: ok(board.get("/links"))["links"][0]["value"] == 1, told)
    rounds(board, "/links")
    other.world.put({"pins": {"14": 0}})
    wait(lambda: state("fan") == 1, told)
    for n in range(1, 6):
        other.world.put({"press": {"D6": {"bounces": 3}}})
        wait(lambda n=n: state("lamp") == n % 2, told)
        time.sleep(0.5)  # else two are a double press
    os.killpg(other.process.pid, signal.SIGSTOP)
    try:
        wait(lambda: state("fan") == 0, told)
        wait(lambda: ok(board.get("/status"))["services"]["links"]["state"] == "failing", told)
    finally:
        os.killpg(other.process.pid, signal.SIGCONT)
    wait(lambda: state("fan") == 1, told, 40)
    rounds(board, "/links")
    assert ok(board.get("/links"))["links"][1]["count"] == 5, told()


def test_eight_alarms_with_a_buzzer(fresh_board):
    alarms = [{"id": f"a{n}", "at": f"0{n}:30", "do": "bell.tune", "tune": "C5:0.2 E5:0.2", "for": 9} for n in range(1, 8)]
    alarms.append({"every": 5, "do": "bell.tune", "tune": "C5:0.2 E5:0.2"})
    pins = {"D5": {"name": "bell", "mode": "out"}}
    board = fresh_board("--without", "thingspeak", config={**ZONE, "pins": pins, "alarms": alarms})
    rounds(board, "/alarms")
    for n in range(32):  # there is room to change each of them, again and again
        name = f"a{n % 8 + 1}" if n % 8 < 7 else "8"
        change = {"at": f"{n % 8:02}:{n:02}"} if n % 8 < 7 else {"every": 5 if n == 31 else 3600}
        assert ok(board.put(f"/alarms/{name}", {**change, "tune": f"C5:0.{n % 8 + 1} -:0.1"}))["was"]
    said = board.put("/alarms/a3", {"do": "attic.on", "tune": None, "for": None})
    assert (said.status_code, said.json()["key"]) == (400, "alarms[2].do"), said.text
    began = board.world.get()["time"]["unix"]
    rang = wait(lambda: ((said := ok(board.get("/alarms/8")))["last"] or 0) > began and said, "it did not ring")
    assert rang["error"] is None and rang["state"] == "ringing", rang


def test_the_tutorials_display_board(fresh_board):
    screens = [["Temp: {thingspeak.field1} oC", "Hum: {thingspeak.field2} %"]]
    config = {
        **ZONE, "pins": {"D5": button("bell")}, "thingspeak": {**THINGSPEAK, "read": {"every": 15}},
        "display": {**WIRES, "screens": screens}, "links": [{"when": "bell.press", "do": "thingspeak.field3.toggle"}],
    }  # fmt: skip
    board = fresh_board("--without", "user,weather,proxy,metrics", config=config)
    with board.world.fast():
        wait(lambda: board.world.get()["display"][:2] == ["Temp: 20.5 oC", "Hum: 46 %"], "not what the channel says")
    rounds(board, "/display", "/links")
    channel = lambda: board.world.get()["services"]["thingspeak"]["channels"]["123"]  # noqa: E731
    assert (channel()["last_entry_id"], channel()["entries"][-1]["field3"]) == (24, "1")
    board.world.put({"press": {"D5": {}}})
    with board.world.fast():
        wait(lambda: channel()["last_entry_id"] == 25, lambda: f"no entry: {ok(board.get('/links'))}")
    assert channel()["entries"][-1]["field3"] == "0"


def test_sensors_on_two_buses(fresh_board):
    room, wire = {"name": "room", "type": "bme280", **BUS}, {"type": "ds18b20", "pin": "D5"}
    wires = [{"name": "in", **wire, "address": "28ff641e8216c328"}, {"name": "out", **wire, "address": "280000000000aacf"}]
    board = fresh_board("--without", "thingspeak", config={**ZONE, "sensors": [room, *wires]})
    board.world.put({"i2c": {"118": {"fault": None}}})
    board.world.put({"onewire": {"D5": [{"address": "28ff641e8216c3"}, {"address": "280000000000aa", "temperature": 4.25}]}})
    with board.world.fast():
        wait(lambda: {"in", "out", "room"} == {one["name"] for one in ok(board.get("/sensors"))["sensors"] if one["values"]})
        wait(lambda: not ok(board.get("/status"))["warnings"])
    rounds(board)
    said = {one["name"]: one["values"] for one in ok(board.get("/sensors"))["sensors"]}
    assert said["out"]["temperature"]["value"] == 4.25 and said["room"].keys() == {"temperature", "pressure", "humidity"}
