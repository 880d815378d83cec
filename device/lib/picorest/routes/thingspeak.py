"""GET /thingspeak, POST /thingspeak."""

from .. import thingspeak
from ..web import Reply, body, query


async def get(req):
    """The newest entries of a channel, or of one field of it."""
    req.head = b""  # memory is short while others are asked
    return Reply(await thingspeak.get(req.app).read(query(req)))


async def post(req):
    """Write one entry; 201 and its number."""
    return Reply('{"entry_id":%d}' % await thingspeak.get(req.app).write(body(req)), 201)
