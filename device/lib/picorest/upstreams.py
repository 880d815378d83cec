"""Named upstreams: other servers' answers, fetched for clients that may choose a name but never an address."""

import json

from . import client, clock
from .web import Problem

_KEPT = const(4)


class Upstreams:
    """app: for its configuration (the key `proxy`) and the client."""

    def __init__(self, app):
        self.config = app.config
        self.client = client.get(app)
        self.list = []  # [name, settings, JSON text without its end, uptime]: the answers that may be given again

    async def get(self, name):
        """The named upstream's answer as JSON text: name, status, reason, json (or text) and age.

        Raises Problem 404 (no such name), 501 to 504; after a failure the last good answer comes with `stale`."""
        all = self.config.get("proxy")
        settings = all.get(name)
        if not settings:
            raise Problem(404, "unknown-upstream", allowed=list(all))
        for kept in self.list:
            if kept[0] == name and kept[1] == settings:
                break
        else:
            kept = None
        cache = settings.get("cache", 60)
        now = clock.uptime()
        if kept and now - kept[3] < cache:
            return '%s,"age":%d}' % (kept[2], now - kept[3])
        try:
            status, text = await self.ask(name, settings)
        except Problem as e:
            if not kept:
                raise
            return '%s,"age":%d,"stale":true,"error":%s}' % (kept[2], clock.uptime() - kept[3], json.dumps(str(e)))
        if cache and status < 300:
            if kept:
                self.list.remove(kept)
            self.list.insert(0, (name, settings, text, clock.uptime()))
            del self.list[_KEPT:]
        return text + ',"age":0}'

    async def ask(self, name, settings):
        res = await self.client.request(
            name,
            settings["url"],
            "GET",
            settings.get("headers"),
            None,
            settings.get("max_bytes", 2048),
            8000,
            settings.get("private"),
            None,
        )
        data, status = res.body, res.status
        text = '{"name":"%s","status":%d,"reason":%s,"' % (name, status, json.dumps(res.reason))
        pick = settings.get("pick") if status < 300 else None
        kind = res.type.split(b";")[0].strip()
        why = "what is not JSON"
        try:
            if pick:
                data = json.loads(data)
                why = "without %s: leave out `pick` to see its whole answer" % pick
                for step in pick.split("."):
                    data = data[int(step) if isinstance(data, list) else step]
                return status, text + 'json":' + json.dumps(data)
            if kind.endswith(b"json") or not kind.startswith(b"text/html"):
                try:
                    from .strict import check

                    check(data)
                    return status, text + 'json":' + data.decode()
                except (ValueError, RuntimeError):
                    if kind.endswith(b"json"):
                        raise
            why = "what is not text"
            return status, text + 'text":' + json.dumps(data.decode())
        except (ValueError, KeyError, IndexError, TypeError, RuntimeError):
            raise client.trouble(name, 502, "garbage", True, why=why) from None
