"""Nothing that comes from outside becomes a name: MicroPython keeps those until the board restarts, and a few thousand fill it.

Each test lets the board do everything once, and then the same with other texts: at most NEW names may come of that."""

import contextlib
import random
import socket
import time
from collections import Counter
from urllib.parse import quote

import pytest
import requests

from hosttests.conftest import FREE_PINS
from hosttests.fuzz.drive import NEW
from hosttests.fuzz.grammar import words
from hosttests.support.ntp_servers import Hostile
from hosttests.support.random_servers import Strange, packets, question
from hosttests.support.raw_http import Wire
from hosttests.support.upstreams import HOME, online
from virtualboard.client import wait

pytestmark = pytest.mark.world
BOTH = pytest.mark.boards("nodemcu", "esp32")
SPEED = 20
FAST = 200  # while nothing is asked
CLOSE = {"Connection": "close"}
SEED = 20261129


def shortly(count: int, long: int):
    """Run with `count`, or with `long` where tests marked so are run."""
    return pytest.mark.parametrize("count", [(count, long)], indirect=True, ids=[""])


@pytest.fixture
def count(request) -> int:
    return request.param["not long" not in request.config.option.markexpr]


def learns_nothing(board, do, count: int, first: int = 40) -> None:
    """do(dice) may bring new names while it is new to the board, `first` times, but not the `count` times after that."""
    for number in range(first):
        do(random.Random(f"{SEED} first {number}"))
    before = board.world.memory()["names"]
    for number in range(count):
        do(random.Random(f"{SEED} {number}"))
    after = board.world.memory()["names"]
    assert after <= before + NEW, f"{after - before} new names\n{board.console()}"
    assert "MemoryError" not in board.console()


def hurry(board) -> None:
    board.world.speed = SPEED
    board.world.put({"time": {"speed": SPEED}})


def ask(board, method: str, path: str, **rest) -> requests.Response:
    """Ask, again after a 503 or when the board had to close the connection."""
    answer = None
    for _ in range(30):
        try:
            answer = board.request(method, path, headers={**CLOSE, **rest.pop("headers", {})}, **rest)
        except requests.ConnectionError:
            time.sleep(0.05)
            continue
        if answer.status_code not in (429, 503):
            break
        with board.world.fast(FAST):
            time.sleep(min(int(answer.headers["Retry-After"]), 60) / FAST)
    return answer


@BOTH
def test_the_attack(fresh_board):
    """Five requests full of characters that the board has not seen killed it; here are many more, of every kind."""
    board = fresh_board()
    new = iter(range(0x4E00, 0xD7A4))

    def text(count):
        return "".join(chr(next(new)) for _ in range(count))

    def attack(times):
        for _ in range(times):
            for path in ("/gpio?pin=", "/gpio?", "/gpio?pin=D5&state=", "/gpio/", "/weather?city=", "/proxy/", "/"):
                assert board.get(path + quote(text(40))).status_code in (400, 404), path
            assert board.put("/gpio/D5", {text(40): text(40)}).status_code == 400
            assert board.put("/gpio", {text(40): 1}).status_code == 404
            pair = "\\ud83d\\ude%02x" % (next(new) % 256)
            assert board.put("/gpio/D5", data=f'{{"{text(9)}":"{pair}","{pair}":"{pair * 9}"}}'.encode()).status_code == 400
            assert board.patch("/config", {"timezone": text(20)}).status_code == 400
            assert board.get("/health", headers={"X-" + "a": text(40).encode(), "Cookie": text(40).encode()}).ok
            with Wire(board) as wire:
                raw = text(40).encode()
                wire.send(b"GET /gpio?pin=" + raw + b" HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer " + raw + b"\r\n\r\n")
                assert wire.answer().status in (401, 404)

    attack(1)
    before = board.world.memory()["names"]
    attack(5)
    assert board.world.memory()["names"] <= before + NEW
    assert board.get("/gpio/D5").ok and board.world.get()["boots"] == 1


@BOTH
@shortly(40, 150)
def test_patches(fresh_board, count):
    """New keys, hosts, pins, networks, servers, upstreams and zones: those that are taken and those that are refused."""
    board = fresh_board(config={})

    def patch(dice):
        name, word = f"n{dice.randrange(10**9)}", words(dice)
        change = dice.choice([
            {word: 1}, {name: {word: [word]}}, {"hostname": name}, {"hostname": word}, {"timezone": word},
            {"timezone": f"<{name[:5]}>{dice.randrange(12)}"}, {"pins": {word: {"mode": "out"}}}, {"pins": {"D5": {"name": word}}},
            {"pins": {name: {"name": name}}}, {"wifi": {"networks": [{"ssid": word[:8], "password": name * 2}]}}, {"board": name},
            {"wifi": {"ap": {"ssid": word[:8]}}}, {"ntp": {"servers": [name + ".example", word]}}, {"weather": {"place": word}},
            {"proxy": {name: {"url": f"http://{name}.example/", "headers": {name: word}}}}, {"proxy": {name: {"url": word}}},
            {"thingspeak": {"talkback": {"commands": {name: "D5=1", word: word}}, "read_key": word}}, {"dht": [{"pin": word}]},
            {"allowed_origins": [f"http://{name}.example"]}, word, [word],
        ])  # fmt: skip
        answer = ask(board, "PATCH", "/config", json=change)
        assert answer.status_code in (200, 400), answer.text
        undo = {key: None for key in ask(board, "GET", "/config").json()}
        assert ask(board, "PATCH", "/config", json=undo).ok

    learns_nothing(board, patch, count)


@BOTH
@shortly(60, 250)
def test_answers_of_other_servers(fresh_board, board_name, count):
    """Weather, ThingSpeak, TalkBack and a named upstream say strange things."""
    with Strange(SEED) as server:
        board = online(fresh_board(config=upstreams(server.url, FREE_PINS[board_name][0])))
        hurry(board)
        number = iter(range(10**6))
        seen = Counter()

        def fetch(dice):
            n = next(number)
            city = "/weather?city=" + quote(words(dice)[:20])
            spot, feeds = f"/weather?lat={n % 90}&lon=9", f"/thingspeak?results={n % 9 + 1}"
            path = dice.choice(["/proxy/any", "/proxy/part", spot, city, feeds])
            answer = ask(board, "GET", path)
            seen[path[:4], answer.status_code] += 1
            assert answer.status_code in (200, 400, 404, 429, 501, 502, 503, 504), answer.text
            ask(board, "POST", "/thingspeak", json={"field1": words(dice)})
            with board.world.fast(FAST):
                time.sleep(6 / FAST)  # what was refused is not asked again for a while

        learns_nothing(board, fetch, count)
        assert server.asked > count // 3
        assert all(seen[kind, 200] and seen[kind, 502] for kind in ("/pro", "/wea", "/thi")), seen


def upstreams(url: str, lamp: str) -> dict:
    """A configuration in which everything outside is this server."""
    proxies = {"any": {"url": url + "/any", "cache": 0}, "part": {"url": url + "/part", "pick": "data.0", "cache": 0}}
    talkback = {"id": 7, "key": "k", "commands": {"LAMP_ON": f"{lamp}=1"}}
    thingspeak = {"channel": 123, "write_key": "w", "url": url, "window": 1, "talkback": talkback}
    return {"wifi": HOME, "weather": {"url": url}, "proxy": proxies, "thingspeak": thingspeak | {"read": {"pins": {"1": lamp}}}}


@BOTH
@shortly(12, 150)
def test_networks_in_reach(fresh_board, count):
    board = online(fresh_board(config={"wifi": HOME}))
    hurry(board)
    known = set()

    def scan(dice):
        found = {words(dice).encode()[: dice.randint(1, 32)].decode("utf-8", "ignore") or "x": words(dice) for _ in range(8)}
        board.world.put({"wifi": {"networks": {**dict.fromkeys(known - found.keys()), **found}}})
        known.clear()
        known.update(found)
        with board.world.fast(FAST):
            time.sleep(10 / FAST)  # so long, the board tells what it has heard before
        wait(lambda: known & {each["ssid"] for each in ask(board, "GET", "/wifi/networks").json()["networks"]}, "no new scan")

    learns_nothing(board, scan, count, 8)


@BOTH
@shortly(300, 3000)
def test_questions_for_names(fresh_board, count):
    """A phone on the access point asks for any name."""
    board = fresh_board(config={"wifi": {"networks": []}})
    port = board.world.wait(lambda world: "udp:53" in world["ports"])["ports"]["udp:53"]
    board.world.put({"wifi": {"ap_clients": 1}, "time": {"speed": SPEED}})
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(0.02)

        def resolve(dice):
            phone.sendto(question(dice), ("127.0.0.1", port))
            with contextlib.suppress(TimeoutError):
                phone.recv(512)

        learns_nothing(board, resolve, count)
        assert ask(board, "GET", "/wifi", headers={"Host": "192.168.4.1"}).ok


@BOTH
@shortly(15, 150)
def test_packets_of_time_servers(fresh_board, count):
    with Hostile() as server:
        board = online(fresh_board(config={"wifi": HOME, "ntp": {"servers": [server.server]}}))
        hurry(board)

        def sync(dice):
            server.answer = packets(dice)
            asked = server.asked
            wait(lambda: ask(board, "POST", "/time/sync").status_code != 429 and server.asked > asked, "nobody is asked")

        learns_nothing(board, sync, count, 8)
