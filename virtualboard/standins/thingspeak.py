"""ThingSpeak's REST API over the channels and TalkBacks, with its odd answers.

A refused write is the text `0` with status 200 (within the window, also from `.json`) or 400 (wrong key); a refused
read is `-1`; error objects carry their status as a string.
"""

import re
import threading

from .channels import EXTRAS, FIELDS, MAX_BULK, Channel, Refused
from .readings import header, select, wanted_extras
from .talkback import TalkBack
from .thingspeak_says import error, json, text
from .web import Answer, Request

DEMO_CHANNEL = 123
DEMO_TALKBACK = 456
_ROUTES = (
    (r"/update(?:\.(?P<format>json|txt))?", "_update"),
    (r"/channels/(?P<channel>\d+)/feeds?\.json", "_feeds"),
    (r"/channels/(?P<channel>\d+)/fields?/(?P<field>[1-8])\.json", "_feeds"),
    (r"/channels/(?P<channel>\d+)/feeds/(?P<entry>last|\d+)(?:\.(?P<format>json|txt))?", "_entry"),
    (r"/channels/(?P<channel>\d+)/fields?/(?P<field>[1-8])/(?P<entry>last|\d+)(?:\.(?P<format>json|txt))?", "_entry"),
    (r"/channels/(?P<channel>\d+)/bulk_update\.json", "_bulk"),
    (r"/talkbacks/(?P<talkback>\d+)/commands/(?P<verb>execute|last)(?:\.(?P<format>json))?", "_command"),
    (r"/talkbacks/(?P<talkback>\d+)/commands(?:\.(?P<format>json))?", "_commands"),
)


class ThingSpeak:
    name = "thingspeak"

    def __init__(self, now):
        self.now = now
        self.lock = threading.RLock()
        self.forget()

    def forget(self):
        """Back to the demonstration channel and TalkBack alone."""
        self.channels, self.talkbacks = {}, {}
        demo = self._channel(DEMO_CHANNEL)
        demo.configure({
            "name": "Demonstration", "description": "Temperature and humidity of a room, and its lamp",
            "read_key": "DEMOREADKEY", "write_key": "DEMOWRITEKEY",
            "fields": {"1": "Temperature", "2": "Humidity", "3": "Lamp"},
        })  # fmt: skip
        start = int(self.now()) // 3600 * 3600
        for hours in range(24, 0, -1):
            humidity = None if hours == 5 else 45 + hours % 5
            reading = {"field1": 21 - hours % 7 / 2, "field2": humidity, "field3": hours % 2}
            demo.write(reading | {"created_at": start - hours * 3600}, window=False)
        self._talkback(DEMO_TALKBACK).key = "DEMOTALKBACKKEY"

    def _channel(self, ident) -> Channel:
        return self.channels.setdefault(int(ident), Channel(int(ident), self.now))

    def _talkback(self, ident) -> TalkBack:
        return self.talkbacks.setdefault(int(ident), TalkBack(int(ident), self.now))

    def configure(self, settings: dict):
        """Create or change channels and TalkBacks (checked before); null removes one, `add` appends entries."""
        with self.lock:
            for ident, one in (settings.get("channels") or {}).items():
                if one is None:
                    self.channels.pop(int(ident), None)
                else:
                    self._channel(ident).configure(one)
            for ident, one in (settings.get("talkbacks") or {}).items():
                if one is None:
                    self.talkbacks.pop(int(ident), None)
                    continue
                self._talkback(ident).key = one.get("key", self._talkback(ident).key)
                for words in one.get("commands", ()):
                    self._talkback(ident).add(words)

    def state(self) -> dict:
        with self.lock:
            return {
                "channels": {str(ident): channel.state() for ident, channel in self.channels.items()},
                "talkbacks": {str(ident): one.state() for ident, one in self.talkbacks.items()},
            }

    def refusal(self, state: str, request: Request) -> Answer:
        """What the service says to a wrong key or to too many requests, per kind of request."""
        limited = state == "rate-limited"
        if request.path.startswith("/update"):
            return text("0", 200 if limited else 400, "rate limit" if limited else "wrong write key")
        if limited or "bulk_update" in request.path or "talkbacks" in request.path:
            return error(429 if limited else 401)
        return text("-1", 400, "wrong read key")

    def answer(self, request: Request) -> Answer:
        for pattern, handler in _ROUTES:
            if match := re.fullmatch(pattern, request.path):
                try:
                    members = request.query | request.body_members()
                except ValueError as why:
                    return error(400, f"unreadable body: {why}")
                key, key_in = self._key(request, members)
                with self.lock:
                    return getattr(self, handler)(request, members, key, key_in, **match.groupdict())
        return error(404, f"unknown path {request.path}")

    @staticmethod
    def _key(request, members):
        """The key of a request and where it was: `header`, `query` or `body`."""
        if header := request.headers.get("thingspeakapikey"):
            return header.strip(), "header"
        for name in ("api_key", "key", "write_api_key"):
            if members.get(name):
                return str(members[name]).strip(), "query" if name in request.query else "body"
        return None, None

    def _update(self, request, members, key, key_in, format):
        if request.method not in ("GET", "POST"):
            return error(405)
        found = [channel for channel in self.channels.values() if key and channel.write_key == key]
        if not found:
            return text("0", 400, "no write key" if key is None else "wrong write key")
        channel = found[0]
        channel.last_key_in = key_in
        if status := channel.refusal(members):
            return error(status, "an entry that is refused for good", plain=format != "json")
        try:
            entry = channel.write(members)
        except Refused as why:
            return text("0", 200, str(why))
        if members.get("talkback_key"):
            return self._piggyback(str(members["talkback_key"]), format)
        if format != "json":
            return text(entry["entry_id"])
        return json({"channel_id": channel.id} | channel.shown(entry, FIELDS, EXTRAS))

    def _piggyback(self, key, format):
        """An update with a `talkback_key` answers the next command instead of the entry."""
        for one in self.talkbacks.values():
            if one.key == key:
                return self._say_command(one, one.execute(), format)
        return json({}) if format == "json" else text("")

    def _open_channel(self, ident, key, key_in):
        channel = self.channels.get(int(ident))
        if channel and key:
            channel.last_key_in = key_in
        return channel

    def _feeds(self, request, members, key, key_in, channel, field=None):
        channel = self._open_channel(channel, key, key_in)
        if not channel:
            return error(404, "no such channel")
        if not channel.readable_with(key):
            return text("-1", 400, "no read key" if key is None else "wrong read key")
        fields = [f"field{field}"] if field else None
        try:
            entries = select(channel.in_order(), members, self.now())
        except ValueError as why:
            return error(400, str(why))
        feeds = [channel.shown(entry, fields, wanted_extras(members)) for entry in entries]
        return json({"channel": header(channel, fields), "feeds": feeds})

    def _entry(self, request, members, key, key_in, channel, entry, field=None, format=None):
        channel = self._open_channel(channel, key, key_in)
        if not channel:
            return error(404, "no such channel", plain=format != "json")
        name = f"field{field}" if field else None
        found = None
        if channel.readable_with(key):
            entries = [one for one in channel.entries if entry in ("last", str(one["entry_id"]))]
            entries = [one for one in entries if not name or one.get(name)]
            found = entries[-1] if entries else None
        if not found:
            reason = "no such entry" if channel.readable_with(key) else "wrong or no read key"
            return json("-1", 200, reason) if format == "json" else text("-1", 200, reason)
        if format != "json" and name:
            return text(found.get(name) or "")
        return json(channel.shown(found, [name] if name else None, wanted_extras(members)))

    def _bulk(self, request, members, key, key_in, channel):
        channel = self._open_channel(channel, key, key_in)
        if request.method != "POST":
            return error(405)
        if not channel:
            return error(404, "no such channel")
        if not key or key != channel.write_key:
            return error(401, "no write key" if key is None else "wrong write key")
        updates = members.get("updates")
        if not isinstance(updates, list) or not updates or not all(isinstance(one, dict) for one in updates):
            return error(400, "updates must be a list of objects")
        if len(updates) > MAX_BULK:
            return error(413, f"{len(updates)} updates, at most {MAX_BULK}")
        for one in updates:
            if status := channel.refusal(one):
                return error(status, "an entry that is refused for good")
        try:
            channel.write_bulk(updates)
        except Refused as why:
            return error(429, str(why))
        except ValueError as why:
            return error(400, str(why))
        return json({"success": True}, 202)

    def _open_talkback(self, ident, key):
        one = self.talkbacks.get(int(ident))
        return one if one and key and key == one.key else None

    def _command(self, request, members, key, key_in, talkback, verb, format):
        one = self._open_talkback(talkback, key)
        if not one:
            return error(401, "wrong TalkBack key", plain=not format)
        return self._say_command(one, one.execute() if verb == "execute" else one.last, format)

    @staticmethod
    def _say_command(one, command, format):
        if format == "json":
            return json(one.shown(command) if command else {})
        return text(command["command_string"] if command else "")

    def _commands(self, request, members, key, key_in, talkback, format):
        one = self._open_talkback(talkback, key)
        if not one:
            return error(401, "wrong TalkBack key", plain=not format)
        if request.method == "GET":
            return json([one.shown(command) for command in one.queue])
        if request.method == "DELETE":
            one.queue.clear()
            return json([])
        try:
            position = int(members["position"]) if members.get("position") else None
            command = one.add(str(members.get("command_string", "")), position)
        except ValueError as why:
            return error(400, str(why), plain=not format)
        return json(one.shown(command)) if format else text(command["id"])
