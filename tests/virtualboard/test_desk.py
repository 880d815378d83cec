"""What the desk asks of the control port: its files, news of the world, typing, the board's own pages; and who may not ask."""

import json
import socket
import threading
import time

import pytest
import requests

from virtualboard import desk
from virtualboard.boards import BOARDS
from virtualboard.client import VirtualBoard
from virtualboard.forward import Silent, forward
from virtualboard.supervisor import Supervisor


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    board = VirtualBoard("nodemcu", tmp_path_factory.mktemp("board"))
    board.wait_until_it_serves()
    yield board
    board.close()


def test_the_page_and_all_that_it_loads(place):
    page = requests.get(place, timeout=5)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    loaded = [part.split('"')[0] for part in page.text.replace('href="', 'src="').split('src="')[1:]]
    assert len(loaded) > 3
    for name in loaded:
        assert requests.get(f"{place}/{name}", timeout=5).ok, name
    for name in ("..%2fcontrol.py", "__init__.py", "nothing.js", "%2e%2e/demo.py"):
        assert requests.get(f"{place}/{name}", timeout=5).status_code == 404, name


@pytest.mark.parametrize("name", BOARDS)
def test_what_is_drawn_is_the_board(name):
    with Supervisor(name) as board:
        told = json.loads(json.dumps(desk.describe(board)))
    pins = {label: pin for pin in told["pins"] for label in pin["names"]}
    drawn = {label for column in told["layout"] for label in column}
    power = {"-", "GND", "3V3", "5V", "EN", "RST", "VIN", "VUSB"}
    assert drawn - set(pins) <= power and len(drawn & set(pins)) > 10
    assert set(told["parts"].values()) <= drawn and "LED" in pins
    assert pins[told["parts"]["potentiometer"]]["adc"] and pins[told["parts"]["dht"]]["key"] in told["parts"]["dht"] + "GPIO"
    for part in ("led", "button", "buzzer"):
        assert pins[told["parts"][part]]["key"] and pins[told["parts"][part]]["verdict"] in ("ok", "boot")


def test_waiting_for_a_change_ends_with_it(place):
    rev = requests.get(place + "/world", timeout=5).json()["rev"]
    assert requests.get(place + "/world?wait=0&since=" + rev, timeout=5).json()["rev"] == rev
    found = []
    thread = threading.Thread(target=lambda: found.append(requests.get(place + "/world?wait=30&since=" + rev, timeout=40).json()))
    thread.start()
    requests.put(place + "/world", json={"pins": {"D3": 0}}, timeout=5)
    thread.join(20)
    assert found and found[0]["pins"] == {"D3": 0} and found[0]["rev"] != rev
    assert requests.get(place + "/world?wait=30&since=" + rev, timeout=5).json()["pins"] == {"D3": 0}  # it is news already
    requests.post(place + "/world/reset", timeout=5)


@pytest.mark.parametrize("wait", ["x", "-1", "31", ""])
def test_how_long_to_wait_is_a_number(place, wait):
    answer = requests.get(place + "/world?wait=" + wait, timeout=5)
    assert answer.status_code == 400 and '"wait"' in answer.json()["detail"]


@pytest.mark.parametrize("typed", [{"data": "print(6*7)\n"}, {"json": {"text": "print(6*7)\r\n"}}], ids=["text", "JSON"])
def test_what_is_posted_to_the_console_is_typed(place, typed):
    before = requests.get(place + "/world", timeout=5).json()["console"].count("42")
    assert requests.post(place + "/console", timeout=5, **typed).ok
    end = time.monotonic() + 10
    while requests.get(place + "/world", timeout=5).json()["console"].count("42") == before:
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("body", ["[]", '{"text": 1}', "{"])
def test_typing_anything_but_text_is_refused(place, body):
    answer = requests.post(place + "/console", data=body, headers={"Content-Type": "application/json"}, timeout=5)
    assert answer.status_code == 400


FOREIGN = [
    {"Host": "evil.example"}, {"Host": "evil.example:8081"}, {"Host": "127.0.0.1.evil.example"}, {"Host": "[::1"},
    {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:9"}, {"Referer": "http://evil.example/x"},
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
]  # fmt: skip


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize(("method", "path"), [("GET", "/world"), ("PUT", "/world"), ("POST", "/world/reset"), ("POST", "/console"),
                                              ("GET", "/desk.json"), ("GET", "/board/gpio?pin=D5&state=1")])  # fmt: skip
def test_pages_of_other_sites_may_not_ask(place, method, path, headers):
    answer = requests.request(method, place + path, data='{"pins":{"D5":1}}', headers=headers, timeout=5)
    assert answer.status_code == 403 and answer.json()["type"] == "cross-site"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert requests.get(place + "/world", timeout=5).json()["pins"] == {}


def test_a_link_leads_to_the_desk_and_only_a_name_of_this_computer_does(place):
    port = place.rpartition(":")[2]
    assert requests.get(place + "/", headers={"Sec-Fetch-Site": "cross-site", "Referer": "http://evil.example/"}, timeout=5).ok
    assert requests.get(place + "/", headers={"Host": "evil.example"}, timeout=5).status_code == 403
    for host in (f"localhost:{port}", f"[::1]:{port}", "LOCALHOST", "127.0.0.1"):
        assert requests.get(place + "/world", headers={"Host": host, "Origin": f"http://{host}"}, timeout=5).ok


def test_the_boards_page_may_stand_in_the_desk_only(serving):
    page = requests.get(serving.control + "/board/", headers={"Accept": "text/html"}, timeout=10)
    direct = serving.get("/", headers={"Accept": "text/html"})
    assert page.content == direct.content
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in direct.headers["Content-Security-Policy"]


def test_what_is_asked_below_board_is_asked_of_the_board(serving):
    assert requests.put(serving.control + "/board/gpio/D5", json={"state": 1}, timeout=10).json()["state"] == 1
    assert serving.world.get()["outputs"]["14"]["level"] == 1
    refused = requests.get(serving.control + "/board/gpio?pin=6&state=1", timeout=10)
    assert refused.status_code == 409 and refused.headers["Content-Type"] == "application/problem+json"
    assert requests.head(serving.control + "/board/gpio", timeout=10).status_code == 200


def test_a_board_that_is_silent_is_waited_for_by_pages_only(serving):
    serving.world.put({"wifi": {"up": False}})
    page = requests.get(serving.control + "/board/", headers={"Accept": "text/html"}, timeout=10)
    assert page.status_code == 503 and "refresh" in page.text
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    with pytest.raises(requests.ConnectionError):
        requests.get(serving.control + "/board/gpio", timeout=10)
    serving.world.put({"wifi": {"up": True}})
    with serving.world.fast():
        serving.wait_until_it_serves()


def test_who_has_gone_is_not_asked_for():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client, far = socket.socketpair()
        far.close()
        with client, pytest.raises(Silent, match="has gone"):
            forward(silent.getsockname(), "GET", "/gpio?wait=25", [], b"", client)
