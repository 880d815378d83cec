"""MQTT against a real broker: states, commands, Home Assistant's discovery, and what happens when the broker goes."""

import json
import socket
import subprocess
import sys
from contextlib import closing
from types import SimpleNamespace

import pytest

from hosttests.support.gpio import ok, refused
from hosttests.support.ha_discovery import entities
from hosttests.support.mosquitto import PROGRAM, Listener, Mosquitto
from virtualboard.client import wait

ESP32 = pytest.mark.boards("esp32")
HOME = {"networks": [{"ssid": "home", "password": "home-secret"}]}
PINS = {"25": {"name": "lamp", "mode": "out"}, "26": {"name": "door", "mode": "in", "pull": "up"}, "27": {"mode": "out"}}
BASE = "picorest/shed"
pytestmark = [pytest.mark.world, pytest.mark.skipif(not PROGRAM, reason="needs Mosquitto (Debian: apt install mosquitto)")]


@pytest.fixture
def broker(tmp_path):
    with closing(Mosquitto(tmp_path)) as found:
        yield found


@pytest.fixture
def heard(broker):
    with closing(Listener(broker.port)) as found:
        yield found


def config(broker, **more) -> dict:
    return {"hostname": "shed", "wifi": HOME, "pins": PINS, "dht": [{"pin": "23", "type": "dht22"}],
            "mqtt": {"host": "127.0.0.1", "port": broker.port, **more}}  # fmt: skip


def service(board) -> dict:
    return ok(board.get("/status"))["services"]["mqtt"]


@ESP32
def test_states_and_commands(fresh_board, broker, heard):
    board = fresh_board(config=config(broker))
    heard.hear(f"{BASE}/status", "online")
    heard.hear(f"{BASE}/gpio/GPIO25", "OFF")
    heard.hear(f"{BASE}/gpio/GPIO26", "ON")
    heard.hear(f"{BASE}/sensor/GPIO23/temperature", "21.5")
    heard.hear(f"{BASE}/sensor/GPIO23/humidity", "52.5")
    assert f"{BASE}/gpio/GPIO27" not in heard.said, "only pins with a name"
    for text, state in (("ON", "ON"), ("toggle", "OFF"), ('{"state":1}', "ON"), ("0", "OFF"), ("1", "ON")):
        heard.say(f"{BASE}/gpio/GPIO25/set", text)
        heard.hear(f"{BASE}/gpio/GPIO25", state)
        assert board.world.get()["outputs"]["25"]["level"] == (state == "ON")
    heard.say(f"{BASE}/gpio/GPIO25/set", '{"pwm":0.25,"freq":1000}')
    heard.hear(f"{BASE}/gpio/GPIO25/pwm", "0.25")
    board.world.put({"pins": {"26": 0}, "dht": {"23": {"type": "dht22", "temperature": -3.5, "humidity": 52.5}}})
    heard.hear(f"{BASE}/gpio/GPIO26", "OFF")
    board.put("/gpio/lamp", {"state": 0})
    heard.hear(f"{BASE}/gpio/GPIO25", "OFF")
    assert service(board)["state"] == "ok" and "Traceback" not in board.console()


@ESP32
def test_nonsense_is_refused_in_words_and_harms_nothing(fresh_board, broker, heard):
    board = fresh_board(config=config(broker))
    heard.hear(f"{BASE}/status", "online")
    for text in ("perhaps", "", "{", '{"state":1,"state":0}', '{"state":[1]}', "\x00", "[" * 300, "1" * 3000):
        heard.say(f"{BASE}/gpio/GPIO25/set", text)
    heard.say(f"{BASE}/gpio/GPIO26/set", "ON")
    heard.say(f"{BASE}/gpio/GPIO27/set", "ON")
    heard.client.publish(f"{BASE}/gpio/GPIO25/set", b"\xff\xfe", 1).wait_for_publish(10)
    heard.say(f"{BASE}/gpio/GPIO25/set", "ON")
    heard.hear(f"{BASE}/gpio/GPIO25", "ON")
    assert board.console().count("a message was refused") >= 8 and "Traceback" not in board.console()
    assert board.world.get()["outputs"]["27"]["level"] == 0, "a pin without a name takes no commands"
    assert heard.said[f"{BASE}/status"] == ["online"], "the connection was never lost"


@ESP32
def test_a_kept_command_is_not_done_at_each_start(fresh_board, broker, heard):
    heard.client.publish(f"{BASE}/gpio/GPIO25/set", "ON", 1, retain=True).wait_for_publish(10)
    board = fresh_board(config=config(broker))
    heard.hear(f"{BASE}/gpio/GPIO25", "OFF")
    heard.say(f"{BASE}/gpio/GPIO25/set", '{"state":"toggle"}')
    heard.hear(f"{BASE}/gpio/GPIO25", "ON")
    assert board.world.get()["outputs"]["25"]["level"] == 1


@ESP32
def test_home_assistant_is_told(fresh_board, broker, heard):
    board = fresh_board(config=config(broker))
    heard.hear(f"{BASE}/sensor/GPIO23/humidity", "52.5")
    found = entities(heard.said)
    assert set(found) == {"switch GPIO25", "binary_sensor GPIO26", "sensor GPIO23-temperature", "sensor GPIO23-humidity"}
    lamp, door, warmth = found["switch GPIO25"], found["binary_sensor GPIO26"], found["sensor GPIO23-temperature"]
    assert (lamp["name"], door["name"]) == ("lamp", "door")
    assert lamp["command_topic"] == lamp["state_topic"] + "/set" and "command_topic" not in door
    assert (warmth["device_class"], warmth["state_class"], warmth["unit_of_measurement"]) == ("temperature", "measurement", "°C")
    for entry in found.values():
        assert heard.last(entry["state_topic"]) is not None and heard.last(entry["availability_topic"]) == "online"
        assert entry["device"] == lamp["device"] and len(entry["device"]["identifiers"]) == 1
    ok(board.patch("/config", {"pins": {"26": None}}))
    board.reboot()
    topic = next(topic for topic in heard.said if topic.startswith("homeassistant/binary_sensor") and "GPIO26" in topic)
    heard.hear(topic, "")


@ESP32
def test_other_sensors_by_their_names(fresh_board, broker, heard):
    air = {"name": "air", "type": "bme280", "sda": 21, "scl": 22, "address": 118}
    out = {"name": "out", "type": "ds18b20", "pin": 27}
    board = fresh_board(config=config(broker) | {"pins": {}, "sensors": [air, out]})
    heard.hear(f"{BASE}/status", "online")
    board.world.put({"i2c": {"118": {"temperature": 24.5, "pressure": 1000.0, "humidity": 40.0, "fault": None}}})
    with board.world.fast(10):
        wait(lambda: heard.last(f"{BASE}/sensor/air/pressure"), lambda: heard.said)
    assert float(heard.last(f"{BASE}/sensor/air/pressure")) == pytest.approx(1000, abs=0.2)
    assert float(heard.last(f"{BASE}/sensor/air/temperature")) == pytest.approx(24.5, abs=0.02)
    assert heard.last(f"{BASE}/sensor/out/temperature") is None, "it gives no readings"
    told = entities(heard.said)
    pressure = told["sensor air-pressure"]
    assert (pressure["device_class"], pressure["unit_of_measurement"]) == ("pressure", "hPa")
    assert pressure["state_topic"] == f"{BASE}/sensor/air/pressure" and told["sensor air-humidity"]["unit_of_measurement"] == "%"
    assert not any(name.startswith("sensor out-") for name in told) and "Traceback" not in board.console()


@ESP32
def test_what_the_chip_has_not_is_not_told(fresh_board, broker, heard):
    """A BMP280 has no humidity; where a BME280 was before, Home Assistant is told that it is gone."""
    board = fresh_board(config=config(broker) | {"sensors": [{"name": "air", "type": "bme280", "sda": 21, "scl": 22}]})
    seen = {"type": "bme280", "temperature": 24.5, "pressure": 1000.0, "humidity": 40.0, "fault": None}
    board.world.put({"i2c": {"118": seen}})
    with board.world.fast(10):
        wait(lambda: [topic for topic in heard.said if "air-humidity" in topic], lambda: heard.said)
    (humidity,) = [topic for topic in heard.said if "air-humidity" in topic]
    assert json.loads(heard.last(humidity))["device_class"] == "humidity" and 'ratio{sensor="air"}' in board.get("/metrics").text
    board.world.put({"i2c": {"118": {**seen, "type": "bmp280"}}})
    with board.world.fast(10):
        heard.hear(humidity, "")
    assert "humidity" not in board.get("/sensors/air").text and 'ratio{sensor="air"}' not in board.get("/metrics").text
    told = entities(heard.said)
    assert {"sensor air-temperature", "sensor air-pressure"} <= set(told) and "sensor air-humidity" not in told


@ESP32
def test_without_discovery_nothing_is_said_of_it(fresh_board, broker, heard):
    fresh_board(config=config(broker, discovery=False, topic="cellar"))
    heard.hear("cellar/gpio/GPIO25", "OFF")
    assert not [topic for topic in heard.said if not topic.startswith("cellar/")]


@ESP32
def test_the_broker_tells_when_the_board_is_lost(fresh_board, broker, heard):
    board = fresh_board(config=config(broker))
    heard.hear(f"{BASE}/status", "online")
    board.world.put({"wifi": {"up": False}})
    heard.hear(f"{BASE}/status", "offline")
    board.world.put({"wifi": {"up": True}})
    with board.world.fast(10):
        heard.hear(f"{BASE}/status", "online")
    assert service(board)["error"] is None


@pytest.mark.long
@ESP32
def test_a_thousand_commands_with_a_restart_of_the_broker_in_the_middle(fresh_board, broker, heard):
    """Each is done, in order; HTTP is answered all the while."""
    board = fresh_board(config=config(broker))
    heard.hear(f"{BASE}/status", "online")
    first = ok(board.get("/gpio/lamp"))["rev"]
    for half in (range(1, 501), range(501, 1001)):
        for number in half:
            sent = heard.client.publish(f"{BASE}/gpio/GPIO25/set", json.dumps({"pwm": number / 1000}), 1)
            if number % 100 == 0:
                assert board.get("/health").status_code == 200
        sent.wait_for_publish(20)
        if half[0] == 1:
            broker.stop()
            broker.start()
            wait(heard.client.is_connected, "the listener is not back")
    heard.hear(f"{BASE}/gpio/GPIO25/pwm", "1.0")
    duties = [float(text) for text in heard.said[f"{BASE}/gpio/GPIO25/pwm"]]
    assert duties == sorted(duties), "in order"
    assert ok(board.get("/gpio/lamp"))["rev"] - first >= 1000, "each of them"
    assert "Traceback" not in board.console() and "refused" not in board.console()


@ESP32
def test_what_was_said_while_the_board_was_away_is_done_when_it_is_back(fresh_board, broker, heard):
    board = fresh_board(config=config(broker))
    heard.hear(f"{BASE}/status", "online")
    board.world.put({"wifi": {"up": False}})
    heard.hear(f"{BASE}/status", "offline")
    heard.say(f"{BASE}/gpio/GPIO25/set", "ON")
    board.world.put({"wifi": {"up": True}})
    with board.world.fast(10):
        heard.hear(f"{BASE}/gpio/GPIO25", "ON")
    assert board.world.get()["outputs"]["25"]["level"] == 1


@ESP32
def test_passwords(fresh_board, tmp_path):
    (folder := tmp_path / "broker").mkdir()
    with closing(Mosquitto(folder, password="open-sesame")) as broker:
        wrong = fresh_board(config=config(broker, user="picorest", password="closed"))
        wait(lambda: "does not let" in str(service(wrong)["error"]) or "password" in str(service(wrong)["error"]), "it was let in")
        assert ok(wrong.get("/health"))["status"] == "degraded" and ok(wrong.get("/config"))["mqtt"]["password"] is True
        wrong.close()
        with closing(Listener(broker.port, username="picorest", password="open-sesame")) as heard:
            fresh_board(config=config(broker, user="picorest", password="open-sesame"))
            heard.hear(f"{BASE}/status", "online")


@pytest.mark.long
@pytest.mark.native("files on the flash")
@ESP32
def test_an_encrypted_connection(fresh_board, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "localhost.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30000 -subj /CN=localhost".split()
    more = ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
    subprocess.run([*command, *more], check=True, capture_output=True)
    (folder := tmp_path / "broker").mkdir()
    with closing(Mosquitto(folder, tls=(certificate, key))) as broker:
        board = fresh_board(config=config(broker, host="localhost", tls=True) | {"ca": "localhost.pem"})
        wait(lambda: service(board)["error"], "it needs no certificate")
        copy = [sys.executable, "-m", "mpremote", "connect", board.serial, "fs", "cp", str(certificate), ":", "+", "reset"]
        subprocess.run(copy, check=True, capture_output=True, timeout=60)
        board.wait_until_it_serves()
        wait(lambda: ok(board.get("/status"))["services"]["mqtt"]["state"] == "ok", lambda: service(board))


@ESP32
def test_a_broker_that_is_not_there_or_is_none(fresh_board, broker):
    broker.stop()
    board = fresh_board(config=config(broker))
    wait(lambda: "does not answer" in str(service(board)["error"]), "nothing is said")
    assert service(board)["state"] == "failing" and board.get("/gpio/lamp").status_code == 200
    broker.start()
    with board.world.fast(10):
        wait(lambda: service(board)["state"] == "ok", "it has not come back")


@ESP32
@pytest.mark.parametrize("says, words", [
    (b"HTTP/1.1 400 Bad Request\r\n\r\n", "has closed the connection"), (b"\x20\x02\x00\x00\x32\x03\x00\x09a", "is not MQTT"),
    (b"\x20\x02\x00\x05", "does not let this user in"), (b"\x20\x02\x00\x63", "no reason"), (b"", "does not answer"),
], ids=["http", "half", "refused", "unknown", "closed"])  # fmt: skip
def test_a_server_that_speaks_something_else(fresh_board, says, words):
    with socket.create_server(("127.0.0.1", 0)) as server:
        board = fresh_board(config=config(SimpleNamespace(port=server.getsockname()[1])))
        with server.accept()[0] as peer:
            assert b"MQTT" in peer.recv(100)
            peer.sendall(says)
        wait(lambda: words in str(service(board)["error"]), lambda: service(board))
        assert "Traceback" not in board.console()


@pytest.mark.boards("esp32")
def test_a_topic_on_which_nothing_can_be_said(board):
    for topic in ("house/#", "a/+/b", "$SYS/shed"):
        said = refused(board.patch("/config", {"mqtt": {"host": "a.local", "topic": topic}}), 400, "bad-config")
        assert said["key"] == "mqtt.topic" and "broker" in said["detail"], said
    ok(board.patch("/config", {"mqtt": {"host": "a.local", "topic": "Haus/Küche $1"}}))
    ok(board.patch("/config", {"mqtt": None}))


@pytest.mark.boards("nodemcu")
def test_an_esp8266_refuses_it_in_words(board):
    assert "ESP32" in refused(board.patch("/config", {"mqtt": {"host": "a.local"}}), 400, "bad-config")["detail"]
