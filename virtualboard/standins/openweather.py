"""OpenWeather's current weather: `GET /data/2.5/weather`."""

from dataclasses import replace

from . import places
from .climate import weather_at
from .web import Answer, Request, json_answer

STEP_SECONDS = 600  # the model data behind the real service changes this often
_MESSAGES = {
    "bad-key": "Invalid API key. Please see https://openweathermap.org/faq#error401 for more info.",
    "rate-limited": "Your account is temporary blocked due to exceeding of requests limitation of your subscription "
    "type. Please choose the proper subscription https://openweathermap.org/price",
}
_HEADERS = (
    ("Server", "openresty"),
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Allow-Methods", "GET, POST"),
)


def _short(value, digits=2):
    """Whole numbers lose their `.0`, as on the real service: clients meet ints and floats."""
    value = round(value, digits)
    return int(value) if value == int(value) else value


class OpenWeather:
    name = "openweather"

    def __init__(self, now, overrides: dict):
        self.now = now
        self.overrides = overrides

    def refusal(self, state: str, request: Request) -> Answer:
        status = 401 if state == "bad-key" else 429
        return self._say({"cod": status, "message": _MESSAGES[state]}, status)

    def answer(self, request: Request) -> Answer:
        if request.path.rstrip("/") != "/data/2.5/weather":
            return self._say({"cod": "404", "message": "Internal error"}, 404, f"unknown path {request.path}")
        query = request.query
        if not (query.get("appid") or request.headers.get("x-api-key")):
            return self.refusal("bad-key", request)
        if "lat" in query and "lon" in query:
            return self._at_coordinates(query)
        if query.get("id"):
            found = [place for place in places.PLACES if str(place.id) == query["id"]]
            place = found[0] if found else None
        elif query.get("q", "").strip():
            place = places.by_query(query["q"])
        else:
            return self._say({"cod": "400", "message": "Nothing to geocode"}, 400)
        if not place:
            return self._say({"cod": "404", "message": "city not found"}, 404)
        return self._weather(place.latitude, place.longitude, place, query)

    def _at_coordinates(self, query):
        point = []
        for name, limit, word in (("lat", 90, "latitude"), ("lon", 180, "longitude")):
            try:
                value = float(query[name])
            except ValueError:
                value = limit + 1
            if not -limit <= value <= limit:
                return self._say({"cod": "400", "message": f"wrong {word}"}, 400)
            point.append(value)
        return self._weather(*point, places.near(*point), query)

    def _weather(self, latitude, longitude, place, query):
        moment = int(self.now()) // STEP_SECONDS * STEP_SECONDS
        weather = replace(weather_at(*places.spot(latitude, longitude), moment), **self.overrides)
        _, ident, group, text, icon, _ = weather.sky
        degrees, metres = self._units(query.get("units", "standard"))
        air = weather.temperature
        data = {
            "coord": {"lon": _short(longitude, 4), "lat": _short(latitude, 4)},
            "weather": [{"id": ident, "main": group, "description": text, "icon": icon + "nd"[weather.is_day]}],
            "base": "stations",
            "main": {
                "temp": degrees(air),
                "feels_like": degrees(weather.feels_like),
                "temp_min": degrees(air - 0.87),
                "temp_max": degrees(air + 1.05),
                "pressure": weather.pressure,
                "humidity": weather.humidity,
                "sea_level": weather.pressure,
                "grnd_level": round(weather.ground_pressure),
            },
            "visibility": weather.visibility,
            "wind": {"speed": metres(weather.wind_speed), "deg": weather.wind_direction},
        }
        if weather.wind_speed > 5:
            data["wind"]["gust"] = metres(weather.wind_speed * 1.6)
        if weather.rain:
            data["snow" if group == "Snow" else "rain"] = {"1h": _short(weather.rain)}
        zone = places.utc_offset(place.timezone, moment)[0] if place else round(longitude / 15) * 3600
        data |= {
            "clouds": {"all": weather.clouds},
            "dt": moment,
            "sys": {"type": 2, "id": 2041230, "country": place.country} if place else {},
            "timezone": zone,
            "id": place.id if place else 0,
            "name": place.name if place else "",
            "cod": 200,
        }
        data["sys"] |= {"sunrise": weather.sunrise, "sunset": weather.sunset}
        return self._say(data)

    @staticmethod
    def _units(units):
        """Functions from °C and m/s to the numbers that the asked system of units shows."""
        if units == "imperial":
            return (lambda c: _short(c * 1.8 + 32)), (lambda v: _short(v * 2.23694))
        if units == "metric":
            return _short, _short
        return (lambda c: _short(c + 273.15)), _short

    @staticmethod
    def _say(data, status=200, reason=""):
        reason = reason or ("" if status == 200 else data["message"])
        return json_answer(data, status, reason=reason, chunked=True, headers=_HEADERS)
