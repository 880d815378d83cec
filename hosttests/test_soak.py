"""Every fault of the sensors, switched on and off at random for some minutes of the board's time."""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from hosttests.support.ntp_servers import set_time
from hosttests.support.upstreams import HOME
from virtualboard.client import wait

SPEED = 20  # times as fast as life
SECONDS = 7  # of ours
PATHS = ("/dht", "/dht?pin=D2", "/time", "/gpio?pin=D1&state=toggle", "/status", "/adc/A0", "/wifi", "/config")
FAULTS = ("timeout", "checksum", "zero", "stuck")
# what a fault can make of a sensor beside silence: none of these is ever true
LIES = ({"temperature": 199}, {"temperature": -99}, {"humidity": 0}, {"humidity": 199})
SENSORS = {"D2": "dht22", "D5": "dht11", "D6": "dht22"}
CONFIG = {"wifi": HOME, "dht": [{"pin": pin, "type": kind} for pin, kind in SENSORS.items()]}


class Sensor:
    """One sensor of the world: what it has truly measured so far, and when, and what is wrong with it."""

    def __init__(self, world, pin, dice):
        self.world, self.pin, self.dice = world, pin, dice
        self.true = set()
        self.temperature, self.humidity = 21.5, 52.5
        self.set({})

    def set(self, wrong):
        honest = {"type": SENSORS[self.pin], "temperature": self.temperature, "humidity": self.humidity, "fault": None}
        if not wrong:
            self.true.add((self.temperature, self.humidity))
        self.world.put({"dht": {self.pin: {**honest, **wrong}}})

    def change(self):
        """Something else from here on: often the truth, slightly different from before."""
        what = self.dice.random()
        if what < 0.5:
            self.temperature = round(min(max(self.temperature + self.dice.uniform(-4, 4), 1), 49), 1)
            self.humidity = round(min(max(self.humidity + self.dice.uniform(-15, 15), 25), 89))
            self.set({})
        elif what < 0.8:
            self.set({"fault": self.dice.choice(FAULTS)})
        elif what < 0.9:
            self.set(self.dice.choice(LIES))
        else:
            self.set({"type": "dht11" if SENSORS[self.pin] == "dht22" else "dht22"})


@pytest.mark.long
@pytest.mark.world
def test_no_fault_ever_makes_a_wrong_reading(fresh_board):
    board = fresh_board(config=CONFIG)
    board.session.headers["Connection"] = "close"  # an idle connection is closed after seconds of the board's
    seed = random.randrange(1 << 30)
    print("seed", seed)  # to see it all again
    dice = random.Random(seed)
    sensors = {pin: Sensor(board.world, pin, dice) for pin in SENSORS}
    board.world.put({"time": {"speed": SPEED}})
    late = looks = stale = 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        dice.choice(list(sensors.values())).change()
        for _ in range(3):
            asked = total(board)
            assert board.get("/gpio?pin=D1").status_code == 200
            late += total(board) - asked > 2
            looks += 1
            for said in board.get("/dht").json()["dht"]:
                stale += check(said, sensors[said["name"]])
    assert stale, "no fault was ever noticed"
    assert late <= looks / 4, f"{late} of {looks} requests waited for more than two readings"
    agree(board)
    recover(board, sensors)


def total(board):
    return sum(told["asked"] for told in board.world.get()["sensors"].values())


def check(said, sensor):
    """One sensor's answer: a reading that was true once, or none; whether it says that the last one failed."""
    if said["temperature"] is None:
        assert said["age"] is None and said["stale"] is True
        return True
    assert (said["temperature"], said["humidity"]) in sensor.true, (said, sensor.true)
    assert ("stale" in said) == ("error" in said)
    if "stale" not in said:
        assert said["age"] < 60 and "hint" not in said
    return "stale" in said


def agree(board):
    """The board has counted what the world has."""
    board.world.put({"time": {"speed": 1}})
    last = []

    def counts():
        told = {name: [each["asked"], each["asked"] - each["good"]] for name, each in board.world.get()["sensors"].items()}
        said = {each["name"]: each for each in board.get("/dht").json()["dht"]}
        last[:] = [told, {name: [each["reads"], each["errors"]] for name, each in said.items()}]
        return all(
            # a good frame is refused too when it jumps, comes from another type or cannot be
            said[name]["reads"] == asked and asked >= said[name]["errors"] >= failed for name, (asked, failed) in told.items()
        )

    wait(counts, lambda: f"the world has {last[0]}, the board {last[1]}")


def recover(board, sensors):
    """Without faults everything is soon as it should be."""
    board.world.put({"time": {"speed": SPEED}})
    for sensor in sensors.values():
        sensor.set({})

    def well():
        said = {each["name"]: each for each in board.get("/dht").json()["dht"]}
        return all(
            "stale" not in said[pin] and said[pin]["temperature"] == sensor.temperature for pin, sensor in sensors.items()
        )

    wait(well, lambda: f"they do not recover: {board.get('/dht').text}")


@pytest.mark.world
def test_the_counters_are_the_worlds(fresh_board):
    """Faults that no judgement is needed for: the numbers of failures are the same, too."""
    board = fresh_board("--speed", str(SPEED), config=CONFIG)
    board.session.headers["Connection"] = "close"
    dice = random.Random(4711)
    for _ in range(30):
        pin = dice.choice(list(SENSORS))
        world = {"type": SENSORS[pin], "temperature": 21.5, "humidity": 52, "fault": dice.choice((None, *FAULTS[:3]))}
        board.world.put({"dht": {pin: world}})
        time.sleep(0.1)
    board.world.put({"time": {"speed": 1}})
    last = []

    def equal():
        told = {name: (each["asked"], each["asked"] - each["good"]) for name, each in board.world.get()["sensors"].items()}
        said = {each["name"]: (each["reads"], each["errors"]) for each in board.get("/dht").json()["dht"]}
        last[:] = [told, said]
        return told == said and sum(failed for _, failed in told.values()) > 3

    wait(equal, lambda: f"the world has {last[0]}, the board {last[1]}")


@pytest.mark.world
def test_two_sensors_and_the_clock_leave_room_for_three_clients(fresh_board):
    board = fresh_board(config={"wifi": HOME, "dht": [{"pin": pin, "type": "dht22"} for pin in ("D2", "D6")]})
    board.world.put({"dht": {"D6": {"type": "dht22", "temperature": 20, "humidity": 40}}})
    set_time(board)
    wait(lambda: all(said["reads"] for said in board.get("/dht").json()["dht"]), "not every sensor was read")

    def client(number):
        session = requests if number else requests.Session()  # one stays connected, two come anew each time
        dice = random.Random(number)
        seen = Counter()
        for _ in range(60):
            path = dice.choice(PATHS)
            answer = session.get(board.url + path, timeout=10)
            seen[path, answer.status_code] += 1
            assert answer.json()
        return seen

    with ThreadPoolExecutor(3) as clients:
        seen = sum(clients.map(client, range(3)), Counter())
    assert not [what for what in seen if what[1] != 200], seen
    assert sum(seen.values()) == 180
