"""The place that the weather is asked for: whether it names one. Imported to check it, then dropped.
On an ESP8266 not without weather."""

WEATHER = const("city lat lon observed temperature feels_like humidity pressure wind_speed description")  # what is known of one
_UNCLEAR = const("%s is not understood: say the city and the two letters of its country, as in London,CA, or use lat and lon")


def tidy(city):
    """A city's name as it is remembered: in small letters, without blanks and commas around it."""
    return city.strip().strip(",").strip().lower()


def unclear(key, provider):
    """What is wrong with the name of a city, as tidy() makes it: words about what the provider would ignore in silence. None: it is
    understood."""
    more = key.split(",")[1:]
    if len(more) == 2 and more[1].strip() == "us" and provider == "openweather":
        more = more[1:]  # it knows the states of the USA
    for part in more:
        part = part.strip()
        if len(more) > 1 or len(part) != 2 or not part.isalpha():
            return _UNCLEAR % part
    return None


def check(weather):
    """ValueError(key, words) if the configuration's "weather" names no place that can be asked for."""
    for key, other in (("lat", "lon"), ("lon", "lat")):
        if key in weather and other not in weather:
            raise ValueError("weather." + key, "weather.%s needs weather.%s beside it" % (key, other))
    if "place" in weather:
        key = tidy(weather["place"])
        why = unclear(key, weather.get("provider")) if key else "it has to name a city, such as Paris,FR"
        if why:
            raise ValueError("weather.place", "weather.place: " + why)
