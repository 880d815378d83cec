"""A clock that tests turn by hand, and a ThingSpeak in memory that loses requests and answers when it is told to."""

import asyncio
import json

import fakes.gpio  # noqa: F401
import fakes.wifi  # noqa: F401

# isort: split
import app
from picorest import clock
from picorest.http.dispatch import Dispatcher
from picorest.problem import Problem
from picorest.thingspeak.service import Service
from picorest.upstream import client, fetch
from picorest.upstream.response import Response

START = 1795230000


class Clock:
    """Replaces what picorest.clock counts. `now`: seconds since boot."""

    def __init__(self, now=100, synced=True):
        self.now = now
        self.real = clock.uptime, clock.unix, clock.ticks_ms, clock.ticks_diff, clock.synced
        clock.uptime = lambda: self.now
        clock.unix = lambda: START + self.now
        clock.ticks_ms = lambda: self.now * 1000
        clock.ticks_diff = lambda a, b: a - b
        clock.synced = synced

    def restore(self):
        clock.uptime, clock.unix, clock.ticks_ms, clock.ticks_diff, clock.synced = self.real


class Answer:
    """said: text, or what is said as JSON."""

    reason = "OK"

    def __init__(self, said, status=200):
        self.said = said
        self.status = status

    def over_http(self, separators):
        said = self.said if isinstance(self.said, str) else json.dumps(self.said, separators=separators)
        date = "Sat, 21 Nov 2026 03:00:%02d GMT" % (clock.uptime() % 60)
        head = "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Length: %d\r\n\r\n"
        return (head % (self.status, self.reason, date, len(said)) + said).encode()


class Refused(Exception):
    pass


class FakeSpeak:
    """A client whose only server is a ThingSpeak channel 5.

    `mood` is called with the path before each request and says what happens to it: None, "lost" (never arrives),
    "unanswered" (arrives, but nobody hears of it), "offline" or "memory" (there is none)."""

    def __init__(self):
        self.entries = []  # (created_at, fields) in the order of arrival
        self.repeated = 0
        self.writes = []  # entries in each write
        self.asked = []
        self.commands = []
        self.private = False
        self.mood = lambda path: None
        self.poison = lambda update: False  # whether it refuses an entry for good
        self.refusal = 400
        self.short = False  # whether it says no more than 0
        self.says = self.http = None  # its JSON, and the status beside it, where they are others than today
        self.online = True
        self.separators = ",", ":"  # of its JSON

    def run(self, app, name, ms, url, end, method, headers, body, size, local, want):
        """In place of client.run()."""
        path = (url + end).split("/", 3)[3]
        self.asked.append(path)
        del self.asked[:-20]
        mood = self.mood(path)
        if mood == "lost":
            raise Problem("upstream-timeout", sent=True, upstream=name, seconds=6)
        if mood == "memory":
            raise MemoryError
        if mood == "offline":
            raise Problem("upstream-refused", sent=False, upstream=name, error=111, at="there")
        body = "".join(body()) if callable(body) else body
        try:
            answer = self.answer(path, method, headers or {}, body)
        except Refused:
            said = self.says or {"status": str(self.refusal), "error": {"message": "bad reading"}}
            answer = Answer("0" if self.short else said, self.http or self.refusal)
            answer.reason = "No"
        if mood == "unanswered":
            raise Problem("upstream-timeout", sent=True, upstream=name, seconds=6)
        response = Response(size, want)
        assert response.take(answer.over_http(self.separators))
        yield response

    def answer(self, path, method, headers, body):
        if path.startswith("update.json"):
            assert headers["THINGSPEAKAPIKEY"] == "W"
            entry = {}
            for pair in body.split("&"):
                key, value = pair.split("=")
                entry[key] = value.replace("%3A", ":")
            return Answer({"entry_id": len(self.entries)}) if self.store([entry]) else Answer("0")
        if "bulk_update" in path:
            said = json.loads(body)
            assert said["write_api_key"] == "W"
            self.store(said["updates"])
            return Answer({"success": True}, 202)
        if "talkbacks" in path:
            return Answer({"command_string": self.commands.pop(0), "id": 1} if self.commands else {})
        if self.private:
            return Answer("-1")
        if "/fields/" in path:
            field = "field" + path.split("/")[3]
            for number in range(len(self.entries), 0, -1):
                if field in self.entries[number - 1][1]:
                    return Answer({"entry_id": number, field: self.entries[number - 1][1][field]})
            return Answer('"-1"')
        stamp = path.split("start=")[1].split("&")[0].replace("%20", "T") + "Z"
        found = [{"created_at": at, "entry_id": 1} for at, _ in self.entries if at == stamp]
        return Answer({"channel": {}, "feeds": found})

    def store(self, updates):
        self.writes.append(len(updates))
        for update in updates:
            if self.poison(update):
                raise Refused
        for update in updates:
            at = update.pop("created_at", None) or "when it came: %d" % len(self.entries)
            if at in [old for old, _ in self.entries]:
                self.repeated += 1
                return False
            self.entries.append((at, update))
        return True


class Config:
    """`settings` as a tree, with the defaults that ThingSpeak's part needs."""

    DEFAULTS = {
        "url": "http://api.thingspeak.com", "channel": 5, "write_key": "W", "window": 15,
        "write": {"every": 20, "fields": {}}, "read": {"every": 15, "pins": {}, "silence": 300},
        "talkback": {"commands": {}},
    }  # fmt: skip

    data = {}

    def __init__(self, **settings):
        self.settings = settings

    def get(self, *path):
        for tree in (self.settings, self.DEFAULTS):
            value = tree
            for step in path[1:]:
                value = value.get(step) if isinstance(value, dict) else None
            if value is not None:
                return value
        return None


class App(Dispatcher):
    """A board that asks this ThingSpeak, with these settings; it remembers in `driven` what its pins were told."""

    queue = ()
    memory_reserve = asking = 0
    ask = app.App.ask

    class board:
        chip = "esp8266"

    def __init__(self, config, speak):
        self.config = config
        self.speak = speak
        client.run = speak.run
        fetch.sleep_ms = lambda ms: asyncio.sleep_ms(0)
        self.wifi = self.pins = self
        self.driven = []
        self.failures, self.upstreams = {}, {}
        self.safe = None

    def service(self, *names):
        service = Service(self, *names)
        assert service.act("start")
        return service

    def release(self):
        """There is memory enough."""

    def connected(self):
        return self.speak.online

    def drive(self, text, level):
        self.driven.append((text, level))

    def find(self, text):
        return self
