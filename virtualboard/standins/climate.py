"""Plausible weather that depends on nothing but the place and the time, so that every run sees the same."""

import math
import zlib
from dataclasses import dataclass

DAY = 86400
YEAR = 365.2422 * DAY
MIDSUMMER = 172 * DAY
# cloud cover from (%), OpenWeather id, group, description, icon, WMO code; the last four need rain, frost or fog
_SKIES = (
    (0, 800, "Clear", "clear sky", "01", 0),
    (11, 801, "Clouds", "few clouds", "02", 1),
    (25, 802, "Clouds", "scattered clouds", "03", 2),
    (51, 803, "Clouds", "broken clouds", "04", 3),
    (85, 804, "Clouds", "overcast clouds", "04", 3),
)
_LIGHT_RAIN = (0, 500, "Rain", "light rain", "10", 61)
_RAIN = (0, 501, "Rain", "moderate rain", "10", 63)
_SNOW = (0, 600, "Snow", "light snow", "13", 71)
_FOG = (0, 741, "Fog", "fog", "50", 45)


@dataclass
class Weather:
    """°C, %RH, hPa (sea level and ground), m/s, degrees, % cloud, mm/h, m."""

    temperature: float
    feels_like: float
    humidity: int
    pressure: int
    ground_pressure: float
    wind_speed: float
    wind_direction: int
    clouds: int
    rain: float
    visibility: int
    sunrise: int
    sunset: int
    is_day: bool
    sky: tuple


def _noise(name, latitude, longitude, unix, period):
    """A smooth wave between -1 and 1 that never repeats and is the same in every run."""

    def value(step):
        return zlib.crc32(f"{name}|{latitude:.1f}|{longitude:.1f}|{step}".encode()) / 0x7FFFFFFF - 1

    step, part = divmod(unix / period, 1)
    part = (1 - math.cos(part * math.pi)) / 2
    return value(step) * (1 - part) + value(step + 1) * part


def weather_at(latitude: float, longitude: float, elevation: float, unix: float) -> Weather:
    season = math.cos(2 * math.pi * (unix - MIDSUMMER - 30 * DAY) / YEAR)
    solar_hour = (unix + longitude * 240) % DAY / 3600

    def noise(name, hours):
        return _noise(name, latitude, longitude, unix, hours * 3600)

    clouds = round(max(0, min(100, 50 + 70 * noise("clouds", 9))))
    daily = math.cos(2 * math.pi * (solar_hour - 15) / 24) * (4.5 - clouds / 40)
    temperature = 27 - 0.0065 * latitude**2 + 0.2 * latitude * season + daily + 4 * noise("air", 31) - elevation / 250
    wet = noise("rain", 5)
    rain = round(max(0.0, wet - 0.1) * 4, 2) if clouds > 60 else 0.0
    humidity = round(max(18, min(100, 68 - 3 * daily + 18 * noise("humidity", 13) + (15 if rain else 0))))
    wind = round(max(0.3, 4 + 3.5 * noise("wind", 7)), 2)
    pressure = round(1014 + 14 * noise("pressure", 47))
    feels = temperature + (humidity - 50) / 60 - 0.35 * wind if temperature < 24 else temperature + (humidity - 45) / 20
    sunrise, sunset = _sun(latitude, longitude, unix)
    fog = humidity > 96 and wind < 3 and not rain
    return Weather(
        round(temperature, 2), round(feels, 2), humidity, pressure,
        round(pressure * math.exp(-elevation / 8434), 1), wind, round(180 + 180 * noise("vane", 11)) % 360, clouds,
        rain, 800 if fog else 10000 if rain < 1 else 7000, sunrise, sunset, sunrise <= unix < sunset,
        _sky(clouds, rain, temperature, fog),
    )  # fmt: skip


def _sky(clouds, rain, temperature, fog):
    if fog:
        return _FOG
    if rain:
        return _SNOW if temperature < 0.5 else _RAIN if rain > 1 else _LIGHT_RAIN
    return [sky for sky in _SKIES if clouds >= sky[0]][-1]


def _sun(latitude, longitude, unix):
    """Sunrise and sunset of the local solar day, good to some minutes; equal times in the polar night."""
    tilt = math.radians(23.44) * math.cos(2 * math.pi * (unix - MIDSUMMER) / YEAR)
    angle = -math.tan(math.radians(max(-89.9, min(89.9, latitude)))) * math.tan(tilt)
    half = math.acos(max(-1, min(1, angle))) / math.pi * DAY / 2
    noon = (unix + longitude * 240) // DAY * DAY + DAY / 2 - longitude * 240
    return int(noon - half), int(noon + half)
