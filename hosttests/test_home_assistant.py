"""docs/home-assistant.md: its blocks are read as Home Assistant reads them, and the board is asked as Home Assistant asks."""

import asyncio
import json
import re

import aiohttp
import pytest
import yaml
from jinja2.sandbox import SandboxedEnvironment

from host import ROOT
from hosttests.support.gpio import level, ok, quick
from hosttests.support.ntp_servers import HOME

PAGE = (ROOT / "docs" / "home-assistant.md").read_text("utf-8")
TEMPLATES = SandboxedEnvironment()
pytestmark = [pytest.mark.world, pytest.mark.native("time: it is about other programs")]


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.M | re.S)


@pytest.fixture
def settings(board_at) -> dict:
    """Home Assistant's configuration, of all blocks, for this board."""
    text = "\n".join(blocks("yaml")).replace("http://192.168.1.77", board_at.url)
    return yaml.safe_load(text)


@pytest.fixture
def board_at(fresh_board):
    """The board that the page is about."""
    (config,) = blocks("json")
    board = quick(fresh_board, config=json.loads(config) | {"wifi": HOME})
    board.world.wait(lambda _: "21.5" in board.get("/dht").text)
    return board


def rendered(template: str, text: str | None = None, **values) -> str:
    """What a template makes of an answer, or of the values of a call."""
    if text is not None:
        values = {"value": text, "value_json": json.loads(text)}
    return TEMPLATES.from_string(template).render(**values)


def asked(method: str, address: str, **rest) -> tuple[int, str]:
    """(status, body) of a request of aiohttp, whose session says who asks."""

    async def ask():
        agent = {"User-Agent": "HomeAssistant/2026.11.2 aiohttp/3.14.5 Python/3.13"}
        async with aiohttp.ClientSession(headers=agent) as session, session.request(method, address, **rest) as answer:
            return answer.status, await answer.text()

    return asyncio.run(ask())


def entities(settings: dict) -> dict[str, object]:
    """What the `rest` block finds now: name -> text of a sensor, True or False of a binary sensor, None where it is unavailable."""
    found = {}
    for resource in settings["rest"]:
        _, text = asked("GET", resource["resource"])
        for entity in resource.get("sensor", []):
            there = rendered(entity.get("availability", "True"), text) == "True"
            found[entity["name"]] = rendered(entity["value_template"], text) if there else None
        for entity in resource.get("binary_sensor", []):
            value = rendered(entity["value_template"], text)
            found[entity["name"]] = value == "True" or value.isdigit() and bool(int(value))
    return found


def test_sensors(settings, board_at):
    assert entities(settings) == {"Shed temperature": "21.5", "Shed humidity": "52.5", "Shed door": True, "Shed board": False}
    board_at.world.put({"pins": {"D7": 0}, "dht": {"D2": {"fault": "timeout"}}, "time": {"speed": 10}})
    board_at.world.wait(lambda _: "degraded" in board_at.get("/health").text)
    assert entities(settings) == {"Shed temperature": None, "Shed humidity": None, "Shed door": False, "Shed board": True}


def test_the_switch(settings, board_at):
    (switch,) = settings["switch"]

    def is_on() -> bool:
        status, text = asked("GET", switch["resource"], headers=switch["headers"])
        assert status == 200
        return {"true": True, "false": False}[rendered(switch["is_on_template"], text).lower()]

    assert switch["platform"] == "rest" and is_on() is False
    for body, state in ((switch["body_on"], 1), (switch["body_off"], 0)):
        data = bytes(rendered(body), "utf-8")  # a body of bytes is sent as application/octet-stream
        assert asked(switch["method"], switch["resource"], data=data, headers=switch["headers"])[0] == 200
        assert is_on() is bool(state) and level(board_at, 14) == state
    assert asked(switch["method"], switch["resource"], data=b'{"state": 1}')[0] == 401, "without the token"


def test_commands(settings, board_at):
    def call(name: str, **values) -> int:
        command = settings["rest_command"][name]
        payload = bytes(rendered(command["payload"], **values), "utf-8")
        return asked(command["method"], rendered(command["url"], **values), data=payload, headers=command["headers"])[0]

    assert call("shed_pump") == 200 and level(board_at, 12) == 1
    assert call("shed_pump", seconds=30) == 200 and 20 < ok(board_at.get("/gpio/pump"))["for"] <= 30
    assert call("shed_lamp_level", percent=25) == 200 and ok(board_at.get("/gpio/lamp"))["pwm"] == pytest.approx(0.25, abs=0.01)
    for state, expected in (("on", 1), (False, 0), (1.0, 1), ("off", 0)):
        assert call("shed_pin", pin="lamp", state=state) == 200 and level(board_at, 14) == expected
    assert call("shed_pin", pin="lamp", state="unavailable") == 400
