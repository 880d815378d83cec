"""./deploy.sh image: one file for the whole flash, from which boards start and which esptool takes; the page that writes it."""

import argparse
import io
import json
import struct
import tarfile
import threading
from functools import reduce

import pytest
import requests
from esp32_mock_bootloader import mock_bootloader
from esptool.bin_image import LoadFirmwareImage
from esptool.cmds import image_info, merge_bin

from host import UserError
from host.board import factory, firmware, installer
from host.board.firmware import CHIPS
from host.build import build
from host.commands import flash, image
from tests.tools.support.cut_cable import built, program, running
from virtualboard.boards import BOARDS
from virtualboard.client import wait
from virtualboard.repl import Repl
from virtualboard.supervisor import Supervisor

CHIP = {"nodemcu": "ESP8266", "esp32": "ESP32", "nano_esp32": "ESP32-S3", "esp32c3": "ESP32-C3"}
LABEL = {"nano_esp32": "ffat"}


def firmware_for(name, label=None):
    """A firmware that is whole as far as a chip's loader can tell, with the partitions of the board; it does nothing."""
    board, chip = BOARDS[name], CHIPS[CHIP[name]]
    body = (b"MicroPython v1.29.0 " + board.build.encode()).ljust(70000, b"\x5a")
    head = b"\xe9\x01\x02\x20" + struct.pack("<I", 0x40100000)
    if chip.number is not None:
        head += b"\xee\0\0\0" + struct.pack("<HB", chip.number, 0) + bytes(9)
    data = head + struct.pack("<II", 0x40100000, len(body)) + body
    data += bytes(15 - len(data) % 16) + bytes((reduce(lambda one, two: one ^ two, body, 0xEF),))
    if chip.number is None:
        return data
    label = label or LABEL.get(name, "vfs")
    table = b"".join(
        struct.pack("<2sBBII16sI", b"\xaa\x50", kind, sub, at, size, called.encode(), 0)
        for kind, sub, at, size, called in ((1, 2, 0x9000, 0x6000, "nvs"), (0, 0, 0x10000, 0x1F0000, "factory"),
                                            (1, 0x81, board.fs_start, board.fs_size, label))
    )  # fmt: skip
    data = bytearray(data)  # the table lies in what the loader takes for the segment: it is told of that below
    at = 0x8000 - int(chip.offset, 16)
    data[at : at + len(table) + 1] = table + b"\0"
    end = len(head) + 8 + len(body)
    data[-1] = reduce(lambda one, two: one ^ two, data[len(head) + 8 : end], 0xEF)
    return bytes(data)


@pytest.fixture
def made(tmp_path):
    """A function: the image for a board, with a firmware that is not there and a program that says who it is."""

    def make(name, config=None, build_of=None, **rest):
        path = tmp_path / "firmware.bin"
        path.write_bytes(firmware_for(name, **rest))
        return factory.image(path, build_of or (lambda board: built(board, tmp_path, program(tmp_path, "new"))), config, "4MB")[0]

    return make


def flashed(name, data, folder):
    """The folder of a virtual board whose flash has been written from address 0."""
    board = BOARDS[name]
    data = data.ljust(board.flash_size, b"\xff")
    folder.mkdir()
    (folder / "flash.img").write_bytes(data[board.fs_start : board.fs_start + board.fs_size])
    if board.romfs_size:
        (folder / "board.romfs").write_bytes(data[board.fs_start - board.romfs_size : board.fs_start])
    return folder


@pytest.mark.parametrize("name", ["nodemcu", "esp32", "nano_esp32"])
def test_a_board_starts_from_it_as_after_a_deployment(name, made, tmp_path):
    folder = flashed(name, made(name, b'{"hostname": "mine"}'), tmp_path / "flash")
    with Supervisor(name, flash=folder) as board:
        assert board.wait_ready() and running(board) == "new"
        with Repl(board.console.port) as repl:
            assert repl.eval("open('config.json').read()") == '{"hostname": "mine"}'
            place = repl.eval("open('picorest.version').read()").split()[0]
    assert place == ("0" if name == "nodemcu" else "/a")


def test_the_whole_program_serves_from_it(made, tmp_path):
    config = {"hostname": "shed", "wifi": {"networks": [{"ssid": "home", "password": "home-secret"}]}}
    folder = flashed("nodemcu", made("nodemcu", json.dumps(config).encode(), build), tmp_path / "flash")
    with Supervisor("nodemcu", flash=folder, speed=5) as board:
        def answer():
            try:
                return requests.get(f"http://127.0.0.1:{board.port}/config", timeout=5).json()
            except (requests.RequestException, ValueError):
                return None

        assert wait(lambda: answer(), "it does not serve", 60)["hostname"] == "shed"
        page = requests.get(f"http://127.0.0.1:{board.port}/", headers={"Accept": "text/html"}, timeout=20)
    assert page.status_code == 200 and "<title>" in page.text, page.text


@pytest.mark.parametrize("name", CHIP)
def test_esptool_takes_it_and_would_merge_the_same(name, made, tmp_path, capsys):
    board, chip = BOARDS[name], CHIPS[CHIP[name]]
    data = made(name)
    start = int(chip.offset, 16)
    assert data[:start] == b"\xff" * start and len(data) <= board.flash_size
    LoadFirmwareImage(chip.name, data[start:])
    image_info(data[start:], chip=chip.name)
    shown = capsys.readouterr().out
    assert "Checksum" in shown and "(valid)" in shown, shown
    pieces = [(start, data[start : board.fs_start - board.romfs_size]), (board.fs_start, data[board.fs_start :])]
    if board.romfs_size:
        pieces.insert(1, (board.fs_start - board.romfs_size, data[board.fs_start - board.romfs_size : board.fs_start]))
        assert data[2:4] == b"\x02\x40", "DIO, 4 MB"
    for number, (_, piece) in enumerate(pieces):
        (tmp_path / f"{number}.bin").write_bytes(piece)
    merge_bin([(at, str(tmp_path / f"{n}.bin")) for n, (at, _) in enumerate(pieces)], chip.name, str(tmp_path / "all.bin"))
    assert (tmp_path / "all.bin").read_bytes() == data


def test_flash_writes_it_at_address_0(made, tmp_path, capfdbinary):
    path = tmp_path / "all.bin"
    path.write_bytes(made("esp32"))
    with mock_bootloader(chip="esp32") as loader:
        flash.run(argparse.Namespace(port=loader.url(), firmware=path, baud=115200, yes=True))
    said = capfdbinary.readouterr().out.decode()
    assert " at 0x00000000" in said and "Hash of data verified" in said and "picorest are on the board" in said, said
    words = flash.write_words(CHIPS["ESP8266"], path, 115200, complete=True)
    assert words[-2:] == ["0x0", str(path)] and "-fs" not in words, "its file system is made for the size that it names"


def test_the_partition_for_files_is_that_of_the_board():
    for name, chip in CHIP.items():
        if name != "nodemcu":
            board = BOARDS[name]
            area = factory.file_area(firmware_for(name), int(CHIPS[chip].offset, 16), name)
            assert area == (board.fs_start, board.fs_size, board.fs_block)


@pytest.mark.parametrize(("data", "words"), [
    (b"nonsense" * 10000, "no firmware for ESP8266, ESP32"),
    (firmware_for("esp32", label="storage"), "no partition for files"),
    (firmware_for("nodemcu") + b"MicroPython" * 70000, "at 0xb0000 the program begins"),
    (firmware_for("nodemcu").replace(b"-FLASH_2M_ROMFS", b" " * 15), "without the ROMFS partition"),
])  # fmt: skip
def test_what_is_no_firmware_for_it_is_refused(data, words, tmp_path):
    path = tmp_path / "firmware.bin"
    path.write_bytes(data)
    with pytest.raises(UserError, match=words):
        factory.image(path, lambda board: built(board, tmp_path, program(tmp_path, "new")), None, "4MB")


def test_the_command_says_where_it_is_and_refuses_a_bad_configuration(tmp_path, capsys, monkeypatch):
    device = program(tmp_path, "new")
    monkeypatch.setattr(image, "build", lambda board, chosen: built(board, tmp_path, device))
    (tmp_path / "fw.bin").write_bytes(firmware_for("esp32"))
    (tmp_path / "good.json").write_text('{"hostname": "shed"}')
    (tmp_path / "bad.json").write_text('{"hostname": 5}')
    options = {"firmware": tmp_path / "fw.bin", "flash_size": "4MB", "out": tmp_path / "out"}
    options |= dict.fromkeys(("web", "number", "mac"))
    image.run(argparse.Namespace(config=tmp_path / "good.json", **options))
    said = capsys.readouterr().out
    assert "picorest-esp32.bin" in said and "for ESP32 at address 0" in said and "keep it to yourself" in said
    size = (tmp_path / "out" / "picorest-esp32.bin").stat().st_size
    assert f"  {size} bytes" in said and f"flash --firmware {tmp_path / 'out' / 'picorest-esp32.bin'}" in said
    with pytest.raises(UserError, match="would be refused by the board"):
        image.run(argparse.Namespace(config=tmp_path / "bad.json", **options | {"out": tmp_path / "other"}))
    assert not (tmp_path / "other").exists()


def test_an_image_for_one_board_of_a_set(tmp_path, monkeypatch):
    device = program(tmp_path, "new")
    monkeypatch.setattr(image, "build", lambda board, chosen: built(board, tmp_path, device))
    (tmp_path / "fw.bin").write_bytes(firmware_for("esp32"))
    (tmp_path / "class.json").write_text('{"hostname": "board-{number}", "wifi": {"ap": {"ssid": "class-{mac}"}}}')
    options = {"firmware": tmp_path / "fw.bin", "flash_size": "4MB", "out": tmp_path / "out", "web": None}
    options["config"] = tmp_path / "class.json"
    for number, mac, words in ((None, "0123456789ab", "tell --number"), (7, None, "tell --mac"), (7, "01:23", "twelve")):
        with pytest.raises(UserError, match=words):
            image.run(argparse.Namespace(number=number, mac=mac, **options))
    assert not (tmp_path / "out").exists()
    image.run(argparse.Namespace(number=7, mac="0123456789ab", **options))
    data = (tmp_path / "out" / "picorest-esp32-7-0123456789ab.bin").read_bytes()
    assert b'"board-7"' in data and b'"class-0123456789ab"' in data and b"{number}" not in data


def test_the_page_is_whole_and_served_with_what_it_asks_for(tmp_path):
    (tmp_path / "picorest-nodemcu.bin").write_bytes(b"\xe9image")
    installer.make(tmp_path, "picorest-nodemcu.bin", "ESP8266", "1.2.3")
    ours = installer.page_server(tmp_path, 0)
    threading.Thread(target=ours.serve_forever, daemon=True).start()
    try:
        base = f"http://127.0.0.1:{ours.server_address[1]}/"
        page = requests.get(base, timeout=5).text
        told = requests.get(base + "manifest.json", timeout=5).json()
        script = requests.get(base + "esp-web-tools/install-button.js", timeout=5)
        [part] = told["builds"][0]["parts"]
        assert told["builds"][0]["chipFamily"] == "ESP8266" and part["offset"] == 0 and told["version"] == "1.2.3"
        assert requests.get(base + part["path"], timeout=5).content == b"\xe9image"
    finally:
        ours.shutdown()
        ours.server_close()
    assert 'manifest="manifest.json"' in page and 'src="esp-web-tools/install-button.js"' in page
    assert script.headers["Content-Type"] == "text/javascript" and len(list((tmp_path / "esp-web-tools").iterdir())) > 10


def test_another_package_than_the_pinned_is_not_taken():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as package:
        package.addfile(tarfile.TarInfo("package/dist/web/install-button.js"), io.BytesIO())
    with pytest.raises(UserError, match="another esp-web-tools"):
        installer.unpack(packed.getvalue())


def test_each_chip_has_its_build():
    assert {chip.name for chip in firmware.CHIPS.values()} == set(factory.BUILDS)
