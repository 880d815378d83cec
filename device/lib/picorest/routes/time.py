"""GET /time, POST /time/sync."""

from ..http.response import Reply


def get(req):
    return Reply(req.app.sntp.state())


async def sync(req):
    if req.app.reserve:
        await req.app.lull()  # this takes more memory than most
    return Reply(await req.app.sntp.sync())
