"""Open-Meteo: the forecast's current conditions (`GET /v1/forecast`) and the city search (`GET /v1/search`)."""

from dataclasses import replace
from datetime import datetime, timezone

from . import places
from .climate import weather_at
from .web import Answer, Request, json_answer

INTERVAL = 900
_REASONS = {
    "bad-key": (400, "The supplied API key is invalid."),
    "rate-limited": (429, "Minutely API request limit exceeded. Please try again in one minute."),
}
_PARIS_POSTCODES = [f"750{n:02}" for n in range(1, 21)] + ["75116"]
# name in `current=` -> its unit, and its value from a Weather
_VARIABLES = {
    "temperature_2m": ("°C", lambda w: round(w.temperature, 1)),
    "relative_humidity_2m": ("%", lambda w: w.humidity),
    "apparent_temperature": ("°C", lambda w: round(w.feels_like, 1)),
    "dew_point_2m": ("°C", lambda w: round(w.temperature - (100 - w.humidity) / 5, 1)),
    "is_day": ("", lambda w: int(w.is_day)),
    "precipitation": ("mm", lambda w: w.rain),
    "rain": ("mm", lambda w: w.rain if w.sky[5] != 71 else 0.0),
    "snowfall": ("cm", lambda w: w.rain if w.sky[5] == 71 else 0.0),
    "weather_code": ("wmo code", lambda w: w.sky[5]),
    "cloud_cover": ("%", lambda w: w.clouds),
    "pressure_msl": ("hPa", lambda w: float(w.pressure)),
    "surface_pressure": ("hPa", lambda w: w.ground_pressure),
    "visibility": ("m", lambda w: float(w.visibility)),
    "wind_speed_10m": ("m/s", lambda w: w.wind_speed),
    "wind_direction_10m": ("°", lambda w: w.wind_direction),
    "wind_gusts_10m": ("m/s", lambda w: round(w.wind_speed * 1.6, 1)),
}
_SPEEDS = {"kmh": ("km/h", 3.6), "ms": ("m/s", 1), "mph": ("mp/h", 2.236936), "kn": ("kn", 1.943844)}


class _Refused(Exception):
    """A request that Open-Meteo answers with 400 and this reason."""


def _refuse(reason, status=400) -> Answer:
    return json_answer({"reason": reason, "error": True}, status, reason=reason)


class OpenMeteo:
    name = "open-meteo"

    def __init__(self, now, overrides: dict):
        self.now = now
        self.overrides = overrides

    def refusal(self, state: str, request: Request) -> Answer:
        status, reason = _REASONS[state]
        return _refuse(reason, status)

    def answer(self, request: Request) -> Answer:
        if request.path.rstrip("/") != "/v1/forecast":
            return _refuse("Not Found", 404)
        try:
            return json_answer(self._forecast(request.query), chunked=True)
        except _Refused as error:
            return _refuse(str(error))

    def _forecast(self, query):
        latitude, longitude = _coordinate(query, "latitude", 90), _coordinate(query, "longitude", 180)
        for name in ("hourly", "daily", "minutely_15", "current_weather"):
            if name in query:
                raise _Refused(f"This stand-in serves current= only, not {name}.")
        names = [name for name in query.get("current", "").split(",") if name]
        for name in names:
            if name not in _VARIABLES:
                raise _Refused(f"Data corrupted at path ''. Cannot initialize SurfacePressureAndHeightVariable from "
                               f"invalid String value {name}.")  # fmt: skip
        speed_unit, speed = _choice(query, "wind_speed_unit", _SPEEDS, "kmh")
        fahrenheit = _choice(query, "temperature_unit", {"celsius": False, "fahrenheit": True}, "celsius")
        unix_time = _choice(query, "timeformat", {"iso8601": False, "unixtime": True}, "iso8601")
        place = places.near(latitude, longitude)
        spot = places.spot(latitude, longitude)
        moment = int(self.now()) // INTERVAL * INTERVAL
        zone = query.get("timezone", "GMT")
        if zone == "auto":
            zone = place.timezone if place else "GMT"
        try:
            offset, abbreviation = (0, "GMT") if zone == "GMT" else places.utc_offset(zone, moment)
        except KeyError:
            raise _Refused("Invalid timezone") from None
        weather = replace(weather_at(*spot, moment), **self.overrides)
        units = {"time": "unixtime" if unix_time else "iso8601", "interval": "seconds"}
        local = datetime.fromtimestamp(moment + offset, timezone.utc).strftime("%Y-%m-%dT%H:%M")
        current = {"time": moment if unix_time else local, "interval": INTERVAL}
        for name in names:
            unit, value = _VARIABLES[name]
            value = value(weather)
            if unit == "°C" and fahrenheit:
                unit, value = "°F", round(value * 1.8 + 32, 1)
            elif unit == "m/s":
                unit, value = speed_unit, round(value * speed, 2)
            units[name], current[name] = unit, value
        answer = {
            "latitude": round(latitude * 16) / 16,
            "longitude": round(longitude * 16) / 16,
            "generationtime_ms": 0.05340576171875 + moment % 7 / 64,
            "utc_offset_seconds": offset,
            "timezone": zone,
            "timezone_abbreviation": abbreviation,
            "elevation": float(spot[2]),
        }
        return answer | ({"current_units": units, "current": current} if names else {})


class Geocoding:
    name = "geocoding"
    refusal = OpenMeteo.refusal

    def answer(self, request: Request) -> Answer:
        if request.path.rstrip("/") != "/v1/search":
            return _refuse("Not Found", 404)
        query = request.query
        if "name" not in query:
            return _refuse("Value of type 'String' required for key 'name'.")
        try:
            count = int(query.get("count", "10"))
        except ValueError:
            count = 0
        if not 1 <= count <= 100:
            return _refuse("Parameter count must be between 1 and 100.")
        found = self._search(query["name"].strip().casefold(), query.get("countryCode", "").upper())
        answer = {"results": [_entry(place) for place in found[:count]]} if found else {}
        return json_answer(answer | {"generationtime_ms": 0.5130768}, reason="" if found else "no such place")

    @staticmethod
    def _search(name, country):
        """One character finds nothing, two only themselves, three and more the beginnings of names."""
        if len(name) < 2:
            return []
        found = [
            place
            for place in places.PLACES
            if (place.name.casefold() == name or len(name) > 2 and place.name.casefold().startswith(name))
            and country in ("", place.country)
        ]
        return sorted(found, key=lambda place: (place.name.casefold() != name, -place.population))


def _entry(place):
    entry = {
        "id": place.id,
        "name": place.name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "elevation": float(place.elevation),
        "feature_code": "PPLC" if place.population > 2_000_000 else "PPLA",
        "country_code": place.country,
        "admin1_id": place.id // 2 + 1000,
        "timezone": place.timezone,
        "population": place.population,
    }
    if (place.name, place.country) == ("Paris", "FR"):
        entry["postcodes"] = _PARIS_POSTCODES
    return entry | {"country_id": place.id // 3 + 1000, "country": place.country_name, "admin1": place.admin1}


def _coordinate(query, name, limit):
    if name not in query:
        raise _Refused(f"Parameter '{name}' must be given.")
    try:
        value = float(query[name])
    except ValueError:
        raise _Refused(f"Data corrupted at path '{name}'. Value was not of type Float.") from None
    if not -limit <= value <= limit:
        raise _Refused(f"{name.capitalize()} must be in range of -{limit} to {limit}°. Given: {value}.")
    return value


def _choice(query, name, choices, default):
    value = query.get(name) or default
    if value not in choices:
        raise _Refused(f"Cannot initialize {name} from invalid String value {value}.")
    return choices[value]
