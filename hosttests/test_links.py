"""/links: what makes something happen, on one board and between two."""

import time

import pytest

from hosttests.support.gpio import number, ok, outputs
from hosttests.support.upstreams import HOME
from virtualboard.client import wait

ESP32 = pytest.mark.boards("esp32")
PINS = {
    "14": {"name": "bell", "mode": "in", "pull": "up", "button": {}}, "25": {"name": "lamp", "mode": "out"},
    "26": {"name": "fan", "mode": "out"}, "27": {"name": "door", "mode": "in", "pull": "up"},
}  # fmt: skip


def links(board) -> list:
    return ok(board.get("/links"))["links"]


def lit(board, pin="lamp") -> int | None:
    """The level of a pin in the world; None while it is no output."""
    return outputs(board).get(str(number(board, pin)), {}).get("level")


def until(board, pin, state, seconds=20):
    wait(lambda: lit(board, pin) == state, lambda: f"{pin} is not {state}: {links(board)} {board.console()}", seconds)


@ESP32
@pytest.mark.world
def test_a_button_a_pin_and_a_threshold(fresh_board):
    board = fresh_board(config={"pins": PINS, "dht": [{"pin": "23", "type": "dht22"}], "links": [
        {"when": "bell.press", "do": "lamp.toggle"}, {"when": "door", "is": 0, "do": "fan.on", "else": "fan.off"},
        {"when": "dht.23.temperature", "above": 25, "below": 24.5, "do": "33.on", "else": "33.off"},
    ]})  # fmt: skip
    assert links(board)[0] == {"when": "bell.press", "do": "lamp.toggle", "count": 0, "last": None, "age": None, "why": None}
    for state in (1, 0):
        board.world.put({"press": {"14": {"bounces": 4}}})
        until(board, "lamp", state)
        time.sleep(0.5)
    board.world.put({"pins": {"27": 0}})
    until(board, "fan", 1)
    board.world.put({"pins": {"27": 1}})
    until(board, "fan", 0)
    board.world.put({"dht": {"23": {"temperature": 26}}})
    until(board, "33", 1)
    board.world.put({"dht": {"23": {"temperature": 24.7}}})
    wait(lambda: links(board)[2]["value"] == 24.7)
    assert (links(board)[2]["state"], lit(board, "33")) == (True, 1)
    board.world.put({"dht": {"23": {"temperature": 20}}})
    until(board, "33", 0)
    told = links(board)
    assert [link["count"] for link in told] == [2, 3, 3] and all(link["why"] is None for link in told), told
    assert ok(board.get("/status"))["services"]["links"]["state"] == "ok"


@ESP32
@pytest.mark.world
def test_a_link_is_tried(fresh_board):
    board = fresh_board(config={"pins": PINS, "links": [
        {"when": "bell.press", "do": "lamp.toggle"}, {"when": "door", "is": 0, "do": "fan.on", "else": "fan.off", "min": 3600},
        {"when": "bell.hold", "do": "display.show", "lines": ["Hello"]},
    ]})  # fmt: skip
    before = links(board)
    assert (before[1]["do"], before[1]["else"]) == ("fan.on", "fan.off") and "silent" not in before[1]
    assert ok(board.post("/links/1/try")) == before[0] and lit(board) == 1
    assert ok(board.post("/links/1/try", {"part": "do"})) == before[0] and lit(board) == 0
    for part, level in (("do", 1), ("else", 0), ("do", 1)):  # `min` is for what happens by itself
        assert ok(board.post("/links/2/try", {"part": part}))["count"] == before[1]["count"] and lit(board, "fan") == level
    assert ok(board.post("/links/3/try"))["why"] == "There is no display."
    for place in ("0", "4", "01", "one", "bell.press"):
        said = board.post(f"/links/{place}/try")
        assert (said.status_code, said.json()["type"]) == (404, "unknown-link"), place
    for part in ("silent", "when", None, ["do"]):
        assert board.post("/links/1/try", {"part": part}).json()["type"] == "bad-part", part
    for body in ({}, {"part": "do", "for": 1}, ["do"], "do"):
        said = board.post("/links/1/try", body)
        assert (said.status_code, said.json()["type"], said.json()["allowed"]) == (400, "bad-part", ["do"]), body
    assert lit(board) == 0


@ESP32
@pytest.mark.world
def test_an_alarm_is_tried(fresh_board):
    alarm = {"id": "wake", "at": "03:33", "do": "lamp.on", "for": 60, "enabled": False}
    board = fresh_board(config={"wifi": HOME, "pins": PINS, "alarms": [alarm]})
    wait(lambda: board.get("/time").status_code == 200)
    said = ok(board.post("/alarms/wake/try"))
    assert (said["state"], said["was"], said["error"], said["enabled"]) == ("ringing", "idle", None, False) and lit(board) == 1
    assert ok(board.post("/alarms/wake/stop"))["was"] == "ringing" and lit(board) == 0
    assert board.post("/alarms/none/try").status_code == 404


@ESP32
@pytest.mark.world
def test_links_that_set_each_other_off_are_cut_off_and_reported(fresh_board):
    board = fresh_board(config={"pins": PINS, "links": [
        {"when": "lamp", "do": "fan.toggle"}, {"when": "fan", "do": "lamp.toggle"},
    ]})  # fmt: skip
    ok(board.put("/gpio/lamp", {"state": 1}))
    wait(lambda: any(link["why"] for link in links(board)))
    told = links(board)
    assert sum(link["count"] for link in told) == 4
    assert "It was cut off: links set each other off." in [link["why"] for link in told]


@ESP32
def test_what_makes_no_sense_is_refused_with_its_place(fresh_board):
    board = fresh_board(config={"pins": PINS})
    sound = {"when": "bell.press", "do": "lamp.toggle"}
    for link, key in (
        ({"when": "bell.press", "do": "attic.on"}, "do"), ({"when": "bell.press", "do": "lamp.blink"}, "do"),
        ({"when": "lamp.press", "do": "lamp.on"}, "when"), ({"when": "attic", "do": "lamp.on"}, "when"),
        ({"when": "dht.23.temperature", "above": 1, "do": "lamp.on"}, "when"), ({"when": "wifi.rssi", "do": "lamp.on"}, "when"),
        ({"when": "door", "do": "lamp.on", "else": "lamp.off"}, "else"), ({"when": "bell.press", "is": 1, "do": "lamp.on"}, "is"),
        ({"when": "door", "is": 1, "do": "lamp.on", "else": "door.on"}, "else"), ({"when": "door"}, "do"),
        ({"when": "http://hall.local", "do": "lamp.on"}, "when"), ({"when": "http://hall.local:x y", "do": "lamp.on"}, "when"),
        ({"when": "http://hall.local:99999 x", "do": "lamp.on"}, "when"),
        ({"when": "door", "do": "lamp.on", "silent": "lamp.off"}, "silent"),
        ({"when": "wifi.rssi", "above": -70, "below": -60, "do": "lamp.on"}, "below"),
        ({"when": "bell.press", "do": "x.call"}, "do"),
        ({"when": "bell.press", "do": "thingspeak.field1.toggle"}, "do"), ({"when": "door", "is": "on", "do": "lamp.on"}, "is"),
    ):  # fmt: skip
        said = board.patch("/config", {"links": [sound, link]})
        assert (said.status_code, said.json().get("key")) == (400, f"links[1].{key}"), (link, said.text)
    far = {"when": "http://10.0.0.7:8080 bell.hold", "do": "lamp.pulse", "for": 2, "min": 5}
    said = board.patch("/config", {"links": [sound, far]})
    assert said.status_code == 200 and said.json()["restart"] == ["links"], said.text


def pair(fresh_board, *links):
    """Two boards on one network. links: of the first; in their texts %s stands for the address of the second."""
    config = {"wifi": HOME, "pins": PINS}
    second = fresh_board(config=config)
    of_first = [{key: value % second.url if key == "when" else value for key, value in link.items()} for link in links]
    first = fresh_board(config=config | {"links": of_first})
    for board in (first, second):
        wait(lambda board=board: ok(board.get("/status"))["wifi"]["state"] == "connected", "a board does not join its network")
    return first, second


@ESP32
@pytest.mark.world
def test_a_button_on_one_board_switches_a_lamp_on_another(fresh_board):
    door = {"when": "%s door", "is": 0, "do": "fan.on", "else": "fan.off", "silent": "fan.off", "silence": 4}
    first, second = pair(fresh_board, {"when": "%s bell.press", "do": "lamp.toggle"}, door)
    wait(lambda: links(first)[1]["value"] == 1, lambda: links(first))
    for turn in (1, 0):
        second.world.put({"press": {"14": {"bounces": 4}}})
        until(first, "lamp", turn)
        time.sleep(0.5)  # else both are one double press
    second.world.put({"pins": {"27": 0}})
    until(first, "fan", 1)
    before = links(first)[1]["count"]
    second.kill()
    until(first, "fan", 0)
    told = links(first)[1]
    assert told["count"] == before + 1 and told["value"] is None and told["why"], told
    assert ok(first.get("/status"))["services"]["links"]["state"] == "failing"


@ESP32
@pytest.mark.world
def test_a_lamp_follows_a_button_through_thingspeak(fresh_board):
    """As it would on another board, that reads the channel to which this one writes."""
    cloud = {"channel": 123, "write_key": "DEMOWRITEKEY", "read_key": "DEMOREADKEY", "window": 1}
    cloud["read"] = {"every": 1, "pins": {"1": "25"}}
    link = {"when": "bell.press", "do": "thingspeak.field1.toggle"}
    board = fresh_board(config={"wifi": HOME, "pins": PINS, "thingspeak": cloud, "links": [link]})
    board.world.put({"services": {"thingspeak": {"channels": {"123": {"window": 1, "clear": True}}}}})
    wait(lambda: ok(board.get("/status"))["wifi"]["state"] == "connected", "the board does not join its network")
    for state in (1, 0):
        board.world.put({"press": {"14": {"bounces": 2}}})
        until(board, "lamp", state)
    assert [link["count"] for link in links(board)] == [2]


@ESP32
@pytest.mark.world
def test_two_boards_that_follow_each_other_do_not_ring(fresh_board):
    first, second = pair(fresh_board, {"when": "%s lamp", "do": "lamp.toggle"})
    ok(second.patch("/config", {"links": [{"when": f"{first.url} lamp", "do": "lamp.toggle"}]}))
    second.reboot()
    second.wait_until_it_serves()
    _followed(first, second)
    _followed(second, first)


def _followed(here, there):
    wait(lambda: links(here)[0]["value"] is not None)
    before = [links(board)[0]["count"] for board in (here, there)]
    ok(here.put("/gpio/lamp", {"state": "toggle"}))
    wait(lambda: links(there)[0]["count"] == before[1] + 1, lambda: str((links(here), links(there))))
    wait(lambda: (links(here)[0]["why"] or "").startswith("A link of the other board"), lambda: str(links(here)))
    assert [links(board)[0]["count"] for board in (here, there)] == [before[0], before[1] + 1]
    assert ok(there.get("/gpio/lamp"))["by"] == "link" and "by" not in ok(here.get("/gpio/lamp"))


@ESP32
@pytest.mark.world
def test_a_link_has_the_weather_asked_for(fresh_board):
    link = {"when": "weather.temperature", "above": -90, "do": "lamp.on"}
    board = fresh_board(config={"wifi": HOME, "pins": PINS, "weather": {"place": "Paris,FR"}, "links": [link]})
    until(board, "lamp", 1)
    other = {"weather": None, "links": [{"when": "http://weather.local door", "do": "fan.on"}]}  # a board of that name
    ok(board.patch("/config", other))
    board.reboot()
    assert "weather" not in ok(board.get("/status"))["services"]
