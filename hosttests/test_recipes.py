"""docs/recipes.md: its scripts and lines for cron, run by the shell."""

import csv
import re
import subprocess

import pytest

from host import ROOT
from hosttests.support.gpio import level, ok

PAGE = (ROOT / "docs" / "recipes.md").read_text("utf-8")
pytestmark = [pytest.mark.world, pytest.mark.native("time: it is about other programs")]


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.M | re.S)


SCRIPT, CHECK, TABLE = blocks("sh")


def shell(board, script: str, folder) -> subprocess.CompletedProcess:
    script = script.replace("http://192.168.1.77", board.url)
    return subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, timeout=60)


def command(line: str) -> str:
    """What cron runs of a line: behind the five fields of its time, with \\% for %."""
    assert re.match(r"([\d*/,-]+ ){5}", line), line
    return line.split(" ", 5)[5].strip().replace(r"\%", "%")


@pytest.fixture
def air(board):
    """A function: the sensor on D2 reads so many degrees."""

    def set_to(degrees: float) -> None:
        board.world.put({"dht": {"D2": {"type": "dht22", "temperature": degrees, "humidity": 52.5}}, "time": {"speed": 10}})
        board.world.wait(lambda _: f'"temperature":{degrees}' in board.get("/dht").text)
        board.world.put({"time": {"speed": 1}})

    return set_to


def test_the_script(board, air, tmp_path):
    for degrees, state in ((21.5, 0), (25.5, 1)):
        board.put("/gpio/D5", {"state": 0})
        air(degrees)
        done = shell(board, SCRIPT, tmp_path)
        assert done.returncode == 0 and bool(done.stdout) == bool(state), done
        assert level(board, 14) == state
    assert 590 < ok(board.get("/gpio/D5"))["for"] <= 600


def test_the_lines_for_cron(board, air, tmp_path):
    pump, table = blocks("cron")
    done = shell(board, command(pump), tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "") and level(board, 12) == 1
    assert 50 < ok(board.get("/gpio/D6"))["for"] <= 60
    air(21.5)
    for _ in range(2):
        assert shell(board, command(table), tmp_path).returncode == 0
    lines = (tmp_path / "readings.csv").read_text().splitlines()
    assert len(lines) == 2 and all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,21\.5,52\.5", line) for line in lines), lines


def test_the_table_of_sensors(board, air, tmp_path):
    air(21.5)
    done = shell(board, TABLE, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with (tmp_path / "sensors.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["quantity"]: row for row in csv.DictReader(file)}
    assert {what: (row["name"], row["value"], row["unit"]) for what, row in rows.items()} == {
        "temperature": ("D2", "21.5", "°C"), "humidity": ("D2", "52.5", "%RH"),
    }  # fmt: skip


def test_the_check(board, air, tmp_path):
    air(21.5)
    board.world.wait(lambda _: '"ok"' in board.get("/health").text)
    assert shell(board, CHECK, tmp_path).returncode == 0
    board.world.put({"dht": {"D2": {"fault": "timeout"}}, "time": {"speed": 10}})
    board.world.wait(lambda _: "degraded" in board.get("/health").text)
    done = shell(board, CHECK, tmp_path)
    assert done.returncode == 1 and "The DHT22 on D2 gives no readings" in done.stdout
    assert shell(board, CHECK.replace("192.168.1.77", "127.0.0.1:9"), tmp_path).returncode == 2
