"""Threats that no other file of tests is about: files by odd paths, settings that would be headers, cookies of others, guessing.
docs/security.md has a table of all threats with their tests."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest

from hosttests.fuzz.drive import everything, one_answer
from hosttests.support.gpio import ok, refused
from hosttests.support.raw_http import Wire, ask, json_in
from hosttests.support.upstreams import HOME, online
from hosttests.support.wifi import patient

BOTH = pytest.mark.boards("nodemcu", "esp32")
TOKEN, PASSWORD = "kirsche-42-x", HOME["networks"][0]["password"]
WAY = "Bearer", "Basic"
FREE = 40  # wrong tokens that a board looks at without a pause
EVIL = "a\r\nX-Evil: 1\r\n\r\nHTTP/1.1"
CONFIG = {"token": TOKEN, "wifi": HOME, "pins": {"D5": {"name": "lamp", "mode": "out"}}}
FILES = "config.json picorest.key boot.py versions.mpy www/index.html".split()
WAYS = [
    "/{}", "/./{}", "/../{}", "/../../{}", "/%2e%2e/{}", "/..%2f{}", "/%2e%2e%2f%2e%2e%2f{}", "/..%5c{}", "/www/../{}", "/rom/{}",
    "/a/{}", "//{}", "/gpio/../{}", "/gpio/..%2f{}", "/proxy/../{}",
    "/proxy/..%2f{}", "/favicon.svg/../{}", "/update/{}",
    "/setup/../{}", "/{}%00", "/{}%00.svg", "http://HOST/../{}",
]  # fmt: skip
BROWSER = ["User-Agent: Mozilla/5.0 (X11; Linux x86_64)", "Accept: text/html", "Upgrade-Insecure-Requests: 1"]


def send(board, *lines: str, body: str = ""):
    return ask(board, ("\r\n".join([*lines, f"Content-Length: {len(body)}"]) + "\r\n\r\n" + body).encode())


@BOTH
@pytest.mark.world
def test_no_path_leads_to_a_file(fresh_board, board_name):
    """Whatever is asked for, as JSON or as a page: no answer has anything of a file on the flash in it."""
    board = fresh_board(config={key: value for key, value in CONFIG.items() if key != "pins"})
    for name in FILES:
        for way in WAYS:
            accept = "text/html" if name == FILES[0] else "*/*"
            answer = send(board, f"GET {way.format(name)} HTTP/1.1", "Host: HOST", f"Accept: {accept}")
            assert answer.status in (400, 404), (way, name, answer)
            assert not any(text.encode() in answer.body for text in (TOKEN, PASSWORD, "import ", "<script")), (way, name)
    assert ok(board.get("/health"))["status"] == "ok"


def settings_of_text(board) -> list[str]:
    """The paths of all keys of the configuration that are some text."""
    schema = ok(board.get("/config/schema"))
    at = {name: n for n, name in enumerate(schema["columns"])}
    kinds = {row[at["path"]]: row[at["kind"]].split(":")[0] for row in schema["rows"]}
    found = [path for path, kind in kinds.items() if kind not in ("int", "bool", "number", "list", "object")]
    assert len(found) > 20, kinds
    return found


def setting(path: str, value) -> dict:
    """A change of the configuration that gives that key this value: {"a": [{"b": value}]} for a[].b."""
    for step in reversed(path.split(".")):
        value = {"D5" if path.startswith("pins") and step == "*" else "x" if step == "*" else step.removesuffix("[]"):
                 [value] if step.endswith("[]") else value}  # fmt: skip
    return value


@pytest.mark.boards("esp32")  # has all keys
@pytest.mark.world
def test_no_setting_becomes_a_header(fresh_board, board_name):
    """Whatever text a setting may be, one with line ends is refused, and names the key."""
    board = fresh_board(config={"wifi": HOME})
    plain = []
    for path in settings_of_text(board):
        back = {path.split(".")[0].removesuffix("[]"): HOME if path.startswith("wifi") else None}
        if path != "token" and patient(board.patch, "/config", setting(path, "a-word-x")).ok:
            plain.append(path)
            assert patient(board.patch, "/config", back).ok
        answer = patient(board.patch, "/config", setting(path, EVIL))
        said = refused(answer, 400, "bad-config")
        assert said["key"].split(".")[-1] == path.split(".")[-1], (path, said)
    assert len(plain) > 8, plain
    url = "http://example.com/"
    for more in (
        {"proxy": {"x": {"url": url, "headers": {"X-A": EVIL}}}}, {"proxy": {"x": {"url": url, "headers": {EVIL: "a"}}}},
        {"proxy": {EVIL: {"url": url}}}, {"pins": {EVIL: {"mode": "out"}}}, {"allowed_origins": [f"http://{EVIL}"]},
        {"proxy": {"x": {"url": url + EVIL}}}, {"ntp": {"servers": [EVIL]}},
    ):  # fmt: skip
        refused(patient(board.patch, "/config", more), 400, "bad-config")
    assert ok(board.get("/config"))["wifi"]["networks"][0]["ssid"] == "home" and len(ok(board.get("/config"))) == 1


@BOTH
def test_nothing_that_is_asked_for_becomes_a_header(board, subtests):
    """Line ends in a path, a parameter or a name stay what they are: every header of every answer is one of the board's."""
    evil = quote(EVIL)
    for target in (
        f"/gpio?pin=D5&state={evil}", f"/gpio?pin={evil}&state=1", f"/gpio?{evil}=1", f"/gpio/{evil}?state=1", f"/{evil}",
        f"/proxy/{evil}",
        f"/weather?city={evil}", f"/gpio/D5/?{evil}", f"/gpio?pin=D5&state=1&{evil}", f"/thingspeak?channel={evil}",
    ):  # fmt: skip
        for more in ("Accept: */*", "\r\n".join(BROWSER)):
            head = f"GET {target} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n{more}\r\n\r\n"
            with subtests.test(target, more=more), Wire(board) as wire:
                came = everything(wire.send(head.encode()).sock, True)
                assert one_answer(came, False)[1] == b""


@pytest.mark.world
def test_a_cookie_opens_nothing(fresh_board):
    """It only says that a page of the board's own led here: who has it, or has taken it from somebody, needs the token all the
    same, and a page of another site is refused with it, too."""
    board = fresh_board(config=CONFIG)
    typed = "GET /gpio/D5?state=1 HTTP/1.1"
    for cookie in ("picorest=1", "picorest=1; picorest=1", "picorest=0", "a=b"):
        assert send(board, typed, "Host: HOST", f"Cookie: {cookie}", *BROWSER).status == 401, cookie
        answer = send(board, "PUT /gpio/D5 HTTP/1.1", "Host: HOST", f"Cookie: {cookie}", body='{"state":1}')
        assert answer.status == 401
        lines = [f"Cookie: {cookie}", f"Authorization: Bearer {TOKEN}", "Origin: http://evil.example"]
        answer = send(board, "PUT /gpio/D5 HTTP/1.1", "Host: HOST", *lines, body='{"state":1}')
        assert answer.status == 403
    assert ok(board.get("/gpio/D5"))["state"] == 0


def guess(board, token: str, source: str, way: str = "Bearer"):
    """What a change says to that token, from that address."""
    given = token if way == "Bearer" else base64.b64encode(f"me:{token}".encode()).decode()
    head = f"PATCH /config HTTP/1.1\r\nHost: HOST\r\nAuthorization: {way} {given}\r\nContent-Length: 2\r\n\r\n"
    return ask(board, head.encode() + b"{}", source=source)


def passes(board, seconds: float) -> None:
    """Let so much of the board's time pass, which is slow otherwise: whatever takes long, no pause ends by itself."""
    later = board.world.get()["time"]["unix"] + seconds
    with board.world.fast(60):
        board.world.wait(lambda world: world["time"]["unix"] > later)
    board.world.put({"time": {"speed": 0.2}})


@BOTH
@pytest.mark.world
def test_who_guesses_the_token_has_to_wait(fresh_board, board_name):
    """Not even the right one opens then; it is told for how long, and others are not kept waiting. Each wrong one makes it longer,
    up to 16 s."""
    board = fresh_board(config={"token": TOKEN, "wifi": HOME})
    thief, owner = "127.0.0.2", "127.0.0.1"
    pauses = []
    for n in range(FREE + 1):
        way = WAY[n % 2]
        assert guess(board, f"wrong-{n}", thief, way).status == 401
        passes(board, 3 if n >= FREE - 1 else 0)
    for n in range(4):
        way = WAY[n % 2]
        assert guess(board, f"worse-{n}", thief, way).status == 401
        answer = guess(board, TOKEN, thief, way)
        assert (answer.status, json_in(answer)["type"]) == (429, "too-many-tokens")
        pauses.append(int(answer.headers["retry-after"]))
        assert json_in(answer)["retry_after"] == pauses[-1]
        assert guess(board, TOKEN, owner, way).status == 200
        assert board.get("/gpio").ok and ask(board, b"GET /gpio HTTP/1.1\r\nHost: HOST\r\n\r\n", source=thief).status == 200
        passes(board, pauses[-1] + 1)
    assert all(most / 2 < pause <= most for pause, most in zip(pauses, (4, 8, 16, 16), strict=True)), pauses
    assert guess(board, TOKEN, thief).status == 200


@BOTH
@pytest.mark.world
def test_many_addresses_guess_no_faster_and_the_owner_stays_in(fresh_board, board_name):
    """The board looks at a token from nobody then, for some seconds, but from the address that had the right one last."""
    board = fresh_board(config={"token": TOKEN, "wifi": HOME})
    owner, other = "127.0.0.1", "127.0.0.99"
    assert guess(board, TOKEN, owner).status == 200
    before = board.world.memory()["names"]
    said = [guess(board, f"wrong-{n}", f"127.0.0.{n}").status for n in range(2, FREE + 52)]
    assert said[:FREE] == [401] * FREE and said.count(401) < FREE + 6 and set(said) == {401, 429}, said
    passes(board, 17)
    assert guess(board, "wrong", other).status == 401
    assert guess(board, TOKEN, other).status == 429
    assert guess(board, TOKEN, owner).status == 200
    passes(board, 17)
    assert guess(board, TOKEN, other).status == 200
    assert board.world.memory()["names"] - before < 20  # no name of what was guessed


SCRIPT = "<script>alert(1)</script>"


class Evil(BaseHTTPRequestHandler):
    """A weather service, a ThingSpeak and anything else, with a script for every name; or an error that has one."""

    status = 200

    def do_GET(self):
        if self.path.startswith("/data/2.5"):
            main = {"temp": 12.3, "feels_like": 11, "humidity": 50, "pressure": 1000}
            said = {"name": SCRIPT, "main": main, "weather": [{"id": 800, "main": SCRIPT, "description": SCRIPT}], "dt": 1795230000,
                    "coord": {"lat": 48.9, "lon": 2.3}, "wind": {"speed": 3}, "sys": {"country": SCRIPT}, "cod": 200}  # fmt: skip
        elif self.path.startswith("/channels"):
            said = {"channel": {"id": 123, "name": SCRIPT, "field1": SCRIPT, "last_entry_id": 1},
                    "feeds": [{"created_at": "2026-11-01T00:00:00Z", "entry_id": 1, "field1": SCRIPT}]}  # fmt: skip
        else:
            said = {"data": SCRIPT, SCRIPT: 1}
        body = json.dumps(said).encode()
        self.send_response(self.status, SCRIPT)
        self.send_header("Content-Type", "text/html")
        self.send_header("X-Evil", SCRIPT)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@BOTH
@pytest.mark.world
def test_what_other_servers_say_is_text_on_every_page(fresh_board, board_name):
    """Names of cities and channels, values, reasons of errors: no answer that a browser shows as a page has their script."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Evil) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        board = fresh_board(config={
            "wifi": HOME, "weather": {"provider": "openweather", "key": "K", "url": url, "place": "Paris"},
            "thingspeak": {"channel": 123, "url": url},
            "proxy": {"x": {"url": url + "/x", "cache": 0}, "y": {"url": url, "pick": "data"}},
        })  # fmt: skip
        online(board)
        try:
            seen = []
            for status in (200, 500):
                Evil.status = status
                for path in ("/weather", "/weather?city=Rome", "/thingspeak", "/proxy/x", "/proxy/y", "/proxy", "/status"):
                    plain = board.get(path)
                    answer = board.get(path, headers={"Accept": "text/html"})
                    kind = answer.headers["Content-Type"]
                    page = "html" in kind and "sandbox" not in answer.headers.get("Content-Security-Policy", "")
                    assert "<script" not in answer.text if page else "nosniff" in str(answer.headers) or "json" in kind, path
                    assert "X-Evil" not in answer.headers and SCRIPT not in str(answer.headers), path
                    seen.append((path, status, SCRIPT in plain.text))
            assert sum(one[-1] for one in seen) > 3, seen  # it does come through, as text
        finally:
            Evil.status = 200
            server.shutdown()
