"""What a link does about something that happened. Imported for that moment."""

# On an ESP8266 only with links.

from json import loads

from .. import clock
from ..actions import perform
from .link import BEGUN, BURST, CHANGED, COUNT, DUE, FAR, HEARD, KIND, LAST, OF_BOARD, SILENCE, SILENT, STATE, VALUE, WHY

_DEEPEST = const(4)  # links that may set off each other in a row
_BURST = const(40)  # actions of a link within
_SECONDS = const(10)
_AGAIN = const(10)  # seconds after which something that failed is tried again


def judge(service):
    """See Links.put()."""
    n, what, depth, idle = service.todo[0]
    link = service.list[n]
    spec = loads(service.source)[n]
    del service.todo[0]  # where there was no memory up to here it is tried again; a toggle must not be done twice
    key, state = "do", link[STATE]
    if what == SILENT:
        key, state = "silent", None
    elif what == CHANGED and _has_condition(spec):
        state = condition(spec, link[VALUE], state)
        if state is None or state == link[STATE]:
            link[WHY] = None
            return
        key = "do" if state else "else"
    elif what == CHANGED:
        link[STATE] = True
        if state is None:  # the first value is no change
            return
    if idle:
        link[WHY] = "A link of the other board did that, which is no reason to act."
    elif key in spec:
        seconds = _act(service, link, spec, key, what, depth)
        if seconds:  # not now
            if what == SILENT:
                link[HEARD] = clock.uptime() + seconds - link[SILENCE]
            elif _has_condition(spec) and what == CHANGED:
                link[DUE] = clock.uptime() + seconds
                state = link[STATE]
    link[STATE] = state


def _has_condition(spec):
    return "is" in spec or "above" in spec or "below" in spec


def condition(spec, value, before):
    """Whether the condition of a link holds; None if it has none, or nobody can tell. before: what was said last."""
    get = spec.get
    above, below = get("above"), get("below")
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if "is" in spec:
        return number == spec["is"]
    if above is not None and below is not None:
        return True if number > above else False if number < below else before
    return number > above if above is not None else number < below if below is not None else None


def _act(service, link, spec, key, what, depth):
    # act, unless something speaks against it; returns the seconds after which that is to be tried again, or None
    now = clock.uptime()
    least = spec.get("min", 0)
    if link[LAST] is not None and now - link[LAST] < least:
        link[WHY] = "It acted less than %d seconds before." % least
        return link[LAST] + least - now
    if now - link[BEGUN] >= _SECONDS:
        link[BEGUN], link[BURST] = now, 0
    link[BURST] += 1
    if depth % FAR >= _DEEPEST or link[BURST] > _BURST:
        link[WHY] = "It was cut off: links set each other off."
        return None
    do = spec[key]
    far = FAR if link[KIND] == OF_BOARD or depth >= FAR else 0
    if key != "do":
        spec = {"do": do}
    link[WHY] = perform(service.app, spec, service.teller(link))
    if link[WHY]:
        return _AGAIN
    if what == SILENT:
        link[WHY] = "Nothing was heard for %d seconds." % link[SILENCE]
    link[LAST] = service.success = now
    link[COUNT] += 1
    at = do.rfind(".")
    if do[at:] not in (".call", ".show") and do[:16] != "thingspeak.field":
        line = service.app.pins.find(do[:at])
        line.by, line.depth = line.rev, depth % FAR + 1 + far
    return None
