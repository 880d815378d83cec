"""Which configurations start whole on an ESP8266, and which do not: both engines say the same."""

import contextlib

import pytest

from hosttests.support import lives
from virtualboard.client import VirtualBoard, wait
from virtualboard.engines import ENGINES

pytestmark = [pytest.mark.world, pytest.mark.native("itself, to compare with"), pytest.mark.boards("nodemcu")]
FULL = lives.full("nodemcu")
EXAMPLE = lives.example("nodemcu")
SEVEN = {f"p{n}": {"url": f"http://example.com/{n}"} for n in range(7)}
PINS = {str(n): pin for n, pin in enumerate(("D1", "D5", "D6", "D7", "D8", "D0"), 1)}
FIELDS = {"every": 20, "fields": {str(n): "status.uptime" for n in range(1, 9)}}
MANY = EXAMPLE | {
    "proxy": SEVEN,
    "thingspeak": EXAMPLE["thingspeak"] | {"read": {"every": 15, "pins": PINS}, "write": FIELDS},
}
CONFIGS = {
    "Wi-Fi": {"wifi": FULL["wifi"]},
    "a sensor and a zone": {key: FULL[key] for key in ("wifi", "dht", "timezone")},
    "full": FULL,
    "config.example.json": EXAMPLE,
    "eight fields": FULL | {"thingspeak": FULL["thingspeak"] | {"write": FIELDS}},
    "about the most": MANY,
    "more than it takes by itself": MANY | {"pins": {pin: {"mode": "in", "button": {}} for pin in ("D3", "D4", "D2", "D5")}},
    "larger than the file may be": EXAMPLE | {"note": "n" * 700},
}


def started(engine: str, folder, config: dict) -> tuple:
    """The services that run, those that do not, and the warnings."""
    with contextlib.closing(VirtualBoard("nodemcu", folder / engine, config=config, engine=engine)) as board:
        said = {}

        def there() -> bool:
            answer = board.get("/status")
            said.update(answer.json() if answer.ok else {})
            return answer.ok

        board.wait_until_it_serves()
        wait(there, "no status")
        stopped = {name for name, service in said["services"].items() if service["state"] == "stopped"}
        return said["services"].keys() - stopped, stopped, said["warnings"]


@pytest.mark.parametrize("kind", CONFIGS)
def test_the_engines_agree(tmp_path, kind):
    said = [started(engine, tmp_path, CONFIGS[kind]) for engine in ENGINES]
    assert said[0] == said[1]
    assert said[0][1] or kind != "more than it takes by itself", said  # else it would not tell them apart
