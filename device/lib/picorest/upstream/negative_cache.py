"""Refusals of other servers, remembered: who asks again at once may be banned. Imported for that moment.

What is remembered is in app.upstreams["refusals"]: tuples as below. It holds as long as the part of the configuration that the
question came from stays as it is: a key that was put right is tried at once.
On an ESP8266 not without proxy or thingspeak or weather.
"""

from .. import clock
from ..problem import Problem

_WHO = const(0)  # the upstream
_WHAT = const(1)  # the question; None: all of them
_PART = const(2)  # the part of the configuration
_UNTIL = const(3)  # uptime
_TYPE = const(4)
_MEMBERS = const(5)

_LONG = const(300)  # seconds for what does not change by itself: a wrong key, something that does not exist
_SHORT = const(15)  # for answers that cannot be used


def seconds(problem):
    """For how long what was asked need not be asked again. 0: at once, nobody has refused anything."""
    type = problem.type
    if type == "upstream-bad-key" or problem.status_code == 404:
        return _LONG
    if type == "upstream-rate-limited":
        return problem.members["retry_after"]
    return _SHORT if type in ("upstream-error", "upstream-garbage", "upstream-too-large", "upstream-redirect") else 0


def remember(app, who, what, problem):
    """Remember a Problem, if it is a refusal. A wrong key or too many requests are refused whatever the question."""
    left = seconds(problem)
    if not left:
        return
    if problem.type == "upstream-bad-key" or problem.type == "upstream-rate-limited":
        what = None
    now = clock.uptime()
    # without what is over, and what is remembered anew
    known = [known for known in app.upstreams.get("refusals", ()) if known[_UNTIL] > now and known[: _WHAT + 1] != (who, what)]
    new = who, what, _part(app, who), now + left, problem.type, problem.members
    app.upstreams["refusals"] = known[-3 if app.board.chip == "esp8266" else -7 :] + [new]


def refused(app, who, what):
    """The remembered Problem that holds for this question, anew; else None."""
    for known in app.upstreams.get("refusals", ()):
        left = known[_UNTIL] - clock.uptime()
        if known[_WHO] == who and known[_WHAT] in (None, what) and left > 0 and known[_PART] == _part(app, who):
            members = known[_MEMBERS].copy()
            members["retry_after"] = left
            return Problem(known[_TYPE], **members)
    return None


def _part(app, who):
    return app.config.data.get(who.split(" ")[0])
