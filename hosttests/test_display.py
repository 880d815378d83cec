"""The display: what the glass shows of the configuration, /display, and a glass that is not there."""

import pytest

from hosttests.support.gpio import ok, refused
from virtualboard import demo
from virtualboard.boards import BOARDS
from virtualboard.client import wait

pytestmark = [pytest.mark.world, pytest.mark.boards("esp32", "heltec_wifi_kit_32")]
NETWORK = {"wifi": {"networks": [{"ssid": demo.NETWORK, "password": demo.PASSWORD}]}}
WIRES = {"sda": "4", "scl": "15", "reset": "16"}
ODD = (
    {"lines": []}, {"lines": "x"}, {"lines": ["x"] * 9}, {"lines": ["x" * 65]}, {"lines": [1]}, {}, [], {"lines": ["x"], "for": 0},
    {"lines": ["x"], "for": 86401}, {"lines": ["x"], "for": "1"}, {"lines": ["x"], "for": True},
)  # fmt: skip
REFUSED = (  # changes, and what is said of them
    ({"height": 48}, "64 or 32"),
    ({"sda": "6"}, "which the board needs itself"),
    ({"scl": "23"}, "pin of a sensor in dht"),
    ({"screens": [["{lamp}"]]}, "lamp"),
    ({"screens": [["{dht.4.temperature}"]]}, "no sensor on 4"),
    ({"screens": [["{thingspeak.field1}"]]}, "no channel in thingspeak"),
    ({"screens": [["{time.century}"]]}, "time.century"),
    ({"screens": [["x {time.local"]]}, "time.local"),
    ({"screens": [["# a", "# b", "# c"]]}, "9 rows"),
    ({"height": 32, "screens": [["a"] * 5]}, "5 rows"),
    ({"type": "ssd1309"}, "ssd1306"),
    ({"sda": None}, "missing"),
)


def config(board_name, **more):
    pin = demo.sensor(BOARDS[board_name])
    screens = [[f"In: {{dht.{pin}.temperature}} °C", "", "# {time.clock}", "{wifi.ip}", "{weather.temperature}"], ["two"]]
    part = {**WIRES, "screens": screens, "every": 0, **more}
    return {
        **NETWORK, "board": board_name, "timezone": "CET-1CEST,M3.5.0,M10.5.0/3", "dht": [{"pin": pin, "type": "dht22"}],
        "weather": {"place": "Paris,FR"}, "display": part,
    }  # fmt: skip


def glass(board) -> list[str]:
    return board.world.get()["display"]


def until(board, lines) -> None:
    wait(lambda: glass(board) == lines, f"not {lines}")


def test_a_screen_shows_values(fresh_board, board_name):
    board = fresh_board(config=config(board_name))
    wait(lambda: glass(board)[:1] == ["In: 21.5 oC"] and ":" in glass(board)[2], "no reading on the glass")
    wait(lambda: glass(board)[4:] not in ([], ["--"]), "no weather on the glass")
    assert abs(float(glass(board)[4]) - ok(board.get("/weather"))["temperature"]) < 0.2
    local = board.get("/time").json()["local"]
    assert glass(board)[1:4] == ["", local[11:16], board.get("/wifi").json()["ip"]] or local[17:] < "02"
    said = ok(board.get("/display"))
    assert said == {"there": True, "lines": glass(board), "screen": 0, "screens": 2, "for": None, "error": None}
    png = board.world.session.get(f"{board.world.url}/world/display.png", timeout=5)
    assert png.content[:8] == b"\x89PNG\r\n\x1a\n"
    board.world.put({"dht": {demo.sensor(BOARDS[board_name]): {"fault": "timeout"}}})
    with board.world.fast():
        wait(lambda: glass(board)[0] == "In: 21.5* oC", "the stale value is not marked")


def test_other_lines_for_a_time(fresh_board, board_name):
    board = fresh_board(config=config(board_name, screens=[["one"]]))
    until(board, ["one"])
    said = ok(board.put("/display", {"lines": ["Hello", "## {nothing}"], "for": 3}))
    assert said == {"lines": ["Hello", "## {nothing}"], "for": 3, "was": ["one"]}
    until(board, ["Hello", "--"])
    assert 0 < ok(board.get("/display"))["for"] < 3
    until(board, ["one"])
    assert ok(board.get("/display"))["for"] is None
    for body in ODD:
        assert refused(board.put("/display", body), 400, "bad-lines")
    refused(board.put("/display", data=b"{"), 400, "bad-json")
    assert glass(board) == ["one"]


def test_a_display_that_is_gone_comes_back(fresh_board, board_name):
    board = fresh_board(config=config(board_name, screens=[["{time.local}"]]))
    wait(lambda: ":" in "".join(glass(board)), "no time on the glass")
    board.world.put({"i2c": {"0x3c": None}})
    with board.world.fast():
        wait(lambda: not ok(board.get("/display"))["there"], "nobody notices that the display is gone")
        said = ok(board.get("/display"))
        assert "does not answer" in said["error"] and said["lines"] == []
        status = ok(board.get("/status"))
        assert said["error"] in status["warnings"] and status["services"]["display"]["state"] == "failing"
        board.world.put({"i2c": {"0x3c": {"type": "ssd1306"}}})
        wait(lambda: ok(board.get("/display"))["there"], "nobody notices that the display is back")
    wait(lambda: ":" in "".join(glass(board)), "no time on the glass")
    board.world.put({"pins": {WIRES["sda"]: 0}})  # a short circuit
    with board.world.fast():
        wait(lambda: not ok(board.get("/display"))["there"], "nobody notices the short circuit")
        assert ok(board.get("/display"))["error"]
        board.world.put({"pins": {WIRES["sda"]: None}})
        wait(lambda: ok(board.get("/display"))["there"], "nobody notices that the display is back")


def test_screens_turn_by_time_and_by_a_button(fresh_board, board_name):
    pins = {"0": {"name": "bell", "mode": "in", "pull": "up", "button": {"active": 0}}}
    settings = config(board_name, screens=[["one"], ["two"], ["three"]], button="bell") | {"pins": pins}
    board = fresh_board(config=settings)
    until(board, ["one"])
    for expected in ("two", "three", "one"):
        board.world.put({"pins": {"0": 0}})
        until(board, [expected])
        board.world.put({"pins": {"0": None}})
        wait(lambda: ok(board.get("/gpio/bell"))["state"] == 1, "the button is not released")
    ok(board.patch("/config", {"display": {"every": 1}}))
    until(board, ["two"])
    until(board, ["three"])


def test_its_pins_are_its_own(fresh_board, board_name):
    board = fresh_board(config=config(board_name, screens=[["x"]]))
    for pin in WIRES.values():
        assert "owner" in refused(board.put(f"/gpio/{pin}", {"state": 1}), 409, "reserved-pin")


def test_what_cannot_be_is_refused(fresh_board, board_name, subtests):
    board = fresh_board(config=config(board_name))
    for part, words in REFUSED:
        with subtests.test(words):
            said = refused(board.patch("/config", {"display": part}), 400, "bad-config")
            assert words in said["detail"], said["detail"]


@pytest.mark.boards("heltec_wifi_kit_32")
def test_a_board_with_a_display_of_its_own_needs_no_settings(fresh_board, board_name):
    board = fresh_board(config={**NETWORK, "board": board_name, "hostname": "Kitchen"})
    wait(lambda: glass(board)[:3] == ["Kitchen", "home", board.get("/wifi").json()["ip"]], "name and address are not on the glass")
    board.world.put({"i2c": {"0x3c": None}})
    with board.world.fast():
        wait(lambda: not ok(board.get("/display"))["there"], "nobody notices that the display is gone")
    assert ok(board.get("/status"))["warnings"] == [] and ok(board.get("/health"))["status"] == "ok"


@pytest.mark.boards("esp32")
def test_a_board_without_one_has_none(board):
    assert ok(board.get("/display")) == {"there": False, "lines": [], "screen": None, "screens": 0}
    refused(board.put("/display", {"lines": ["x"]}), 404, "no-display")


@pytest.mark.boards("nodemcu")
def test_an_esp8266_says_how_it_takes_one(board):
    said = refused(board.patch("/config", {"display": {"sda": "D6", "scl": "D5"}}), 400, "bad-config")
    assert said["key"] == "display" and "add --with display" in said["detail"]
    refused(board.get("/display"), 404, "not-found")


@pytest.mark.boards("esp32")
def test_the_weather_on_a_screen_is_asked_for(fresh_board, board_name):
    pages = {"screens": [["{weather.temperature}"]], "sda": "4", "scl": "15"}
    board = fresh_board(config={**NETWORK, "weather": {"place": "Nowhere"}, "display": {**pages, "screens": [["x"]]}})
    assert "weather" not in ok(board.get("/status"))["services"]
    ok(board.patch("/config", {"display": pages}))
    wait(lambda: ok(board.get("/status"))["services"].get("weather", {}).get("error"), "nobody asks for the weather")
    assert board.world.get()["services"]["services"]["geocoding"]["requests"] == 1, "it is asked again and again"
    ok(board.patch("/config", {"weather": {"place": "Paris,FR"}}))
    with board.world.fast():
        wait(lambda: glass(board)[0].replace("-", "", 1).replace(".", "").isdigit(), lambda: f"no weather: {glass(board)}", 40)
    assert ok(board.get("/status"))["services"]["weather"]["error"] is None
