"""GET /events: what changes, as it changes, for a browser's EventSource."""

import json

import pytest

from hosttests.support.gpio import ESP32S, number, ok, refused
from hosttests.support.ntp_servers import HOME
from hosttests.support.raw_http import Wire, settled


class Stream:
    """Events as they come. A context manager."""

    def __init__(self, board, *headers: str):
        self.wire = Wire(board).get("/events", "Accept: text/event-stream", "Connection: close", *headers)
        head = self.wire._until(b"\r\n\r\n").decode()
        assert head.startswith("HTTP/1.1 200 ") and "Content-Type: text/event-stream\r\n" in head, head
        assert "Cache-Control: no-store" in head

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_) -> None:
        self.wire.close()

    def fields(self) -> dict[str, str]:
        """The fields of the next event, or of the next that is only a `retry`."""
        lines = self.wire._until(b"\n\n").decode().split("\n")
        return dict(line.split(": ", 1) for line in lines)

    def next(self, kind: str) -> dict:
        """The next event of this kind: its `data` from JSON, and `id`."""
        while (found := self.fields()).get("event") != kind:
            pass
        return found | {"data": json.loads(found["data"])}


@ESP32S
def test_at_first_everything(board, free_pins):
    ok(board.put(f"/gpio/{free_pins[0]}", {"state": 1}))
    with Stream(board) as stream:
        assert int(stream.fields()["retry"]) >= 1000
        gpio = stream.next("gpio")
        assert gpio["data"] == ok(board.get("/gpio")) and gpio["id"] == str(gpio["data"]["rev"])
        assert stream.next("dht")["data"]["dht"][0].keys() == ok(board.get("/dht"))["dht"][0].keys()
        assert stream.next("status")["data"].keys() == ok(board.get("/status")).keys()


@ESP32S
@pytest.mark.world
def test_pins_and_readings(board, free_pins):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"mode": "in", "pull": "up"}))
    with Stream(board) as stream:
        stream.next("status")
        for level in (0, 1):
            board.world.put({"pins": {pin: level}})
            pins = {each["pin"]: each for each in stream.next("gpio")["data"]["pins"]}
            assert pins[number(board, pin)]["state"] == level
        before = stream.next("dht")["data"]["dht"][0]["reads"]
        assert stream.next("dht")["data"]["dht"][0]["reads"] == before + 1


@pytest.mark.boards("esp32")
@pytest.mark.world
def test_sensors_of_every_kind(fresh_board):
    """At each of their readings; and not at all where there are none but DHTs, of which `dht` tells."""
    out, air = {"name": "out", "type": "ds18b20", "pin": 27}, {"name": "air", "type": "bme280", "sda": 21, "scl": 22}
    board = fresh_board("--speed", "10", config={"wifi": HOME, "sensors": [out, air], "dht": [{"pin": "23", "type": "dht22"}]})
    with Stream(board) as stream:
        found = stream.next("sensors")
        assert [each["name"] for each in found["data"]["sensors"]] == ["out", "air", "GPIO23"] and "id" not in found
        while "error" not in found["data"]["sensors"][0] or not found["data"]["sensors"][0]["errors"]:
            found = stream.next("sensors")
        board.world.put({"onewire": {"27": [{"address": "28ff641e8216c3", "temperature": 8.5}]}})
        board.world.put({"i2c": {"118": {"type": "bmp280", "temperature": 24.5, "pressure": 1000.0, "fault": None}}})
        while not all(each["values"] for each in found["data"]["sensors"]):
            found = stream.next("sensors")
        assert found["data"]["sensors"][0]["values"] == {"temperature": {"value": 8.5, "unit": "°C"}}
        assert list(found["data"]["sensors"][1]["values"]) == ["temperature", "pressure"], "a BMP280 has no humidity"
        age = found["data"]["sensors"][0]["age"]
        while (again := stream.next("sensors")["data"]["sensors"][0])["age"] > age:
            pass
        assert again["name"] == "out" and "error" not in again, "a reading that is the same is told too"
    ok(board.patch("/config", {"sensors": None}))
    board.reboot()
    with Stream(board) as stream:
        seen = [stream.fields().get("event") for _ in range(5)]
    assert {"gpio", "dht", "status"} <= set(seen) and "sensors" not in seen


@pytest.mark.boards("esp32")
def test_what_a_client_has_is_not_told_again(board, free_pins):
    ok(board.put(f"/gpio/{free_pins[0]}", {"state": 0}))
    rev = ok(board.get("/gpio"))["rev"]
    for known, again in ((rev, False), (rev - 1, True), ("x", True)):
        with Stream(board, f"Last-Event-ID: {known}") as stream:
            stream.fields()
            assert (stream.fields()["event"] == "gpio") == again


@pytest.mark.boards("esp32")
@pytest.mark.world
def test_how_the_board_is(fresh_board):
    board = fresh_board()
    with Stream(board) as stream:
        assert stream.next("status")["data"]["warnings"] == []
        ok(board.patch("/config", {"no_such_key": 1}))
        assert "no_such_key" in stream.next("status")["data"]["warnings"][0]


@pytest.mark.boards("esp32")
def test_so_many_and_no_more_and_who_goes_leaves_his_place(board, free_pins):
    settled(board)
    streams = [Stream(board) for _ in range(4)]
    try:
        for stream in streams:
            stream.next("gpio")
        busy = board.get("/events")
        assert refused(busy, 503, "too-many-waiting")["retry_after"] == 2 and busy.headers["Retry-After"] == "2"
        ok(board.put(f"/gpio/{free_pins[0]}", {"state": "toggle"}))
        for stream in streams:
            stream.next("gpio")
    finally:
        for stream in streams:
            stream.wire.close()
    settled(board)
    with Stream(board) as stream:
        assert stream.next("gpio")


@pytest.mark.boards("esp32")
def test_its_head(board):
    answer = board.request("HEAD", "/events")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/event-stream" and not answer.content
    assert board.get("/gpio").ok


@pytest.mark.boards("nodemcu")
def test_an_esp8266_says_what_to_do_instead(board):
    problem = refused(board.get("/events"), 501, "no-events")
    assert "/gpio?wait=30" in problem["detail"] and problem["wait"] == "/gpio?wait=30"
    assert board.get(problem["wait"].replace("30", "0.1")).status_code == 304
