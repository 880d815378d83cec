"""A board on somebody's desk: nothing is driven there but the pins that its owner declared free."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from virtualboard.client import Board

CHANGING = {"state", "for", "mode", "pull", "pwm", "freq"}
OFF_LIMITS = {
    "/reset": "restarts the board, which changes its outputs",
    "/wifi": "changes the board's network",
    "/config": "changes the board's configuration",
    "/update": "changes the board's software",
    "/thingspeak": "writes to somebody's channel",
}


class RealBoard(Board):
    """Requests that would change something a test has no business with skip that test and say so."""

    def __init__(self, url: str, free_pins: list[str]):
        super().__init__(url, "")
        try:
            locked = self.request("GET", "/update")
            if locked.status_code == 401 or locked.json().get("enabled"):
                raise ConnectionError(
                    "this board wants its token with every change, and the tests send none: take `token` out of its "
                    "configuration while they run"
                )
            self.name = self.request("GET", "/status").json()["board"]
            pins = self.request("GET", "/pins").json()["pins"]
        except (requests.RequestException, ValueError, KeyError, AttributeError) as error:
            why = f"no picorest answers at {url} ({error}): is the board on, and is that its address?"
            raise ConnectionError(why) from error
        self.numbers = {}  # what a pin can be called -> its number
        for pin in pins:
            for name in (pin["pin"], pin.get("name"), *pin.get("aliases", ())):
                self.numbers[str(name).lower()] = pin["pin"]
        unknown = [name for name in free_pins if name.lower() not in self.numbers]
        if unknown:
            raise ConnectionError(f"this {self.name} has no pin {', '.join(unknown)}: GET {url}/pins lists them")
        self.free_pins = free_pins
        self.free = {self.numbers[name.lower()] for name in free_pins}

    def request(self, method: str, path: str, **rest) -> requests.Response:
        reason = self.trespass(method, path, rest) if self.name else None
        if reason:
            pytest.skip(reason)
        return super().request(method, path, **rest)

    def trespass(self, method: str, path: str, rest: dict) -> str | None:
        """Why this request is not for a real board, or None."""
        for name in touched(method, path, rest):
            number = self.numbers.get(str(name).lower())  # a pin that does not exist cannot be driven
            if number is not None and number not in self.free:
                return f"drives {name}, which is not among --free-pins"
        where = urlsplit(path).path
        for start, what in OFF_LIMITS.items():
            if method not in ("GET", "HEAD", "OPTIONS") and (where + "/").startswith(start + "/"):
                return f"{method} {start} {what}"
        return None


def touched(method: str, path: str, rest: dict) -> list[str]:
    """The pins, as the request calls them, that it would drive or set up."""
    parts = urlsplit(path)
    query = parse_qs(parts.query, keep_blank_values=True)
    for key, value in dict(rest.get("params") or {}).items():
        query.setdefault(key, []).append(str(value))
    segments = parts.path.strip("/").split("/")
    if segments[0] == "dht" and "type" in query:
        return query.get("pin", [])
    if segments[0] != "gpio" or (method in ("GET", "HEAD") and not CHANGING & set(query)) or method == "OPTIONS":
        return []
    body = rest.get("json")
    batch = list(body) if isinstance(body, dict) and len(segments) == 1 else []
    return query.get("pin", []) + segments[1:2] + batch
