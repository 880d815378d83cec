"""What /status and /health say about the background services."""

import json

from expect import equal
from fakes.chip import Chip
from picorest import clock
from picorest.service_status import failing, text


class Network:
    error = None
    set_at = 0
    networks = ()
    up = True
    data = {}

    def __init__(self):
        self.config = self

    def get(self, *path):
        return self.networks

    def connected(self):
        return self.up


class Row:
    def row(self, mark):
        return ["4", "D2"], "", ""


class App:
    def __init__(self, **services):
        self.wifi = Network()
        self.board = Row()
        self.failures = {}
        others = [[name.replace("_", "."), services[name], None, 0] for name in sorted(services)]
        self.services = [["wifi", self.wifi, None, 0]] + others

    def said(self):
        return json.loads("".join(text(self)))


class Dht:
    def __init__(self, *sensors):
        self.list = sensors


class Writing:
    error = success = missing = None
    log = [[], 3, 2, False, 9]  # three wait, two are lost
    sent = 7


class Reading:
    error = success = None
    log = []
    commands = 4


def test_a_board_that_is_well():
    with Chip(5000):
        app = App(sntp=Network())
        said = app.said()
        equal(sorted(said), ["sntp", "wifi"])
        equal(said["wifi"], {"state": "ok", "last_success": None, "error": None, "waiting": None, "delivered": None, "lost": None})
        equal(said["sntp"]["state"], "starting")
        equal(failing(app), [])
        clock.synced = True
        clock._unix = 1795230000
        equal(app.said()["sntp"]["state"], "ok")
        equal(app.said()["wifi"]["last_success"], 1795230000)


def test_thingspeak_that_tells():
    with Chip(5000):
        writing, reading = Writing(), Reading()
        app = App(thingspeak_write=writing, thingspeak_read=reading)
        said = app.said()
        equal(said["thingspeak.write"]["state"], "starting")
        equal([said["thingspeak.write"][name] for name in ("waiting", "delivered", "lost")], [3, 7, 2])
        equal([said["thingspeak.read"][name] for name in ("waiting", "delivered", "lost")], [0, 4, 0])
        writing.error = "thingspeak refuses the key."
        reading.success = 3
        said = app.said()
        equal((said["thingspeak.write"]["state"], said["thingspeak.write"]["error"]), ("failing", "thingspeak refuses the key."))
        equal(said["thingspeak.read"]["state"], "ok")
        equal(failing(app), [("thingspeak.write", "thingspeak refuses the key.")])
        writing.error = None
        writing.missing = "dht.D2.temperature"
        assert "dht.D2.temperature" in failing(app)[0][1]


def test_without_a_network_the_others_wait_for_it():
    with Chip(5000):
        writing = Writing()
        writing.error = "thingspeak cannot be asked"
        app = App(thingspeak_write=writing)
        app.wifi.up = False
        equal(failing(app), [])
        app.wifi.networks = ["home"]
        equal([name for name, _ in failing(app)], ["wifi"])
        equal(app.said()["thingspeak.write"]["state"], "waiting")


def test_sensors():
    with Chip(10000):
        good = [4, 22, 215, 525, 7000, 0, 10, 2, 0, 0, None]
        silent = [4, 22, None, 0, 0, 0, 5, 5, 5, 1, None]
        clock.uptime()
        equal(App(dht=Dht(good)).said()["dht"]["state"], "ok")
        app = App(dht=Dht(good, silent))
        said = app.said()["dht"]
        equal((said["state"], said["delivered"], said["lost"]), ("failing", 8, 7))
        assert "DHT22 on D2" in said["error"]


def test_what_did_not_start_or_died():
    with Chip(5000):
        app = App(sntp=Network())
        app.failures = {"sntp": 77, "thingspeak.write": "there is no memory left for it"}
        said = app.said()
        equal((said["sntp"]["state"], said["thingspeak.write"]["state"]), ("failing", "stopped"))
        equal(said["thingspeak.write"]["error"], "there is no memory left for it")
