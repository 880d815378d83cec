"""GET /time, POST /time/sync."""

from microdot import Microdot

from ..http.response import Reply

api = Microdot()


@api.get("/time")
def get(req):
    """GET /time: the time, here and in UTC, and how certain it is."""
    return Reply(req.app.sntp.state())


@api.post("/time/sync")
async def sync(req):
    """POST /time/sync: ask the time server now."""
    return Reply(await req.app.sntp.sync())
