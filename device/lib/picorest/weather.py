"""The weather of the configured place, asked for again and again where a screen, a link or an alarm shows it.

Not on an ESP8266."""

from asyncio import sleep_ms

from . import clock
from .problem import Problem

_EVERY = const(60)  # seconds from one look to the next; the provider is asked when what it said is old


def shown(config):
    """Whether there is a place, and what acts or shows speaks of its weather."""
    parts = [config.data.get(name, b"") for name in ("display", "links", "alarms")]
    return bool(config.data.get("weather")) and any([b"weather." in part for part in parts])


class Weather:
    """Asks as a client would, by GET /weather, whose endpoint remembers the answer. app: the application. error: what is wrong, in
    words. success: uptime at which there was a weather last. data: the configuration that it has asked for. head, args: of what
    it asks."""

    error = success = log = data = None
    next = 0
    head = b""

    def __init__(self, app):
        self.app = app

    def lighten(self):
        """There are no headers to let go of."""

    async def run(self):
        """Work for ever."""
        app = self.app
        while True:
            if app.wifi.connected() and (clock.uptime() >= self.next or self.data is not app.config.data):
                self.data = app.config.data
                try:
                    self.next = clock.uptime() + await self.ask()
                except MemoryError:
                    app.release()
            await sleep_ms(500)

    async def ask(self):
        """Have the weather asked for, unless what is known is fresh. Returns seconds until the next look."""
        self.args = {}
        try:
            found = self.app.index.load_handler("weather.get")(self)
            if hasattr(found, "send"):  # somebody is asked
                await found
            self.error, self.success = None, clock.uptime()
        except Problem as e:
            self.error = str(e)
            return e.members.get("retry_after", _EVERY)
        return _EVERY
