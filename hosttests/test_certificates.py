"""https before the clock is set: the chip lives in the year 2000, in which no certificate is valid yet."""

import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from hosttests.support.wifi import fast_until, patient, state
from tests.protocol.support.scripted_server import Scripted

FOLDER = Path(__file__).parents[1] / "tests" / "protocol" / "certificates"
pytestmark = [pytest.mark.world, pytest.mark.boards("esp32")]


def test_it_is_refused_in_words_and_works_after_the_first_sync(fresh_board):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / "server.pem")
    with Scripted(*[b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"] * 3, tls=context) as server:
        config = {
            "wifi": {"networks": [{"ssid": "home", "password": "home-secret"}]},
            "ca": "authority.pem", "ntp": {"servers": ["none.example"]},
            "proxy": {"safe": {"url": f"https://localhost:{server.port}/", "cache": 0}},
        }
        board = fresh_board(config=config)
        state(board, lambda wifi: wifi["state"] == "connected")
        command = [sys.executable, "-m", "mpremote", "connect", board.serial, "fs", "cp", str(FOLDER / "authority.pem"), ":"]
        assert subprocess.run([*command, "+", "reset"], capture_output=True, timeout=60).returncode == 0
        board.wait_until_it_serves()
        state(board, lambda wifi: wifi["state"] == "connected")
        answer = board.get("/proxy/safe")
        assert (answer.status_code, answer.json()["type"]) == (503, "clock-not-set")
        assert "clock" in answer.json()["detail"] and int(answer.headers["Retry-After"]) > 0
        assert server.requests == []
        assert patient(board.patch, "/config", {"ntp": {"servers": ["pool.ntp.org"]}}).ok
        fast_until(board, lambda world: board.get("/time").ok)
        answer = board.get("/proxy/safe")
        # the certificate is sound; its name is another one
        assert (answer.status_code, answer.json()["type"]) == (502, "upstream-untrusted"), answer.text
