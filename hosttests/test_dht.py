"""GET /dht: the configured sensors, sensors set up on the spot, and what is said when one fails."""

import pytest

from hosttests.support.upstreams import HOME, assert_problem
from virtualboard.client import wait

MEMBERS = ["pin", "name", "type", "temperature", "humidity", "age", "errors", "reads"]
SPOT = {"nodemcu": "D5", "esp32": "25", "nano_esp32": "D4", "esp32c3": "5"}
FAST = 20  # times as fast as life
NODEMCU_SPOTS = ("D1", "D5", "D6", "D7")


def reading(board, path="/dht"):
    """The first sensor as GET /dht has it, and the HTTP status."""
    return board.get(path).json()["dht"][0]


def until(board, met, why, path="/dht"):
    """The first sensor as soon as met(sensor)."""
    last = {}

    def look():
        last.clear()
        last.update(reading(board, path))
        return met(last)

    wait(look, lambda: f"{why}: {last}")
    return dict(last)


def world_sensor(board, pin, **what):
    board.world.put({"dht": {pin: {"type": "dht22", "temperature": 21.5, "humidity": 52.5, "fault": None, **what}}})


@pytest.fixture
def fast(fresh_board):
    """A function that starts a board on which time flies."""

    def start(**options):
        board = fresh_board("--speed", str(FAST), **options)
        board.session.headers["Connection"] = "close"  # an idle connection is closed after seconds of the board's
        return board

    return start


@pytest.mark.boards("nodemcu", "esp32", "nano_esp32", "esp32c3")
@pytest.mark.world
def test_the_configured_sensor(fast):
    board = fast()
    label = next(iter(board.world.get()["dht"]))
    answer = board.get("/dht", params={"pin": label})
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert list(said) == MEMBERS
    assert (said["type"], said["temperature"], said["humidity"], said["errors"]) == ("dht22", 21.5, 52.5, 0)
    assert said["age"] >= 0 and said["reads"] >= 1
    again = board.get("/dht", params={"pin": said["pin"], "type": "DHT22"}).json()
    assert again["name"] == said["name"]
    everything = board.get("/dht").json()
    assert [each["pin"] for each in everything["dht"]] == [said["pin"]]


@pytest.mark.boards("nodemcu", "esp32", "nano_esp32", "esp32c3")
@pytest.mark.world
def test_its_pin_is_reserved(board, board_name):
    label = next(iter(board.world.get()["dht"]))
    pin = reading(board)["pin"]
    for answer in (
        board.get(f"/gpio?pin={label}"),
        board.get(f"/gpio?pin={pin}&state=1"),
        board.put(f"/gpio/{label}", {"state": 1}),
        board.put("/gpio", {label: 1}),
    ):
        assert_problem(answer, 409, "reserved-pin")
        assert "DHT22" in answer.json()["owner"] and pin == answer.json()["pin"]
    pins = {each["pin"]: each["used_by"] for each in board.get("/pins").json()["pins"]}
    assert "DHT22" in pins[pin]
    assert str(pin) not in [str(each["pin"]) for each in board.get("/gpio").json()["pins"]]


@pytest.mark.boards("nodemcu", "esp32", "nano_esp32", "esp32c3")
@pytest.mark.world
def test_a_sensor_is_set_up_on_the_spot(fast, board_name):
    board = fast()
    pin = SPOT[board_name]
    board.world.put({"dht": {pin: {"type": "dht11", "temperature": 23.4, "humidity": 40}}})
    answer = board.get(f"/dht?pin={pin}&type=dht11")
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["type"], said["temperature"], said["humidity"], said["errors"]) == ("dht11", 23.4, 40.0, 0)
    assert len(board.get("/dht").json()["dht"]) == 2
    assert board.get(f"/dht?pin={pin}").status_code == 200
    assert_problem(board.get(f"/dht?pin={pin}&type=dht22"), 409, "other-type")
    assert_problem(board.get(f"/gpio?pin={pin}&state=1"), 409, "reserved-pin")


@pytest.mark.world
def test_nobody_there(fast):
    board = fast()
    answer = board.get("/dht?pin=D5&type=dht22")
    assert_problem(answer, 503, "no-reading")
    assert answer.json()["pin"] == 14 and "does not answer" in answer.json()["detail"]
    wait(lambda: "hint" in board.get("/dht?pin=D5").json(), "no hint")
    said = board.get("/dht?pin=D5").json()
    assert said["errors"] == said["reads"] >= 3
    assert all(word in said["hint"] for word in ("D5", "DHT22", "10 kΩ", "3.3 V"))
    one = board.get("/dht").json()["dht"][1]
    assert (one["temperature"], one["humidity"], one["age"], one["stale"]) == (None, None, None, True)
    world_sensor(board, "D5", temperature=-7.3, humidity=99.9)
    wait(lambda: board.get("/dht?pin=D5").status_code == 200, "the sensor is there now")
    assert board.get("/dht?pin=D5").json()["temperature"] == -7.3


@pytest.mark.world
@pytest.mark.parametrize("fault", ["timeout", "checksum", "zero"])
def test_faults_leave_the_last_good_reading(fast, fault):
    board = fast()
    good = until(board, lambda said: said["age"] is not None, "no reading")
    board.world.put({"dht": {"D2": {"fault": fault}}})
    said = until(board, lambda said: "hint" in said, "no hint")
    assert (said["temperature"], said["humidity"]) == (good["temperature"], good["humidity"])
    assert said["stale"] is True and said["errors"] >= 3 and said["age"] > 5 and "D2" in said["hint"]
    assert {"timeout": "answer", "checksum": "checksum", "zero": "zeros"}[fault] in said["error"]
    answer = board.get("/dht?pin=D2")
    assert answer.status_code == 200 and answer.json()["stale"] is True
    board.world.put({"dht": {"D2": {"fault": None, "temperature": 22}}})
    said = until(board, lambda said: "stale" not in said, "it does not recover")
    assert said["temperature"] == 22.0 and "error" not in said and "hint" not in said


@pytest.mark.world
@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"temperature": 120}, "120.0 °C"),
        ({"temperature": -50}, "-50.0 °C"),
        ({"humidity": 150}, "150.0 %"),
        ({"humidity": 0}, "0.0 %"),
        ({"type": "dht11"}, "DHT11"),
    ],
)
def test_what_cannot_be_is_not_told(fast, wrong, word):
    board = fast()
    until(board, lambda said: said["age"] is not None, "no reading")
    world_sensor(board, "D2", **wrong)
    said = until(board, lambda said: said["errors"] > 3, "nothing is wrong")
    assert (said["temperature"], said["humidity"], said["stale"]) == (21.5, 52.5, True)
    assert word in said["error"]


@pytest.mark.world
def test_a_change_that_lasts_is_believed(fast):
    board = fast()
    until(board, lambda said: said["age"] is not None, "no reading")
    world_sensor(board, "D2", temperature=48.5)
    said = until(board, lambda said: said["temperature"] != 21.5, "it is not believed")
    assert said["temperature"] == 48.5 and said["errors"] == 1 and "stale" not in said


@pytest.mark.world
def test_a_reading_that_does_not_change_is_no_fault(fast):
    board = fast()
    until(board, lambda said: said["age"] is not None, "no reading")
    board.world.put({"dht": {"D2": {"fault": "stuck", "temperature": 24}}})
    reads = reading(board)["reads"]
    said = until(board, lambda said: said["reads"] > reads + 1, "it is not read")
    assert said["temperature"] == 21.5 and said["errors"] == 0 and "stale" not in said


@pytest.mark.world
def test_asking_often_reads_no_more(fast):
    board = fast()
    until(board, lambda said: said["age"] is not None, "no reading")
    for _ in range(40):
        assert board.get("/dht?pin=D2").status_code == 200
    told = board.world.get()["sensors"]["D2"]
    assert told["asked"] == told["good"], "the sensor was asked sooner than it can answer"


@pytest.mark.boards("nodemcu")
def test_questions_that_cannot_be_answered(board):
    known = board.get("/dht").json()["dht"]
    for query, status, kind in (
        ("pin=D2&type=dht33", 400, "bad-type"),
        ("pin=&type=dht22", 400, "missing-pin"),
        ("type=dht22", 400, "missing-pin"),
        ("pin=D5", 400, "missing-type"),
        ("pin=D5&type=dht22&every=1", 400, "unknown-parameter"),
        ("pin=D77&type=dht22", 404, "unknown-pin"),
        ("pin=A0&type=dht22", 409, "analog-only"),
        ("pin=SD2&type=dht22", 409, "flash-pin"),
        ("pin=TX&type=dht22", 409, "reserved-pin"),
        ("pin=D0&type=dht22", 409, "no-pull"),
    ):
        assert_problem(board.get(f"/dht?{query}"), status, kind)
    assert [each["pin"] for each in board.get("/dht").json()["dht"]] == [each["pin"] for each in known]
    assert board.put("/dht", {}).status_code == 405
    head = board.request("HEAD", "/dht")
    assert head.status_code == 200 and not head.content
    assert board.request("HEAD", "/dht?pin=D5&type=dht22").status_code == 400


@pytest.mark.boards("esp32")
def test_an_input_only_pin_is_refused(board):
    assert_problem(board.get("/dht?pin=34&type=dht22"), 409, "input-only-pin")


def test_setting_up_is_a_change(fast):
    board = fast(config={"token": "s3cret-token", "wifi": HOME})
    path = "/dht?pin=D5&type=dht22"
    assert board.get(path).status_code == 401
    assert board.get(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert board.get(path, headers={"Sec-Purpose": "prefetch"}).status_code == 403
    assert board.get("/dht").json() == {"dht": []}
    answer = board.get(path, headers={"Authorization": "Bearer s3cret-token"})
    assert_problem(answer, 503, "no-reading")
    assert len(board.get("/dht").json()["dht"]) == 1


def test_a_pin_in_use_is_not_taken_away(fast):
    board = fast(config={"wifi": HOME, "pins": {"D6": {"name": "lamp", "mode": "out"}}})
    assert_problem(board.get("/dht?pin=lamp&type=dht22"), 409, "pin-in-use")
    assert board.get("/gpio?pin=D5&state=1").status_code == 200
    assert_problem(board.get("/dht?pin=D5&type=dht22"), 409, "pin-in-use")
    assert board.get("/gpio?pin=D7").status_code == 200  # only looked at
    assert_problem(board.get("/dht?pin=D7&type=dht22"), 503, "no-reading")


def test_four_sensors_are_the_most(fast):
    board = fast(config={"wifi": HOME})
    for pin in NODEMCU_SPOTS:
        world_sensor(board, pin)
        answer = board.get(f"/dht?pin={pin}&type=dht22")
        assert answer.status_code == 200, answer.text
    assert_problem(board.get("/dht?pin=D2&type=dht22"), 409, "too-many-sensors")
    assert len(board.get("/dht").json()["dht"]) == 4


def test_entries_that_cannot_be(fast):
    entries = [{"pin": "D2", "type": "dht22"}, {"pin": 4, "type": "dht11"}, {"pin": "SD2", "type": "dht22"}]
    board = fast(config={"wifi": HOME, "dht": [*entries, {"pin": "D6", "type": "dht22"}], "pins": {"D6": {"mode": "out"}}})
    assert [each["name"] for each in board.get("/dht").json()["dht"]] == ["D2"]
    warnings = [line[9:] for line in board.world.get()["console"] if line.startswith("warning: dht[")]
    assert sorted({text[:6] for text in warnings}) == ["dht[1]", "dht[2]", "dht[3]"], warnings
    assert any("belongs to the DHT22" in text for text in warnings), warnings


FRAMES = {  # four bytes as sensors send them: what they mean
    (2, 183, 255, 233): (-2.3, 69.5),  # two's complement
    (2, 183, 128, 23): (-2.3, 69.5),  # a sign and an amount
    (1, 244, 254, 112): (-40.0, 50.0),
    (1, 244, 129, 144): (-40.0, 50.0),
    (1, 244, 255, 255): (-0.1, 50.0),
    (1, 244, 128, 0): (0.0, 50.0),
}


@pytest.mark.boards("nodemcu", "esp32", "nano_esp32", "esp32c3")
@pytest.mark.world
def test_frosty_air_in_both_ways_to_write_it(fast, board_name):
    board = fast()
    pin = SPOT[board_name]
    world_sensor(board, pin, frame=[1, 244, 0, 0])
    board.get(f"/dht?pin={pin}&type=dht22")

    def measured():
        said = board.get(f"/dht?pin={pin}").json()
        return said.get("temperature"), said.get("humidity")

    for frame, (temperature, humidity) in FRAMES.items():
        world_sensor(board, pin, frame=list(frame))
        wait(lambda told=(temperature, humidity): measured() == told, f"{frame} is not {temperature} °C")
