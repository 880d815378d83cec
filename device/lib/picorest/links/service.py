"""The service behind the links: notices what happens. What that means for a link, judge.py says."""

# On an ESP8266 only with links.

import asyncio

from .. import clock
from ..overlay import act
from .link import CHANGED, DUE, EVENT, HEARD, KIND, OF_BUTTON, OF_PIN, OF_VALUE, SILENCE, SILENT, SUBJECT, VALUE, WHEN, WHY

_NOTHING = const("It has no value now.")
_STALE = const(3)  # of what values.py says
_LOOK = const(2)  # seconds between two looks at values
_MOST = const(16)  # that may wait to be judged


class Links:
    """The service. source: the links of the configuration, JSON in bytes. boards: see board.py."""

    log = error = None
    lost = next = 0  # events that came too fast; uptime of the next look at values

    def __init__(self, app):
        self.app = app
        self.source = app.config.data["links"]
        self.success = clock.uptime()
        self.todo = []
        self.boards = []
        self.list = []
        act(app, "links.start", "start")(self)

    def hear(self, name, event):
        """A button's event, see App.listeners."""
        gpio = self.app.pins.find(name).gpio
        for n in range(len(self.list)):
            link = self.list[n]
            if link[KIND] == OF_BUTTON and link[SUBJECT] == gpio and link[WHEN].endswith("." + event):
                self.put(n, EVENT)

    def put(self, n, what, depth=0, idle=False):
        """Let a link be judged soon. depth: how many links stand behind it, and FAR; idle: whether it is no reason to act, for a
        link of the other board did it."""
        if len(self.todo) < _MOST:
            self.todo.append((n, what, depth, idle))
        else:
            self.lost += 1

    async def run(self):
        """Work for ever."""
        for board in self.boards:
            board.task = board.task or asyncio.create_task(board.run(self))
        while True:
            try:
                self.step()
            except MemoryError:
                self.app.release()
            await asyncio.sleep_ms(20)

    def step(self):
        """Notice what happened, and act on it."""
        self.look()
        while self.todo:
            judge = act(self.app, "links.judge", "judge")
            judge(self)
            judge = None
            if not self.todo and self.app.memory_reserve:
                self.app.release()

    def look(self):
        """Notice changes of pins, now and then of other values, and silence."""
        now = clock.uptime()
        for n in range(len(self.list)):
            link = self.list[n]
            if link[KIND] == OF_PIN:
                line = link[SUBJECT]
                level = line.level()
                if level != link[VALUE]:
                    link[VALUE] = level
                    self.put(n, CHANGED, line.depth if line.by == line.rev else 0)
            elif link[HEARD] is not None and now - link[HEARD] >= link[SILENCE]:
                link[HEARD] = link[VALUE] = None
                self.put(n, SILENT)
            if link[DUE] is not None and now >= link[DUE]:
                link[DUE] = None
                self.put(n, CHANGED)
        if now >= self.next:
            self.next = now + _LOOK
            self.values(now)

    def values(self, now):
        """Look at the values that are neither pins nor another board's."""
        value = None
        for n in range(len(self.list)):
            link = self.list[n]
            if link[KIND] == OF_VALUE:
                value = value or act(self.app, "values", "value")
                found = value(self.app, link[WHEN])
                if not found or found[_STALE]:
                    link[WHY] = _NOTHING
                    continue
                if link[WHY] == _NOTHING:
                    link[WHY] = None
                link[HEARD] = now
                if found[0] != link[VALUE]:
                    link[VALUE] = found[0]
                    self.put(n, CHANGED)

    def tell(self, board, error):
        """How another board does: what is wrong, in words, or None."""
        for n in board.links:
            if error or self.list[n][WHY] == board.error:
                self.list[n][WHY] = error
        board.error = error
        errors = [each.error for each in self.boards if each.error]
        self.error = errors[0] if errors else None

    def teller(self, link):
        """What an action is given, to tell later what went wrong, or None."""

        def tell(words):
            link[WHY] = words

        return tell
