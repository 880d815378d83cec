"""doctor, backup, restore, erase and monitor; finding the port and the board; what is told when that fails."""

import json
import os
import pty
import re
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest
import serial.tools.list_ports
from mpremote.transport_serial import SerialTransport

from host import ROOT, UserError
from host.board import cable, firmware, probe, serial_ports, slots
from host.commands import deploy, doctor
from host.commands.backup import own
from tests.protocol.support.scripted_server import Scripted
from tests.tools.support.cut_cable import PROGRAM, built, program, running
from virtualboard.repl import Repl
from virtualboard.supervisor import Supervisor

BOARDS = pytest.mark.parametrize("name", ["nodemcu", "esp32"])


def run(board, *words):
    command = [sys.executable, "-m", "host", *words, "--port", f"socket://127.0.0.1:{board.console.port}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)


@pytest.mark.long
@BOARDS
def test_a_boards_own_files_survive_that_it_is_emptied(name, tmp_path):
    old = built(name, tmp_path, program(tmp_path, "old"))
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"hostname": "mine"}))
    (old.files / "mine").mkdir()
    (old.files / "mine" / "data.bin").write_bytes(bytes(range(256)) * 9)
    with Supervisor(name, files=old.files, romfs=old.romfs, config=config) as board:
        assert running(board) == "old"
        copy = tmp_path / "copy"
        done = run(board, "backup", str(copy))
        assert done.returncode == 0 and "keep it to yourself" in done.stdout, done.stdout + done.stderr
        assert {p.relative_to(copy).as_posix() for p in copy.rglob("*.*")} == {"config.json", "mine/data.bin"}
        again = run(board, "backup", str(copy))
        assert again.returncode == 1 and "is there already" in again.stderr

        asked = run(board, "erase", "--files")
        assert asked.returncode == 1 and "add --yes" in asked.stderr
        assert run(board, "erase", "--files", "--yes").returncode == 0
        looked = run(board, "doctor")
        assert looked.returncode == 1 and "fault program: picorest is not on this board" in looked.stdout

        done = run(board, "restore", str(copy))
        assert done.returncode == 0, done.stdout + done.stderr
        assert run(board, "backup", str(tmp_path / "second")).returncode == 0
        assert (tmp_path / "second/mine/data.bin").read_bytes() == (copy / "mine/data.bin").read_bytes()


@BOARDS
def test_the_doctor_finds_a_board_well_and_says_what_is_wrong(name, tmp_path):
    old = built(name, tmp_path, program(tmp_path, "old"))
    config = tmp_path / "config.json"
    config.write_text('{"hostname": "mine"}')
    with Supervisor(name, files=old.files, romfs=old.romfs, config=config) as board:
        assert running(board) == "old"
        well = run(board, "doctor")
        assert well.returncode == 0 and "all well" in well.stdout, well.stdout + well.stderr
        assert f'"board": "{name}"' in well.stdout and "1.29" in well.stdout and "hostname" in well.stdout
        if name == "nodemcu":
            with Repl(board.console.port) as repl:
                repl.run("import os; os.rename('picorest.www0', 'picorest.www1')")
            ill = run(board, "doctor")
            assert ill.returncode == 1 and "fault pages: index.html not on the board, or damaged" in ill.stdout, ill.stdout
        (tmp_path / "bad.json").write_text("{")
        (tmp_path / "copy").mkdir()
        (tmp_path / "bad.json").rename(tmp_path / "copy" / "config.json")
        assert run(board, "restore", str(tmp_path / "copy")).returncode == 0
        ill = run(board, "doctor")
        assert ill.returncode == 1 and "fault configuration: not JSON" in ill.stdout, ill.stdout + ill.stderr


@pytest.mark.parametrize(("source", "words"), [
    ("print('warning: D5 is taken')" + PROGRAM % ("bad", "pass"), "fault start: warning: D5 is taken"),
    ("raise ValueError('broken')", "fault start: the program stops with an error"),
])  # fmt: skip
def test_the_doctor_tells_what_the_program_warns_of_and_that_it_stops(source, words, tmp_path):
    made = built("nodemcu", tmp_path, program(tmp_path, "bad", source=source))
    with Supervisor("nodemcu", files=made.files, romfs=made.romfs, speed=20) as board:
        assert board.wait_ready()
        ill = run(board, "doctor")
        assert ill.returncode == 1 and words in ill.stdout, ill.stdout + ill.stderr


@pytest.mark.parametrize(("answer", "well", "words"), [
    ('200 OK\r\n\r\n{"status":"ok","uptime":5}', True, "health: ok"),
    ('503 Service Unavailable\r\n\r\n{"status":"failing","detail":"sntp: died"}', False, "health: sntp: died"),
    ('401 Unauthorized\r\n\r\n{"status":401,"detail":"Send the token."}', True, "health: Send the token."),
])  # fmt: skip
def test_the_doctor_asks_the_board_itself(answer, well, words):
    told = []
    with Scripted(f"HTTP/1.1 {answer}".encode()) as server:
        doctor.health(server.url, "home", lambda *all: told.append(all))
    assert told == [(well, words)] and server.requests[0].startswith(b"GET /health ")


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 200 OK\r\n\r\n<html>another thing</html>"])
def test_the_doctor_does_not_blame_a_board_that_this_computer_cannot_reach(answer, capsys):
    with Scripted(answer) as server:
        doctor.health(server.url, "home", lambda *_: pytest.fail("it judged"))
    assert "has to be in the network home" in capsys.readouterr().out


def test_the_monitor_shows_the_console(tmp_path):
    old = built("nodemcu", tmp_path, program(tmp_path, "old"))
    with Supervisor("nodemcu", files=old.files, romfs=old.romfs) as board:
        assert running(board) == "old"
        assert "running old" in run(board, "monitor", "--restart", "--seconds", "3").stdout


@pytest.mark.parametrize(("words", "board"), [
    ("ESP8266_GENERIC-FLASH_2M_ROMFS ESP module with ESP8266", "nodemcu"),
    ("ESP32_GENERIC Generic ESP32 module with ESP32", "esp32"),
    ("ESP32_GENERIC-SPIRAM Generic ESP32 module with SPIRAM with ESP32", "esp32"),
    (" Generic ESP32 module with ESP32", "esp32"),
    ("ARDUINO_NANO_ESP32 Arduino Nano ESP32 with ESP32-S3", "nano_esp32"),
    ("ESP32_GENERIC_S3 Generic ESP32S3 module with ESP32S3", "nano_esp32"),
    ("ESP32_GENERIC_C3 ESP32C3 module with ESP32-C3", "esp32c3"),
    ("ESP32_GENERIC_C3 ESP32C3 module with ESP32C3", "esp32c3"),
])  # fmt: skip
def test_boards_are_told_apart(words, board):
    assert probe.board_of(words) == board


@pytest.mark.parametrize("words", ["RPI_PICO_W Raspberry Pi Pico W with RP2040", "ESP32_GENERIC_C6 ESP32C6 module with ESP32C6"])
def test_other_boards_are_refused(words):
    with pytest.raises(UserError, match="picorest runs on"):
        probe.board_of(words)


def test_a_firmware_that_does_not_fit_is_refused():
    found = probe.Found("ESP module with ESP8266", "1.29.0", "ESP8266_GENERIC", 6, 0, 10**6, 10**6, "", [], 30000)
    with pytest.raises(UserError, match="no ROMFS partition.* ESP8266_GENERIC-FLASH_2M_ROMFS .*deploy.sh flash"):
        probe.require_fit(found, "nodemcu", True)
    with pytest.raises(UserError, match="MicroPython 1.18 does not fit"):
        probe.require_fit(found._replace(mpy=5, release="1.18", rom=327680), "nodemcu", True)


def test_a_firmware_that_was_not_tried_is_told():
    found = probe.Found("ESP module with ESP8266", "1.29.0-preview", "", 6, 0, 10**6, 10**6, "", [], 30000)
    assert probe.remark(found) == "" and "1.29: if something is odd with 1.27.0" in probe.remark(found._replace(release="1.27.0"))


def test_the_only_port_is_taken_and_several_are_listed(monkeypatch):
    ports = [SimpleNamespace(device="/dev/ttyS0", vid=None, description="")]
    monkeypatch.setattr(serial.tools.list_ports, "comports", lambda: ports)
    with pytest.raises(UserError, match="no board found: plug it in"):
        serial_ports.find_port(None)
    ports.append(SimpleNamespace(device="/dev/ttyUSB0", vid=0x1A86, description="CH340"))
    assert serial_ports.find_port(None) == "/dev/ttyUSB0"
    ports.append(SimpleNamespace(device="/dev/ttyACM0", vid=0x2341, description="Nano ESP32"))
    with pytest.raises(UserError, match="--port /dev/ttyUSB0   CH340\n  --port /dev/ttyACM0   Nano ESP32"):
        serial_ports.find_port(None)
    assert serial_ports.find_port("/dev/mine") == "/dev/mine"


@pytest.fixture
def forbidden(tmp_path):
    """A path that we may not open for writing, not even root."""
    if os.geteuid() == 0:
        return "/proc/sys/kernel/ostype"
    path = tmp_path / "ttyUSB0"
    path.touch(0)
    return str(path)


def test_a_port_that_cannot_be_opened_is_told_in_words(forbidden, tmp_path):
    for port, words in ((forbidden, "usermod -a -G dialout"), (str(tmp_path / "ttyUSB1"), "there is no .*ttyUSB1: is the board"),
                        ("socket://127.0.0.1:1", "is the virtual board running")):  # fmt: skip
        with pytest.raises(cable.LinkError, match=words), cable.Link(port):
            pass


@pytest.mark.parametrize("command", ["monitor", "doctor", "deploy", "flash --yes"])
def test_every_command_says_how_to_get_the_permission(forbidden, command):
    done = subprocess.run(
        [sys.executable, "-m", "host", *command.split(), "--port", forbidden], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1 and "usermod -a -G dialout" in done.stderr, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def no_ports(monkeypatch):
    monkeypatch.setattr(serial.tools.list_ports, "comports", lambda: [])


def test_a_port_that_another_program_has_is_told(no_ports):
    master, slave = pty.openpty()
    try:
        path = os.ttyname(slave)
        with serial.Serial(path, exclusive=True), pytest.raises(cable.LinkError, match="used by another program"), cable.Link(path):
            pass
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize(("said", "words"), [
    ("[Errno 13] could not open port /dev/ttyUSB0: [Errno 13] Permission denied: '/dev/ttyUSB0'", "-a -G dialout $USER"),
    ("[Errno 16] could not open port /dev/ttyUSB0: [Errno 16] Device or resource busy: '/dev/ttyUSB0'", "used by another program"),
    ("[Errno 11] Could not exclusively lock port /dev/ttyUSB0: [Errno 11] Resource unavailable", "used by another program"),
    ("[Errno 2] could not open port /dev/ttyUSB0: [Errno 2] No such file or directory: '/dev/ttyUSB0'", "there is no /dev/ttyUSB0"),
    ("[Errno 6] could not open port /dev/cu.usb: [Errno 6] Device not configured: '/dev/cu.usb'", "there is no /dev/ttyUSB0"),
    # Windows, where nobody needs a permission: what is refused is in use
    ("could not open port 'COM3': PermissionError(13, 'Access is denied.', None, 5)", "used by another program"),
    ("could not open port 'COM3': PermissionError(13, 'Zugriff verweigert', None, 5)", "used by another program"),
    ("could not open port 'COM9': FileNotFoundError(2, 'The system cannot find the file specified.', None, 2)", "there is no"),
    ("Could not configure port: (5, 'Input/output error')", "Could not configure port: (5"),
])  # fmt: skip
def test_why_a_port_does_not_open_is_told_as_each_system_says_it(said, words, no_ports):
    assert words in serial_ports.explain("/dev/ttyUSB0", said)
    esptool = f"A fatal error occurred: Could not open X, the port is busy or doesn't exist.\n({said})\n"
    assert words in firmware.explain_esptool(esptool, "/dev/ttyUSB0")


def test_a_port_that_is_gone_is_told_with_those_that_are_there(monkeypatch):
    there = [SimpleNamespace(device="COM4", vid=0x1A86, description="USB-SERIAL CH340 (COM4)")]
    monkeypatch.setattr(serial.tools.list_ports, "comports", lambda: there)
    said = serial_ports.explain("COM3", "could not open port 'COM3': FileNotFoundError(2, '...', None, 2)")
    assert said.endswith("There are:\n  --port COM4   USB-SERIAL CH340 (COM4)")


def test_deploy_takes_all_ports_and_one_that_fails_stops_no_other(monkeypatch, capsys):
    there = [SimpleNamespace(device=f"COM{n}", vid=0x1A86, description="") for n in (3, 4, 5)]
    monkeypatch.setattr(serial.tools.list_ports, "comports", lambda: there)
    tried = []

    def one(port, args, config):
        tried.append(port)
        if port == "COM4":
            raise UserError("the cable is out")

    monkeypatch.setattr(deploy, "_deploy", one)
    options = SimpleNamespace(port="all", config=None, board=None, number=None, sheet=None)
    assert deploy.run(options) == 1 and tried == ["COM3", "COM4", "COM5"]
    said = capsys.readouterr().out
    assert "[2/3] COM4\nFAILED: the cable is out\n[3/3] COM5\n2 of 3 boards have this version; not COM4\n" in said
    with pytest.raises(UserError, match="--port all is for ./deploy.sh deploy"):
        serial_ports.find_port("all")
    there.clear()
    with pytest.raises(UserError, match="no board found"):
        deploy.run(options)


def test_paths_on_a_board_are_written_its_way_on_windows_too():
    asked = []
    slots.folders(SimpleNamespace(run=asked.append), "/a/lib/picorest/core.mpy")
    assert [re.search(r"mkdir\((.+?)\)", code)[1] for code in asked] == ["'/a'", "'/a/lib'", "'/a/lib/picorest'"]
    assert not hasattr(slots, "Path"), "which has backslashes there"


def place(server):
    return f"socket://127.0.0.1:{server.getsockname()[1]}"


def test_a_port_without_micropython_is_told(monkeypatch):
    monkeypatch.setattr(SerialTransport.enter_raw_repl, "__defaults__", (True, 0.2))
    told = pytest.raises(cable.LinkError, match="no MicroPython prompt .*reset button.*deploy.sh flash")
    with socket.create_server(("127.0.0.1", 0)) as silent, cable.Link(place(silent)) as link, told:
        link.enter()


def test_the_program_is_not_among_a_boards_own_files():
    mine = ["/config.json", "/picorest.key", "/user.py", "/lib/mine.py", "/certs/ca.der"]
    others = "/main.py /boot.py /versions.mpy /picorest.version /a/app.mpy /rom/app.mpy /lib/picorest/core.mpy /app.mpy"
    others += " /lib/microdot.mpy /lib/microdot/cors.mpy /www/setup.html.gz /picorest.www0 /picorest.www1"
    assert [name for name in mine + others.split() if own(name)] == mine


@pytest.mark.parametrize(("names", "hiding"), [
    ("boot.py main.py versions.mpy app.mpy user.py config.json helper.py lib/picorest lib/microdot lib/microdot.mpy".split(), []),
    (["json.py", "app.py", "helper.py", "lib/asyncio.mpy", "versions.py", "random.json"],
     ["json.py", "app.py", "lib/asyncio.mpy", "versions.py"]),
    (["picorest.py", "microdot.py", "machine", "lib/microdot.py"], ["picorest.py", "microdot.py", "machine", "lib/microdot.py"]),
])  # fmt: skip
def test_files_that_hide_a_module_are_named(names, hiding):
    found = probe.Found("", "", "", 6, 0, 0, 0, "", names, 0)
    assert [sentence.split(" ")[0] for sentence in probe.hiding(found)] == hiding
