"""A file of routes as microdot's manual has them answers the same on microdot under CPython, on an ESP32, and on an ESP8266."""

import asyncio
import importlib.util
import json
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from microdot import Microdot
from microdot.test_client import TestClient

from hosttests.support.upstreams import HOME
from hosttests.test_user import mpremote

FILE = Path(__file__).parent / "support" / "microdot_manual.py"
OPEN = {"X-Key": "open"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
ASKED = [
    ("GET", "/doors/front?wide=2", OPEN, None),
    ("GET", "/doors/wide", OPEN, None),
    ("GET", "/doors/front", {}, None),
    ("POST", "/doors/back", OPEN | FORM, "to=the+back&to=two"),
    ("GET", "/go", {"Cookie": "last=back; other=1"}, None),
    ("GET", "/go", {}, None),
    ("PUT", "/sum", JSON, '{"numbers":[1,2,39]}'),
    ("GET", "/count/12", {}, None),
    ("GET", "/teapot", {}, None),
    ("GET", "/no/such/door", {}, None),
    ("OPTIONS", "/doors/front", {}, None),
]
HEADERS = ("Content-Type", "Location", "Set-Cookie", "X-Prefix", "Allow")


def seen(status, text, headers):
    """What a client notices: no more than microdot says."""
    shown = {name: value for name in HEADERS if (value := headers.get(name))}
    if isinstance(shown.get("Set-Cookie"), list):
        shown["Set-Cookie"] = ", ".join(shown["Set-Cookie"])
    return status, json.loads(text) if "json" in shown.get("Content-Type", "") and text else text, shown


@pytest.fixture(scope="module")
def expected():
    """The answers of microdot, under CPython."""
    spec = importlib.util.spec_from_file_location("user", FILE)
    user = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(user)
    app = Microdot()
    user.setup(app)

    async def ask():
        answers = []
        for method, path, headers, body in ASKED:
            answer = await TestClient(app).request(method, path, headers=dict(headers), body=body)
            answers.append(seen(answer.status_code, answer.text or "", answer.headers))
        return answers

    return asyncio.run(ask())


@pytest.mark.boards("nodemcu", "esp32")
@pytest.mark.world
@pytest.mark.native("the prompt")
def test_it_answers_as_microdot_does(fresh_board, expected, subtests):
    board = fresh_board(config={"wifi": HOME})
    mpremote(board, "cp", str(FILE), ":user.py", "+", "reset")
    board.wait_until_it_serves()
    for (method, path, headers, body), answer in zip(ASKED, expected, strict=True):
        with subtests.test(f"{method} {path}"):
            board.session.cookies.clear()
            found = board.request(method, path, headers=dict(headers), data=body, allow_redirects=False)
            assert seen(found.status_code, found.text, found.headers) == answer
    assert board.get("/gpio?pin=D5" if board.name == "nodemcu" else "/gpio?pin=25").status_code == 200  # ours are as they were
    assert board.get("/health").json()["status"] == "ok"


EXTENSIONS = """
from microdot.auth import BasicAuth
from microdot.cors import CORS
from microdot.sse import with_sse
from microdot.websocket import with_websocket

auth = BasicAuth()


@auth.authenticate
async def check(request, user, password):
    return user if (user, password) == ("susan", "hello") else None


def setup(app):
    CORS(app, allowed_origins=["http://page.example"])

    @app.get("/me")
    @auth
    async def me(request):
        return request.g.current_user

    @app.get("/news")
    @with_sse
    async def news(request, sse):
        await sse.send("one")
        await sse.send({"n": 2}, event="two")

    @app.get("/echo")
    @with_websocket
    async def echo(request, ws):
        await ws.send(await ws.receive())
"""


@pytest.mark.boards("esp32")
@pytest.mark.world
def test_microdots_extensions_lie_on_an_esp32(fresh_board, tmp_path):
    board = fresh_board(config={"wifi": HOME})
    (tmp_path / "user.py").write_text(EXTENSIONS)
    mpremote(board, "cp", str(tmp_path / "user.py"), ":user.py", "+", "reset")
    board.wait_until_it_serves()
    page = {"Origin": "http://page.example"}
    assert board.get("/me").status_code == 401
    said = board.get("/me", auth=("susan", "hello"), headers=page)
    assert (said.text, said.headers["Access-Control-Allow-Origin"]) == ("susan", page["Origin"])
    said = board.request("OPTIONS", "/me", headers={**page, "Access-Control-Request-Method": "GET"})
    assert (said.status_code, said.headers["Access-Control-Allow-Methods"]) == (200, "GET")
    said = board.request("OPTIONS", "/gpio", headers=page)  # around picorest's own, too
    assert (said.status_code, said.headers["Access-Control-Allow-Origin"]) == (200, page["Origin"])
    assert said.headers["Allow"] == "GET, PUT, POST, HEAD, OPTIONS"
    assert board.get("/news").text == 'data: one\n\nevent: two\ndata: {"n": 2}\n\n'
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    assert board.get("/echo", headers={"Upgrade": "websocket"}).status_code == 400
    assert websocket_echo(board, upgrade) == b"\x81\x05hello"


def websocket_echo(board, headers):
    """What comes back behind the answer to an upgrade for a masked frame with "hello"."""
    place = urlsplit(board.url)
    with socket.create_connection((place.hostname, place.port), timeout=10) as sock:
        lines = [f"{name}: {value}" for name, value in ({"Host": "127.0.0.1"} | headers).items()]
        sock.sendall("\r\n".join(["GET /echo HTTP/1.1", *lines, "", ""]).encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += sock.recv(1000)
        assert data.startswith(b"HTTP/1.1 101 ")
        sock.sendall(b"\x81\x85\x01\x02\x03\x04" + bytes(a ^ b for a, b in zip(b"hello", b"\x01\x02\x03\x04\x01", strict=True)))
        data = data.partition(b"\r\n\r\n")[2]
        while len(data) < 7:
            data += sock.recv(1000)
        return data[:7]
