"""The control port and the command line."""

import errno
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from virtualboard import ports

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def world(place):
    return place + "/world"


@pytest.fixture(autouse=True)
def fresh(request):
    if "world" in request.fixturenames:
        requests.post(request.getfixturevalue("world") + "/reset", timeout=5)


def put(world, change):
    return requests.put(world, json=change, timeout=5)


def test_the_world_tells_everything(world):
    shown = requests.get(world, timeout=5).json()
    expected = "rev pins dht adc onewire i2c wifi time upstream power outputs inputs history sensors display boots console ports "
    expected += "services internet board pty"
    assert set(shown) == set(expected.split())
    assert shown["boots"] == 1
    assert shown["dht"] == {"D2": {"type": "dht22", "temperature": 21.5, "humidity": 52.5, "fault": None}}
    assert shown["wifi"]["access_point"]["clients"] == 0
    assert shown["upstream"] == {"weather": "ok", "thingspeak": "ok"}
    assert shown["time"]["ntp"] == "up"


def test_pins_are_taken_in_any_form_and_let_go(world):
    assert put(world, {"pins": {"d3": 0, "GPIO5": 1, "14": 0}}).json()["pins"] == {"D3": 0, "D1": 1, "D5": 0}
    assert put(world, {"pins": {"D3": None, "5": None}}).json()["pins"] == {"D5": 0}


def test_changes_merge_and_reset_brings_the_start_back(world):
    put(world, {"adc": {"A0": 1.65}, "dht": {"4": {"temperature": 3}}, "time": {"ntp": "kod"}})
    shown = put(world, {"upstream": {"weather": "slow"}, "wifi": {"networks": {"x": "12345678", "home": None}}}).json()
    assert shown["adc"] == {"A0": 1.65}
    assert (shown["dht"]["D2"]["temperature"], shown["dht"]["D2"]["humidity"]) == (3, 52.5)
    assert shown["services"]["states"] == {"weather": "slow", "thingspeak": "ok", "ntp": "kod"}
    assert shown["wifi"]["networks"] == {"x": "12345678"}
    shown = put(world, {"wifi": {"networks": {"x": {"rssi": -80}}}}).json()
    assert (shown["wifi"]["networks"]["x"]["password"], shown["wifi"]["networks"]["x"]["rssi"]) == ("12345678", -80)
    shown = requests.post(world + "/reset", timeout=5).json()
    assert (shown["adc"], shown["time"]["ntp"], list(shown["wifi"]["networks"])) == ({}, "up", ["home"])
    assert shown["services"]["states"]["weather"] == "ok"


@pytest.mark.parametrize("change, word", [
    ({"nonsense": 1}, "nonsense"),
    ({"pins": {"D99": 0}}, "D99"),
    ({"pins": {"6": 0}}, "6"),
    ({"pins": {"D3": 2}}, "0, 1 or null"),
    ({"pins": [1]}, "pins"),
    ({"press": {"D99": {}}}, "press.D99"),
    ({"press": {"D3": {"times": 0}}}, "1 to 1000"),
    ({"press": {"D3": {"hard": 1}}}, "bounces"),
    ({"dht": {"D2": {"type": "dht33"}}}, "dht33"),
    ({"dht": {"D2": {"fault": "broken"}}}, "timeout"),
    ({"dht": {"D2": {"colour": 1}}}, "colour"),
    ({"dht": {"D2": {"frame": [1, 2, 3]}}}, "four bytes"),
    ({"dht": {"D2": {"frame": [1, 2, 3, 256]}}}, "255"),
    ({"wifi": {"networks": {"home": []}}}, "1 to 8"),
    ({"wifi": {"networks": {"home": {"address": "10.0.0.1"}}}}, "192.168.1.2"),
    ({"adc": {"A7": 1}}, "A7"),
    ({"adc": {"A0": "much"}}, "number"),
    ({"wifi": {"networks": {"x": 5}}}, "wifi.networks.x"),
    ({"wifi": {"networks": {"x": {"dhcp": "odd"}}}}, "silent"),
    ({"wifi": {"up": 1}}, "true or false"),
    ({"wifi": {"down": True}}, "wifi.down"),
    ({"time": {"ntp": "sundial"}}, "unsynchronised"),
    ({"time": {"speed": -1}}, "time.speed"),
    ({"upstream": {"weather": "sunny"}}, "garbage"),
    ({"upstream": {"moon": "ok"}}, "moon"),
    ({"power": "off"}, "cut"),
    ({"services": {"nothing": 1}}, "nothing"),
    (["list"], "JSON object"),
])
def test_what_the_world_does_not_know_is_refused_whole(world, change, word):
    before = requests.get(world, timeout=5).json()
    both = {"adc": {"A0": 1}, **change} if isinstance(change, dict) and "adc" not in change else change
    answer = put(world, both)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert word in answer.json()["detail"]
    after = requests.get(world, timeout=5).json()
    assert {k: after[k] for k in ("pins", "dht", "adc")} == {k: before[k] for k in ("pins", "dht", "adc")}


def test_other_requests_get_a_problem(world):
    assert requests.get(world + "/elsewhere", timeout=5).status_code == 404
    answer = requests.delete(world, timeout=5)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, PUT")
    assert requests.put(world, data="{", timeout=5).json()["detail"] == "the body is not JSON"


def test_services_can_be_filled_through_the_world(world):
    shown = put(world, {"services": {"weather": {"temperature": -3.5}}}).json()
    assert shown["services"]["weather"] == {"temperature": -3.5}


# the command line

LINE = re.compile(
    r"virtual board (\w+) ready at (http://127\.0\.0\.1:\d+) "
    r"\(control (http://127\.0\.0\.1:\d+), serial socket://127\.0\.0\.1:(\d+)\)\n")


@pytest.fixture
def start():
    """Starts boards by the command line; none outlives the test."""
    started = []

    def run(*options):
        command = [sys.executable, "-m", "virtualboard", *options]
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


def ended(process, number=signal.SIGINT):
    process.send_signal(number)
    out, error = process.communicate(timeout=10)
    return process.returncode, out, error


def address_of_the_desk(control):
    return f"Desk: {control}/ (the board to see, press and turn: open it in a browser)\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_blank_board_starts_says_so_and_ends_cleanly(start, number):
    process = start("--board", "esp32c3", "--port", "0", "--blank")
    found = LINE.fullmatch(process.stdout.readline())
    assert found and found[1] == "esp32c3"
    assert requests.get(found[3] + "/world", timeout=5).json()["board"] == "esp32c3"
    assert ended(process, number) == (0, "", address_of_the_desk(found[3]))


def test_the_ready_line_comes_when_the_board_serves(start):
    process = start("--port", "0", "--speed", "5")
    found = LINE.fullmatch(process.stdout.readline())
    assert requests.get(found[2] + "/health", timeout=5).status_code in (200, 503)
    assert ended(process)[0] == 0


def test_ports_beside_a_given_one_are_the_next_ones_or_free_ones(start):
    with socket.create_server(("127.0.0.1", 0)) as other:
        base = other.getsockname()[1] - 2  # the serial port's place is taken
        process = start("--port", str(base), "--blank")
        line = process.stdout.readline()
        found = LINE.fullmatch(line)
        assert found, line + process.stderr.read() if process.poll() is not None else line
        assert found[2].endswith(f":{base}")
        assert int(found[4]) != base + 2
        assert ended(process)[0] == 0


@pytest.mark.parametrize("option", ["--port", "--control-port", "--serial-port"])
def test_a_port_that_is_taken_is_one_sentence(start, option):
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = str(other.getsockname()[1])
        ports = {"--port": "0", option: number}
        process = start("--blank", *[word for pair in ports.items() for word in pair])
        out, error = process.communicate(timeout=10)
    assert (process.returncode, out) == (1, "")
    assert number in error and error.count("\n") == 1


def test_an_address_or_a_port_that_we_cannot_have_is_told_as_that(start):
    process = start("--blank", "--port", "0", "--bind", "192.0.2.1")
    out, error = process.communicate(timeout=10)
    assert (process.returncode, out) == (1, "") and "no address 192.0.2.1" in error and error.count("\n") == 1
    refused = ports.taken(PermissionError(errno.EACCES, "Permission denied"), 80, "--port")
    assert "for root only" in str(refused) and "--port" in str(refused) and "not free" not in str(refused)


@pytest.mark.parametrize("place", ["flash.img", "folder"])
def test_two_boards_on_one_flash_are_refused(start, tmp_path, place):
    options = "--blank", "--port", "0", "--flash", str(tmp_path / place)
    first = start(*options)
    assert LINE.fullmatch(first.stdout.readline())
    second = start(*options)
    out, error = second.communicate(timeout=10)
    assert (second.returncode, out) == (1, "") and "another virtual board runs on the flash" in error
    assert str(tmp_path / place) in error and error.count("\n") == 1
    assert ended(first)[0] == 0
    assert LINE.fullmatch(start(*options).stdout.readline())


def test_while_a_board_does_not_serve_the_reason_is_shown(start):
    process = start("--port", "0", "--speed", "20", "--config", str(ROOT / "config.example.json"))
    found = LINE.fullmatch(process.stdout.readline())
    code, _, error = ended(process)
    desk, first, *console = error.splitlines()
    assert desk + "\n" == address_of_the_desk(found[3])
    assert code == 0 and "does not answer yet" in first and "home (password home-secret)" in first
    assert "Wi-Fi: name of your network: no network of this name is nearby" in console[0]


def test_wrong_options_are_explained(start):
    for options, word in ((["--board", "uno"], "nodemcu"), (["--config", "/nowhere.json"], "/nowhere.json"),
                          (["--heap", "5"], "16384"), (["--port", "99999"], "99999")):
        process = start(*options)
        _, error = process.communicate(timeout=10)
        assert process.returncode == 2
        assert word in error


def test_a_killed_supervisor_takes_its_board_along(start):
    process = start("--port", "0", "--blank")
    found = LINE.fullmatch(process.stdout.readline())
    tasks = Path(f"/proc/{process.pid}/task").iterdir()
    boards = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    assert found and boards
    process.kill()
    process.communicate(timeout=10)
    end = time.monotonic() + 10
    while any(alive(board) for board in boards):
        assert time.monotonic() < end, "the board's process is still there"
        time.sleep(0.01)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False
