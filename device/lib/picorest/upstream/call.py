"""Calling a named upstream of `proxy` for what that does there: its answer is dropped. For fetch(); entry: [True, name].

Not on an ESP8266."""

from ..problem import Problem


def question(app, entry):
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
        raise Problem("upstream-error", upstream=entry[1], reason="%d %s" % (res.status, res.reason))
    return True
