"""The weather at a few places: asked when somebody wants it, kept for ten minutes, shown as stale when it is old."""

from json import dumps

from . import client, clock
from .protocol import find, quote
from .web import Problem

_FRESH = const(600)  # seconds: the providers' models change every 10 to 15 minutes
_RETRY = const(60)  # seconds before a stale value is tried again

# what is remembered of a place
_KEY = const(0)
_CITY = const(1)  # its name as JSON text
_LAT = const(2)  # text, or None until somebody looked the city up
_LON = const(3)
_TEXT = const(4)  # the weather as JSON text without its end, or None
_AT = const(5)  # uptime of that
_NEXT = const(6)  # uptime before which nobody is asked again
_PROBLEM = const(7)
_BUSY = const(8)

_OUT = const(
    '{"city":%s,"lat":%s,"lon":%s,"observed":%s,"temperature":%s,"temperature_k":%.2f,"feels_like":%s,"humidity":%s,'
    '"pressure":%s,"wind_speed":%s,"description":%s,'
)
_SEARCH = const("http://geocoding-api.open-meteo.com/v1/search?count=1&language=en&format=json&")
_FORECAST = const(
    "http://api.open-meteo.com/v1/forecast?wind_speed_unit=ms&timeformat=unixtime&current=temperature_2m,"
    "apparent_temperature,relative_humidity_2m,pressure_msl,wind_speed_10m,weather_code&"
)
_CURRENT = const(
    b"time temperature_2m apparent_temperature relative_humidity_2m pressure_msl wind_speed_10m weather_code"
)
_CODES = const(
    ";0 clear sky;1 mainly clear;2 partly cloudy;3 overcast;45 fog;48 depositing rime fog;51 light drizzle;"
    "53 moderate drizzle;55 dense drizzle;56 light freezing drizzle;57 dense freezing drizzle;61 slight rain;"
    "63 moderate rain;65 heavy rain;66 light freezing rain;67 heavy freezing rain;71 slight snowfall;"
    "73 moderate snowfall;75 heavy snowfall;77 snow grains;80 slight rain showers;81 moderate rain showers;"
    "82 violent rain showers;85 slight snow showers;86 heavy snow showers;95 thunderstorm;"
    "96 thunderstorm with slight hail;99 thunderstorm with heavy hail;"
)


class Weather:
    """app: for its configuration (the key `weather`), the chip and the client."""

    def __init__(self, app):
        self.config = app.config
        self.client = client.get(app)
        self.list = []
        self.max = 2 if app.board.chip == "esp8266" else 4

    async def get(self, query):
        """The weather as JSON text, see docs/upstreams.md. query: city ("Paris,FR"), or lat and lon, as text; empty for
        the configured place. Raises Problem 400 (arguments), 404 (unknown city), 501 to 504."""
        place = self.find(query)
        if place[_BUSY]:
            await self.client.acquire("weather", place, _BUSY, 12000)
            if not place[_TEXT] and place[_PROBLEM]:
                raise place[_PROBLEM]  # the question that was under way was ours too
        if not place[_TEXT] or clock.uptime() >= place[_NEXT]:
            await self.update(place)
        out = '%s,"age":%d' % (place[_TEXT], clock.uptime() - place[_AT])
        if place[_PROBLEM]:
            out += ',"stale":true,"error":' + dumps(str(place[_PROBLEM]))
        return out + "}"

    def find(self, query):
        pop = query.pop
        city, lat, lon = pop("city", None), pop("lat", None), pop("lon", None)
        for name in query:
            raise Problem(400, "unknown-parameter", parameter=name, allowed=["city", "lat", "lon"])
        if not city and lat is None and lon is None:
            get = self.config.get
            city, lat, lon = get("weather", "place"), get("weather", "lat"), get("weather", "lon")
            if not city and (lat is None or lon is None):
                raise Problem(400, "bad-place")
        if city:
            key = city.strip().strip(",").strip().lower()
            lat = lon = None
        else:
            try:
                lat, lon = float(lat), float(lon)
                # about 1 km: more would only make more places
                lat = "%.4f" % round(lat, 2) if abs(lat) <= 90 else None
                lon = "%.4f" % round(lon, 2) if abs(lon) <= 180 else None
                key = lat + "," + lon
            except (TypeError, ValueError):
                key = ""
        if not 0 < len(key) <= 64:
            raise Problem(400, "bad-place")
        for place in self.list:
            if place[_KEY] == key:
                self.list.remove(place)
                break
        else:
            place = [key, dumps(city), lat, lon, None, 0, 0, None, False]
        self.list.insert(0, place)  # the one not asked for longest goes first
        del self.list[self.max :]
        return place

    async def update(self, place):
        place[_BUSY] = True
        name = self.config.get("weather", "provider")
        now = clock.uptime()
        try:
            if name == "openweather":
                from .openweather import measure

                place[_TEXT] = await measure(self, place)
            else:
                place[_TEXT] = await self.measure(place)
            place[_AT] = now
            place[_NEXT] = now + _FRESH
            place[_PROBLEM] = None
        except (Problem, ValueError, IndexError) as e:
            if not isinstance(e, Problem):
                e = client.trouble(name, 502, "garbage", True, why="what cannot be understood")
            place[_PROBLEM] = e
            place[_NEXT] = now + _RETRY
            if not place[_TEXT]:
                if not place[_LAT] and place in self.list:
                    self.list.remove(place)
                raise e
        finally:
            place[_BUSY] = False

    async def measure(self, place):
        # Open-Meteo's weather as JSON text without its end; fills in where the place is
        if not place[_LAT]:
            city = place[_KEY].split(",")
            country = city[-1].strip().upper() if len(city) > 1 else ""
            if len(country) != 2:
                country = ""
            end = "name=%s&countryCode=%s" % (quote(city[0].strip(), True), quote(country, True))
            data = await self.request("open-meteo", _SEARCH, end, b'"results":[{')
            if data[-1:] != b"}":
                raise ValueError
            if data[:9] != b'"results"' or country and find(data, b"country_code", 0)[1:-1] != country:
                raise Problem(404, "unknown-city", upstream="open-meteo")
            place[_CITY] = find(data, b"name", 0)
            lon = "%.4f" % float(find(data, b"longitude", 0))
            place[_LAT] = "%.4f" % float(find(data, b"latitude", 0))
            place[_LON] = lon
            data = city = country = end = None  # memory is short
        end = "latitude=%s&longitude=%s" % (place[_LAT], place[_LON])
        data = await self.request("open-meteo", _FORECAST, end, b'"current":{')
        text = self.format(place, data, _CURRENT)
        # the last value is a number that stands for a description
        at = text.rfind(":")
        n = _CODES.find(";%s " % text[at + 1 : -1])
        return '%s:"%s","provider":"open-meteo","attribution":"Weather data by Open-Meteo.com (CC BY 4.0)"' % (
            text[:at],
            _CODES[_CODES.find(" ", n) + 1 : _CODES.find(";", n + 1)] if n >= 0 else "unknown",
        )

    def format(self, place, data, names):
        """JSON text: the place, then the values of these names (in bytes): time, temperature, what it
        feels like, humidity, pressure, wind and description. ValueError or IndexError where they are not there."""
        out = place[_CITY : _LON + 1]
        for name in names.split():
            out.append(find(data, name, 0))
        out.insert(5, float(out[4]) + 273.15)
        return _OUT % tuple(out)

    async def request(self, name, url, end, mark):
        """The body of the provider's answer to `url`, on the configured server if there is one; a Problem for every
        refusal. end: what the address goes on with. mark: see Response.read()."""
        base = self.config.get("weather", "url")
        if base:
            url = base + url[url.find("/", 8) :]
        res = await self.client.request(name, url + end, "GET", None, None, 2048, 5000, False, mark)
        status = res.status
        if status == 200:
            return res.body
        try:
            reason = find(res.body, b"message" if name == "openweather" else b"reason", 0)[1:-1].rstrip(".")
        except (ValueError, IndexError):
            reason = res.reason
        if status == 401 or status == 403 or "key" in reason:
            raise client.trouble(name, 502, "bad-key", False, key="weather.key", reason=reason)
        if status == 429:
            raise client.trouble(name, 503, "rate-limited", False, retry_after=res.retry_after or 60)
        if status == 404 and name == "openweather":
            raise Problem(404, "unknown-city", upstream=name)
        raise client.trouble(name, 502, "error", False, reason="%d %s" % (status, reason))
