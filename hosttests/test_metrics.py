"""GET /metrics: Prometheus and its tool understand it, and it agrees with what the other addresses say."""

import re

import pytest

from host import ROOT
from hosttests.support.gpio import ok, quick, refused
from hosttests.support.ntp_servers import HOME
from hosttests.support.prometheus import Prometheus, complaints

LINE = re.compile(r"(picorest_[a-z_]+)(\{(?:[a-z]+=\"(?:[^\"\\\n]|\\[\\\"n])*\",?)*\})? (-?\d[\d.]*)$")
HELP = re.compile(r"# HELP (picorest_[a-z_]+) [a-z ]+\.\n# TYPE \1 (counter|gauge)\n")
PAGE = (ROOT / "docs" / "metrics.md").read_text("utf-8")


def scrape(board, **rest) -> dict[str, float]:
    """The samples by their names with labels."""
    answer = board.get("/metrics", **rest)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store" and answer.text.endswith("\n")
    found = [LINE.match(line) for line in answer.text.splitlines() if line[:1] != "#"]
    assert all(found), answer.text
    samples = {match[1] + (match[2] or ""): float(match[3]) for match in found}
    assert len(samples) == len(found), "a sample came twice"
    return samples


@pytest.mark.boards("nodemcu", "esp32")
def test_promtool_has_no_complaints(board, free_pins):
    ok(board.put(f"/gpio/{free_pins[0]}", {"pwm": 0.25}))
    text = board.get("/metrics").text
    assert complaints(text) == ""
    heads = dict(HELP.findall(text))
    names = [LINE.match(line)[1] for line in text.splitlines() if line[:1] != "#"]
    assert list(heads) == list(dict.fromkeys(names)), "each metric has a head, and stands behind it"
    assert all((kind == "counter") == name.endswith("_total") for name, kind in heads.items())


def test_the_tool_would_complain():
    assert "no help text" in complaints("picorest_pin_state 1\n") and complaints("picorest_pin_state{\n")


@pytest.mark.boards("nodemcu", "esp32")
def test_it_says_what_the_others_say(board, free_pins):
    first, second = free_pins
    for pin, change in ((first, {"pwm": 0.25}), (second, {"state": 1})):
        ok(board.put(f"/gpio/{pin}", change))
    if board.world:
        board.world.wait(lambda _: "temperature" in board.get("/dht").text and ok(board.get("/dht"))["dht"][0]["temperature"])
    said = scrape(board)
    status = ok(board.get("/status"))
    info = f'picorest_build_info{{version="{status["version"]}",board="{status["board"]}"}}'
    assert said[info] == 1 and 0 <= status["uptime"] - said["picorest_uptime_seconds"] < 5
    assert said["picorest_flash_free_bytes"] == status["flash_free"]
    assert 0 < said["picorest_heap_free_bytes"] < said["picorest_heap_size_bytes"]
    assert said["picorest_requests_total"] < status["counters"]["requests"] <= said["picorest_requests_total"] + 10
    assert said["picorest_wifi_signal_dbm"] < 0
    for pin in ok(board.get("/gpio"))["pins"]:
        labels = f'{{pin="{pin["pin"]}",name="{pin["name"]}"}}'
        assert said["picorest_pin_state" + labels] == pin["state"]
        assert said.get("picorest_pin_duty_ratio" + labels) == pin.get("pwm")
    for sensor in ok(board.get("/dht"))["dht"]:
        label = f'{{sensor="{sensor["name"]}"}}'
        assert said["picorest_temperature_celsius" + label] == sensor["temperature"]
        assert said["picorest_humidity_ratio" + label] == pytest.approx(sensor["humidity"] / 100)
        assert said["picorest_sensor_errors_total" + label] <= sensor["errors"]
        assert 0 < said["picorest_sensor_reads_total" + label] <= sensor["reads"]
    for name, service in status["services"].items():
        label = f'{{service="{name}"}}'
        assert said["picorest_service_up" + label] == (service["state"] == "ok")
        assert ("picorest_service_lost_total" + label in said) == (service["lost"] is not None)


@pytest.mark.world
def test_what_is_too_old_is_left_out(fresh_board):
    board = quick(fresh_board)
    board.world.wait(lambda _: 'celsius{sensor="D2"} 21.5' in board.get("/metrics").text)
    board.world.put({"dht": {"D2": {"fault": "timeout"}}, "time": {"speed": 10}})
    board.world.wait(lambda _: "celsius" not in board.get("/metrics").text)
    said = scrape(board)
    assert not [name for name in said if "humidity" in name] and said['picorest_sensor_errors_total{sensor="D2"}'] > 2
    assert ok(board.get("/dht"))["dht"][0]["temperature"] == 21.5, "the last good value is still known"
    board.world.wait(lambda _: 'service_up{service="dht"} 0' in board.get("/metrics").text)


@pytest.mark.world
@pytest.mark.native("time: it is about other programs")
def test_prometheus_reads_it(fresh_board, tmp_path):
    """With names of every kind, and with the token that the board asks for."""
    name = 'the "left" \\ ü, {lamp}\\n'
    lamp = {"D5": {"name": name, "mode": "out"}}
    config = {"auth": "all", "token": "secret", "pins": lamp, "dht": [{"pin": "D2", "type": "dht22"}], "wifi": HOME}
    board = quick(fresh_board, config=config)
    refused(board.get("/metrics"), 401, "token-needed")
    with Prometheus(tmp_path, board, job={"authorization": {"credentials": "secret"}}) as prometheus:
        (lamp,) = prometheus.wait("picorest_pin_state")
        assert (lamp["labels"]["name"], lamp["labels"]["pin"], lamp["value"]) == (name, "14", 0)
        ok(board.put("/gpio/D5", {"state": 1}, headers={"Authorization": "Bearer secret"}))
        prometheus.wait('picorest_pin_state{pin="14"} == 1')
        (air,) = prometheus.wait("picorest_temperature_celsius")
        assert air["labels"]["sensor"] == "D2" and air["value"] == 21.5
        prometheus.wait("rate(picorest_requests_total[10s]) > 0")
        (up,) = prometheus.query("up")
        assert up["value"] == 1


@pytest.mark.boards("nodemcu", "esp32")
def test_the_number_of_series_has_a_bound(board):
    """Every pin that can be driven, each with PWM where there is a channel left: whatever clients do, there are no more."""
    for pin in ok(board.get("/pins"))["pins"]:
        if board.put(f"/gpio/{pin['pin']}", {"state": 0}).ok:
            board.put(f"/gpio/{pin['pin']}", {"pwm": 0.5})
    text = board.get("/metrics").text
    assert complaints(text) == "" and len(scrape(board)) < 120
    assert board.get("/metrics?unknown=1").status_code == 200


def test_head_has_no_body(board):
    answer = board.request("HEAD", "/metrics")
    assert (answer.status_code, answer.text) == (200, "") and answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.world
@pytest.mark.boards("esp32")
def test_each_is_told(fresh_board, free_pins):
    """docs/metrics.md has a line for each metric, with its labels, and none too many; each sensor is there, whatever its kind."""
    air = {"name": "air", "type": "bme280", "sda": 21, "scl": 22, "address": 118}
    out = {"name": "out", "type": "ds18b20", "pin": 27}
    board = quick(fresh_board, config={"wifi": HOME, "dht": [{"pin": "23", "type": "dht22"}], "sensors": [air, out]})
    seen = {"temperature": 24.25, "pressure": 1013.25, "humidity": 40.0, "fault": None}
    board.world.put({"i2c": {"118": seen}, "time": {"speed": 10}})
    board.world.wait(lambda _: all(word in board.get("/metrics").text for word in ('celsius{sensor="GPIO23"}', "dbm", "pascals")))
    board.world.put({"time": {"speed": 1}})
    values = scrape(board)
    assert values['picorest_temperature_celsius{sensor="air"}'] == pytest.approx(24.25, abs=0.02)
    assert values['picorest_pressure_pascals{sensor="air"}'] == pytest.approx(101325, abs=20)
    assert values['picorest_humidity_ratio{sensor="air"}'] == pytest.approx(0.4, abs=0.001)
    assert values['picorest_sensor_errors_total{sensor="out"}'] > values['picorest_sensor_errors_total{sensor="air"}']
    assert 'picorest_temperature_celsius{sensor="out"}' not in values and complaints(board.get("/metrics").text) == ""
    ok(board.put(f"/gpio/{free_pins[0]}", {"pwm": 0.25}))
    said = {(name.partition("{")[0], tuple(re.findall(r"([a-z]+)=\"", name))) for name in scrape(board)}
    rows = re.findall(r"^\| `(picorest_\w+)` \| ([^|]*)\|", PAGE, re.M)
    told = {(name, tuple(re.findall(r"`(\w+)`", labels))) for name, labels in rows}
    assert said == told and len(rows) == len(told)
