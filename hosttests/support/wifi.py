"""A board among networks: what the Wi-Fi tests do again and again.

Time on the board runs fast while a test waits for something to happen, and as usual while it talks to the board.
"""

import contextlib
import time

import requests

from virtualboard.client import VirtualBoard, wait

SPEED = 40
HOME = {"ssid": "home", "password": "secret-home"}
OFFICE = {"ssid": "office", "password": "secret-office"}
REACH = {"home": "secret-home", "office": {"password": "secret-office", "rssi": -80}}


def config(*networks: dict, **more) -> dict:
    return {"wifi": {"networks": list(networks)}, **more}


def at_home(fresh_board) -> VirtualBoard:
    """A board on the network `home`, with `office` in reach, and its access point closed."""
    board = fresh_board(config=config())
    networks(board, **REACH)
    assert patient(board.patch, "/config", config(HOME)).ok
    connected(board)
    fast_until(board, lambda world: not access_point(world), speed=400)
    return board


def networks(board: VirtualBoard, **found) -> None:
    """The networks in reach become exactly these: name=password, or name={"password": …, "rssi": …}."""
    gone = dict.fromkeys(board.world.get()["wifi"]["networks"].keys() - found.keys())
    plain = {"rssi": -55, "dhcp": "ok", "hidden": False}
    whole = {ssid: plain | (one if isinstance(one, dict) else {"password": one}) for ssid, one in found.items()}
    board.world.put({"wifi": {"networks": gone | whole}})


def router(board: VirtualBoard, up: bool) -> None:
    board.world.put({"wifi": {"up": up}})


def fast(board: VirtualBoard, speed: float = SPEED):
    return board.world.fast(speed)


def fast_until(board: VirtualBoard, met, seconds: float = 60, speed: float = SPEED) -> dict:
    """The world as soon as met(world) holds."""
    with fast(board, speed):
        return board.world.wait(met, seconds)


def station(world: dict) -> str:
    return world["wifi"]["station"]["state"]


def access_point(world: dict) -> bool:
    return world["wifi"]["access_point"]["active"]


def patient(ask, path: str, body) -> requests.Response:
    """ask(path, body), again for as long as the board has no memory for it, as its 503 says."""
    answer = ask(path, body)
    for _ in range(20):
        if answer.status_code != 503 or answer.json().get("type") == "safe-mode":
            break
        assert int(answer.headers["Retry-After"]) > 0
        time.sleep(0.2)
        answer = ask(path, body)
    return answer


def connected(board: VirtualBoard, ssid: str = "home") -> dict:
    """Wait until the station is on that network and the board says so; returns GET /wifi."""
    fast_until(board, lambda w: station(w) == "connected" and w["wifi"]["station"]["ssid"] == ssid)
    return state(board, lambda wifi: wifi["state"] == "connected" and wifi["ssid"] == ssid)


def state(board: VirtualBoard, met) -> dict:
    """GET /wifi as soon as met(answer) holds."""
    last = {}

    def look() -> bool:
        with contextlib.suppress(requests.RequestException):
            answer = board.get("/wifi")
            if answer.ok:
                last.clear()
                last.update(answer.json())
                if met(last):
                    return True
        with fast(board):
            time.sleep(0.2)
        return False

    wait(look, lambda: f"GET /wifi is not what the test waits for: {last}", 60)
    return dict(last)


def outcome(board: VirtualBoard, ssid: str) -> dict:
    """What came of PUT /wifi."""

    def known(wifi: dict) -> bool:
        trial = wifi["trial"]
        return trial and trial["ssid"] == ssid and trial["state"] != "trying"

    return state(board, known)["trial"]


def events(wifi: dict) -> list[str]:
    return [event["event"] for event in wifi["events"]]
