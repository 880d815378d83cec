"""On an ESP8266's heap, to the byte: what pages and large answers need is there, and free again afterwards."""

import contextlib

import pytest

from bench.memory import FULL, SLACK
from virtualboard.client import VirtualBoard, wait

KEY = {"Authorization": "Bearer secret"}
HTML = {"Accept": "text/html"}
ASKED = [
    ("/", HTML, 200), ("/favicon.svg", {}, 200), ("/status?all=1", {}, 200), ("/config/schema", {}, 200),
    ("/gpio?wait=0.1", {}, 304), ("/gpio/D5", HTML, 200),
    ("/gpio?pin=D5&state=toggle", HTML | KEY, 303), ("/gpio?pin=6&state=1", HTML | KEY, 409),
    ("/dht?pin=D2", HTML, 200), ("/events", {}, 501),
]  # fmt: skip


@pytest.mark.long
@pytest.mark.native("an engine of its own")
def test_what_a_browser_asks_for_leaves_nothing_behind(tmp_path):
    with contextlib.closing(VirtualBoard("nodemcu", tmp_path, config=FULL, engine="wasm32")) as board:
        board.wait_until_it_serves()
        board.world.wait(lambda world: world["wifi"]["station"]["state"] == "connected")
        wait(lambda: board.get("/dht").json()["dht"][0]["reads"], "the sensor is not read")
        for path, headers, _ in ASKED:  # once, so that what is remembered from then on is there
            board.get(path, headers=headers)

        def free() -> int:
            board.session.close()
            return board.world.memory()["free"]

        before = max(free() for _ in range(5))
        for path, headers, status in ASKED:
            answer = board.get(path, headers=headers | {"Connection": "close"})
            assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text}"
            wait(lambda: free() >= before - SLACK, lambda path=path: f"{path}: {before - free()} bytes are not free again")
        assert "Traceback" not in board.console(), board.console()
