"""ThingSpeak: reading and writing a channel, in spite of its odd answers.

A refused write is the text `0`, often with status 200; a refused read is `-1` or `"-1"`; error objects carry their
status as a string, sometimes with status 200. Keys travel in a header, where no log keeps them.
"""

from json import dumps

from . import client, clock
from .protocol import find, quote
from .web import Problem

_ENTRY = const(
    " field1 field2 field3 field4 field5 field6 field7 field8 status lat long latitude longitude elevation created_at "
)
_PIECE = const(256)


def get(app):
    """The board's ThingSpeak service, made when it is first needed."""
    if not hasattr(app, "thingspeak"):
        app.thingspeak = ThingSpeak(app)
    return app.thingspeak


class ThingSpeak:
    """app: for its configuration (the keys under `thingspeak`), the chip and the client."""

    def __init__(self, app):
        self.app = app
        self.client = client.get(app)
        self.size = 2048 if app.board.chip == "esp8266" else 4096
        self.ticks = None  # when the last write was made, while the window after it may be closed
        self.datetime = ""  # the server's clock in its last answer
        self.list = None  # what was asked, answer, uptime: the last good small read

    def get(self, *path):
        """A configuration value under `thingspeak`."""
        return self.app.config.get("thingspeak", *path)

    def wait(self):
        """Milliseconds until ThingSpeak takes the next write."""
        if self.ticks is None:
            return 0
        left = self.get("window") * 1000 - clock.ticks_diff(clock.ticks_ms(), self.ticks)
        if left > 0:
            return left
        self.ticks = None
        return 0

    async def ask(self, method, path, key, body, size, mark):
        """Ask ThingSpeak and return the body of its answer: JSON, at first sight. body: a form, or JSON text. mark: see
        Response.read().

        Raises Problem, with `sent` True where it may have acted all the same."""
        headers = {"THINGSPEAKAPIKEY": key, "X-THINGSPEAKAPIKEY": key} if key else {}
        if body:
            headers["Content-Type"] = "application/json" if ord(body[0]) == 123 else "application/x-www-form-urlencoded"
        url = self.get("url").rstrip("/") + path
        res = await self.client.request("thingspeak", url, method, headers, body, size, 6000, False, mark)
        self.datetime = res.datetime
        status = res.status
        reason = res.reason
        data = res.body
        flat = data.strip(b'" \r\n')
        if flat == b"-1" or flat == b"0" and status >= 400:
            status = 401
            reason = "it answers " + flat.decode()
        elif data.find(b'"error"') >= 0:
            try:
                status = int(find(data, b"status", 0)[1:-1])
                reason = find(data, b"message", 0)[1:-1]
            except (ValueError, IndexError):
                pass
        if status < 300:
            return data
        if status == 401 or status == 403:
            raise client.trouble("thingspeak", 502, "bad-key", False, key="thingspeak", reason=reason)
        if status == 404:
            raise Problem(404, "unknown-channel")
        if status == 429:
            raise client.trouble("thingspeak", 503, "rate-limited", False, retry_after=res.retry_after or 15)
        raise client.trouble("thingspeak", 502, "error", status >= 500, reason="%d %s" % (status, reason))

    async def read(self, query):
        """The newest entries as JSON text in pieces. query: channel, field and results as text, all optional.

        Raises Problem 400, 404, 501 to 504. After a failure the last good answer comes with `stale`."""
        own = self.get("channel")
        channel = number(query, "channel", 1000000000) or own
        field = number(query, "field", 8)
        results = number(query, "results", self.size // 160) or 1
        for name in query:
            raise Problem(400, "unknown-parameter", parameter=name, allowed=["channel", "field", "results"])
        if not channel:
            raise Problem(400, "bad-number", parameter="channel", allowed=1000000000)
        path = "/channels/%d/%s.json?results=%d" % (channel, "fields/%d" % field if field else "feeds", results)
        try:
            # a key is for its own channel only
            data = await self.ask("GET", path, self.get("read_key") if channel == own else None, None, self.size, b'"feeds":[')
            try:
                if data[:8] != b'"feeds":' or data[-2:] != b"]}":
                    raise ValueError
                for _ in read(channel, data, 0, ""):
                    pass  # is it UTF-8?
            except ValueError:
                raise garbage() from None
        except Problem as e:
            last = self.list
            if e.status_code == 404 or not last or last[0] != path:
                raise
            return read(channel, last[1], clock.uptime() - last[2], ',"stale":true,"error":' + dumps(str(e)))
        self.list = (path, bytes(data), clock.uptime()) if len(data) <= _PIECE else None
        return read(channel, data, 0, "")

    async def write(self, entry):
        """Write an entry such as {"field1": 21.5, "status": "on"}; returns its number.

        Raises Problem 400 (the entry), 429 (within the window), 501 to 504."""
        if not isinstance(entry, dict) or not entry:
            raise Problem(400, "bad-entry")
        form = []
        for name, value in entry.items():
            if " %s " % name not in _ENTRY or isinstance(value, (dict, list)):
                raise Problem(400, "bad-entry")
            if value is not None:
                if value is True or value is False:
                    value = int(value)
                form.append(name + "=" + quote(str(value), True))
        data = await self.post("/update.json", "&".join(form))
        try:
            n = int(data if data[0] != 123 else find(data, b"entry_id", 0))
        except (ValueError, IndexError):
            raise garbage() from None
        if not n:
            raise Problem(429, "too-early", seconds=self.get("window"), retry_after=self.get("window"))
        return n

    async def post(self, path, body):
        """POST what counts as a write: 429 within the window, and the window starts again."""
        key = self.get("write_key")
        if not key:
            key = "thingspeak.write_key"
            raise client.trouble("thingspeak", 502, "bad-key", False, key=key, reason="there is none")
        left = self.wait()
        if left:
            raise Problem(429, "too-early", seconds=self.get("window"), retry_after=(left + 999) // 1000)
        self.ticks = clock.ticks_ms()
        try:
            return await self.ask("POST", path, key, body, 1024, None)
        except Problem as e:
            if not getattr(e, "sent", False) and e.type != "upstream-rate-limited":
                self.ticks = None  # nothing was written
            raise


def garbage():
    """The Problem for an answer that makes no sense."""
    return client.trouble("thingspeak", 502, "garbage", True, why="what cannot be understood")


def read(n, data, time, end):
    """The answer of ThingSpeak.read() in pieces."""
    yield '{"channel":%d,' % n
    at = 0
    while at < len(data) - 1:
        start = at
        at = min(at + _PIECE, len(data) - 1)
        while data[at] & 0xC0 == 0x80:  # within a character
            at += 1
        yield bytes(data[start:at]).decode()
    yield ',"age":%d%s}' % (time, end)


def number(query, name, n):
    """A whole number of a query, 1 to n, or None."""
    text = query.pop(name, None)
    if text is None:
        return None
    if not text.isdigit() or len(text) > 10 or not 1 <= int(text) <= n:
        raise Problem(400, "bad-number", parameter=name, allowed=n)
    return int(text)
