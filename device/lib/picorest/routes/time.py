"""GET /time, POST /time/sync."""

from ..web import reply


def get(req):
    return reply(req.app.sntp.state())


async def sync(req):
    return reply(await req.app.sntp.sync())
