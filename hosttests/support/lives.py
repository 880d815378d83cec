"""A day in the life of a board, in short: every endpoint in any order, with changes between, while it does its work."""

import contextlib
import json
import random
import re
import threading
import time
from collections import Counter
from typing import NamedTuple

import requests

from host import ROOT
from hosttests.conftest import FREE_PINS
from hosttests.support.upstreams import HOME
from hosttests.support.wifi import connected, fast_until, router
from virtualboard.client import VirtualBoard, wait

TOKEN = "a-token-of-16-by"
SENSOR = {"nodemcu": "D2", "esp32": "23", "nano_esp32": "D2", "esp32c3": "4"}
ANALOG = {"nodemcu": "A0", "esp32": "34", "nano_esp32": "A0", "esp32c3": "0"}
THINGSPEAK = {"channel": 123, "read_key": "DEMOREADKEY", "write_key": "DEMOWRITEKEY"}
# two end this life, one comes late in it, and one never ends on an ESP32
ELSEWHERE = {("POST", "/reset"), ("PUT", "/update"), ("PUT", "/wifi"), ("GET", "/events")}
BEARABLE = (*range(200, 500), 501)  # statuses of a board that is well; 501: that board has no such thing
TABLE = ROOT / "device" / "lib" / "picorest" / "routes" / "__init__.py"


def full(name: str) -> dict:
    """Everything that one board is likely to do at once."""
    lamp, fan = FREE_PINS[name]
    write = {"every": 20, "fields": {"1": f"dht.{SENSOR[name]}.temperature", "2": f"dht.{SENSOR[name]}.humidity"}}
    return {
        "hostname": "picorest", "token": TOKEN, "timezone": "CET-1CEST,M3.5.0,M10.5.0/3", "wifi": HOME,
        "dht": [{"pin": SENSOR[name], "type": "dht22"}],
        "pins": {lamp: {"name": "lamp", "mode": "out", "safe": 0}}, "weather": {"place": "Paris,FR"},
        "thingspeak": {**THINGSPEAK, "write": write, "read": {"every": 15, "pins": {"3": fan}}},
    }  # fmt: skip


def example(name: str) -> dict:
    """config.example.json, with the world's network and keys in place of its placeholders, and the pins of this board."""
    config = json.loads((ROOT / "config.example.json").read_text("utf-8"))
    lamp, fan = FREE_PINS[name]
    config |= {"board": name, "pins": {lamp: config["pins"]["D5"]}, "dht": [{"pin": SENSOR[name], "type": "dht22"}]}
    config["wifi"] |= HOME
    config["thingspeak"] |= THINGSPEAK
    config["thingspeak"]["write"]["fields"] = full(name)["thingspeak"]["write"]["fields"]
    config["thingspeak"]["read"]["pins"] = {"3": fan}
    return config


def more(name: str) -> list[dict]:
    """Changes that make a configuration heavier, one after the other until no more is taken."""
    lamp, _ = FREE_PINS[name]
    networks = [{"ssid": f"network number {n}", "password": "x" * 20} for n in range(7)]
    commands = {"LAMP_ON": f"{lamp}=1", "ALL_OFF": f"{lamp}=0"}
    return [
        {"proxy": {"catfact": {"url": "http://catfact.ninja/fact", "pick": "fact"}}},
        {"wifi": {"ap": {"ssid": "picorest-setup", "password": "at-least-8-characters"}}},
        {"ntp": {"servers": ["pool.ntp.org", "time.google.com"]}},
        {"allowed_origins": ["http://panel.local:8123"]},
        {"thingspeak": {"talkback": {"id": 456, "key": "DEMOTALKBACKKEY", "commands": commands}}},
        *({"proxy": {f"other{n}": {"url": f"http://example.com/{n}", "headers": {"X-Key": "k" * 20}}}} for n in range(7)),
        *({"wifi": {"networks": [*HOME["networks"], *networks[:n]]}} for n in range(1, 8)),
        *({f"note{n}": "n" * 80} for n in range(12)),
    ]


class Step(NamedTuple):
    """A request, and the statuses that are right."""

    method: str
    path: str
    body: object = None
    right: tuple[int, ...] = (200,)


def tour(name: str, config: dict) -> list[Step]:
    """A request or more for every endpoint: those below, and a plain one for each other endpoint of the table of routes."""
    lamp, fan = FREE_PINS[name]
    paths = [
        "/", "/favicon.svg",
        "/gpio", f"/gpio?pin={lamp}", f"/gpio?pin={lamp}&state=toggle", f"/gpio/{lamp}", "/pins", "/adc", f"/adc/{ANALOG[name]}",
        "/dht", "/time", "/weather?city=Berlin,DE", "/weather?city=London", "/thingspeak?results=2&channel=123", "/proxy", "/wifi",
        "/wifi/networks", "/setup", "/config", "/config/schema", "/status", "/status?all=1", "/health", "/log",
    ]  # fmt: skip
    upstreams = [*config.get("proxy", {}), None]
    steps = [
        *(Step("GET", path) for path in paths),
        Step("GET", f"/gpio/{lamp}?wait=0.05&since=0", None, (200, 304)),
        Step("GET", "/update", None, (200, 404)),
        *([Step("GET", "/events", None, (501,))] if name == "nodemcu" else []),  # elsewhere it does not end
        Step("GET", f"/proxy/{upstreams[0]}", None, (200, 502, 504) if upstreams[0] else (404,)),
        Step("PUT", f"/gpio/{lamp}", {"state": 1, "for": 30}),
        Step("PUT", "/gpio", {lamp: 1, fan: {"state": 0}}),
        Step("POST", f"/gpio/{lamp}", {"state": "toggle"}),
        Step("POST", "/gpio", {lamp: 0}),
        Step("PATCH", "/config", {"hostname": "picorest"}),
        Step("PATCH", "/config", {"weather": {"place": "Oslo,NO"}}),
        Step("POST", "/time/sync", {}, (200, 429)),
        Step("POST", "/thingspeak", {"field3": 1}, (201, 429) if "write_key" in config.get("thingspeak", {}) else (502,)),
    ]
    return steps + [plain(method, path) for method, path in sorted(uncovered(steps))]


def plain(method: str, path: str) -> Step:
    """A request for an endpoint of which nothing is known but that the board must bear it."""
    return Step(method, re.sub(r"<\w+>", "nothing", path), None if method == "GET" else {}, BEARABLE)


def endpoints() -> set[tuple[str, str]]:
    """(method, path) of the table of routes; a path may have a <name> in it."""
    lines = re.findall(r"^(/\S*)((?: [A-Z]+ \w+\.\w+)+)$", TABLE.read_text("utf-8"), re.M)
    known = {(method, path) for path, rest in lines for method in rest.split()[::2]}
    assert len(known) > 20, "the table of routes cannot be read"
    return known


def asks(step: Step, endpoint: tuple[str, str]) -> bool:
    """Whether it is a request for that endpoint."""
    method, path = endpoint
    return step.method == method and re.fullmatch(re.sub(r"<\w+>", "[^/?]+", path) + r"(\?.*)?", step.path) is not None


def uncovered(steps: list[Step]) -> set[tuple[str, str]]:
    """Endpoints of the table of routes that no step asks for."""
    return {known for known in endpoints() - ELSEWHERE if not any(asks(step, known) for step in steps)}


class Life:
    """Asks a board, and keeps what came wrong in `wrong`: {request and answer: how often}."""

    def __init__(self, board: VirtualBoard, config: dict, seed: int):
        self.board, self.seed = board, seed
        self.headers = {"Authorization": f"Bearer {config['token']}"} if "token" in config else {}
        self.config, self.steps = config, tour(board.name, config)
        self.wrong = Counter()
        self.answered = 0

    def ask(self, step: Step, session=requests, **headers: str) -> requests.Response | None:
        """One request, again while others are being asked; any but the right statuses goes to `wrong`."""
        method, path, body, right = step
        said = {**self.headers, "Connection": "close", **({"Accept": "text/html"} if path == "/" else {}), **headers}
        for _ in range(8):
            try:
                answer = session.request(method, self.board.url + path, json=body, headers=said, timeout=30, allow_redirects=False)
            except requests.RequestException as error:
                self.wrong[f"{method} {path}: {error!r}"] += 1
                return None
            self.answered += 1
            kind = answer.json().get("type") if "json" in answer.headers.get("Content-Type", "") else ""
            if kind != "upstream-busy":
                break
            time.sleep(1)
        if answer.status_code not in right:
            self.wrong[f"{method} {path}: {answer.status_code} {kind}"] += 1
        return answer

    def rounds(self, count: int) -> None:
        """Every endpoint once in some order, `count` times, with two others who ask all the time."""
        with self.pollers():
            for number in range(count):
                order = list(self.steps)
                random.Random(f"{self.seed} {number}").shuffle(order)
                for step in order:
                    self.ask(step)

    @contextlib.contextmanager
    def pollers(self):
        over = threading.Event()
        paths = [f"/gpio?pin={FREE_PINS[self.board.name][0]}", "/status"]

        def poll(path):
            with requests.Session() as session:
                while not over.wait(0.2):
                    self.ask(Step("GET", path), session, Connection="keep-alive")

        threads = [threading.Thread(target=poll, args=(path,)) for path in paths]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def at_the_access_point(self) -> None:
        """The router goes away; a phone joins the board's own network; the router comes back."""
        router(self.board, False)
        fast_until(self.board, lambda world: world["wifi"]["access_point"]["active"])
        self.set_up(Host="192.168.4.1")
        router(self.board, True)
        connected(self.board)

    def set_up(self, **headers: str) -> None:
        """What the set-up page asks for, and the program of somebody who changes the configuration."""
        for path in ("/setup", "/wifi", "/wifi/networks", "/config"):
            self.ask(Step("GET", path), **headers)
        for change in ({"hostname": "picorest"}, {"weather": {"place": "Rome,IT"}}):
            self.ask(Step("PATCH", "/config", change), **headers)

    def new_credentials(self) -> None:
        """PUT /wifi with what it knows: tried, and kept."""
        self.ask(Step("PUT", "/wifi", HOME["networks"][0], (202,)))
        wait(lambda: (self.trial() or {}).get("state") == "connected", "the credentials do not work", 60)

    def trial(self) -> dict | None:
        with contextlib.suppress(requests.RequestException):
            answer = requests.get(self.board.url + "/wifi", headers=self.headers, timeout=5)
            return answer.json()["trial"] if answer.ok else None
        return None

    def fill(self, changes: list[dict]) -> None:
        """Make the configuration heavier, as far as the board takes it."""
        for change in changes:
            answer = self.ask(Step("PATCH", "/config", change, (200, 400)))
            if answer is not None and answer.ok:
                self.config = answer.json()["config"]
        self.steps = tour(self.board.name, self.config)

    def ready(self) -> None:
        """Return once the clock is set, the sensor was read, the weather is there: before that 503 is the right answer."""

        def there(path) -> bool:
            with contextlib.suppress(requests.RequestException):
                answer = requests.get(self.board.url + path, headers=self.headers, timeout=5)
                return answer.ok and '"age":null' not in answer.text
            return False

        paths = ["/time", "/dht", *(["/weather"] if "weather" in self.config else [])]
        wait(lambda: all(map(there, paths)), "the board does not come to its work", 40)
