"""What the board says over MQTT, what it may be told, and what Home Assistant is told to find it."""

import json

from expect import equal, raises
from fakes.mqtt import App
from picorest import clock
from picorest.mqtt import discovery, topics
from picorest.problem import Problem
from picorest.sensors import VALUES

OWN = "homeassistant/%s/picorest-0aff/%s/config"


class Message:
    def __init__(self, topic, text):
        self.topic = topic
        self.text = text


class Sensors:
    def __init__(self):
        words = "temperature °C humidity %RH lux lx"
        # see sensors/__init__.py; none has measured yet
        self.list = [["roof", "sky", words, (), None, None], ["yard", "sky", words, (), None, None]]

    def readings(self):
        return [("roof", "temperature", "°C", -1250), ("roof", "humidity", "%RH", None), ("roof", "lux", "lx", 5)]


class Sampler:
    """One sensor that measured 5 seconds ago, one that did 15 seconds ago, and one that never did."""

    def __init__(self):
        rows = [[None] * 16 for _ in range(3)]
        for n, age in ((0, 14999), (1, 15000), (2, 0)):
            rows[n][:5] = n + 5, 22, -215 if n < 2 else None, 405, 1000000 - age  # see dht/sampler.py
        self.list = rows


def test_where_it_is_said():
    equal((topics.base(App()), topics.base(App(mqtt={"topic": "a/b"})), topics.base(App(mqtt={}))),
          ("picorest/hall", "a/b", "picorest/hall"))  # fmt: skip


def test_what_is_said():
    app = App()
    equal([line.gpio for line in topics.named(app)], [1, 2])  # named, and set up
    equal(list(topics.states(app)), [("gpio/D1", "ON"), ("gpio/D2", "OFF"), ("gpio/D2/pwm", "0.25")])
    app.lines = {}
    app.sensors = Sensors()
    equal(list(topics.states(app)), [("sensor/roof/temperature", "-12.50"), ("sensor/roof/lux", "0.05")])
    app.sensors = None
    app.dht = Sampler()
    kept = clock.ticks_ms
    clock.ticks_ms = lambda: 1000000
    try:
        equal(list(topics.states(app)), [("sensor/D5/temperature", "-21.5"), ("sensor/D5/humidity", "40.5")])
    finally:
        clock.ticks_ms = kept


def test_what_the_board_is_told():
    app = App()
    for topic, text, expected in (
        (b"a/gpio/D2/set", b"ON", (2, {"state": "ON"})), (b"a/gpio/D1/set", b" toggle\n", (1, {"state": "toggle"})),
        (b"a/gpio/D2/set", b' {"pwm": 0.5}', (2, {"pwm": 0.5})), (b"a/gpio/D3/set", b"ON", None),
        (b"a/gpio/D2/set", b"\xef\xbb\xbfON", (2, {"state": "ON"})), (b"a/gpio/D2/set", b'\xef\xbb\xbf{"pwm":0}', (2, {"pwm": 0})),
        (b"a/gpio/D9/set", b"ON", None),
        (b"a/gpio/D2", b"ON", None), (b"b/gpio/D2/set", b"ON", None),
    ):  # fmt: skip
        del app.done[:]
        topics.obey(app, b"a", Message(topic, text))
        equal((topic, [plan for _, plan in app.done]), (topic, [expected] if expected else []))
    for text in (b"{", b"\xff", b'{"state":1}}'):
        with raises(Problem) as caught:
            topics.obey(app, b"a", Message(b"a/gpio/D2/set", text))
        equal(caught.error.type, "bad-json")


def test_what_home_assistant_is_told():
    app = App()
    told = dict(discovery.entries(app, "base"))
    empty = [topic for topic in told if not told[topic]]
    equal(sorted(empty), sorted([OWN % ("switch", "D1"), OWN % ("binary_sensor", "D2")] + [
        OWN % (kind, name) for kind in ("switch", "binary_sensor") for name in ("D3", "D4")]))  # fmt: skip
    found = {topic: json.loads(told[topic]) for topic in told if told[topic]}
    equal(len(found), 2)
    switch = found[OWN % ("switch", "D2")]
    device = switch.pop("device")
    equal(switch, {"unique_id": "picorest-0aff-D2", "name": "lamp", "state_topic": "base/gpio/D2",
                   "availability_topic": "base/status", "command_topic": "base/gpio/D2/set"})  # fmt: skip
    equal(device, {"identifiers": ["picorest-0aff"], "name": "hall", "manufacturer": "picorest", "model": "a board",
                   "sw_version": "1.2.3", "configuration_url": "http://1.2.3.4/"})  # fmt: skip
    bell = found[OWN % ("binary_sensor", "D1")]
    equal((bell["name"], bell["device"], "command_topic" in bell), ("bell", device, False))
    app.dht = Sampler()
    found = dict(discovery.entries(app, "base"))
    units = [json.loads(found[OWN % ("sensor", "D5-" + what)])["unit_of_measurement"] for what in ("temperature", "humidity")]
    equal(units, ["°C", "%"])


def test_of_other_sensors_home_assistant_is_told_what_they_have_measured():
    app = App()
    equal(topics.measured(app), [])
    app.sensors = Sensors()
    equal((topics.measured(app), list(discovery.others(app, "base"))), ([0, 0], []))
    app.sensors.list[0][VALUES] = -1250, 5250, 5
    equal(topics.measured(app), [3, 0])
    told = dict(discovery.others(app, "base"))
    equal(sorted(told), sorted([OWN % ("sensor", "roof-" + what) for what in ("temperature", "humidity", "lux")]))
    sensor = json.loads(told[OWN % ("sensor", "roof-humidity")])
    equal((sensor["unit_of_measurement"], sensor["device_class"]), ("%", "humidity"))
    equal((sensor["state_topic"], sensor["name"]), ("base/sensor/roof/humidity", "roof humidity"))
    equal((sensor["expire_after"], sensor["state_class"]), (120, "measurement"))
    equal(json.loads(told[OWN % ("sensor", "roof-temperature")])["unit_of_measurement"], "°C")
    equal("device_class" in json.loads(told[OWN % ("sensor", "roof-lux")]), False)


def test_what_the_chip_has_not_is_taken_back():
    app = App()
    app.sensors = Sensors()
    app.sensors.list[1][VALUES] = (2150,)
    equal(topics.measured(app), [0, 1])
    told = dict(discovery.others(app, "base"))
    equal([what for what in ("temperature", "humidity", "lux") if told[OWN % ("sensor", "yard-" + what)]], ["temperature"])
