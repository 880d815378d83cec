"""GET /time, POST /time/sync."""

from microdot import Microdot

from ..http.response import Reply

api = Microdot()


@api.get("/time")
def get(req):
    return Reply(req.app.sntp.state())


@api.post("/time/sync")
async def sync(req):
    if req.app.reserve:
        await req.app.lull()  # this takes more memory than most
    return Reply(await req.app.sntp.sync())
