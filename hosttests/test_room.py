"""A board with all that can be configured has memory for all that can be asked, again and again."""

import pytest

from hosttests.support.upstreams import HOME
from hosttests.test_user import USER, mpremote
from virtualboard.client import wait

KEY = {"Authorization": "Bearer choose-a-password"}
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:1%d.%d) Gecko/20100101 Firefox/145.0"
LANGUAGE = {"Accept-Language": "en-US,en;q=0.5", "Priority": "u=4", "Sec-Fetch-Mode": "cors"}
PINS = {"esp32": ("25", "26", "4"), "nano_esp32": ("D4", "D5", "D6"), "esp32c3": ("5", "6", "4")}
READ = """/ /gpio /pins /adc /dht /time /weather /weather?city=Oslo /weather?lat=45&lon=5 /thingspeak /thingspeak?results=20 /proxy
/proxy/sky /wifi /wifi/networks /setup /config /status /health /update /nothing""".split()


def config(lamp: str, fan: str, sensor: str) -> dict:
    return {
        "timezone": "CET-1CEST,M3.5.0,M10.5.0/3", "token": "choose-a-password", "allowed_origins": ["http://page.example"],
        "wifi": HOME | {"ap": {"ssid": "picorest-setup", "password": "at-least-8-characters"}},
        "pins": {lamp: {"name": "lamp", "mode": "out", "safe": 0}, fan: {"name": "fan", "mode": "out"}},
        "dht": [{"pin": sensor, "type": "dht22"}], "ntp": {"servers": ["pool.ntp.org"]}, "weather": {"place": "Paris,FR"},
        "thingspeak": {
            "channel": 123, "write_key": "DEMOWRITEKEY", "read_key": "DEMOREADKEY",
            "write": {"every": 20, "fields": {"1": f"dht.{sensor}.temperature"}}, "read": {"every": 15, "pins": {"3": fan}},
        },
        "proxy": {"sky": {"url": "http://api.open-meteo.com/v1/forecast?latitude=1&longitude=2&current=temperature_2m"}},
    }  # fmt: skip


@pytest.mark.world
@pytest.mark.boards(*PINS)
def test_nothing_is_refused_for_want_of_memory(fresh_board, board_name):
    pins = PINS[board_name]
    board = fresh_board(config=config(*pins))
    errors = at_home(board)
    deeds = [(method, path, None) for path in (*READ, f"/gpio/{pins[0]}") for method in ("GET", "HEAD", "OPTIONS")]
    deeds += [
        ("PUT", "/gpio/lamp", {"state": 1}), ("PUT", "/gpio/lamp", {"pwm": 0.5}), ("PUT", "/gpio/lamp", {"nonsense": 1}),
        ("PUT", "/gpio", {"lamp": {"state": 0}, "fan": 1}), ("POST", "/time/sync", None), ("PATCH", "/config", {"note": [1]}),
        ("PATCH", "/config", {"note": None}), ("PATCH", "/config", {"note": {}, "timezone": "nonsense"}),
        ("POST", "/thingspeak", {"field2": 1}),
    ]  # fmt: skip
    for number in range(8):
        for at, (method, path, body) in enumerate(deeds):
            # what the headers of many clients mean is remembered, too, but not with a token
            headers = KEY if body or path in ("/config", "/time/sync") else {"User-Agent": AGENT % (number, at), **LANGUAGE}
            answer = board.request(method, path, json=body, headers=headers)
            assert answer.status_code < 500, f"{number}: {method} {path}: {answer.status_code} {answer.text}"
    nothing_refused(board, errors)


ALL = [*READ, *"/sensors /display /links /alarms /log /metrics /openapi.json /config/schema /status?all=1".split()]


def everything(lamp: str, fan: str, sensor: str, buses: tuple, bell: str) -> dict:
    (sda, scl), (display_sda, display_scl) = buses
    small = config(lamp, fan, sensor)
    return small | {
        "pins": small["pins"] | {bell: {"name": "bell", "mode": "in", "pull": "up", "button": {}}},
        "sensors": [{"name": "room", "type": "bme280", "sda": sda, "scl": scl}],
        "display": {
            "sda": display_sda, "scl": display_scl,
            "screens": [
                ["{time.local}", f"{{dht.{sensor}.temperature}} C", "{weather.temperature}", "{wifi.ip}"],
                ["{thingspeak.field1}"],
            ],
        },
        "links": [
            {"when": "bell.press", "do": "lamp.toggle"},
            {"when": f"dht.{sensor}.temperature", "above": 25, "do": "fan.on", "else": "fan.off"},
        ],
        "alarms": [{"id": "wake", "at": "07:30", "do": "lamp.on"}, {"id": "night", "at": "22:00", "do": "lamp.off"}],
        "thingspeak": small["thingspeak"] | {"talkback": {"id": 5, "key": "DEMOTALKBACKKEY"}},
        "mqtt": {"host": "broker.local"},
    }  # fmt: skip


@pytest.mark.world
@pytest.mark.boards("esp32", "esp32c3")
def test_all_services_at_once(fresh_board, board_name):
    rest = {"esp32": (((21, 22), (18, 19)), "33"), "esp32c3": (((7, 8), (1, 3)), "10")}[board_name]
    board = fresh_board(config=everything(*PINS[board_name], *rest))
    errors = at_home(board)
    services = board.get("/status", headers=KEY).json()["services"]
    assert {"buttons", "sensors", "links", "alarms", "display", "mqtt", "weather"} < set(services), services
    largest = []
    for _ in range(2):
        for path in ALL:
            answer = board.get(path, headers=KEY)
            assert answer.status_code < 500, f"{path}: {answer.status_code} {answer.text}"
        answer = board.request("PATCH", "/config", json={"note": "again"}, headers=KEY)
        assert answer.ok, answer.text
        largest.append(board.world.memory()["largest"])
    assert min(largest) > 3000, largest
    nothing_refused(board, errors)


@pytest.mark.world
@pytest.mark.boards("esp32")
def test_what_finds_no_room_beside_a_user_s_module_is_left_out(fresh_board, board_name, tmp_path):
    """All services and microdot are too much: /health names what is left out, and the rest works."""
    board = fresh_board(config=everything(*PINS[board_name], ((21, 22), (18, 19)), "33"))
    (tmp_path / "user.py").write_text(USER)
    mpremote(board, "cp", str(tmp_path / "user.py"), ":user.py", "+", "reset")
    board.wait_until_it_serves()
    at_home(board)
    said = board.get("/health").json()["detail"]
    assert "there is no memory left for it" in said, said
    for path in ("/hello/you", *ALL):
        if path != "/health":
            answer = board.get(path, headers=KEY)
            assert answer.status_code < 500, f"{path}: {answer.status_code} {answer.text}"
    assert "Traceback" not in board.console().rpartition("Wi-Fi: joined")[2], board.console()


def at_home(board) -> int:
    """How many requests had failed when it has joined its network and set its clock: until then GET /time is an error."""
    wait(lambda: board.get("/time", headers=KEY).ok, "the board does not join its network and set its clock")
    return counters(board)["errors"]


def counters(board) -> dict:
    return board.get("/status", headers=KEY).json()["counters"]


def nothing_refused(board, errors):
    said = counters(board)
    assert said["errors"] == errors and said["refused"] == 0, said
    assert "Traceback" not in board.console(), board.console()
