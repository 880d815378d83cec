"""The connection to a broker that is none, in simulated time."""

import asyncio
import sys

from expect import equal
from fakes.mqtt import App
from picorest import clock
from picorest.mqtt import packets, service

CONNACK = b"\x20\x02\x00\x00"


class Ended(Exception):
    pass


class Broker:
    """Says what it is told to at some time; keeps what it hears."""

    POLLOUT = 4
    now = 1000
    answering = True  # whether its pings come back

    def __init__(self, *says, until=60000):
        self.says = list(says)  # (ms, bytes or an exception)
        self.heard = b""
        self.until = until
        self.closed = 0

    def connect(self, address):
        equal(address, ("broker", 1883))

    def read(self, n):
        if self.says and self.says[0][0] <= self.now:
            said = self.says.pop(0)[1]
            if isinstance(said, Exception):
                raise said
            return said
        return None

    def write(self, data):
        if b"\xc0\x00" in data and self.answering:
            self.says.append((self.now, b"\xd0\x00"))
        self.heard += bytes(data[:50])
        return min(50, len(data))

    def close(self):
        self.closed += 1

    def poll(self, ms=None):
        return self if ms is None else [1]

    def register(self, sock, what):
        pass

    async def sleep(self, ms):
        self.now += ms
        if self.now > self.until:
            raise Ended
        await asyncio.sleep_ms(0)


def talk(broker, app=None):
    """The Mqtt after its time with this broker."""
    app = app or App(mqtt={"host": "broker", "topic": "a"})
    kept = clock.ticks_ms, clock.ticks_diff, clock.uptime, sys.modules.get("select")
    clock.ticks_ms, clock.ticks_diff, clock.uptime = (lambda: broker.now), (lambda a, b: a - b), (lambda: broker.now // 1000)
    sys.modules["select"] = broker
    service.sleep_ms = broker.sleep
    service.resolve = lambda board, host, port: (host, port)
    service.doubt = lambda board, host: None
    service.open_socket = lambda kind, name: broker
    mqtt = service.Mqtt(app)
    try:
        asyncio.run(mqtt.run())
    except Ended:
        pass
    finally:
        clock.ticks_ms, clock.ticks_diff, clock.uptime = kept[:3]
        sys.modules["select"] = kept[3] or __import__("select")
    return mqtt


def messages(data):
    """(topic, text) of what was published, and the other packets by their first bytes."""
    told, others = [], []
    while data:
        found = packets.take(data)
        kind, body, used, _ = found
        if kind & 0xF0 == packets.PUBLISH:
            message = packets.Message(kind, body)
            told.append((message.topic.decode(), message.text.decode()))
        else:
            others.append((kind, bytes(body)))
        data = data[used:]
    return told, others


def test_what_is_said_when_it_begins():
    broker = Broker((1500, CONNACK), until=5000)
    mqtt = talk(broker)
    told, others = messages(broker.heard)
    equal(told, [("a/status", "online"), ("a/gpio/D1", "ON"), ("a/gpio/D2", "OFF"), ("a/gpio/D2/pwm", "0.25")])
    equal([kind for kind, _ in others], [0x10, 0x82])
    assert b"picorest-0aff" in others[0][1] and b"a/status" in others[0][1] and b"offline" in others[0][1]
    assert b"a/gpio/+/set\x01" in others[1][1]
    equal((mqtt.error, mqtt.success, broker.closed), (None, 1, 1))


def test_a_broker_that_lets_it_hear_no_commands():
    for code, error in ((b"\x01", None), (b"\x00", None), (b"\x80", "its user may not read a/gpio/+/set there.")):
        broker = Broker((1500, CONNACK), (1600, b"\x90\x03\x00\x01" + code), until=5000)
        mqtt = talk(broker)
        told, _ = messages(broker.heard)
        equal(told[0], ("a/status", "online"))
        equal(mqtt.error and mqtt.error[-len(error or "") :], error)


def test_the_port_is_that_of_the_configuration_else_the_usual_one():
    for settings, port in (
        ({"port": 1234}, 1234), ({"tls": True}, 8883), ({"tls": True, "port": 1234}, 1234), ({"tls": False}, 1883),
    ):  # fmt: skip
        equal(service.Mqtt(App(mqtt=dict(settings, host="broker"))).port, port)


def test_the_broker_says_on_our_topic_that_we_are_lost():
    broker = Broker((1500, CONNACK), until=2000)
    talk(broker, App(mqtt={"host": "broker", "topic": "a", "user": "me", "password": "secret"}))
    (kind, body), _ = messages(broker.heard)[1]
    words = []
    at = 10
    while at < len(body):
        end = at + 2 + (body[at] << 8 | body[at + 1])
        words.append(body[at + 2 : end])
        at = end
    equal((kind, body[:8], body[8:10]), (0x10, b"\x00\x04MQTT\x04\xe4", b"\x00\x1e"))
    equal(words, [b"picorest-0aff", b"a/status", b"offline", b"me", b"secret"])


def test_what_changes_is_said_and_what_stays_is_not():
    app = App(mqtt={"host": "broker", "topic": "a"})
    broker = Broker((1500, CONNACK), until=8000)
    app.lines[1].level = lambda: broker.now < 4000
    talk(broker, app)
    told, _ = messages(broker.heard)
    equal((told.count(("a/gpio/D1", "ON")), told.count(("a/gpio/D1", "OFF")), told.count(("a/gpio/D2", "OFF"))), (1, 1, 1))


def test_home_assistant_is_told_first_if_that_is_wanted():
    app = App(mqtt={"host": "broker", "topic": "a", "discovery": True})
    broker = Broker((1500, CONNACK), until=9000)
    talk(broker, app)
    told, _ = messages(broker.heard)
    topics = [topic for topic, _ in told]
    equal((topics[0], topics[1].split("/")[0], topics[-1], len(topics)), ("a/status", "homeassistant", "a/gpio/D2/pwm", 12))


class Sensors:
    """One that is read for the first time at 4 s, and tells less from 6 s on: another chip was put in its place."""

    def __init__(self, broker):
        self.broker = broker

    @property
    def list(self):
        now = self.broker.now
        return [["air", "bme280", "temperature °C humidity %RH", (), None, None if now < 4000 else (1, 2) if now < 6000 else (1,)]]

    def readings(self):
        return ()


def test_home_assistant_is_told_of_sensors_as_they_are_found():
    for wanted in (True, False):
        app = App(mqtt={"host": "broker", "topic": "a", "discovery": wanted})
        broker = Broker((1500, CONNACK), until=9000)
        app.sensors = Sensors(broker)
        talk(broker, app)
        told = [(topic, text[:1]) for topic, text in messages(broker.heard)[0] if "/air-" in topic]
        temperature, humidity = ["homeassistant/sensor/picorest-0aff/air-%s/config" % what for what in ("temperature", "humidity")]
        expected = [(temperature, "{"), (humidity, "{"), (temperature, "{"), (humidity, "")]
        equal(told, expected if wanted else [])


def command(id, text, kind=0x32):
    return bytes((kind, 15 + 2 + len(text))) + b"\x00\x0da/gpio/D2/set" + bytes((0, id)) + text


def test_what_it_is_told_is_done_once_and_acknowledged():
    app = App(mqtt={"host": "broker", "topic": "a"})
    said = [command(1, b"ON"), command(1, b"ON", 0x3A), command(2, b"0", 0x33), command(3, b"OFF", 0x3A), command(4, b"{")]
    said.append(command(5, b"1"))
    broker = Broker((1500, CONNACK), *[(2000 + 100 * n, said[n]) for n in range(len(said))], until=4000)
    talk(broker, app)
    equal([plan[1]["state"] for _, plan in app.done], ["ON", "OFF", "1"])
    _, others = messages(broker.heard)
    equal([body for kind, body in others if kind == 0x40], [bytes((0, id)) for id in (1, 1, 2, 3, 4, 5)])


def test_a_message_that_is_too_long_is_skipped():
    app = App(mqtt={"host": "broker", "topic": "a"})
    long = b"\x32\xa1\x06" + b"\x00\x0da/gpio/D2/set\x00\x07" + b"x" * (0x321 - 17)
    broker = Broker((1500, CONNACK), (2000, long[:300]), (2100, long[300:600]), (2200, long[600:] + command(8, b"ON")), until=4000)
    talk(broker, app)
    equal([plan[1]["state"] for _, plan in app.done], ["ON"])
    _, others = messages(broker.heard)
    equal([body for kind, body in others if kind == 0x40], [b"\x00\x07", b"\x00\x08"])


def test_whether_the_broker_lives_is_asked():
    broker = Broker((1500, CONNACK), until=70000)
    mqtt = talk(broker)
    _, others = messages(broker.heard)
    equal((others.count((0xC0, b"")), mqtt.error, broker.closed), (4, None, 1))
    broker = Broker((1500, CONNACK), until=27500)
    broker.answering = False
    equal((talk(broker).error, broker.closed), (None, 1))  # it is still waited for
    broker = Broker((1500, CONNACK), until=32500)
    broker.answering = False
    mqtt = talk(broker)
    equal((mqtt.error, broker.closed), ("The MQTT broker broker:1883 does not answer, or has closed the connection.", 1))


def test_what_goes_wrong_is_told_in_words():
    for says, words in (
        (OSError(104), "does not answer, or has closed"), (b"", "does not answer, or has closed"),
        (b"HTTP/1.1 400 Bad Request\r\n" * 4, "is not MQTT"),
        (b"\x20\x02\x00\x01", "does not speak MQTT 3.1.1"), (b"\x20\x02\x00\x04", "user or password are wrong"),
        (b"\x20\x02\x00\x05", "does not let this user in"), (b"\x20\x02\x00\x06", "gives no reason"), (b"\xd0\x00", "is not MQTT"),
        (MemoryError(), "too little memory"),
    ):  # fmt: skip
        broker = Broker((1500, says), until=2400)
        mqtt = talk(broker)
        assert words in mqtt.error, (says, mqtt.error)
        equal(broker.closed, 1)
    broker = Broker(until=10900)  # it never answers
    equal(talk(broker).error, None)
    broker = Broker(until=11900)
    assert "does not answer" in talk(broker).error


def test_it_tries_again_ever_more_rarely():
    broker = Broker(until=200000)
    broker.says = [(0, OSError(111))] * 20
    tried = []
    broker.connect = lambda address: tried.append(broker.now)
    talk(broker)
    gaps = [later - earlier for earlier, later in zip(tried, tried[1:])]
    equal(gaps, [2000, 4000, 8000, 16000, 32000, 60000, 60000])
