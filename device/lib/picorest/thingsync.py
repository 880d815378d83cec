"""Readings to ThingSpeak every few seconds, without losing or repeating one when the internet goes away.

Every reading goes through the backlog with its time. One alone is written as an entry, several are delivered by bulk
update. When nobody knows whether something arrived (the answer was lost), the channel is asked for an entry with that
time before anything is sent again; times are unique within a channel.
"""

import gc
from asyncio import create_task, sleep_ms
from json import dumps

from . import clock, thingspeak
from .backlog import Backlog
from .web import Problem

_SLOWEST = const(60)  # seconds between two attempts while nothing gets through

# what is known of the readings under way
_SENDING = const(0)  # they have not arrived
_DOUBT = const(1)  # they may have
_TIGHT = const(2)  # they may have, and memory was too short for as many


class Uploads:
    """app: where the values come from, and where they go.

    After a restart: sent (entries), backlog, and error (why the last attempt failed, in words, or None)."""

    def __init__(self, app):
        self.app = app
        app.uploads = self
        self.server = server = thingspeak.get(app)
        items = server.get("write", "fields")
        self.items = sorted(items.items())
        n = server.get("write", "buffer")
        if not n:  # bytes in which they wait
            n = (2400 if app.board.chip == "esp8266" else 24000) // (4 + 4 * len(items))
        self.backlog = Backlog(len(items), n)
        self.start = clock.uptime()
        self.next = 0  # uptime of the next reading
        self.wait = 0  # uptime before which nothing is tried
        self.attempts = 0
        self.sent = 0
        self.time = None  # Unix time when uptime was 0, as the readings under way say it
        self.state = _SENDING
        self.blind = False  # whether the channel cannot be read: then the server has to sort out what it knows already
        self.locked = False
        self.error = None

    async def run(self):
        """Work for ever; a fault of the configuration ends it."""
        for n, _ in self.items:
            if not n.isdigit() or not 1 <= int(n) <= 8 or not self.server.get("channel"):
                self.app.failures["thingspeak.write"] = "it needs a channel, and fields from 1 to 8"
                return
        while True:
            self.update()
            await sleep_ms(500)

    def update(self):
        """Take a reading if it is time, and see to it that waiting ones are on their way. Call it every second."""
        now = clock.uptime()
        server = self.server
        if now >= self.next:
            values = []
            for _, name in self.items:
                values.append(value(self.app, name))
            if None in values and now - self.start < 10:
                return  # sensors need a moment after power-up
            period = max(server.get("write", "every"), server.get("window"))
            self.next = (self.next or now) + period
            if self.next <= now:
                self.next = now + period
            if values != [None] * len(values):
                self.backlog.push(now, values)
        ready = self.backlog.count and not self.locked and now >= self.wait
        if ready and not server.wait() and self.app.wifi.connected():
            self.locked = True
            create_task(self.publish())

    async def publish(self):
        """Send the oldest readings, or find out whether they have arrived."""
        backlog = self.backlog
        try:
            if self.state:
                arrived = await self.check(backlog.get()[-1][0])
                if self.state == _TIGHT and not arrived:
                    backlog.split()
            else:
                if not await self.settime():
                    return
                await self.send(backlog.get())
                arrived = True
            self.state = _SENDING
            self.error = None
            self.attempts = 0
            if arrived:
                self.sent += len(backlog.list[0]) // backlog.size
            backlog.done(arrived)
            pin = self.server.get("write", "led")
            if arrived and pin is not None:
                self.app.pins.drive(str(pin), "toggle")
        except (Problem, MemoryError) as e:
            self.error = str(e)
            self.wait = clock.uptime() + min(_SLOWEST, 5 << min(self.attempts, 4))
            self.attempts += 1
            if backlog.locked:
                if isinstance(e, MemoryError):
                    self.state = _TIGHT
                elif getattr(e, "sent", False):
                    self.state = _DOUBT
                if not self.state:
                    backlog.done(False)
        finally:
            self.locked = False

    async def settime(self):
        # without a set clock, the server's will do
        if clock.synced:
            self.time = clock.unix() - clock.uptime()
        elif self.time is None:
            await self.check(0)
            text = self.server.datetime
            if len(text) < 25:
                self.error = "The clock is not set: readings wait until they can be given a time."
                self.wait = clock.uptime() + _SLOWEST
                return False
            self.time = unix(text) - clock.uptime()
        return True

    async def check(self, time):
        """Whether the channel has an entry of that time."""
        text = clock.iso((self.time or 0) + time)
        end = text[:10] + "%20" + text[11:19]
        server = self.server
        path = "/channels/%d/feeds.json?results=1&start=%s&end=%s" % (server.get("channel"), end, end)
        try:
            data = await server.ask("GET", path, server.get("read_key") or server.get("write_key"), None, 1024, None)
        except Problem as e:
            if e.type != "upstream-bad-key":
                raise
            self.blind = True
            return False
        return data.find(b'"created_at":"%s"' % text) >= 0

    async def send(self, rows):
        server = self.server
        parts = []
        for time, values in rows:
            time = clock.iso(self.time + time)
            parts.append('%s{"created_at":"%s"' % ("," if parts else "", time))
            entry = {"created_at": time}
            for (n, _), text in zip(self.items, values):
                if text is not None:
                    parts.append(',"field%s":%s' % (n, text))
                    entry["field" + n] = text
            parts.append("}")
        if len(rows) == 1 and not self.blind:
            await server.write(entry)
            return
        path = "/channels/%d/bulk_update.json" % server.get("channel")
        key = dumps(server.get("write_key"))
        await server.post(path, '{"write_api_key":%s,"updates":[%s]}' % (key, "".join(parts)))


def unix(text):
    """Unix seconds of an HTTP date such as "Sat, 21 Nov 2026 04:37:30 GMT"."""
    month = "JanFebMarAprMayJunJulAugSepOctNovDec".find(text[8:11]) // 3 + 1
    year = int(text[12:16])
    days = (year - 1970) * 365 + (year - 1969) // 4  # until 2099 every fourth year is a leap year
    for m in range(1, month):
        days += 31 - (m == 4 or m == 6 or m == 9 or m == 11) - (3 - (year % 4 == 0)) * (m == 2)
    return ((days + int(text[5:7]) - 1) * 24 + int(text[17:19])) * 3600 + int(text[20:22]) * 60 + int(text[23:25])


def value(app, name):
    """The number called "dht.D2.temperature", "adc.A0.volts", "pin.D5" or "status.uptime"; None while there is none."""
    part = name.split(".")
    kind = part[0]
    board = app.board
    try:
        if kind == "dht":
            return app.dht and app.dht.value(board.gpio(part[1]), part[2])
        if kind == "pin":
            return app.pins.find(part[1]).level()
        if kind == "adc":
            full = board.profile.ADC_VOLTS
            name = part[1].upper()
            pin = board.adc(name if full and name == "A0" else board.gpio(name))
            if len(part) > 2 and part[2] == "raw":
                return pin.read_u16()
            return round(pin.read_u16() * full / 65535 if full else pin.read_uv() / 1000000, 3)
        if name == "status.uptime":
            return clock.uptime()
        if name == "status.rssi":
            return app.wifi.rssi()
        if name == "status.heap_free":
            return gc.mem_free()
    except (Problem, IndexError, ValueError, OSError):
        pass
    return None
