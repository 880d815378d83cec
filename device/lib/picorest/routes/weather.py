"""GET /weather: the weather at a few places, asked when somebody wants it, kept for ten minutes, shown as stale when it
is old. What is remembered is in app.upstreams["weather"]. On an ESP8266 not without weather."""

from json import dumps, loads

from microdot import Microdot

from .. import clock
from ..config.place import WEATHER
from ..http.response import Reply
from ..overlay import drop
from ..problem import Problem
from ..upstream.negative_cache import refused, remember

api = Microdot()

_FRESH = const(600)  # seconds: the providers' models change every 10 to 15 minutes
_RETRY = const(60)  # seconds before a stale value is tried again

# what is remembered of a place
_KEY = const(0)
_TEXT = const(1)  # in lines: name as JSON, latitude, longitude; then time, temperature and so on as in WEATHER. Or None
_AT = const(2)  # uptime of that; None if there is no weather yet
_NEXT = const(3)  # uptime before which nobody is asked again
_PROBLEM = const(4)

_TEMPERATURE = const(4)
_DESCRIPTION = const(9)
_SEARCH = const("http://geocoding-api.open-meteo.com/v1/search?count=1&language=en&format=json&")
_FOUND = const(b" name latitude longitude country_code generationtime_ms")
_COUNTRY = const(3)
_ANSWERED = const(4)
_FORECAST = const(
    "http://api.open-meteo.com/v1/forecast?wind_speed_unit=ms&timeformat=unixtime&current=temperature_2m,"
    "apparent_temperature,relative_humidity_2m,pressure_msl,wind_speed_10m,weather_code&"
)
_CURRENT = const(
    b'"current":{ time temperature_2m apparent_temperature relative_humidity_2m pressure_msl wind_speed_10m weather_code'
)
_OPENWEATHER = const("http://api.openweathermap.org/data/2.5/weather?units=metric&")
_ALL = const(b" name lat lon dt temp feels_like humidity pressure speed description country")
_CODES = const(
    ";0 clear sky;1 mainly clear;2 partly cloudy;3 overcast;45 fog;48 depositing rime fog;51 light drizzle;"
    "53 moderate drizzle;55 dense drizzle;56 light freezing drizzle;57 dense freezing drizzle;61 slight rain;"
    "63 moderate rain;65 heavy rain;66 light freezing rain;67 heavy freezing rain;71 slight snowfall;"
    "73 moderate snowfall;75 heavy snowfall;77 snow grains;80 slight rain showers;81 moderate rain showers;"
    "82 violent rain showers;85 slight snow showers;86 heavy snow showers;95 thunderstorm;"
    "96 thunderstorm with slight hail;99 thunderstorm with heavy hail;"
)


@api.get("/weather")
def get(req):
    """The weather of a city ("Paris,FR"), of lat and lon, or of the configured place.

    Raises Problem 400 (arguments), 404 (unknown city), 501 to 504."""
    app = req.app
    place = recall(app, req.args)
    res = known(app, place) and answer(app, place, None)
    if res:
        return res
    req.lighten()
    return app.ask("weather", "routes.weather", place)


def known(app, place):
    """Whether nobody needs to be asked: the weather is fresh, or was refused a moment ago."""
    return place[_AT] is not None and clock.uptime() < place[_NEXT] or refused(app, "weather", place[_KEY])


def recall(app, found):
    """What is remembered of the place that the query `found` names."""
    pop = found.pop
    city, lat, lon = pop("city", None), pop("lat", None), pop("lon", None)
    for name in found:
        raise Problem("unknown-parameter", parameter=name, allowed=["city", "lat", "lon"])
    if city and (lat is not None or lon is not None):
        raise Problem("bad-combination", why="Say either city, or lat and lon")
    if not city and lat is None and lon is None:
        get = app.config.get
        city, lat, lon = get("weather", "place"), get("weather", "lat"), get("weather", "lon")
        if not city and (lat is None or lon is None):
            raise Problem("bad-place")
    if city:
        from ..config.place import tidy, unclear

        key = tidy(city)
        why = unclear(key, app.config.get("weather", "provider"))
        tidy = unclear = drop("config.place")
        if why:
            raise Problem("bad-place", why + ".", try_=[key.split(",")[0].strip()])
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
        raise Problem("bad-place")
    places = app.upstreams.setdefault("weather", [])
    for place in places:
        if place[_KEY] == key:
            places.remove(place)
            break
    else:
        place = [key, None if city else "null\n%s\n%s" % (lat, lon), None, 0, None]
    places.insert(0, place)  # the one not asked for longest goes first
    del places[3 if app.board.chip == "esp8266" else 4 :]
    return place


def question(app, place):
    """What to ask next, see fetch()."""
    if known(app, place):
        return None  # somebody who asked before us was told
    from ..upstream.response import quote

    get = app.config.get
    spot = place[_TEXT] and place[_TEXT].split("\n", 3)
    name = get("weather", "provider")
    if name == "openweather":
        end = get("weather", "key")
        if not end:
            refuse(name, 401, "there is none", 0)
        end = "&appid=" + quote(end, True)
        end = "lat=%s&lon=%s%s" % (spot[1], spot[2], end) if spot else "q=" + quote(place[_KEY], True) + end
        url, want = _OPENWEATHER, _ALL
    elif spot:
        end = "latitude=%s&longitude=%s" % (spot[1], spot[2])
        url, want = _FORECAST, _CURRENT
    else:
        city = place[_KEY].split(",")[0].strip()
        end = "name=%s&countryCode=%s" % (quote(city, True), quote(country(place), True))
        url, want = _SEARCH, _FOUND
    base = get("weather", "url")
    url = base + url[url.find("/", 8) :] if base else url
    return name, 5000, url, end, "GET", None, None, 4096, False, want


def country(place):
    key = place[_KEY].split(",")
    key = key[-1].strip().upper() if len(key) > 1 else ""
    return "" if len(key) != 2 else "GB" if key == "UK" else key


def elsewhere(place, land):
    """Whether that (JSON text, or None) is another country than the one that was asked for; what is no text says nothing."""
    return land and land[:1] == '"' and country(place) not in ("", land[1:-1].upper())


def answer(app, place, res):
    """The Response, or None if there is another question."""
    e = None
    try:
        if res and not take(app, place, res):
            return None
    except (Problem, ValueError, TypeError) as error:
        e = error
        if not isinstance(e, Problem):
            name = app.config.get("weather", "provider")
            e = Problem("upstream-garbage", sent=True, upstream=name, why="what cannot be understood")
        remember(app, "weather", place[_KEY], e)
    if not res and (place[_AT] is None or clock.uptime() >= place[_NEXT]):
        e = refused(app, "weather", place[_KEY])
        if not e:
            return None
    if e:
        if place[_AT] is None:
            if place in app.upstreams["weather"]:
                app.upstreams["weather"].remove(place)  # in favour of those that have a weather
            raise e
        place[_PROBLEM] = e
        place[_NEXT] = clock.uptime() + _RETRY
    return Reply(parts(place))


def take(app, place, res):
    # whether this was the weather, not only where the place is
    if isinstance(res, Problem):
        raise res
    found = res.found
    name = app.config.get("weather", "provider")
    if res.status != 200:
        from ..upstream.response import find

        reason = find(res.body, b"message" if name == "openweather" else b"reason")
        refuse(name, res.status, reason[1:-1].rstrip(".") if reason and reason[:1] == '"' else res.reason, res.retry_after)
    if name == "openweather":
        if elsewhere(place, found.pop()):
            refuse(name, 404, None, 0)
        if not found[_DESCRIPTION] or found[_DESCRIPTION][:1] != '"':
            found[_DESCRIPTION] = '"'  # even without words, it tells whose they are
    elif len(found) == 7:
        found = place[_TEXT].split("\n")[:3] + found
    elif found[1] and found[2]:
        if elsewhere(place, found[_COUNTRY]):
            refuse(name, 404, None, 0)
        place[_TEXT] = "%s\n%.4f\n%.4f" % (sound(found[0], str), float(sound(found[1])), float(sound(found[2])))
        return False
    elif found[_ANSWERED]:
        refuse(name, 404, None, 0)
    float(sound(found[_TEMPERATURE]))
    for n in range(10):
        value = found[n]
        found[n] = value if value == '"' else sound(value, None if n % 9 else str)
    if place[_AT] is not None:
        found[:3] = place[_TEXT].split("\n")[:3]
    place[_TEXT] = "\n".join(found)
    place[_AT] = clock.uptime()
    place[_NEXT] = place[_AT] + _FRESH
    place[_PROBLEM] = None
    return True


def sound(value, kind=None):
    """JSON of a number that an answer has as JSON text, or with kind=str of a text, too; what is missing or makes no sense is null.
    The servers' text itself may be none that others can read."""
    try:
        found = loads(value)
        if not (kind and isinstance(found, kind)):
            number = float(value)
            if number - number:  # there is no JSON of what has no end
                raise ValueError
        return dumps(found)
    except (TypeError, ValueError):
        return "null"


def refuse(name, status, reason, seconds):
    """The Problem for the provider's refusal."""
    if status == 404 and (not reason or name == "openweather"):
        raise Problem("unknown-city", upstream=name)
    if status == 401 or status == 403 or "key" in reason:
        raise Problem("upstream-bad-key", sent=False, upstream=name, key="weather.key", reason=reason)
    if status == 429:
        raise Problem("upstream-rate-limited", sent=False, upstream=name, retry_after=seconds or 60)
    raise Problem("upstream-error", sent=False, upstream=name, reason="%d %s" % (status, reason))


def parts(place):
    """The weather as JSON text in pieces."""
    out = []
    values = place[_TEXT].split("\n")
    for n, name in enumerate(WEATHER.split()):
        value = values[n]
        out += (',"%s":' % name if n else '{"city":', value)
        if n == 4:
            out.append(',"temperature_k":%.2f' % (float(value) + 273.15))
    if value[:1] == '"':
        if len(value) == 1:
            out[-1] = "null"
        out.append(',"provider":"openweather","attribution":"Weather data provided by OpenWeather (openweathermap.org)"')
    else:
        # a number that stands for a description
        n = _CODES.find(";%s " % value)
        if value != "null":
            out[-1] = '"%s"' % (_CODES[_CODES.find(" ", n) + 1 : _CODES.find(";", n + 1)] if n >= 0 else "unknown")
        out.append(',"provider":"open-meteo","attribution":"Weather data by Open-Meteo.com (CC BY 4.0)"')
    out.append(',"age":%d' % (clock.uptime() - place[_AT]))
    if place[_PROBLEM]:
        out += (',"stale":true,"error":', dumps(str(place[_PROBLEM])))
    out.append("}")
    return out
