"""GET /time, POST /time/sync."""

from ..web import Reply


def get(req):
    return Reply(req.app.sntp.state())


async def sync(req):
    return Reply(await req.app.sntp.sync())
