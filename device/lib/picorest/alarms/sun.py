"""When the sun rises and sets: the low-precision formulas of the Astronomical Almanac, good for a minute. Imported for that moment.

A float of an ESP8266 has six digits: whatever is large, is counted in whole numbers.

On an ESP8266 only with alarms.
"""

from math import acos, asin, atan2, cos, radians, sin

_NOON_2000 = const(946728000)
_TURN = const(3600000)  # in units of 0.0001 degrees
_RISE = const(-0.833)  # degrees: refraction, and half of the sun's disc


def event(noon, sets, latitude, longitude):
    """The Unix time of the sunrise before, or the sunset after, the sun's noon that is nearest to the Unix time `noon`; or in
    words why there is none. Degrees, north and east."""
    day = 86400
    mean = noon // day * day + 43200 - round(longitude * 240)  # noon of a sun that goes like a clock
    mean += (noon - mean + 43200) // day * day
    n, part = divmod(mean - _NOON_2000, day)
    seconds = 0
    north = radians(latitude)
    for _ in range(3):
        now = part / day + seconds / day
        longest = radians((2804600 + n * 9856 + n * 474 // 1000) % _TURN / 10000 + 0.9856474 * now)
        anomaly = radians((3575280 + n * 9856 + n * 3 // 1000) % _TURN / 10000 + 0.9856003 * now)
        true = longest + radians(1.915) * sin(anomaly) + radians(0.02) * sin(2 * anomaly)
        tilt = radians(23.439 - n / 2500000)
        # how far the true sun is before the mean one, and how high it stands
        before = longest - atan2(cos(tilt) * sin(true), cos(true))
        before = atan2(sin(before), cos(before))
        height = asin(sin(tilt) * sin(true))
        half = (sin(radians(_RISE)) - sin(north) * sin(height)) / (cos(north) * cos(height))
        if half > 1:
            return "The sun does not rise there now: polar night."
        if half < -1:
            return "The sun does not set there now: polar day."
        half = acos(half)
        seconds = ((half if sets else -half) - before) * 13750.987  # seconds in which the sky turns by a radian
    return mean + round(seconds)
