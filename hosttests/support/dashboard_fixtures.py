"""Fixtures: the board's page in a browser. A browser and a board of each name serve all tests of a module."""

import contextlib

import pytest

from hosttests.support.chromium import Browser
from hosttests.support.dashboard import Dashboard
from virtualboard.client import VirtualBoard

# per board: its pins as printed for lamp, pump, fan, led and bell, the sensor's, one that is free, one of the flash chip
PINS = {
    "nodemcu": ("D5", "D6", "D7", "D4", "D3", "D2", "D1", "SD1"),
    "esp32": ("GPIO25", "GPIO26", "GPIO27", "GPIO2", "GPIO0", "GPIO23", "GPIO32", "SD1"),
}
NETWORK = {"wifi": {"networks": [{"ssid": "home", "password": "home-secret"}]}}


def with_everything(name: str) -> dict:
    """The configuration of a board with named pins, a sensor, a place and a channel."""
    lamp, pump, fan, led, bell, sensor, _, _ = PINS[name]
    return NETWORK | {
        "board": name,
        "pins": {
            lamp: {"name": "lamp", "mode": "out", "safe": 0},
            pump: {"name": "pump", "mode": "out"},
            fan: {"name": "fan", "mode": "out"},
            led: {"name": "led", "mode": "out", "invert": True},
            bell: {"name": "bell", "mode": "in", "pull": "up"},
        },
        "dht": [{"pin": sensor, "type": "dht22"}],
        "weather": {"place": "Paris,FR"},
        "thingspeak": {"channel": 123, "read_key": "DEMOREADKEY"},
    }


@pytest.fixture(scope="module")
def dashboards(tmp_path_factory):
    """A function: the board of a name and a browser before it, one of each for all tests here."""
    with contextlib.ExitStack() as stack:
        found = {}

        def get(name: str) -> tuple[VirtualBoard, Dashboard]:
            if "browser" not in found:
                found["browser"] = stack.enter_context(Browser(tmp_path_factory.mktemp("profile"), {}))
            if name not in found:
                board = VirtualBoard(name, tmp_path_factory.mktemp(name), config=with_everything(name))
                stack.callback(board.close)
                board.wait_until_it_serves()
                found[name] = board, Dashboard(found["browser"], board.url)
            return found[name]

        yield get


@pytest.fixture
def page(board_name, dashboards) -> Dashboard:
    """The page, open, before a board whose outputs are off, in a world as at the start. `.board`, `.pins` (see PINS)."""
    board, page = dashboards(board_name)
    board.world.reset()
    page.board, page.pins = board, PINS[board_name]
    page.browser.screen(1280, 900)
    board.put("/gpio", {pin: 0 for pin in page.pins[:4]})
    board.world.put({"dht": {page.pins[5]: {"type": "dht22", "temperature": 21.5, "humidity": 52.5}}})
    page.open()
    yield page
    assert page.complaints() == []
    assert [url for url in page.asked() if not url.startswith((board.url + "/", "data:", "blob:"))] == []
    assert len(page.most_at_once()) <= 2, page.most_at_once()


@pytest.fixture
def new_page(board_name, fresh_board, tmp_path):
    """A function: the page before a board of its own, new_page(config, hosts={…}, url=…)."""
    with contextlib.ExitStack() as stack:

        def start(settings: dict, hosts=(), url="", **rest) -> Dashboard:
            board = fresh_board(config=settings, **rest)
            names = dict.fromkeys(hosts, board.url.removeprefix("http://"))
            page = Dashboard(stack.enter_context(Browser(tmp_path / "profile", names)), url or board.url)
            page.board, page.pins = board, PINS[board_name]
            page.browser.screen(1280, 900)
            return page

        yield start
