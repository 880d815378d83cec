"""ThingSpeak's TalkBack: a queue of commands that a device fetches one at a time."""

from itertools import count

from .channels import iso

MAX_COMMANDS = 8000
MAX_LENGTH = 255


class TalkBack:
    def __init__(self, ident: int, now):
        self.id = ident
        self.now = now
        self.key = None
        self.numbers = count(1)
        self.queue = []
        self.last = None
        self.executed = 0

    def add(self, text: str, position: int | None = None) -> dict:
        """Queue a command at `position` (from 1) or at the end; ValueError when too long or the queue is full."""
        if len(text) > MAX_LENGTH or len(self.queue) >= MAX_COMMANDS:
            raise ValueError(f"at most {MAX_LENGTH} characters and {MAX_COMMANDS} commands")
        command = {"command_string": text, "created": int(self.now()), "executed": None, "id": next(self.numbers)}
        place = len(self.queue) if position is None else max(0, position - 1)
        self.queue.insert(place, command)
        return command

    def execute(self) -> dict | None:
        """Take the first command off the queue; None when it is empty."""
        if not self.queue:
            return None
        self.last = self.queue.pop(0)
        self.last["executed"] = int(self.now())
        self.executed += 1
        return self.last

    def shown(self, command: dict) -> dict:
        waiting = command in self.queue
        return {
            "command_string": command["command_string"],
            "created_at": iso(command["created"]),
            "executed_at": iso(command["executed"]) if command["executed"] is not None else None,
            "id": command["id"],
            "position": self.queue.index(command) + 1 if waiting else None,
        }

    def state(self) -> dict:
        return {
            "key": self.key,
            "commands": [command["command_string"] for command in self.queue],
            "executed": self.executed,
            "last": self.last and self.last["command_string"],
        }
