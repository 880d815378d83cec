"""The example configurations, as they are on the ESP32 and with the ESP8266's pins on a NodeMCU; time runs faster."""

import json

import pytest

from host import ROOT
from hosttests.support.upstreams import online
from virtualboard.client import wait

pytestmark = pytest.mark.world
BOTH = pytest.mark.boards("nodemcu", "esp32")
SPEED = 20
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
