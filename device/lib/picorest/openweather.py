"""OpenWeather: needs a key (`weather.key`)."""

from .client import trouble
from .protocol import find, quote

# what is remembered of a place, see weather.py
_KEY = const(0)
_LAT = const(2)
_LON = const(3)


async def measure(weather, place):
    """The weather of a place as JSON text without its end."""
    key = weather.config.get("weather", "key")
    if not key:
        raise trouble("openweather", 502, "bad-key", False, key="weather.key", reason="there is none")
    if place[_LAT]:
        end = "lat=%s&lon=%s&appid=" % (place[_LAT], place[_LON])
    else:
        end = "q=%s&appid=" % quote(place[_KEY], True)
    url = "http://api.openweathermap.org/data/2.5/weather?units=metric&"
    data = await weather.request("openweather", url, end + quote(key, True), None)
    found = [key, find(data, b"name", 0), find(data, b"lat", 0), find(data, b"lon", 0)]
    text = weather.format(found, data, b"dt temp feels_like humidity pressure speed description")
    return text + '"provider":"openweather","attribution":"Weather data provided by OpenWeather (openweathermap.org)"'
