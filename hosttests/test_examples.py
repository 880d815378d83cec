"""The examples, each as its page starts it, from the files alone: what each is for, and those that an ESP8266 can do with its
pins too. Time runs faster."""

import json
import re
import shlex
import subprocess

import pytest

from host import ROOT
from hosttests.support import examples
from hosttests.support.gpio import ok
from hosttests.support.upstreams import online
from virtualboard.client import wait

pytestmark = pytest.mark.world
FAMILY = pytest.mark.native("other boards")
BOTH = pytest.mark.boards("nodemcu", "esp32")
SPEED = 20
HURRY = 60  # where nothing is measured and nobody asked
SENSOR = {"esp32": "23", "nodemcu": "D2"}
LED = "2"  # GPIO2 on both
LAMP = {"esp32": "22", "nodemcu": "14"}


def example(name, board_name):
    """The configuration, with the pins that examples/README.md says for an ESP8266 if it is for one."""
    text = (ROOT / "examples" / name / "config.json").read_text()
    if board_name == "nodemcu":
        text = text.replace('"esp32"', '"nodemcu"').replace("dht.23.", "dht.D2.").replace('"22":', '"D5":')
        text = text.replace('"pin": 23', '"pin": "D2"').replace('"led": 2', '"led": "D4"')
        text = text.replace('"3": 22', '"3": "D5"')
    return json.loads(text)


EACH = pytest.mark.parametrize("folder", examples.FOLDERS, ids=lambda folder: folder.name)
LEGS = {
    "button": ("signal",), "buzzer": ("signal",), "dht22": ("data",), "led": ("anode",), "oled": ("sda", "scl"), "relay": ("in",),
}  # fmt: skip


@EACH
def test_an_example_is_whole(folder):
    """Its wiring is that of its configuration, and its page tells of both."""
    settings, wiring = examples.settings_in(folder), json.loads((folder / "wiring.json").read_text("utf-8"))
    assert wiring["board"] == settings["board"]
    assert all(set(part["pins"]) == set(LEGS[part["kind"]]) for part in wiring["parts"])
    display = settings.get("display", {})
    used = {*map(int, settings.get("pins", {})), *(sensor["pin"] for sensor in settings.get("dht", []))}
    used |= {display[wire] for wire in ("sda", "scl") if wire in display}
    used |= {pin for pin in settings.get("thingspeak", {}).get("read", {}).get("pins", {}).values()}
    wired = [pin for part in wiring["parts"] for pin in part["pins"].values()]
    assert sorted(wired) == sorted(used)
    words = examples.section(folder, "Wiring")
    assert {int(pin) for pin in re.findall(r"GPIO(\d+)", words)} == used
    assert examples.section(folder, "Change it").strip()
    assert f"[{folder.name}]({folder.name}/README.md)" in (ROOT / "examples" / "README.md").read_text("utf-8")
    own = f"./deploy.sh virtual --board {settings['board']} --config examples/{folder.name}/config.json"
    assert any(line.startswith(own) for line in examples.commands(folder))


@FAMILY
@EACH
def test_an_example_does_what_its_page_says(folder, tmp_path):
    """All that it wants typed is accepted, and it does what it is for."""
    with examples.Running(folder, tmp_path) as running:
        boards = list(running.values())
        for board in boards:
            online(board)
            status = ok(board.get("/status"))
            assert (status["board"], status["warnings"]) == (board.config["board"], []), status
        for line in examples.commands(folder):
            if not line.startswith(examples.START):
                done = subprocess.run(shlex.split(running.real(line)), capture_output=True, text=True, timeout=20)
                kind = json.loads(done.stdout).get("type", "too-early")
                assert kind == "too-early", (line, done)  # no problem but ThingSpeak's window
        PURPOSES[folder.name](*boards)


def press(board, pin, **how):
    board.world.put({"press": {str(pin): how}})


def sees(board, pin, state, speed=SPEED):
    """Time runs fast until the world sees this level of a pin, by its name. (Nobody asks the board then: who keeps a connection is
    soon too late.)"""
    (gpio,) = [gpio for gpio, entry in board.config["pins"].items() if entry["name"] == pin]
    with board.world.fast(speed):
        wait(lambda: level(board, gpio) == state, lambda: f"{pin} is not {state}: {board.world.get()['outputs']}", 40)


def later(board, seconds, speed=SPEED):
    """So many of the board's seconds pass."""
    until = board.world.get()["time"]["unix"] + seconds
    with board.world.fast(speed):
        board.world.wait(lambda world: world["time"]["unix"] >= until)


def arrives(board, fields):
    """Time runs fast until the channel's newest entry has these."""
    with board.world.fast(SPEED):
        wait(lambda: entries(board) and fields.items() <= entries(board)[-1].items(), lambda: entries(board), 40)


def counts(board):
    return [link["count"] for link in ok(board.get("/links"))["links"]]


def climate_to_thingspeak(board):
    arrives(board, {"field1": "21.5", "field2": "52.5"})


def lamp_from_thingspeak(board):
    sees(board, "lamp", 1)


def sensor_board(board):
    arrives(board, {"field2": "21.5", "field3": "52.5"})
    for state in (1, 0):
        board.world.put({"services": {"thingspeak": {"channels": {"123": {"add": [{"field1": str(state)}]}}}}})
        sees(board, "lamp", state)


def display_board(sensor, display):
    """The button on one, the LED of the other; the glass shows what that one measures."""

    def shows(*expected):
        with sensor.world.fast(SPEED), display.world.fast(SPEED):
            seen = lambda: [line.replace("*", "") for line in display.world.get()["display"][1:]]  # noqa: E731
            wait(lambda: seen() == list(expected), lambda: f"{seen()} is not {expected}: {display.console()}", 40)

    shows("Temp: 21.5 oC", "Hum:  52.5 %", "Lamp: 1")  # the press on the page: nothing in the field counts as 0
    sees(sensor, "lamp", 1)
    sensor.world.put({"dht": {"23": {"temperature": -3.5}}})
    press(display, 21, bounces=5)
    shows("Temp: -3.5 oC", "Hum:  52.5 %", "Lamp: 0")
    sees(sensor, "lamp", 0)
    assert counts(display) == [2]


def alarm_clock(board):
    ok(board.patch("/config", {"alarms": board.config["alarms"]}))  # which the page has changed
    board.world.put({"time": {"date": "2026-11-30T05:59:00Z"}})  # a Monday, in Paris
    board.reboot()
    wait(lambda: board.get("/time").status_code == 200, "the clock is not set")

    def buzzes(whether):
        wait(lambda: (board.world.get()["outputs"]["25"]["mode"] == "pwm") == whether, lambda: board.get("/alarms").text, 40)

    with board.world.fast(SPEED):
        buzzes(True)
    assert ok(board.get("/alarms/wake"))["last"] in range(1796018400, 1796018580)  # seven o'clock there
    press(board, 21)
    buzzes(False)
    assert ok(board.get("/alarms/wake"))["state"] == "snoozed"
    seen = board.world.get()["display"]
    assert re.fullmatch(r"07:0\d", seen[0]) and seen[2] == "Mon 2026-11-30" and re.fullmatch(r"-?[\d.]+\*? oC Paris", seen[3]), seen
    with board.world.fast(200):
        buzzes(True)  # nine minutes later
    press(board, 21, ms=1500)
    wait(lambda: ok(board.get("/alarms/wake"))["state"] == "idle", "it does not end")


def thermostat(board):
    sees(board, "heater", 0)  # 18 °C, from its page: on, which is low on the wire
    for degrees, state in ((20.8, 0), (21.5, 1), (20.8, 1), (20, 0)):
        board.world.put({"dht": {"23": {"temperature": degrees}}})
        later(board, 15)  # it has been measured, and looked at
        sees(board, "heater", state)
    assert counts(board) == [4]  # off at the start, on, off, on
    board.world.put({"dht": {"23": {"fault": "timeout"}}})
    sees(board, "heater", 1)


def door_button(board):
    wait(lambda: ok(board.get("/gpio/bell"))["button"]["press"] == 1, "the press of its page is not counted")


def door_chime(door, chime):
    sees(chime, "lamp", 1)
    before = wait(lambda: chime.world.get()["history"].get("25"), "the buzzer is silent")
    sees(chime, "lamp", 0)
    press(door, 21, bounces=5)
    sees(chime, "lamp", 1)
    assert counts(chime) == [2, 2]
    wait(lambda: chime.world.get()["history"]["25"][-1] != before[-1], "the buzzer is silent")


def staircase_light(board):
    sees(board, "light", 0, HURRY)  # on: low on the wire
    later(board, 60, HURRY)
    assert ok(board.get("/gpio/light"))["for"] < 125
    press(board, 19)
    wait(lambda: ok(board.get("/gpio/light"))["for"] > 150, "the other button does not make it longer")
    sees(board, "light", 1, HURRY)
    press(board, 19)
    sees(board, "light", 0, HURRY)
    press(board, 18, ms=1500)
    sees(board, "light", 1, HURRY)
    assert counts(board) == [2, 2, 1, 0]


PURPOSES = {
    purpose.__name__.replace("_", "-"): purpose
    for purpose in (
        climate_to_thingspeak, lamp_from_thingspeak, sensor_board, display_board, alarm_clock, thermostat, door_button, door_chime,
        staircase_light,
    )
}  # fmt: skip


def entries(board):
    return board.world.get()["services"]["thingspeak"]["channels"]["123"]["entries"][24:]


def level(board, gpio):
    return board.world.get()["outputs"].get(gpio, {}).get("level")


@pytest.mark.long
@BOTH
def test_climate_to_thingspeak(fresh_board, board_name):
    config = example("climate-to-thingspeak", board_name)
    board = online(fresh_board(config=config))
    sensor = {"type": "dht22", "temperature": 21.5, "humidity": 52.5}
    board.world.put({"dht": {SENSOR[board_name]: sensor}, "time": {"speed": SPEED}})
    lamp = set()

    def written(count):
        lamp.add(level(board, LED))
        return len(entries(board)) >= count

    wait(lambda: written(3), "the readings do not arrive", 60)
    assert {0, 1} <= lamp, "the LED did not change with the deliveries"
    last = entries(board)[-1]
    assert (last["field1"], last["field2"]) == ("21.5", "52.5")

    before = len(entries(board))
    board.world.put({"wifi": {"up": False}})
    wait(lambda: board.world.get()["wifi"]["station"]["state"] != "connected", "Wi-Fi does not go away", 30)
    away = board.world.get()["time"]["unix"]
    wait(lambda: board.world.get()["time"]["unix"] > away + 150, "time stands still", 60)
    assert len(entries(board)) <= before + 1
    board.world.put({"wifi": {"up": True}})
    wait(lambda: len(entries(board)) >= before + 8, "what was read meanwhile does not arrive", 90)
    times = [entry["created_at"] for entry in entries(board)]
    seconds = [int(at[11:13]) * 3600 + int(at[14:16]) * 60 + int(at[17:19]) for at in times]
    gaps = [(after - at) % 86400 for at, after in zip(seconds, seconds[1:], strict=False)]
    # one reading may be late where time runs fast on a busy machine, the next one is in time again
    assert all(10 <= gap <= 30 for gap in gaps) and abs(sum(gaps) - 20 * len(gaps)) <= 10, gaps
    assert board.world.get()["services"]["thingspeak"]["channels"]["123"]["counts"].get("duplicates", 0) == 0


@pytest.mark.long
@BOTH
def test_lamp_from_thingspeak(fresh_board, board_name):
    config = example("lamp-from-thingspeak", board_name)
    board = online(fresh_board(config=config))
    board.world.put({"time": {"speed": SPEED}})

    def write(value):
        board.world.put({"services": {"thingspeak": {"channels": {"123": {"add": [{"field3": value}]}}}}})

    for value in ("1", "0", "1"):
        write(value)
        wait(lambda value=value: level(board, LAMP[board_name]) == int(value), f"the lamp does not become {value}", 30)
    write("much")
    board.world.put({"upstream": {"thingspeak": "refuse"}})
    wait(lambda: level(board, LAMP[board_name]) == 0, "the lamp stays on while nothing is heard", 60)
    board.world.put({"upstream": {"thingspeak": "ok"}})
    write("1")
    wait(lambda: level(board, LAMP[board_name]) == 1, "the lamp does not come back", 60)
