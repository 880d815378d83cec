"""ThingSpeak by itself: readings written every few seconds (readings.py, upload.py), pins that follow fields
(poll.py).

Here is what always has to be in memory; the modules are imported for a moment, and what they know is kept in the service.
On an ESP8266 not without thingspeak.
"""

from asyncio import create_task, sleep_ms

from .. import clock
from ..overlay import act
from ..problem import Problem


class Service:
    """app: what it works for. update, talk: names of the modules that do the work.

    start(self) of `update` returns False if the configuration is wrong; update(self) of it is called at uptime `next`, which
    it moves on. `talk` is given to fetch(), with self, when there is Wi-Fi, `work` is not 0, and it is uptime `wait`.
    error: what went wrong last, in words, or None. success: uptime at which all went well last, or None."""

    next = wait = 0
    log = error = success = None
    told = None  # the error that the console has told
    data = None  # the configuration by which `wait` was chosen
    busy = False

    def __init__(self, app, update, talk):
        self.app = app
        self.modules = update, talk

    def get(self, *path):
        """A configuration value under `thingspeak`."""
        return self.app.config.get("thingspeak", *path)

    def act(self, deed):
        return act(self.app, self.modules[0], deed)(self)

    async def run(self):
        """Work for ever; a fault of the configuration ends it."""
        if self.act("start"):
            app = self.app
            while True:
                try:
                    if not app.memory_reserve or not app.outbound and not app.queue:  # else others have the memory now
                        self.step()
                except MemoryError:
                    self.error = "There was too little memory for it."
                    app.release()
                await sleep_ms(500)

    def step(self):
        """What there is to do now. Call it every second."""
        now = clock.uptime()
        if self.data is not self.app.config.data:
            self.data = self.app.config.data
            self.wait = 0  # what was wrong may be put right
        due = now >= self.next
        if due:
            self.act("update")
        wifi = self.app.wifi
        # where memory is short, it waits until the access point has closed
        if self.work and not self.busy and now >= self.wait and wifi.connected() and not (self.app.memory_reserve and wifi.portal):
            create_task(self.talk())
            self.busy = True
        elif due and self.app.memory_reserve:
            self.app.release()

    async def talk(self):
        try:
            await self.app.alone()
            await self.app.ask("thingspeak", self.modules[1], self)
        except (MemoryError, Problem) as e:
            self.error = str(e) if isinstance(e, Problem) else "There was too little memory to ask."
            self.wait = clock.uptime() + 10
        finally:
            self.busy = False
            if self.error != self.told:
                self.told = self.error
                print("ThingSpeak:", self.error or "all well again.")
            if self.app.memory_reserve:
                self.app.release()
