"""A board that sends readings to a ThingSpeak in memory, in simulated time."""

import asyncio

from expect import equal
from fakes.thingspeak import START, App, Clock, Config, FakeSpeak
from picorest import clock
from picorest.thingspeak import readings
from picorest.thingspeak.outbox import COUNT, LOST


def value(app, path):
    """Counts in field 1; in field 2 every fifth reading is missing or stale."""
    if path == "silent":
        return None
    if path == "count":
        app.count += 1
        return app.count, "", None, False
    return app.count / 8, "", 20, app.count % 5 == 0


readings.value = value
FIELDS = {"1": "count", "2": "sometimes"}


class Scene:
    def __init__(self, fields=FIELDS, synced=True, config=None, **write):
        self.time = Clock(synced=synced)
        self.speak = FakeSpeak()
        settings = dict(config or {}, write=dict(write, fields=fields))
        self.app = App(Config(**settings), self.speak)
        self.app.count = 0
        self.service = self.app.service("thingspeak.readings", "thingspeak.upload")

    async def pass_(self, seconds):
        for _ in range(seconds):
            self.time.now += 1
            self.service.step()
            for _ in range(3):
                await asyncio.sleep_ms(0)

    def state(self):
        """Entries sent, waiting, lost, and the last error."""
        service = self.service
        return service.sent, service.log[COUNT], service.log[LOST], service.error

    def check(self, every=20, first=None):
        """The channel is complete, in order and without repetitions."""
        self.time.restore()
        entries = self.speak.entries
        first = first or START + 101
        equal([at for at, _ in entries], [clock.iso(first + n * every) for n in range(len(entries))])
        equal([int(fields["field1"]) for _, fields in entries], list(range(1, len(entries) + 1)))
        equal(self.speak.repeated, 0)
        equal(self.service.log[COUNT] + len(entries), self.app.count)
