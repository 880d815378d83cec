"""Calling a named upstream of `proxy` for what that does there: its answer is dropped. For fetch(); entry: [True, name].

On an ESP8266 only with links or alarms. On an ESP8266 not without proxy."""

from ..problem import Problem
from .negative_cache import refused, remember


def question(app, entry):
    e = refused(app, _who(entry), "call")
    if e:
        raise e
    settings = app.config.get("proxy", entry[1])
    if not settings:
        raise Problem("unknown-upstream")
    get = settings.get
    return entry[1], 8000, get("url"), "", "GET", get("headers"), None, get("max_bytes", 2048), get("private"), None


def answer(app, entry, res):
    if isinstance(res, Problem):
        if res.type == "upstream-too-large":
            return True  # called it is
        raise res
    if res.status >= 400:
        e = Problem("upstream-error", upstream=entry[1], reason="%d %s" % (res.status, res.reason))
        if res.status == 429:
            e = Problem("upstream-rate-limited", upstream=entry[1], retry_after=res.retry_after or 60)
        elif res.status == 401 or res.status == 403:
            key = "proxy.%s.headers" % entry[1]
            e = Problem("upstream-bad-key", upstream=entry[1], key=key, reason="%d %s" % (res.status, res.reason))
        if e.type != "upstream-error":  # else whoever calls again may be luckier
            remember(app, _who(entry), "call", e)
        raise e
    return True


def _who(entry):
    # for GET /proxy another refusal is one, too, such as an answer that makes no sense
    return "proxy call " + entry[1]
