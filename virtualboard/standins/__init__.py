"""Faithful stand-ins for the services that the device talks to: OpenWeather, Open-Meteo, ThingSpeak and NTP.

Each listens on a port of its own. `Standins` starts them, breaks them on request and tells what arrived; `HOSTS` says
which of its `ports` stands in for which name.
"""

from .world import Standins

HOSTS = {
    "api.openweathermap.org": "openweather",
    "api.open-meteo.com": "open-meteo",
    "geocoding-api.open-meteo.com": "geocoding",
    "api.thingspeak.com": "thingspeak",
    "pool.ntp.org": "ntp",
}

__all__ = ["HOSTS", "Standins"]
