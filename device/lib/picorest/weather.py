"""The weather of the configured place, asked for again and again where a screen, a link or an alarm shows it.

Not on an ESP8266."""

from asyncio import sleep_ms

from . import clock
from .problem import Problem

_EVERY = const(60000)  # ms from one look to the next; the provider is asked when what it said is old
_OFFLINE = const(500)  # ms


def shown(config):
    """Whether the configuration speaks of a value of the weather."""
    return any([b"weather." in config.data.get(name, b"") for name in ("display", "links", "alarms")])


class Weather:
    """Asks as a client would, by GET /weather, whose endpoint remembers the answer. app: the application. error: what is wrong, in
    words. success: uptime at which there was a weather last. head, args: of what it asks."""

    error = success = log = None
    head = b""

    def __init__(self, app):
        self.app = app

    async def run(self):
        """Work for ever."""
        while True:
            wait = _OFFLINE
            if self.app.wifi.connected():
                try:
                    wait = await self.ask()
                except MemoryError:
                    self.app.release()
            await sleep_ms(wait)

    async def ask(self):
        """Have the weather asked for, unless what is known is fresh. Returns ms until the next look."""
        self.args = {}
        wait = _EVERY
        try:
            found = self.app.index.load_handler("weather.get")(self)
            if hasattr(found, "send"):  # somebody is asked
                await found
            found = None
            self.error, self.success = None, clock.uptime()
        except Problem as e:
            self.error = str(e)
            wait = e.members.get("retry_after", 60) * 1000
        if self.app.reserve:
            self.app.release()
        return wait
