"""The few sockets that a chip has: ten on the ESP32 family, five connections on an ESP8266. Some are left for other servers."""

import socket
import time

import pytest

from hosttests.support.raw_http import Wire
from hosttests.support.wifi import HOME, REACH, config, connected, networks, patient

pytestmark = [pytest.mark.world, pytest.mark.boards("esp32", "nodemcu")]
PLACES = {"nodemcu": 4, "esp32": 6}
KEPT = {"nodemcu": 2, "esp32": 4}


@pytest.fixture
def board(fresh_board):
    """Connected, and with its access point still open: names are answered there."""
    board = fresh_board(config=config())
    board.world.wait(lambda world: world["wifi"]["access_point"]["active"])
    networks(board, **REACH)
    assert patient(board.patch, "/config", config(HOME)).ok
    connected(board)
    board.session.close()
    return board


def test_a_full_house_leaves_room_for_other_servers(board):
    kept = [Wire(board) for _ in range(KEPT[board.name])]
    for wire in kept:
        assert wire.get("/health").answer().headers["connection"] == "keep-alive"
    slow = [Wire(board).send(b"GET /gpio/4?wait=5 HTTP/1.1\r\nHost: HOST\r\n\r\n")
            for _ in range(PLACES[board.name] - KEPT[board.name] - 1)]
    time.sleep(0.2)
    for _ in range(2):
        answer = board.get("/weather?city=Paris,FR", headers={"Connection": "close"})
        assert answer.ok, answer.text
        answer = board.post("/time/sync", headers={"Connection": "close"})
        assert answer.ok, answer.text
    assert "Traceback" not in board.console()
    for wire in kept + slow:
        wire.close()


def test_clients_that_do_not_close_and_many_more_end_nothing(board):
    lost = [socket.create_connection(("127.0.0.1", int(board.url.rsplit(":")[-1])), 3) for _ in range(4)]
    for link in lost:
        link.sendall(b"GET /health HTTP/1.0\r\n\r\n")
    time.sleep(1)
    assert board.get("/health").ok
    answer = board.get("/weather?city=Paris,FR")
    assert answer.ok, answer.text
    for link in lost:
        link.close()
    answer = patient(lambda path, _: board.get(path), "/weather?city=Paris,FR", None)
    assert answer.ok, answer.text
    assert "Traceback" not in board.console()
