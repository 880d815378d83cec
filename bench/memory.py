"""What picorest takes of an ESP8266's memory, in bytes and in names, and how much it may: ./deploy.sh bench --memory.

Bytes are the chip's own, 32-bit objects in a heap of 38 KiB: the engine wasm32 of the virtual NodeMCU. Measured are the whole as it
serves, connections, and each overlay while it is loaded, those that it loads for itself included. Names are those that MicroPython
keeps for ever once it has met them, beside those in the chip's ROM: counted in the bytecode.
"""

import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path

from host.build import build, mpy, small, texts
from host.build.overlays import FOLDER, name_of
from hosttests.support.raw_http import Wire
from virtualboard.boards import BOARDS
from virtualboard.client import VirtualBoard, wait

SLACK = 64  # bytes by which the conservative collection differs from one time to the next
HEAP = BOARDS["nodemcu"].heap32 + BOARDS["nodemcu"].heap32_used  # bytes that an ESP8266's heap can give
NETWORK = {"wifi": {"networks": [{"ssid": "home", "password": "home-secret"}]}}
ZONE = {"timezone": "CET-1CEST,M3.5.0,M10.5.0/3"}
DHT = NETWORK | ZONE | {"dht": [{"pin": "D2", "type": "dht22"}]}
THINGSPEAK = {
    "channel": 123, "read_key": "DEMOREADKEY", "write_key": "DEMOWRITEKEY", "read": {"pins": {"3": "D1"}},
    "write": {"fields": {"1": "dht.D2.temperature", "2": "dht.D2.humidity"}},
}  # fmt: skip
FULL = DHT | {"token": "secret", "pins": {"D5": {"name": "lamp", "mode": "out"}}, "weather": {"place": "Paris,FR"}}
SERVING = {"Wi-Fi and clock": NETWORK, "and a DHT22": DHT, "and weather, ThingSpeak, a token": FULL | {"thingspeak": THINGSPEAK}}
HALF = b"GET /gpio?pin=D5 HTTP/1.1\r\nHost: HOST\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n"
WAITING = b"GET /gpio/D5?wait=20 HTTP/1.1\r\nHost: HOST\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n"
FILE = Path(__file__).with_name("budgets.json")
BUDGETS = json.loads(FILE.read_text())

# a module of the user's, which runs before the board serves
_METER = """
import gc
import os
import picorest
def used():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()
def setup(app):
    load = getattr(picorest, LOAD)
    drop = getattr(picorest, DROP)
    for name in os.listdir("/rom/o"):
        sizes = []
        for _ in range(2):  # what happens beside it may take some, too
            drop()
            start = used()
            try:
                load(name)
            except ImportError:  # this interpreter has no ssl
                break
            sizes.append(used() - start)
        if sizes:
            print("overlay", name, min(sizes) or sizes[0])  # 0: one that stays
    print("overlays end")
"""


def measure_memory() -> dict[str, dict[str, int]]:
    """{"bytes": {what: how many}, "names": {what: how many}}."""
    found = {}
    for what, config in SERVING.items():
        with _board(config) as board:
            board.world.wait(lambda world: world["wifi"]["station"]["state"] == "connected")
            found[f"serving: {what}"] = HEAP - _free(board)
            if config is NETWORK:
                found |= connections(board)
    return {"bytes": found | overlays(), "names": names()}


def following(pins: list[str], board: VirtualBoard) -> int:
    """What links take of a board's heap, each of which follows one of these pins of another board."""
    found = []
    for links in ([], far(pins, board)):
        with _board(NETWORK | {"links": links}, None, "--with", "links,boards", "--without", "thingspeak,weather,proxy") as one:
            one.world.wait(lambda world: world["wifi"]["station"]["state"] == "connected")
            if links:
                heard = lambda one=one: {link["value"] for link in one.get("/links").json()["links"]} <= {0, 1}  # noqa: E731
                wait(heard, "a link has not heard anything")
            found.append(_free(one))
    return found[0] - found[1]


def far(pins: list[str], board: VirtualBoard) -> list[dict]:
    """Links that follow pins of a board, for a configuration."""
    return [{"when": f"{board.url} {pin}", "is": 0, "do": "D8.on", "else": "D8.off"} for pin in pins]


@contextlib.contextmanager
def _board(config: dict, user: str | None = None, *options: str):
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if user:
            (place / "flash" / "files").mkdir(parents=True)
            (place / "flash" / "files" / "user.py").write_text(user)
        with contextlib.closing(VirtualBoard("nodemcu", place, *options, config=config, engine="wasm32")) as board:
            board.wait_until_it_serves()
            yield board


def _free(board: VirtualBoard) -> int:
    """Bytes that are free once the board has done what it does at its start: as many that eight looks in turn show no more."""
    board.session.close()
    most, since = 0, 0
    while since < 8:
        time.sleep(0.7)
        free = board.world.memory()["free"]
        most, since = max(free, most), 0 if free > most else since + 1
    return most


def connections(board: VirtualBoard) -> dict[str, int]:
    """What each connection adds."""
    idle, found = _free(board), {}
    for what, data, most in (("a connection with half a request", HALF, 3), ("a connection that waits for an answer", WAITING, 2)):
        with contextlib.ExitStack() as stack:
            for _ in range(most):
                stack.enter_context(Wire(board)).send(data)
            time.sleep(0.2)
            found[what] = (idle - board.world.memory()["free"]) // most
        time.sleep(0.5)
    return found


def overlays() -> dict[str, int]:
    """Bytes of each overlay."""
    there = {name: there for there, name in _borrowed().items()}
    script = _METER.replace("LOAD", repr(there["load_overlay"])).replace("DROP", repr(there["forget_all"]))
    with _board(NETWORK, script) as board:
        lines: list[str] = []

        def ended() -> bool:
            lines[:] = board.console().splitlines()
            return "overlays end" in lines

        wait(ended, lambda: "no end of overlays in:\n" + "\n".join(lines))
    found = (line.split()[1:] for line in lines if line.startswith("overlay ") and len(line.split()) == 3)
    return {_said(name): int(size) for name, size in found}


def _borrowed() -> dict[str, str]:
    """{name on the board: name in the sources}."""
    lines = build("nodemcu").files.with_name("names.txt").read_text().splitlines()
    return dict(line.split(" = ") for line in lines)


def _said(name: str) -> str:
    """The name below picorest of an overlay by its name on the board."""
    return name_of(_borrowed().get(name, name))


def names() -> dict[str, int]:
    """Names of what is always in memory, those that each overlay adds to them, and of all together. Long texts that are names there
    as long as there is room (see host/build/texts.py) count in the last only."""
    files = build("nodemcu").files
    rom, core = files.with_name("rom"), files.with_name("core.py").read_text()
    always = small.names_of([(rom / name).read_bytes() for name in ("app.mpy", "names.mpy", "lib/picorest.mpy")])
    every, found = set(always), {"always": len(always - (set(texts.long_texts(core)) - texts.said(core, False)))}
    for path in sorted((rom / FOLDER).iterdir()):
        data = path.read_bytes()
        own = small.names_of([data[data.index(mpy.MAGIC) :]]) - always
        found[_said(path.name)] = len(own)
        every |= own
    return found | {"all together": len(every)}


def over(found: dict[str, dict[str, int]]) -> dict[str, int]:
    """What takes more than it may, by how much; what has no budget may take nothing."""
    most = {kind: BUDGETS.get(kind, {}) for kind in found}
    slack = {"bytes": SLACK, "names": 0}
    return {
        f"{name} ({kind})": size - most[kind].get(name, 0)
        for kind, sizes in found.items()
        for name, size in sizes.items()
        if size > most[kind].get(name, 0) + slack[kind]
    }


def accept(found: dict[str, dict[str, int]]) -> None:
    """Make what was measured, and a little more of the bytes, the budget."""
    budgets = {"bytes": {name: -(-size * 33 // 32 // 16) * 16 for name, size in found["bytes"].items()}, "names": found["names"]}
    FILE.write_text(json.dumps(budgets, indent=1) + "\n")
    BUDGETS.update(budgets)


def main(accepted: bool = False) -> int:
    found = measure_memory()
    if accepted:
        accept(found)
    for kind, sizes in found.items():
        print(f"{kind:>8}  {'budget':>8}")
        for name, size in sizes.items():
            print(f"{size:8,}  {BUDGETS.get(kind, {}).get(name, 0):8,}  {name}")
        print()
    print(f"An ESP8266's heap has {HEAP:,} bytes; its tables have room for {small.NAMES} names before a large one is made.")
    for name, size in over(found).items():
        print(f"{name}: {size:,} more than it may (bench/budgets.json)", file=sys.stderr)
    return 1 if over(found) else 0


if __name__ == "__main__":
    sys.exit(main("--accept" in sys.argv))
