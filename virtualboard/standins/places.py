"""The places that the weather stand-ins know."""

import math
from dataclasses import dataclass
from datetime import datetime, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_TABLE = """
2988507|Paris|FR|France|Île-de-France|48.85341|2.3488|42|Europe/Paris|2138551
4717560|Paris|US|United States|Texas|33.66094|-95.55551|183|America/Chicago|24782
2643743|London|GB|United Kingdom|England|51.50853|-0.12574|25|Europe/London|8961989
6058560|London|CA|Canada|Ontario|42.98339|-81.23304|252|America/Toronto|422324
2950159|Berlin|DE|Germany|State of Berlin|52.52437|13.41053|74|Europe/Berlin|3426354
3117735|Madrid|ES|Spain|Madrid|40.4165|-3.70256|665|Europe/Madrid|3255944
3169070|Rome|IT|Italy|Lazio|41.89193|12.51133|20|Europe/Rome|2318895
2657896|Zürich|CH|Switzerland|Zurich|47.36667|8.55|429|Europe/Zurich|341730
3133895|Tromsø|NO|Norway|Troms|69.6489|18.95508|11|Europe/Oslo|38980
524901|Moscow|RU|Russia|Moscow|55.75222|37.61556|144|Europe/Moscow|10381222
360630|Cairo|EG|Egypt|Cairo Governorate|30.06263|31.24967|23|Africa/Cairo|9606916
184745|Nairobi|KE|Kenya|Nairobi County|-1.28333|36.81667|1669|Africa/Nairobi|2750547
3369157|Cape Town|ZA|South Africa|Western Cape|-33.92584|18.42322|25|Africa/Johannesburg|3433441
1273294|Delhi|IN|India|Delhi|28.65195|77.23149|227|Asia/Kolkata|10927986
1880252|Singapore|SG|Singapore||1.28967|103.85007|23|Asia/Singapore|3547809
1850147|Tokyo|JP|Japan|Tokyo|35.6895|139.69171|44|Asia/Tokyo|8336599
2147714|Sydney|AU|Australia|New South Wales|-33.86785|151.20732|58|Australia/Sydney|4627345
2193733|Auckland|NZ|New Zealand|Auckland|-36.84853|174.76349|26|Pacific/Auckland|417910
5128581|New York|US|United States|New York|40.71427|-74.00597|10|America/New_York|8175133
5391959|San Francisco|US|United States|California|37.77493|-122.41942|28|America/Los_Angeles|864816
3435910|Buenos Aires|AR|Argentina|Buenos Aires F.D.|-34.61315|-58.37723|31|America/Argentina/Buenos_Aires|13076300
3448439|São Paulo|BR|Brazil|São Paulo|-23.5475|-46.63611|769|America/Sao_Paulo|10021295
"""
NEAR_DEGREES = 0.35


@dataclass(frozen=True)
class Place:
    id: int
    name: str
    country: str
    country_name: str
    admin1: str
    latitude: float
    longitude: float
    elevation: int
    timezone: str
    population: int


def _read_table():
    for line in _TABLE.split("\n"):
        if line:
            ident, name, country, country_name, admin1, lat, lon, elevation, zone, population = line.split("|")
            yield Place(int(ident), name, country, country_name, admin1, float(lat), float(lon), int(elevation), zone,
                        int(population))  # fmt: skip


PLACES = tuple(_read_table())


def named(name: str) -> list[Place]:
    """All places of exactly this name, case aside."""
    return [place for place in PLACES if place.name.casefold() == name.strip().casefold()]


def by_query(query: str) -> Place | None:
    """OpenWeather's `q`: `City`, `City,CC` or `City,STATE,CC`; the first match counts."""
    city, _, rest = query.partition(",")
    country = rest.rpartition(",")[2].strip().upper()
    matches = [place for place in named(city) if not country or place.country == country]
    return matches[0] if matches else None


def near(latitude: float, longitude: float) -> Place | None:
    """The nearest place, if one is near enough to lend its name."""
    place = min(PLACES, key=lambda p: math.hypot(p.latitude - latitude, p.longitude - longitude))
    distance = math.hypot(place.latitude - latitude, place.longitude - longitude)
    return place if distance <= NEAR_DEGREES else None


def spot(latitude: float, longitude: float) -> tuple[float, float, int]:
    """Latitude, longitude and elevation whose weather holds there: a known place has one weather for all services."""
    place = near(latitude, longitude)
    return (place.latitude, place.longitude, place.elevation) if place else (latitude, longitude, 0)


def utc_offset(zone: str, unix: float) -> tuple[int, str]:
    """Seconds east of UTC and the abbreviation at that moment; KeyError for an unknown zone."""
    try:
        local = datetime.fromtimestamp(unix, timezone.utc).astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise KeyError(zone) from None
    return int(local.utcoffset().total_seconds()), local.tzname()
