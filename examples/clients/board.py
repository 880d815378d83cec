"""A board from Python, with requests: python board.py http://192.168.1.77"""

import sys
import time

import requests


class Refused(Exception):
    """What the board said: `problem` has its type, its detail, and what helps, such as try."""

    def __init__(self, problem: dict):
        super().__init__(problem["detail"])
        self.problem = problem


class Board:
    """url: as in http://192.168.1.77. token: that of the configuration, if it has one."""

    def __init__(self, url: str, token: str | None = None):
        self.url = url.rstrip("/")
        self.session = requests.Session()
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, change: dict | None = None, patience: float = 10) -> dict | None:
        """The answer; None for 304. A board that is busy says when to ask again."""
        for attempt in range(4):
            answer = self.session.request(method, self.url + path, json=change, timeout=patience)
            if answer.status_code not in (429, 503) or attempt == 3:
                break
            time.sleep(float(answer.headers.get("Retry-After", 1)))
        if answer.status_code == 304:
            return None
        if not answer.ok:
            raise Refused(answer.json())
        return answer.json()

    def pin(self, name: str) -> dict:
        return self.ask("GET", f"/gpio/{name}")

    def drive(self, name: str, state: object, seconds: float | None = None) -> dict:
        """state: 1, 0, True, "on", "toggle" …; with seconds the pin goes back by itself, also when this program has died."""
        return self.ask("PUT", f"/gpio/{name}", {"state": state} | ({"for": seconds} if seconds else {}))

    def changes(self, name: str):
        """The pin now, and then after each change, for ever."""
        known = self.pin(name)
        yield known
        while True:
            pin = self.ask("GET", f"/gpio/{name}?wait=25&since={known['rev']}", patience=35)
            if pin:
                known = pin
                yield pin


if __name__ == "__main__":
    board = Board(sys.argv[1])
    print(board.ask("GET", "/status")["board"], "has", len(board.ask("GET", "/pins")["pins"]), "pins")
    try:
        print(board.drive("D5", "toggle"))
    except Refused as refused:
        print(refused, refused.problem.get("try", ""))
