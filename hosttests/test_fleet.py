"""./deploy.sh fleet with boards: they are asked, configured and updated side by side."""

import json
import re
import subprocess
import sys

import pytest

from host import ROOT
from hosttests.support.gpio import ok
from hosttests.support.ntp_servers import HOME

pytestmark = [pytest.mark.world, pytest.mark.boards("nodemcu"), pytest.mark.native("other boards")]


@pytest.fixture
def fleet(tmp_path):
    """A function that runs the command with a list of this test alone; what it said."""

    def run(*words, status=0):
        command = [sys.executable, "-m", "host", "fleet", "--file", str(tmp_path / "fleet.json"), *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
        assert done.returncode == status and "Traceback" not in done.stderr, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def start(fresh_board, name, **more):
    """A board whose time runs fast, so that it is soon back from a restart."""
    board = fresh_board("--speed", "10", name=name, config={"wifi": HOME, **more})
    if "token" in more:
        board.session.headers["Authorization"] = f"Bearer {more['token']}"
    return board


def test_a_class_set_is_configured_by_a_template(fresh_board, fleet, tmp_path):
    open_one, locked = start(fresh_board, "nodemcu"), start(fresh_board, "esp32", token="secret", auth="all")
    assert "is number 1" in fleet("add", open_one.url, "--name", "first")
    assert "warning: the board answered 401" in fleet("add", locked.url, "--name", "second")
    assert "ok: nodemcu, version" in (said := fleet("status", status=1)) and "1 of 2 boards failed: second" in said
    assert "ok: esp32, version" in fleet("add", locked.url, "--name", "second", "--token", "secret")
    fleet("status")

    template = tmp_path / "class.json"
    wanted = {"hostname": "board-{number}", "token": "token-{mac}", "timezone": 5}
    template.write_text(json.dumps(wanted))
    said = fleet("config", str(template), status=1)
    assert said.count("FAILED: the board answered 400: timezone must be") == 2
    assert "hostname" not in ok(open_one.get("/config")), "nothing has changed"

    template.write_text(json.dumps(wanted | {"timezone": "UTC0", "colour": "red"}))
    said = fleet("config", str(template))
    assert said.count("configured; after a restart: hostname, timezone") == 2 and "first: warning: " in said and "colour" in said
    kept = json.loads((tmp_path / "fleet.json").read_text())["boards"]
    for number, board in enumerate((open_one, locked), 1):
        board.session.headers["Authorization"] = f"Bearer {kept[number - 1]['token']}"
        assert kept[number - 1]["token"] == "token-" + ok(board.get("/wifi"))["mac"].replace(":", "")
        assert ok(board.get("/config"))["hostname"] == f"board-{number}"
    assert kept[0]["token"] != kept[1]["token"]

    template.write_text('{"hostname": "{name}-{number}"}')
    boots = [board.world.get()["boots"] for board in (open_one, locked)]
    assert fleet("config", str(template), "--restart").count("configured, restarted") == 2, "signed in with the new tokens"
    assert [board.world.get()["boots"] for board in (open_one, locked)] == [count + 1 for count in boots]
    assert ok(open_one.get("/wifi"))["hostname"] == "first-1" and ok(locked.get("/wifi"))["hostname"] == "second-2"


@pytest.mark.long
def test_boards_are_updated_side_by_side(fresh_board, fleet):
    """Those that cannot be do not stop the others."""
    small, large = start(fresh_board, "nodemcu", token="secret"), start(fresh_board, "esp32", token="other")
    without = start(fresh_board, "esp32c3")
    for name, board in (("small", small), ("large", large), ("without", without)):
        fleet("add", board.url, "--name", name, *(("--token", "other") if board is large else ()))
    fleet("add", "127.0.0.1:9", "--name", "gone")
    said = fleet("update", "--token", "secret", status=1)
    rows = {line.split()[1]: line.split(maxsplit=2)[2] for line in said.splitlines() if line[:1] == "["}
    assert rows["small"].endswith("keeps it") and rows["large"].endswith("keeps it")
    assert "has no token" in rows["without"] and "no answer" in rows["gone"]
    steps = [f"{name}: sending the program: {percent} %" for name in ("small", "large") for percent in (25, 50, 75, 100)]
    assert all(said.count(step) == 1 for step in steps)
    assert said.endswith("2 of 4 boards failed: without gone\n")
    assert fleet("update", "small", "large", "--token", "secret").count("runs this version already") == 2


def test_what_the_page_says(fresh_board, fleet, tmp_path):
    """docs/fleet.md: its lists and its template are taken, its commands work."""
    page = (ROOT / "docs" / "fleet.md").read_text("utf-8")
    listed, template = re.findall(r"^```json\n(.*?)^```", page, re.M | re.S)
    file = tmp_path / "class.json"
    file.write_text(template)
    one, other = start(fresh_board, "nodemcu"), start(fresh_board, "nodemcu", token="TOKEN")
    (tmp_path / "fleet.json").write_text(listed.replace("192.168.1.77", one.url).replace("192.168.1.78", other.url))
    assert fleet("config", str(file)).count("configured; after a restart: ") == 2
    for board, number in ((one, 1), (other, 2)):
        radio = ok(board.get("/config"))["wifi"]["ap"]
        assert radio["ssid"] == f"board-{number}"
    lines = [line for line in page.splitlines() if line.startswith("./deploy.sh fleet ") and " update" not in line]
    assert len(lines) == 4
    for line in lines:
        words = line.replace("192.168.1.77", one.url).replace("192.168.1.78", other.url).split()[2:]
        said = fleet(*words)
        if words == ["status"]:
            assert re.fullmatch(r"\[1/2\] \w+ +ok: nodemcu, version [\d.]+, up \d h \d+ min\n\[2/2\] .*\n", said), said
    assert [row["name"] for row in json.loads((tmp_path / "fleet.json").read_text())["boards"]] == ["shed"]
