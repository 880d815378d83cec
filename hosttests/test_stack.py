"""The C stack of an ESP8266 has room for some 19 nested calls: whatever the board does needs 15 at most."""

import time

import pytest

from hosttests.support.wifi import OFFICE, REACH, networks, outcome, patient
from virtualboard.client import wait

pytestmark = [pytest.mark.world, pytest.mark.native("the chip's C stack")]
ROOM = "15"
CONFIG = {
    "wifi": {"networks": [{"ssid": "home", "password": "home-secret"}]},
    "timezone": "CET-1CEST,M3.5.0,M10.5.0/3",
    "pins": {"D1": {"name": "bell", "mode": "in", "pull": "up"}, "D8": {"safe": 0}},
}
SERVICES = {
    "dht": [{"pin": "D2", "type": "dht22"}],
    "thingspeak": {
        "channel": 123, "write_key": "DEMOWRITEKEY", "read_key": "DEMOREADKEY",
        "write": {"every": 15, "fields": {"1": "dht.D2.temperature"}}, "read": {"every": 15, "pins": {"2": "D6"}},
    },
}
DEEDS = """
GET /gpio?pin=D5&state=1&for=0.1
GET /gpio?pin=D6&pwm=0.5&freq=500
GET /gpio?pin=D6&pwm=0.25&for=0.1
GET /gpio?pin=D3&state=1
GET /gpio?pin=D3
GET /gpio?pin=6&state=1
GET /gpio?pin=D99
GET /gpio?pin=D7&mode=open_drain&pull=up
GET /gpio/bell?wait=0.1
GET /gpio?pin=D5&state=nonsense
GET /dht?pin=D2&type=dht22
PUT /gpio/D6 {"pwm":0.5,"freq":100}
PUT /gpio {"D5":1,"D6":{"pwm":0.5,"freq":100},"D7":{"state":0}}
PUT /gpio {"D5":1,"D6":{"pwm":0.5},"D7":{"pwm":0.5,"freq":7}}
POST /time/sync
POST /thingspeak {"field1":21.5}
GET /thingspeak?channel=123&field=1&results=2
GET /weather?city=Paris,FR
GET /weather?lat=48.85&lon=2.35
PATCH /config {"timezone":"EST5EDT,M3.2.0,M11.1.0","note":{"a":{"b":{"c":1}}}}
PATCH /config {"proxy":{"cat":{"url":"http://api.open-meteo.com/v1/forecast","headers":{"Accept":"text/html"}}}}
PATCH /config {"timezone":"nonsense"}
PATCH /config {"pins":{"6":{"mode":"out"},"D5":{"name":"lamp","mode":"out"}},"dht":[{"pin":"D2","type":"dht22"}]}
GET /proxy/cat
GET /nothing
""".strip().splitlines()
READ = "/gpio /gpio/D5 /pins /adc /adc/A0 /dht /time /weather /thingspeak /proxy /wifi /wifi/networks /setup /config /status"
READ += " /status?all=1 /gpio?wait=0.1 /config/schema"
PAGES = "/ /favicon.svg /dht?pin=D6 /weather?city=x,y,z /nothing"
PAGES += " /gpio/D5 /gpio?pin=D5&state=1 /gpio?pin=D5&pwm=0.5&for=9 /gpio?pin=6&state=1"


def did(board, line, **headers):
    """One deed; it may be refused, and 503 means that memory was short."""
    method, path, *body = line.split(" ", 2)
    for _ in range(20):
        kind = headers | ({"Content-Type": "application/json"} if body else {})
        answer = board.request(method, path, data=body[0] if body else None, headers=kind)
        if answer.status_code != 503 or not any(why in answer.text for why in ("out-of-memory", "busy")):
            break
        time.sleep(0.2)
    assert answer.status_code != 500, f"{line}: {answer.text}"
    return answer


def shallow(board):
    """Nothing has run out of stack."""
    assert "recursion" not in board.console(), board.console()


def test_everything_there_is_to_ask_for(fresh_board):
    board = fresh_board("--calls", ROOM, config=CONFIG)
    for path in READ.split():
        did(board, "GET " + path)
    for line in DEEDS:
        answer = did(board, line)
        assert "pwm-busy" not in answer.text, line
    assert did(board, DEEDS[1]).json()["pwm"] == 0.5
    shallow(board)


def test_pages_for_people(fresh_board):
    board = fresh_board("--calls", ROOM, config=CONFIG)
    for path in PAGES.split():
        answer = did(board, "GET " + path, Accept="text/html")
        assert answer.status_code == 303 or answer.headers["Content-Type"].startswith(("text/html", "image/svg")), path
    shallow(board)


def test_another_network(fresh_board):
    board = fresh_board("--calls", ROOM, config=CONFIG)
    networks(board, **REACH | {"home": "home-secret"})
    assert patient(board.put, "/wifi", OFFICE).status_code == 202
    assert outcome(board, "office")["state"] == "connected"
    shallow(board)


def test_services_in_the_background(fresh_board):
    board = fresh_board("--calls", ROOM, config=CONFIG | SERVICES)
    board.world.put({"time": {"speed": 20}})
    wait(lambda: did(board, "GET /dht").json()["dht"][0]["reads"] > 2, "the sensor is not read", 30)
    channel = board.world.get()["services"]["thingspeak"]["channels"]["123"]
    there = len(channel["entries"])
    board.world.wait(lambda world: len(world["services"]["thingspeak"]["channels"]["123"]["entries"]) > there, 40)
    board.world.put({"wifi": {"up": False}})
    board.world.wait(lambda world: world["wifi"]["access_point"]["active"], 60)
    board.world.put({"time": {"speed": 1}})
    did(board, "GET /wifi")
    shallow(board)


def test_what_is_nested_too_deeply_for_the_stack_is_refused(fresh_board):
    board = fresh_board("--calls", ROOM, config=CONFIG)
    for depth in (7, 15, 16, 17, 40):
        for before, after in (('{"a":', "}"), ("[", "]")):
            answer = did(board, 'PATCH /config {"note":' + before * depth + "1" + after * depth + "}")
            assert answer.status_code == 400 and answer.json()["type"] in ("bad-config", "bad-json"), (depth, answer.text)
    shallow(board)
