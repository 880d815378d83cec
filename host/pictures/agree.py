"""Whether a wiring agrees with a configuration: each pin that this sets up has a wire, unless it is on the board itself."""

from host.pictures.parts import SUPPLIES
from host.pictures.profiles import Profile

ONBOARD = ("LED", "BOOT", "FLASH", "PRG")  # what a pin is called, or begins with, if something on the board is on it
PINS = ("pin", "sda", "scl", "reset")  # keys that name a pin in sensors and the display


def unwired(wiring: dict, config: dict, profile: Profile) -> list[str]:
    """What does not agree, in words."""
    board = config.get("board", wiring["board"])
    if board != wiring["board"]:
        return [f"it is for {wiring['board']}, and config.json beside it for {board}"]
    wired = {profile.find(goal) for part in wiring["parts"] for goal in part["pins"].values() if goal not in SUPPLIES}
    found = []
    for where, given in _named(config):
        pin = profile.find(given)
        if not pin:
            found.append(f"config.json names {given!r} in {where}, which the {profile.title} has not")
        elif pin not in wired and not any(name.startswith(ONBOARD) for name in pin.names):
            found.append(f"no wire reaches {given!r}, which config.json beside it names in {where}")
    return found


def _named(config: dict):
    """Yields (key, pin) of what a configuration sets up."""
    for name in config.get("pins", {}):
        yield "pins", name
    entries = [("dht", each) for each in config.get("dht", [])] + [("sensors", each) for each in config.get("sensors", [])]
    for where, entry in [*entries, ("display", config.get("display") or {})]:
        for key in PINS:
            if entry.get(key) is not None:
                yield f"{where}.{key}", entry[key]
