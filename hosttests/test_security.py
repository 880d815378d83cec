"""Threats that no other file of tests is about: files by odd paths, settings that would be headers, cookies of others.
docs/security.md has a table of all threats with their tests."""

from urllib.parse import quote

import pytest

from hosttests.fuzz.drive import everything, one_answer
from hosttests.support.gpio import ok, refused
from hosttests.support.raw_http import Wire, ask
from hosttests.support.upstreams import HOME
from hosttests.support.wifi import patient

BOTH = pytest.mark.boards("nodemcu", "esp32")
TOKEN, PASSWORD = "kirsche-42-x", HOME["networks"][0]["password"]
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
