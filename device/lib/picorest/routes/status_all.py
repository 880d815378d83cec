"""GET /status?all=1: what a page about the board needs, in one answer instead of many."""

from ..http.response import problem_response
from ..overlay import forget_all, present
from ..problem import Problem


def pieces(app, summary):
    """The JSON in pieces, each made when the one before has left: so no more than one is in memory. summary(app): the first."""
    there = present()
    found = summary(app)
    summary = app.memory_reserve and forget_all(there)  # its module may go
    yield from found
    for name in ("wifi", "dns", "services", "gpio", "dht", "sensors", "adc", "time"):
        if name == "sensors" and not app.sensors:
            continue  # there is but what `dht` says
        yield ',"%s":' % name
        try:
            found = list(_member(app, name))  # whole, before any of it has left
        except MemoryError:
            app.release()
            try:
                found = list(_member(app, name))
            except MemoryError:
                found = (b"null",)
        yield from found
        found = None  # else it would be in the way of the next one
        if app.memory_reserve:
            forget_all(there)
    yield "}"


def _member(app, name):
    """What GET /wifi, /gpio, /dht and so on answers, in pieces; for the services what GET /status says of them."""
    try:
        if name == "wifi":
            from ..wifi.status import text as made

            return made(app.wifi)
        if name == "dns":
            from ..resolver import text as made

            return (made(app.board),)
        if name == "services":
            from ..service_status import text as made
        elif name == "gpio":
            from ..gpio.pins import list_pins as made
        elif name == "dht":
            from .dht import list_sensors as made
        elif name == "sensors":
            from .sensors import list_sensors as made
        elif name == "adc":
            from .adc import list_inputs as made
        else:
            return app.sntp.state()
        return made(app)
    except Problem as e:
        return problem_response(e).body
