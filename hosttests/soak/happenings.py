"""What happens in an episode of a soak: chosen by its seed and number alone, so that one can be had again."""

import random
from typing import NamedTuple

from virtualboard.standins.world import STATES
from virtualboard.world import DHT_FAULTS, DNS

# what stops the board for seconds of its time, or keeps everybody out: while nobody waits for an answer
SLOW = [
    {"wifi": {"dns": "hangs"}}, {"wifi": {"driver": "fails"}}, {"wifi": {"networks": {"home": {"dhcp": "silent"}}}},
    {"wifi": {"networks": {"home": {"rssi": -95}}}}, {"wifi": {"networks": {"home": {"address": "192.168.1.99"}}}},
    *({"upstream": {name: "hang"}} for name in ("weather", "thingspeak")), {"wifi": {"up": False}}, {"wifi": {"ap_clients": 3}},
]  # fmt: skip
QUICK = [
    *({"upstream": {name: state}} for name in ("weather", "thingspeak") for state in STATES[name] if state not in ("ok", "hang")),
    *({"time": {"ntp": state}} for state in STATES["ntp"] if state != "up"),
    *({"time": {"date": date}} for date in ("1980-01-06", "2038-01-19T03:14:07Z", "2099-12-31T23:59:59Z")),
    *({"wifi": {"dns": state}} for state in DNS if state == "fails"),
    *({"dht": {"SENSOR": {"fault": fault}}} for fault in DHT_FAULTS),
    {"dht": {"SENSOR": {"temperature": 199}}}, {"dht": {"SENSOR": None}}, {"dht": {"SENSOR": {"type": "dht11"}}},
    {"services": {"gaps": {"wind": "missing", "humidity": "null"}}},
]  # fmt: skip
RESTARTS = ["cut", "reset", "panic", "POST", "write", "update"]


class Episode(NamedTuple):
    """faults: changes of the world, one after the other. flaps: how often the router goes and comes back. quiet: seconds of the
    board's that pass. hostile: numbers of inputs of the fuzzer, whose series is the seed. siege: half-open and slow clients.
    restart: how, or None; writes: flash writes until the power goes. order: of the polite requests."""

    number: int
    faults: list[dict]
    flaps: int
    quiet: int
    hostile: range
    siege: tuple[int, int]
    restart: str | None
    writes: int
    order: random.Random


def episode(seed: int, number: int, whole: bool = True) -> Episode:
    """The one of this number; whole: the engine can cut the power at a write and be given another version."""
    dice = random.Random(f"soak {seed}:{number}")
    faults = dice.sample(QUICK, dice.randint(0, 2)) + dice.sample(SLOW, dice.randint(0, 2))
    restart = dice.choice([None, None, *(RESTARTS if whole else RESTARTS[:4])])
    return Episode(
        number, faults, dice.choice([0, 0, 0, 1, 3]), dice.choice([1800, 7200, 21600, 43200]), range(number * 20, number * 20 + 20),
        (dice.randint(0, 6), dice.randint(0, 3)), restart, dice.randint(1, 9), dice,
    )  # fmt: skip
