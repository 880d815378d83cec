"""What a phone does that joins the access point of a new board, over real UDP and HTTP."""

import re
import socket

import pytest

from hosttests.support import raw_http
from hosttests.support.wifi import OFFICE, access_point, config, connected, fast_until, networks, outcome, patient

pytestmark = [pytest.mark.world, pytest.mark.boards("nodemcu", "esp32")]
PAGE = "http://192.168.4.1/"
PROBES = {
    "Android": ("connectivitycheck.gstatic.com", "/generate_204", 204, ""),
    "Android, older": ("clients3.google.com", "/gen_204", 204, ""),
    "Apple": ("captive.apple.com", "/hotspot-detect.html", 200, "Success"),
    "Windows": ("www.msftconnecttest.com", "/connecttest.txt", 200, "Microsoft Connect Test"),
    "Windows, older": ("www.msftncsi.com", "/ncsi.txt", 200, "Microsoft NCSI"),
    "Firefox": ("detectportal.firefox.com", "/canonical.html", 200, "support.mozilla.org"),
    "Firefox, too": ("detectportal.firefox.com", "/success.txt", 200, "success\n"),
}


@pytest.fixture
def board(fresh_board):
    """A new board, which knows no network, with a phone on its access point and `office` in reach."""
    board = fresh_board(config=config())
    board.world.wait(access_point)
    networks(board, office="secret-office", cafe="")
    board.world.put({"wifi": {"ap_clients": 1}})
    return board


def ask(board, name, kind, number=0x1234):
    """The answer of the board's name server: (its address records, response code)."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    head = number.to_bytes(2, "big") + b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    query = head + labels + b"\x00" + kind.to_bytes(2, "big") + b"\x00\x01"
    port = board.world.wait(lambda w: "udp:53" in w["ports"])["ports"]["udp:53"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(1)
        for _ in range(10):
            phone.sendto(query, ("127.0.0.1", port))
            try:
                answer = phone.recv(512)
                break
            except TimeoutError:
                continue
        else:
            raise AssertionError(f"no answer for {name}")
    assert answer[:2] == head[:2] and answer[2] & 0x80
    count = int.from_bytes(answer[6:8], "big")
    return [socket.inet_ntoa(answer[-4:])] if count else [], answer[3] & 15


@pytest.mark.parametrize("maker", PROBES)
def test_probe(board, maker):
    host, path, _, _ = PROBES[maker]
    assert ask(board, host, 1) == (["192.168.4.1"], 0)
    assert ask(board, host, 28) == ([], 0)
    answer = board.get(path, headers={"Host": host})
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert 0 < len(answer.content) < 300


def test_a_host_that_is_no_text(board):
    """The first request of a phone must not be an error of ours, whatever it says."""
    said = raw_http.ask(board, b"GET /gpio HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n")
    assert (said.status, said.headers["location"]) == (302, PAGE)
    assert "Traceback" not in board.console()


def test_the_page(board):
    page = board.get("/setup", headers={"Host": "192.168.4.1"})
    assert page.status_code == 200 and page.headers["Content-Type"].startswith("text/html")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "/wifi/networks" in page.text
    assert not re.search(r'(?:src|href)="?(?:https?:)?//', page.text), "an asset from outside"


@pytest.mark.parametrize("wrong_first", [False, True], ids=["right", "wrong password first"])
def test_a_phones_way(board, wrong_first):
    host, path, status, text = PROBES["Android"]
    assert board.get(path, headers={"Host": host}).headers["Location"] == PAGE
    assert board.get("/setup").ok
    found = board.get("/wifi/networks").json()["networks"]
    assert {n["ssid"]: n["secure"] for n in found} == {"cafe": False, "office": True}
    if wrong_first:
        assert patient(board.put, "/wifi", {"ssid": "office", "password": "secret-offize"}).status_code == 202
        trial = outcome(board, "office")
        assert (trial["state"], trial["result"]) == ("failed", "wrong-password")
        assert access_point(board.world.get()), "the phone has lost the board"
        assert board.get(path, headers={"Host": host}).status_code == 302
        assert board.get("/config").json()["wifi"]["networks"] == []
    assert patient(board.put, "/wifi", OFFICE).status_code == 202
    trial = outcome(board, "office")
    assert trial["state"] == "connected"
    assert trial["ip"] == board.world.get()["wifi"]["station"]["ip"]
    for host, path, status, text in PROBES.values():
        answer = board.get(path, headers={"Host": host})
        assert answer.status_code == status
        assert text in answer.text
    fast_until(board, lambda w: not access_point(w), speed=400)
    connected(board, "office")
    board.reboot()
    connected(board, "office")


def test_a_flood_of_names_does_not_stop_the_server(board):
    port = board.world.wait(lambda w: "udp:53" in w["ports"])["ports"]["udp:53"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        for number in range(500):
            phone.sendto(number.to_bytes(2, "big") + b"\x01\x00\x00\x01" + b"\0" * 6 + b"\1x\0\0\1\0\1", ("127.0.0.1", port))
            phone.sendto(b"\xff" * (number % 300), ("127.0.0.1", port))
        assert board.get("/wifi").ok
    assert ask(board, "captive.apple.com", 1, 0x4321) == (["192.168.4.1"], 0)


def test_the_factory_access_point_is_off_and_the_password_is_its_own(board, fresh_board, board_name):
    shown = board.world.get()["wifi"]["access_point"]
    assert shown["ssid"].startswith("picorest-")
    assert len(shown["password"]) >= 8 and shown["password"] != "micropythoN"
    assert any(shown["password"] in line for line in board.world.get()["console"])
    for path in ("/wifi", "/config", "/status"):
        assert shown["password"] not in board.get(path).text
    board.reboot()
    assert board.world.wait(access_point)["wifi"]["access_point"]["password"] == shown["password"]
    other = fresh_board(config=config())
    assert other.world.wait(access_point)["wifi"]["access_point"]["password"] != shown["password"]
    configured = {"wifi": {"ap": {"ssid": "shed", "password": "open sesame"}}}
    third = fresh_board(config=configured)
    shown = third.world.wait(access_point)["wifi"]["access_point"]
    assert (shown["ssid"], shown["password"]) == ("shed", "open sesame")
    assert not any("sesame" in line for line in third.world.get()["console"])
