"""GET /time, POST /time/sync."""

from microdot import Microdot

from ..http.response import Reply

api = Microdot()


@api.get("/time")
def get(req):
    return Reply(req.app.sntp.state())


@api.post("/time/sync")
async def sync(req):
    return Reply(await req.app.sntp.sync())
