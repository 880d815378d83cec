"""The alarms' service: what is remembered of them between two of their moments. due.py and ring.py do the work.

On an ESP8266 only with alarms.
"""

from asyncio import sleep_ms

from .. import clock
from ..overlay import act


class Alarms:
    """app: the application. records: a few bytes for each alarm of the configuration, in its order, see records.py. data: the
    configuration that they are about. wait: uptime at which there is something to do. errors, why: {what an alarm is called: why
    it failed last, or why it will not be due, in words}. success: uptime of the last action that went well."""

    log = None  # nothing of its own is counted

    def __init__(self, app):
        self.app = app
        self.errors = {}
        self.why = {}
        self.error = self.success = self.data = self.seen = None
        self.wait = 0
        self.records = b""
        app.listeners = list(app.listeners)
        app.listeners.append(self.heard)

    async def run(self):
        """Work for ever."""
        while True:
            try:
                self.step()
            except MemoryError:
                self.app.release()  # it is tried again
            await sleep_ms(250)

    def step(self):
        """What there is to do now: nothing before the clock is set."""
        if clock.synced:
            app = self.app
            if clock.uptime() >= self.wait or self.seen != app.sntp.set_at or self.data is not app.config.data.get("alarms"):
                self.update()

    def update(self):
        """Do all that is due, and find out when there is more."""
        if act(self.app, "alarms.due", "update")(self):
            act(self.app, "alarms.ring", "ring")(self)

    def heard(self, name, event):
        """Buttons tell what happens to them: a press puts off what rings, holding it ends that."""
        if self.records and (event == "press" or event == "hold"):
            act(self.app, "alarms.ring", "heard")(self, name, event)
