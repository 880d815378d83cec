"""The alarms' service: what is remembered of them between two of their moments. due.py and ring.py do the work.

On an ESP8266 only with alarms.
"""

from asyncio import sleep_ms

from .. import clock
from ..overlay import act, drop, load_overlay


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
            self.ringer().ring(self)

    def ringer(self):
        """ring.py. What it does may take all the memory: due.py goes before."""
        if self.app.memory_reserve:
            drop("alarms.due", "alarms.when", "alarms.sun", "config.schedule", "ntp.timezone")  # list: what update() loads
        try:
            load_overlay("alarms.ring")
        except MemoryError:
            self.app.release()
        return load_overlay("alarms.ring")

    def heard(self, name, event):
        """Buttons tell what happens to them: a press puts off what rings, holding it ends that."""
        if self.records and (event == "press" or event == "hold"):
            self.ringer().heard(self, name, event)
