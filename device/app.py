"""Composition root: configuration, board, Wi-Fi, services, routes, in this order."""

import asyncio
import gc
import sys

from picorest import clock, memory, routes
from picorest.board import Board
from picorest.config.settings import Config
from picorest.gpio.pins import Pins
from picorest.ntp.service import Sntp
from picorest.overlay import drop, load_overlay, seldom, starved
from picorest.problem import Problem
from picorest.services import SAFE, TASK
from picorest.wifi.station import Wifi

if memory.has_user:
    from picorest.http.application import Application
else:  # where nobody brings routes and hooks, there is only what serves those of picorest
    from picorest.http.server import Server as Application


_STUCK = const(120000)  # ms for which a service may wait for something other than time
_SETTLED = const(5)  # seconds until the heap is looked at again after things have moved by less than
_LITTLE = const(512)  # bytes, together
_TURN = const(6000)  # ms for which a request waits until nobody else asks other servers
_ROOM = const(14000)  # and then for memory
_CALLING = const(300000)  # ms for which a call of its own may leave nothing else any room in memory
_BLOCKED = const(60000)  # ms for which nothing may have its turn, where there is a watchdog


class App(Application):
    """The server with its services as attributes; those that only some boards use are made when first asked for."""

    version = "0.1.0"
    index = routes
    dht = sensors = display = trial = feed = None
    asking = 0  # requests that wait for their turn to ask other servers
    mode = 0  # see recovery.py
    settled = 0  # uptime from which on the heap is looked at
    listeners = ()  # callables (name of a button, event: press release hold double), as soon as there is one a list

    def __init__(self):
        self.config = config = Config()
        self.board = config.board = board = Board(config.get("board"))
        # where the heap is small, a tenth of it is for the requests under way
        super().__init__(board.profile.CONNECTIONS, memory.HEAP // 10 if memory.SMALL else 0)
        load_overlay("recovery").begin(self)
        self.pins = self.changes = Pins(config, board)
        self.wifi = Wifi(config, self.release)
        self.wifi.server = self
        self.sntp = Sntp(config, board, self)
        self.services = []  # lists, see services.py
        self.upstreams = {}  # what endpoints remember of other servers, by name; nobody else may keep a list of it, see settle.py
        self.failures = {}  # name of a service: uptime at which it is started again, or what is wrong in words
        asyncio.get_event_loop().set_exception_handler(self.log)
        self.apply_access_settings()

    async def ask(self, name, module, entry):
        """What fetch() of upstream/fetch.py says, once nobody else asks other servers: it is not in memory before, nor while there
        is too little. Problem 503 if it is not our turn for too long; MemoryError."""
        if (self.outbound or self.queue) and self.asking < (1 if self.board.chip == "esp8266" else 3):
            # who waits for an upstream holds a connection of the server: some must be left for other requests
            self.asking += 1
            try:
                await self.alone(_TURN)
            finally:
                self.asking -= 1
        if self.outbound or self.queue:
            raise Problem("upstream-busy", sent=False, upstream=name, retry_after=5)
        start = clock.ticks_ms()
        self.outbound = 2  # those who wait for us may have what it takes; but nobody else asks meanwhile
        try:
            while True:
                try:
                    found = await (await self.bring("upstream.fetch", "fetch", self, name, module, entry))
                    if found:
                        return found
                except MemoryError:
                    if self.outbound is True:
                        raise
                self.outbound = 2
                self.kept = ()
                self.release()
                left = _ROOM - clock.ticks_diff(clock.ticks_ms(), start)
                if left < 0:
                    raise MemoryError
                await asyncio.sleep_ms(200)
                await self.alone(left, True)
        finally:
            self.outbound = False
            self.kept = ()

    @seldom("settings")
    def apply_access_settings(self):
        """Take over what the configuration says about access: at boot, and after a change."""
        self.unlearn()
        get = self.config.get
        hostname = get("hostname").lower()
        self.names = (hostname, hostname + ".local", "localhost")
        self.token = get("token")
        self.auth_everywhere = get("auth") == "all"
        self.origins = tuple(get("allowed_origins"))

    @seldom("settings")
    def all_warnings(self):
        """Everything about the configuration that the user should know."""
        found = list(self.config.warnings) + self.pins.warnings
        if self.config.broken:
            found.append("config.json is ignored: " + self.config.broken)
        if self.board.warning:
            found.append(self.board.warning)
        if self.sensors:
            found += self.sensors.warnings()
        if self.mode == SAFE:
            found.append(str(Problem("safe-mode")))
        if self.display and self.display.error:
            found.append(self.display.error)
        return found

    def start(self, name, service):
        """Run a service for ever, by its coroutine function run(): one that dies is started again, see tend()."""
        gc.collect()
        self.services.append([name, service, asyncio.create_task(service.run()), 0])

    def log(self, name, e):
        """Tell of an exception that nobody expected: on the console, and in the log."""
        try:
            load_overlay("recovery").died(self, name, e)
        except MemoryError:
            sys.print_exception(e if isinstance(e, Exception) else e["exception"])

    def rest(self):
        """Drop what the last requests needed, and see that most of what is free is in one piece."""
        super().rest()
        if clock.uptime() >= self.settled:
            self.settled = clock.uptime() + 1
            gc.collect()
            try:
                bytearray(gc.mem_free() * 5 >> 3)
            except MemoryError:
                gain = 0
                try:
                    gain = load_overlay("settle").settle(self)
                except MemoryError:  # the next time, then
                    pass
                self.release()  # it lies in the midst of what is free
                if gain < _LITTLE:
                    self.settled += _SETTLED

    def tend(self):
        """Start services again that have died or wait for ever. The log has the reason, /health their name for a while."""
        now = asyncio.core.cur_task.ph_key  # what should have had its turn before us has had it
        for service in self.services:
            task = service[TASK]
            if task.done() or clock.ticks_diff(now, task.ph_key) > _STUCK:  # its turn was, or would have been, so long ago
                load_overlay("recovery").start(self, service)
        if not self.mode and clock.uptime() > 60:
            load_overlay("recovery").lasts(self)
        if self.feed:
            self.feed()
        for name, since in self.failures.items():
            if isinstance(since, int) and clock.uptime() - since > 30:
                del self.failures[name]
                break
        if starved:
            if starved[0] is None:
                starved[0] = clock.ticks_ms()
            since = clock.ticks_diff(clock.ticks_ms(), starved[0])
            if self.outbound and since < _CALLING:  # what it asks another server has the memory, and gives it back
                del starved[1:]
            elif since > 60000:
                self.starve()

    def starve(self):
        """For a minute nothing has found room in memory: look once more, then say so and start again."""
        self.release()
        try:
            load_overlay("services")
        except MemoryError:
            if len(starved) < 2:
                starved.append(clock.ticks_ms())
            if clock.ticks_diff(clock.ticks_ms(), starved[1]) > 10000:
                print("The board starts again: for a minute it has had too little memory for what it should do.")
                self.board.reset(b"f")


def run(trial=None):
    """Build the application and serve for ever. trial: the timer that ends the trial of a new version (versions.py).

    A module `user` on the board, if there is one, adds endpoints: `def setup(app)` gets the application, which is
    microdot's, before it serves."""
    # Collected often, a heap stays in larger pieces: many times fewer requests then fail for want of one.
    gc.threshold(memory.HEAP >> (5 if memory.SMALL else 4))
    # In a task, whose calls lie deeper in the stack than those of the loop: what they leave there would else be taken for
    # addresses for ever. Otherwise it is what asyncio.run() does, with as few calls as can be: an ESP8266's stack has room for 19.
    app = asyncio.run_until_complete(asyncio.create_task(boot(trial)))
    app.release()
    try:
        if not memory.SMALL:
            app.feed = app.board.watchdog(_BLOCKED).feed
        asyncio.run_until_complete(asyncio.create_task(app.run()))
    except KeyboardInterrupt:  # a restart from the prompt is no crash
        app.release()
        app.board.note_state(b"s")
        if not memory.SMALL:
            app.board.watchdog(1 << 28)  # three days: it cannot be stopped
        raise


async def boot(trial):
    """build() as a task."""
    return build(trial)


@seldom("boot")
def build(trial):
    """The application with everything that runs beside the server."""
    app = App()
    if trial:
        app.trial = trial
    if memory.has_user and app.mode != SAFE:
        try:
            from picorest.user_modules import add

            add = add()
            drop("user_modules")
            import user

            user.setup(app)
        except Exception as e:
            app.log("user", e)
            app.failures["user"] = "it failed: the log and the serial console say how"
    gc.collect()
    from picorest.services import begin

    begin = begin(app)
    drop("services")
    if app.mode == SAFE:
        app.index = load_overlay("routes.safe_mode")
        app.pins.plan = app.index.refuse
    elif trial:
        # no service: it ends; and no name for it here, which would keep it in memory
        asyncio.create_task(load_overlay("update.confirm").confirm_when_healthy(app))
    gc.collect()
    asyncio.create_task(app.housekeeping())
    return app
