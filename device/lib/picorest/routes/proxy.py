"""GET /proxy, GET /proxy/NAME."""

from ..web import reply


def index(req):
    """The names of the configured upstreams. Addresses may hold keys: only the server's name is shown."""
    all = req.app.config.get("proxy")
    return reply({"upstreams": [{"name": name, "server": all[name]["url"].split("/")[2]} for name in all]})


async def get(req, name):
    """What the upstream of this name answers."""
    app = req.app
    if not hasattr(app, "upstreams"):
        from ..upstreams import Upstreams

        app.upstreams = Upstreams(app)
    req.head = b""  # memory is short while others are asked
    return reply(await app.upstreams.get(name))
