"""docs/recipes.md: its flow, run by Node-RED from npm, without its editor."""

import contextlib
import json
import re
import subprocess

import pytest

from host import ROOT
from hosttests.support.gpio import level, ok, quick
from hosttests.support.npm import installed
from hosttests.support.ntp_servers import HOME
from virtualboard.client import wait

PAGE = (ROOT / "docs" / "recipes.md").read_text("utf-8")
SETTINGS = """module.exports = {
    httpAdminRoot: false, httpNodeRoot: false, uiHost: "127.0.0.1", uiPort: 0, credentialSecret: false, telemetry: {enabled: false},
}"""
pytestmark = [pytest.mark.world, pytest.mark.native("time: it is about other programs")]


@contextlib.contextmanager
def node_red(flow: str, folder):
    """Node-RED with a flow, until the end of the block: a function that tells what it has said."""
    tools = installed(ROOT / "hosttests" / "support" / "node_red")
    folder.mkdir()
    for name, text in (("settings.js", SETTINGS), ("flows.json", flow), ("package.json", "{}")):
        (folder / name).write_text(text)
    log = folder / "log.txt"
    command = ["node", tools / "node_modules" / "node-red" / "red.js", "--userDir", folder, "--settings", folder / "settings.js"]
    with log.open("wb") as output:
        process = subprocess.Popen([*command, "flows.json"], stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder)
    try:
        wait(lambda: "Started flows" in log.read_text() or process.poll() is not None, log.read_text, 60)
        yield log.read_text
    finally:
        process.kill()
        process.wait()


def test_the_flow(fresh_board, tmp_path):
    (flow,) = re.findall(r"^```json\n(\[.*?)^```", PAGE, re.M | re.S)
    config = {"token": "TOKEN", "wifi": HOME, "dht": [{"pin": "D2", "type": "dht22"}], "pins": {"D5": {"mode": "out"}}}
    board = quick(fresh_board, config=config)
    flow = flow.replace("http://192.168.1.77", board.url).replace('"repeat": "30"', '"repeat": "0.5"')
    ids = {node["id"] for node in json.loads(flow)}
    assert all(target in ids for node in json.loads(flow) for wires in node.get("wires", ()) for target in wires)

    def air(degrees: float) -> None:
        board.world.put({"dht": {"D2": {"type": "dht22", "temperature": degrees, "humidity": 52.5}}, "time": {"speed": 10}})
        board.world.wait(lambda _: f'"temperature":{degrees}' in board.get("/dht").text)
        board.world.put({"time": {"speed": 1}})

    air(24.5)
    with node_red(flow, tmp_path / "right") as said:
        counts = []

        def asks() -> bool:
            """Whether the board was asked three times by somebody else."""
            counts.append(ok(board.get("/status"))["counters"]["requests"])
            return counts[-1] - counts[0] - len(counts) >= 2

        wait(asks, said)
        assert level(board, 14) == 0
        air(25.5)
        wait(lambda: level(board, 14) == 1, said)
        assert 590 < ok(board.get("/gpio/D5"))["for"] <= 600 and "why not" not in said()
    with node_red(flow.replace("TOKEN", "wrong"), tmp_path / "wrong") as said:
        wait(lambda: "[debug:why not]" in said() and "Send the board's token" in said(), said)
