"""/events: what changes, as it changes, by server-sent events."""

from microdot import Microdot

from ..http.response import Reply
from ..problem import Problem

api = Microdot()


@api.get("/events")
async def get(req):
    """GET /events: pins, readings of all sensors and how the board is, as soon as one changes; for a browser's EventSource."""
    app = req.app
    if app.board.chip == "esp8266":
        raise Problem("no-events", wait="/gpio?wait=30")
    from ..http.headers import header
    from .event_stream import Events
    from .gpio_wait import find_place

    await find_place(app)
    known = header(req.head, b"last-event-id")
    return Reply(Events(app, known), 200, {"Content-Type": "text/event-stream"})
