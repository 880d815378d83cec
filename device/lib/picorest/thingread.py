"""Pins driven from ThingSpeak: by the fields of a channel, or by TalkBack commands.

A field that says 1 or 0 sets its pin. Anything else (null, text, no answer) leaves the pin as it is, until nothing
sensible has come for `silence` seconds: then the pin goes to its safe state.
"""

from asyncio import sleep_ms
from json import loads

from . import clock, thingspeak
from .protocol import find
from .web import Problem

# what is remembered of a field
_FIELD = const(0)
_PIN = const(1)
_AT = const(2)  # uptime of the last sensible answer; None: the pin is in its safe state
_ENTRY = const(3)  # number of the newest entry, as text
_NEW = const(4)  # uptime at which that was first seen


class Downloads:
    """app: for its pins, and the ThingSpeak service.

    After a start: commands (how many were executed) and error (what went wrong last, in words, or None)."""

    def __init__(self, app):
        self.app = app
        app.downloads = self
        self.server = server = thingspeak.get(app)
        now = clock.uptime()
        pins = server.get("read", "pins")
        self.list = [[n, str(pins[n]), now, None, now] for n in sorted(pins)]
        self.commands = 0
        self.error = None

    async def run(self):
        """Work for ever; a fault of the configuration ends it."""
        for field in self.list:
            n = field[_FIELD]
            if not n.isdigit() or not 1 <= int(n) <= 8 or not self.server.get("channel"):
                self.app.failures["thingspeak.read"] = "it needs a channel, and fields from 1 to 8"
                return
        next = 0
        while True:
            if clock.uptime() >= next:
                next = clock.uptime() + self.server.get("read", "every")
                await self.poll()
            self.update()
            await sleep_ms(500)

    async def poll(self):
        """Read all fields once, drive their pins, and execute waiting commands."""
        self.error = None
        for field in self.list:
            try:
                if self.app.wifi.connected():
                    await self.read(field)
            except Problem as e:
                self.error = str(e)
        try:
            if self.server.get("talkback", "id") and self.app.wifi.connected():
                await self.recv()
        except Problem as e:
            self.error = str(e)

    def update(self):
        """Send silent pins to their safe state. Call it every second."""
        n = self.server.get("read", "silence")
        for field in self.list:
            if field[_AT] is not None and clock.uptime() - field[_AT] >= n:
                field[_AT] = None
                try:
                    self.app.pins.drive(field[_PIN], self.app.pins.find(field[_PIN]).safe or 0)
                except Problem as e:
                    self.error = str(e)

    async def read(self, field):
        server = self.server
        name = field[_FIELD]
        path = "/channels/%d/fields/%s/last.json" % (server.get("channel"), name)
        data = await server.ask("GET", path, server.get("read_key"), None, 1024, None)
        try:
            text = find(data, b"field%s" % name, 0)
            n = ("0", "1").index(text[1:-1].strip() if ord(text[0]) == 34 else text)
            text = find(data, b"entry_id", 0)
        except (ValueError, IndexError):
            self.error = "Field %s is neither 1 nor 0: its pin stays as it is." % name
            return
        now = clock.uptime()
        if text != field[_ENTRY]:
            field[_ENTRY], field[_NEW] = text, now
        end = server.get("read", "max_age")
        if end and now - field[_NEW] > end:
            self.error = "Field %s has had no new entry for %d seconds." % (name, now - field[_NEW])
            return
        field[_AT] = now
        self.app.pins.drive(field[_PIN], n)

    async def recv(self):
        server = self.server
        key = server.get("talkback", "key")
        path = "/talkbacks/%d/commands/execute.json" % server.get("talkback", "id")
        for _ in range(5):
            data = await server.ask("POST", path, key, "api_key=" + key, 1024, None)
            try:
                text = loads(find(data, b"command_string", 0))
            except (ValueError, IndexError):
                return  # the queue is empty
            pins = server.get("talkback", "commands").get(text)
            if not pins:
                self.error = "TalkBack says %s, which is not in thingspeak.talkback.commands." % text[:32]
                continue
            for text in pins.split(","):
                pin, text = text.split("=")
                self.app.pins.drive(pin.strip(), text.strip())
            self.commands += 1
