"""GET /weather."""

from ..web import query, reply


async def get(req):
    """The weather of a city, of coordinates, or of the configured place."""
    app = req.app
    if not hasattr(app, "weather"):
        from ..weather import Weather

        app.weather = Weather(app)
    req.head = b""  # memory is short while others are asked
    return reply(await app.weather.get(query(req)))
