"""Values by name, of sensors, pins, the clock, other servers and the board itself."""

from expect import equal
from fakes.chip import Chip
from picorest import clock
from picorest.heard import watched
from picorest.problem import Problem
from picorest.values import value

START = 1795230000  # Saturday, 2026-11-21 03:00:00 UTC


class Config:
    data = {}

    def __init__(self, **settings):
        self.settings = dict({"timezone": "CET-1CEST,M3.5.0,M10.5.0/3"}, **settings)

    def get(self, *path):
        found = self.settings
        for step in path:
            found = found.get(step) if isinstance(found, dict) else None
        return found


class App:
    """A board with a DHT22 on GPIO4, an input `door` on GPIO5, and an analogue input of 1.65 V."""

    sensors = None
    temperature = 21.5, 3.2
    address_now = "192.168.1.7"

    def __init__(self, chip="esp8266", **settings):
        self.config, self.upstreams = Config(**settings), {}
        self.board = self.dht = self.wifi = self.pins = self.profile = self
        self.chip = chip
        self.ADC_VOLTS = 3.3 if chip == "esp8266" else None

    def gpio(self, text):
        if text not in ("D2", "GPIO36", "36"):
            raise Problem("unknown-pin", pin=text, try_=[])
        return 4

    def value(self, gpio, name):
        """Of the DHT."""
        return {"temperature": self.temperature, "humidity": (52.5, 3.2)}.get(name) if gpio == 4 else None

    def adc(self, mark):
        return self

    def read_u16(self):
        return 32768

    def read_uv(self):
        return 1650000

    def find(self, text):
        if text != "door":
            raise Problem("unknown-pin", pin=text, try_=[])
        return self

    def level(self):
        return 1

    def address(self):
        return self.address_now

    def rssi(self):
        return -61


def test_what_a_sensor_said():
    app = App()
    equal(value(app, "dht.D2.temperature"), (21.5, "°C", 3.2, False))
    equal(value(app, "dht.D2.humidity"), (52.5, "%", 3.2, False))
    app.temperature = 21.5, 15.5
    equal(value(app, "dht.D2.temperature"), (21.5, "°C", 15.5, True))
    app.temperature = None
    equal(value(app, "dht.D2.temperature"), None)
    app.dht = None
    equal(value(app, "dht.D2.humidity"), None)


def test_pins_and_analogue_inputs():
    app = App()
    equal(value(app, "door"), (1, "", None, False))
    equal(value(app, "pin.door"), (1, "", None, False))
    equal(value(app, "adc.A0.volts"), (1.65, "V", None, False))
    equal(value(app, "adc.a0"), (1.65, "V", None, False))
    equal(value(app, "adc.A0.raw"), (32768, "", None, False))
    equal(value(App("esp32"), "adc.36.volts"), (1.65, "V", None, False))


def test_the_time_where_the_board_is():
    app = App()
    with Chip(0) as chip:
        equal(value(app, "time.local"), None)
        clock.set_unix(START, 0, chip)
        equal(value(app, "time.local"), ("04:00:00", "", None, False))
        equal(value(app, "time.clock"), ("04:00", "", None, False))
        equal(value(app, "time.date"), ("2026-11-21", "", None, False))
        equal(value(app, "time.weekday"), ("Sat", "", None, False))
        app.config.settings["timezone"] = "PST8"
        equal(value(app, "time.weekday")[0], "Fri")
        app.config.settings["timezone"] = "nowhere"
        equal(value(app, "time.local"), None)


def test_the_weather_that_was_asked_for():
    app = App(weather={"place": " Paris,FR,"})
    equal(value(app, "weather.temperature"), None)
    now = clock.uptime()
    text = '"Paris"\n48.8534\n2.3488\n1795230000\n12.3\n11.0\n81\n1013\n4.2\n"rain"'
    app.upstreams["weather"] = [["lyon", text, now, now + 600, None], ["paris,fr", text, now - 30, now + 570, None]]
    equal(value(app, "weather.temperature"), (12.3, "°C", 30, False))
    equal(value(app, "weather.humidity"), (81, "%", 30, False))
    equal(value(app, "weather.pressure")[:2], (1013, "hPa"))
    equal(value(app, "weather.wind_speed")[:2], (4.2, "m/s"))
    equal(value(app, "weather.city")[:2], ("Paris", ""))
    app.upstreams["weather"][1][4] = Problem("bad-place")
    equal(value(app, "weather.temperature"), (12.3, "°C", 30, True))
    app.upstreams["weather"][1][2:5] = now - 1300, now, None
    equal(value(app, "weather.temperature")[3], True)
    app.upstreams["weather"][1][2] = None
    equal(value(app, "weather.temperature"), None)
    app = App(weather={"lat": 48.85341, "lon": 2.3488})
    app.upstreams["weather"] = [["48.8500,2.3500", text, now, 0, None]]
    equal(value(app, "weather.temperature")[0], 12.3)
    equal(value(App(), "weather.temperature"), None)


def test_a_field_of_the_channel():
    app = App(thingspeak={"read": {"every": 15}})
    equal(value(app, "thingspeak.field1"), None)
    now = clock.uptime()
    app.fields = [["1", None, None, "7", now - 40, now, None], ["3", "D1", now, "7", now - 40, now, "21.50000"]]
    equal(value(app, "thingspeak.field1"), None)
    equal(value(app, "thingspeak.field3"), (21.5, "", 40, False))
    for text, expected in (("1", 1), ("-0.5", -0.5), ("open", "open")):
        app.fields[0][6] = text
        equal(value(app, "thingspeak.field1"), (expected, "", 40, False))
    app.fields[0][5] = now - 61
    equal(value(app, "thingspeak.field1")[3], True)
    app.config.settings["thingspeak"]["read"]["max_age"] = 39
    equal(value(app, "thingspeak.field3")[3], True)


def test_the_board_itself():
    app = App()
    equal(value(app, "wifi.ip"), ("192.168.1.7", "", None, False))
    equal(value(app, "wifi.rssi"), (-61, "dBm", None, False))
    equal(value(app, "status.rssi"), (-61, "dBm", None, False))
    equal(value(app, "status.uptime")[0], clock.uptime())
    assert value(app, "status.heap_free")[0] > 0
    app.address_now = None
    equal(value(app, "wifi.ip"), None)


def test_what_there_is_not():
    app = App()
    for name in (
        "", ".", "dht", "dht.D2", "dht.D9.temperature", "dht.D2.pressure", "adc", "adc.x.volts", "time", "time.zone", "weather",
        "weather.mood", "thingspeak", "thingspeak.field9", "wifi", "wifi.mood", "status", "status.x", "pin", "pin.window", "window",
    ):  # fmt: skip
        equal(value(app, name), None)


def test_fields_that_somebody_asks_for():
    config = Config()
    equal(watched(config), [])
    config.data = {"display": b'{"screens":[["{thingspeak.field2}"]]}', "links": b'[{"when":"thingspeak.field7"}]', "board": "x"}
    equal(watched(config), ["2", "7"])


def test_sensors_by_name():
    class Sensors:
        def value(self, name, quantity):
            return (8.5, "°C", 2.0, True) if (name, quantity) == ("out", "temperature") else None

    app = App()
    app.sensors = Sensors()
    equal(value(app, "out.temperature"), (8.5, "°C", 2.0, True))
    equal(value(app, "door"), (1, "", None, False))
    for name in ("out", "out.humidity", "attic.temperature"):
        equal(value(app, name), None)
