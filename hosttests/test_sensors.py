"""GET /sensors: DS18B20s and a BME280 beside a DHT, what fails and comes back, and what the configuration may say of them."""

import csv
import io

import pytest

from hosttests.support.gpio import ok
from hosttests.support.upstreams import HOME, assert_problem
from virtualboard.client import wait

BOARDS = pytest.mark.boards("esp32")
PINS = {"esp32": ("26", "21", "22", "25"), "esp32c3": ("4", "5", "6", "7")}  # of the wire, SDA, SCL, the DHT
FIRST, SECOND, THIRD = "28ff641e8216c3", "280000000000aa", "28b1c2d3e4f506"
FAST = 20


def crc(address):
    """The address with its check, by a table as Maxim's application note 27 has it: not as the board counts it."""
    table = [0] * 256
    for n in range(256):
        value = n
        for _ in range(8):
            value = (value >> 1) ^ 0x8C if value & 1 else value >> 1
        table[n] = value
    check = 0
    for byte in bytes.fromhex(address):
        check = table[check ^ byte]
    return address + f"{check:02x}"


class Place:
    """A fast board with sensors, and its world."""

    def __init__(self, name, fresh_board, sensors, dht=(), **more):
        self.wire, self.sda, self.scl, self.dht = PINS[name]
        pins = {"wire": self.wire, "sda": self.sda, "scl": self.scl}
        sensors = [{key: pins.get(value, value) for key, value in entry.items()} for entry in sensors]
        config = {"wifi": HOME, "sensors": sensors, **({"dht": [{"pin": self.dht, "type": "dht22"}]} if dht else {}), **more}
        self.board = fresh_board("--speed", str(FAST), config=config)
        self.board.session.headers["Connection"] = "close"

    def on_wire(self, *devices):
        self.board.world.put({"onewire": {self.wire: [{"address": address, **more} for address, more in devices]}})

    def air(self, **members):
        self.board.world.put({"i2c": {"118": {"fault": None, **members}}})

    def said(self, name):
        return next(each for each in ok(self.board.get("/sensors"))["sensors"] if each["name"] == name)

    def until(self, name, met, why):
        wait(lambda: met(self.said(name)), lambda: f"{why}: {self.said(name)}", 20)
        return self.said(name)

    def good(self, name):
        return self.until(name, lambda said: said["values"] and "error" not in said, f"{name} gives no reading")

    def bad(self, name, words):
        return self.until(name, lambda said: words in said.get("error", ""), f"{name} does not say {words!r}")

    def warnings(self):
        return " ".join(ok(self.board.get("/status"))["warnings"])


OUT = {"name": "out", "type": "ds18b20", "pin": "wire"}
AIR = {"name": "air", "type": "bme280", "sda": "sda", "scl": "scl", "address": 118}


@pytest.mark.boards("esp32", "esp32c3")
@pytest.mark.world
def test_sensors_of_every_kind_in_one_answer(board_name, fresh_board):
    both = [{**OUT, "address": crc(FIRST)}, {**OUT, "name": "pool", "address": crc(SECOND)}, AIR]
    place = Place(board_name, fresh_board, both, dht=True)
    place.on_wire((FIRST, {"temperature": -10.125}), (SECOND, {"temperature": 30.5}))
    place.air(type="bme280", temperature=19.5, humidity=61.0, pressure=987.65)
    place.board.world.put({"dht": {place.dht: {"type": "dht22", "temperature": 21.5, "humidity": 52.5}}})
    assert place.good("out")["values"] == {"temperature": {"value": -10.12, "unit": "°C"}}
    assert place.good("pool")["values"]["temperature"]["value"] == 30.5
    air = place.good("air")
    assert list(air) == ["name", "type", "values", "age", "errors"] and air["age"] >= 0
    for quantity, value, unit in (("temperature", 19.5, "°C"), ("humidity", 61, "%RH"), ("pressure", 987.65, "hPa")):
        assert air["values"][quantity]["unit"] == unit and abs(air["values"][quantity]["value"] - value) <= 0.05
    names = [each["name"] for each in ok(place.board.get("/sensors"))["sensors"]]
    dht = names[-1]
    assert names == ["out", "pool", "air", dht]
    said = place.good(dht)
    assert said["type"] == "dht22" and said["values"]["humidity"] == {"value": 52.5, "unit": "%RH"}
    assert ok(place.board.get(f"/sensors/{dht.lower()}"))["name"] == dht and ok(place.board.get("/sensors/OUT"))["name"] == "out"
    assert_problem(place.board.get("/sensors/attic"), 404, "unknown-sensor")
    table = place.board.get("/sensors", headers={"Accept": "text/csv"})
    assert table.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["name"] for row in rows[:3]] == ["out", "pool", "air"] and {row["quantity"] for row in rows[:3]} == {"temperature"}
    assert len(rows) == 7 and float(rows[1]["value"]) == 30.5 and not rows[1]["error"]
    for pin, owner in ((place.wire, "OneWire"), (place.sda, "I2C"), (place.scl, "I2C")):
        refused = place.board.get(f"/gpio?pin={pin}&state=1")
        assert_problem(refused, 409, "reserved-pin")
        assert owner in refused.json()["owner"]


@BOARDS
@pytest.mark.world
def test_thermometers_that_fail_and_come_back(board_name, fresh_board):
    place = Place(board_name, fresh_board, [OUT])
    said = place.bad("out", "does not answer")
    assert said["values"] == {} and said["age"] is None and "stale" not in said, "no value is told as none, not as 0"
    assert_problem(place.board.get("/sensors/out"), 503, "no-reading")
    place.on_wire((FIRST, {"temperature": 21.5}))  # it appears after boot
    assert place.good("out")["values"]["temperature"]["value"] == 21.5
    for fault, words in (("crc", "checksum"), ("power-on", "85 °C"), ("timeout", "does not answer"), ("short", "does not answer")):
        place.on_wire((FIRST, {"temperature": 30, "fault": fault}))
        said = place.bad("out", words)
        assert said["stale"] is True and said["values"]["temperature"]["value"] in (21.5, 30), (fault, said)
        place.on_wire((FIRST, {"temperature": 30}))
        assert place.good("out")["values"]["temperature"]["value"] == 30, fault
    place.board.world.put({"pins": {place.wire: 0}})
    place.bad("out", "held low")
    place.board.world.put({"pins": {place.wire: None}})
    place.good("out")
    place.on_wire((FIRST, {}), (SECOND, {}))
    said = place.bad("out", "several")
    assert crc(FIRST) in said["error"] and crc(SECOND) in said["error"]
    wait(lambda: crc(SECOND) in place.warnings(), place.warnings)
    place.on_wire((SECOND, {"temperature": 8}))
    assert place.good("out")["values"]["temperature"]["value"] == 8
    wait(lambda: place.warnings() == "", place.warnings)


@BOARDS
@pytest.mark.world
def test_one_of_several_by_its_address(board_name, fresh_board):
    place = Place(board_name, fresh_board, [{**OUT, "address": crc(THIRD)}])
    place.on_wire((FIRST, {"temperature": 10}), (SECOND, {"temperature": 20}))
    said = place.bad("out", "Nobody on the pin has this address")
    assert crc(FIRST) in said["error"] and crc(SECOND) in said["error"]
    place.on_wire((FIRST, {"temperature": 10}), (THIRD, {"temperature": 30}), (SECOND, {"temperature": 20}))
    assert place.good("out")["values"]["temperature"]["value"] == 30


@BOARDS
@pytest.mark.world
def test_a_bus_that_hangs_and_chips_that_change(board_name, fresh_board):
    place = Place(board_name, fresh_board, [AIR])
    place.bad("air", "does not answer")
    place.air(type="bmp280", temperature=20.0, pressure=1000.0)
    assert list(place.good("air")["values"]) == ["temperature", "pressure"]
    for held in (place.sda, place.scl):
        place.board.world.put({"pins": {held: 0}})
        assert place.bad("air", "held low")["stale"] is True
        wait(lambda: "held low" in place.warnings(), place.warnings)
        assert ok(place.board.get("/health"))["status"], "nothing else waits for it"
        place.board.world.put({"pins": {held: None}})
        place.good("air")
    for fault, words in (("wrong-id", "calls itself 97"), ("skipped", "did not measure"), ("timeout", "does not answer")):
        place.air(type="bmp280", fault=fault)
        place.bad("air", words)
        place.air(type="bmp280")
        place.good("air")
    place.air(type="bme280", temperature=25.0)  # another one is plugged in
    place.until("air", lambda said: "humidity" in said["values"], "the new chip is not noticed")


@BOARDS
@pytest.mark.world
def test_what_the_configuration_may_say(board_name, fresh_board):
    place = Place(board_name, fresh_board, [OUT])
    wire, board = place.wire, place.board
    x = {"name": "x", "type": "ds18b20", "pin": wire}
    for sensors, key in (
        ([{"type": "ds18b20", "pin": wire}], "sensors[0].name"),
        ([{"name": "x", "type": "ds18b21", "pin": wire}], "sensors[0].type"),
        ([{"name": "x", "type": "ds18b20"}], "sensors[0].pin"),
        ([{"name": "x", "type": "ds18b20", "pin": wire, "sda": place.sda}], "sensors[0].sda"),
        ([{"name": "x", "type": "ds18b20", "pin": wire, "address": "28ff641e8216c300"}], "sensors[0].address"),
        ([{"name": "x", "type": "ds18b20", "pin": wire, "address": 118}], "sensors[0].address"),
        ([{"name": "x", "type": "ds18b20", "pin": "Z9"}], "sensors[0].pin"),
        *([[{"name": "x", "type": "ds18b20", "pin": pin}], "sensors[0].pin"] for pin in ("34", "6")),
        ([{"name": "x.y", "type": "ds18b20", "pin": wire}], "sensors[0].name"),
        ([{"name": "time", "type": "ds18b20", "pin": wire}], "sensors[0].name"),
        # what a DHT may be called, who else would have the same series in /metrics and the same topics
        *([[x, {"name": name, "type": "ds18b20", "pin": place.sda}], "sensors[1].name"] for name in ("GPIO23", "d23", "23")),
        ([x, {"name": "y", "type": "ds18b20", "pin": wire}], "sensors[1].address"),
        ([x, {"name": "X", "type": "ds18b20", "pin": place.sda}], "sensors[1].name"),
        ([{"name": "x", "type": "bme280", "sda": wire}], "sensors[0].scl"),
        ([{"name": "x", "type": "bme280", "sda": wire, "scl": wire}], "sensors[0].sda"),
        ([{"name": "x", "type": "bme280", "sda": wire, "scl": place.scl, "address": 60}], "sensors[0].address"),
        ([x, {"name": "y", "type": "bme280", "sda": wire, "scl": place.scl}], "sensors[1].sda"),
    ):
        refused = board.patch("/config", {"sensors": sensors})
        assert_problem(refused, 400, "bad-config")
        assert refused.json()["key"] == key, (sensors, refused.json())
    used = board.patch("/config", {"pins": {wire: {"mode": "out"}}})
    assert used.status_code == 400 and used.json()["key"] == "sensors[0].pin", used.text
    cloud = {"channel": 1, "write": {"fields": {"1": "out.temperature", "2": "out.humidity"}}}
    refused = board.patch("/config", {"thingspeak": cloud})
    assert refused.status_code == 400 and refused.json()["key"] == "thingspeak.write.fields.2", refused.text
    cloud["write"]["fields"].pop("2")
    ok(board.patch("/config", {"thingspeak": cloud}))


@pytest.mark.world
def test_an_esp8266_tells_its_dhts_and_says_how_it_takes_others(board):
    dht = next(iter(board.world.get()["dht"]))
    wait(lambda: ok(board.get("/sensors"))["sensors"][0]["values"], "the sensor is not read")
    said = ok(board.get(f"/sensors/{dht}"))
    assert (said["name"], said["type"], said["values"]["humidity"]) == (dht, "dht22", {"value": 52.5, "unit": "%RH"})
    table = board.get("/sensors", headers={"Accept": "text/csv"}).text.splitlines()
    assert table[0] == "name,type,quantity,value,unit,age,error" and table[1].startswith('"D2",dht22,temperature,21.5,°C,')
    wishes = {"TEXT/CSV": "csv", "application/json, text/csv;q=0.5": "json", "*/*": "json", "text/csv;q=0": "json",
              "application/json;q=0.1,text/csv": "csv"}  # fmt: skip
    for wanted, kind in wishes.items():
        answer = board.get("/sensors", headers={"Accept": wanted, "User-Agent": "reads text/csv"})
        assert answer.headers["Content-Type"].partition(";")[0].endswith("/" + kind), wanted
    assert "sensors" not in ok(board.get("/status", params={"all": 1}))
    refused = board.patch("/config", {"sensors": [{"name": "x", "type": "ds18b20", "pin": "D6"}]})
    assert_problem(refused, 400, "bad-config")
    assert refused.json()["key"] == "sensors" and "add --with sensors" in refused.json()["detail"]
    board.world.put({"dht": {dht: {"fault": "timeout"}}})
    wait(lambda: "error" in ok(board.get(f"/sensors/{dht}")), "the fault is not told")
    assert ok(board.get(f"/sensors/{dht}"))["stale"] is True
    board.world.put({"dht": {dht: {"fault": None}}})


@BOARDS
@pytest.mark.world
def test_a_sensor_is_a_source_a_service_and_a_part_of_the_status(board_name, fresh_board):
    cloud = {"channel": 123, "write_key": "DEMOWRITEKEY"}
    cloud["write"] = {"every": 15, "fields": {"1": "out.temperature", "2": "air.pressure"}}
    place = Place(board_name, fresh_board, [OUT, AIR], thingspeak=cloud)
    place.on_wire((FIRST, {"temperature": 21.5}))
    place.air(type="bmp280", pressure=1000.0)
    place.good("out")
    place.good("air")
    said = ok(place.board.get("/status", params={"all": 1}))
    assert [each["name"] for each in said["sensors"]["sensors"]] == ["out", "air"] and said["dht"] == {"dht": []}
    assert said["services"]["sensors"]["state"] == "ok" and said["services"]["sensors"]["error"] is None

    def written():
        entry = place.board.world.get()["services"]["thingspeak"]["channels"]["123"]["entries"][-1]
        return [float(entry.get(name) or 0) for name in ("field1", "field2")]

    wait(lambda: written() == [21.5, 1000], written, 20)
    place.on_wire()
    wait(lambda: ok(place.board.get("/status"))["services"]["sensors"]["state"] == "failing", "the service does not tell", 20)
    assert "sensors" in ok(place.board.get("/health"))["failing"]
