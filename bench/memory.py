"""What each module takes of an ESP8266's heap, and how much it may: python -m bench.memory, or ./deploy.sh bench --memory.

Measured on the virtual NodeMCU, whose heap is the chip's scaled to 64 bits, with the program in ROMFS as on the chip: what
counts is what is left after a collection. The bytes are those of the 64-bit interpreter, and the same every time; on the chip
they are a little more than half. A module that is needed now and then counts while it is loaded.
"""

import contextlib
import json
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from host.build import build
from hosttests.board import VirtualBoard
from hosttests.wire import Wire
from virtualboard.boards import BOARDS
from virtualboard.repl import Repl

SLACK = 160  # bytes by which the conservative collection differs from one time to the next
CONFIG = {"wifi": {"networks": [{"ssid": "home", "password": "home-secret"}]}}
OTHERS = ("microdot", "picorest.classic", "picorest.boards")  # not loaded without a module of the user's, or elsewhere
ALWAYS = ("asyncio", "picorest", "app")  # in this order, and kept
HALF = b"GET /gpio?pin=D5 HTTP/1.1\r\nHost: HOST\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n"
WAITING = b"GET /gpio/D5?wait=20 HTTP/1.1\r\nHost: HOST\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n"
FILE = Path(__file__).with_name("budgets.json")
BUDGETS = json.loads(FILE.read_text())

_METER = """
import gc, sys
def used():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()
def load(name):
    start = used()
    __import__(name)
    return used() - start
def forget(before):
    for one in set(sys.modules) - before:
        del sys.modules[one]
        at = one.rfind('.')
        top = sys.modules.get(one[:max(at, 0)])
        if top and hasattr(top, one[at + 1:]):
            delattr(top, one[at + 1:])
def cost(name):
    before = set(sys.modules)
    start = used()
    load(name)
    forget(before)
    stays = used() - start
    again = load(name)
    forget(before)
    return again, stays
"""


def measure() -> dict[str, int]:
    """Bytes by name: of modules (those that they import for the first time included), of the whole, and of connections."""
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.closing(VirtualBoard("nodemcu", Path(folder) / "a", config=CONFIG)) as board:
            found = serving(board)
        with contextlib.closing(VirtualBoard("nodemcu", Path(folder) / "b", config=CONFIG)) as board:
            return modules(board) | found


def modules(board: VirtualBoard) -> dict[str, int]:
    rom = build("nodemcu").files.with_name("rom")
    names = [path.relative_to(rom).with_suffix("").as_posix() for path in sorted(rom.rglob("*.mpy"))]
    names = [name.removeprefix("lib/").removesuffix("/__init__").replace("/", ".") for name in names]
    rest = [name for name in names if name not in ALWAYS and not name.startswith(OTHERS) and name != "picorest.core"]
    with Repl(urlsplit(board.serial).port) as repl:
        repl.soft_reset()
        repl.run(_METER)
        found = {name: repl.eval(f"load({name!r})") for name in ALWAYS}
        found["names that stay when modules go"] = 0
        for name in rest:
            if not repl.eval(f"{name!r} in sys.modules"):
                found[name], stays = repl.eval(f"cost({name!r})")
                found["names that stay when modules go"] += stays
    return found


def serving(board: VirtualBoard) -> dict[str, int]:
    """What is in use once the board has answered some requests, and what each connection adds."""
    board.wait_until_it_serves()
    board.world.wait(lambda world: world["wifi"]["station"]["state"] == "connected")
    for _ in range(3):
        board.get("/gpio?pin=D5&state=1")
    idle = _used(board)
    found = {"the whole, serving": idle}
    for what, data, most in (("a connection with half a request", HALF, 3), ("a connection that waits for an answer", WAITING, 2)):
        with contextlib.ExitStack() as stack:
            for _ in range(most):
                stack.enter_context(Wire(board)).send(data)
            time.sleep(0.1)
            found[what] = (_used(board, 1 + most) - idle) // most
        time.sleep(0.5)
    return found


def _used(board: VirtualBoard, connections: int = 1) -> int:
    board.session.close()
    seen = []
    for _ in range(5):
        time.sleep(0.3)
        status = board.get("/status", headers={"Connection": "close"}).json()
        assert status["connections"] == connections, status
        seen.append(status["heap_total"] - status["heap_free"])
    return min(seen)


def over(found: dict[str, int]) -> dict[str, int]:
    """What takes more than it may, by how much; a module without a budget may take nothing."""
    return {name: size - BUDGETS.get(name, 0) for name, size in found.items() if size > BUDGETS.get(name, 0) + SLACK}


def accept(found: dict[str, int]) -> None:
    """Make the next twentieth above what was measured the budget."""
    budgets = {name: -(-size * 21 // 20 // 32) * 32 for name, size in found.items()}
    FILE.write_text(json.dumps(budgets, indent=1) + "\n")
    BUDGETS.update(budgets)


def main(accepted: bool = False) -> int:
    found = measure()
    if accepted:
        accept(found)
    print(f"{'bytes':>8}  {'budget':>8}")
    for name, size in found.items():
        print(f"{size:8,}  {BUDGETS.get(name, 0):8,}  {name}")
    heap = BOARDS["nodemcu"].heap
    print(f"\nThis heap has {heap:,} bytes, as an ESP8266 has 38 KiB: there the same objects take little more than half.")
    for name, size in over(found).items():
        print(f"{name} takes {size:,} bytes more than it may (bench/budgets.json)", file=sys.stderr)
    return 1 if over(found) else 0


if __name__ == "__main__":
    sys.exit(main("--accept" in sys.argv))
