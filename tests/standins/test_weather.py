"""The stand-ins for OpenWeather and Open-Meteo: shapes, sizes, errors, and one weather for all."""

import pytest
import requests

NOW = 1795262400.0  # 2026-11-21T12:00:00Z
CURRENT = (
    "current=temperature_2m,relative_humidity_2m,apparent_temperature,weather_code,surface_pressure,wind_speed_10m"
    "&wind_speed_unit=ms&timeformat=unixtime"
)


@pytest.fixture
def get(standins):
    standins.reset()

    def fetch(service, target):
        return requests.get(f"http://127.0.0.1:{standins.ports[service]}{target}", timeout=5)

    return fetch


def test_openweather_answers_a_city_in_the_real_shape(get):
    reply = get("openweather", "/data/2.5/weather?q=Paris,FR&appid=k&units=metric")
    data = reply.json()
    assert (reply.status_code, data["cod"], data["name"], data["sys"]["country"]) == (200, 200, "Paris", "FR")
    assert data["coord"] == {"lon": 2.3488, "lat": 48.8534}
    assert data["dt"] == NOW and data["timezone"] == 3600
    assert set(data["main"]) >= {"temp", "feels_like", "temp_min", "temp_max", "pressure", "humidity"}
    assert reply.headers["Transfer-Encoding"] == "chunked"
    assert 450 < len(reply.content) < 620


def test_openweather_speaks_kelvin_unless_told_otherwise(get):
    main = [get("openweather", f"/data/2.5/weather?q=Tokyo&appid=k{u}").json()["main"] for u in ("", "&units=metric")]
    assert main[0]["temp"] == pytest.approx(main[1]["temp"] + 273.15)
    imperial = get("openweather", "/data/2.5/weather?q=Tokyo&appid=k&units=imperial").json()["main"]
    assert imperial["temp"] == pytest.approx(main[1]["temp"] * 1.8 + 32, abs=0.01)


@pytest.mark.parametrize("query", ["Paris", "paris,fr", "Paris,Ile-de-France,FR", " Paris , FR"])
def test_openweather_finds_a_city_however_it_is_written(get, query):
    assert get("openweather", f"/data/2.5/weather?q={query}&appid=k").json()["id"] == 2988507


def test_openweather_tells_namesakes_apart_by_country(get):
    assert get("openweather", "/data/2.5/weather?q=London,CA&appid=k").json()["sys"]["country"] == "CA"


def test_openweather_by_coordinates_takes_the_name_of_a_near_place(get):
    assert get("openweather", "/data/2.5/weather?lat=52.5&lon=13.4&appid=k").json()["name"] == "Berlin"
    at_sea = get("openweather", "/data/2.5/weather?lat=0&lon=-30&appid=k").json()
    assert at_sea["name"] == "" and "country" not in at_sea["sys"] and at_sea["coord"] == {"lon": -30, "lat": 0}


@pytest.mark.parametrize(
    "query, status, body",
    [
        ("q=Nowhere&appid=k", 404, {"cod": "404", "message": "city not found"}),
        ("q=Paris,DE&appid=k", 404, {"cod": "404", "message": "city not found"}),
        ("appid=k", 400, {"cod": "400", "message": "Nothing to geocode"}),
        ("lat=95&lon=0&appid=k", 400, {"cod": "400", "message": "wrong latitude"}),
        ("lat=5&lon=east&appid=k", 400, {"cod": "400", "message": "wrong longitude"}),
    ],
)
def test_openweather_errors_carry_a_string_code(get, query, status, body):
    reply = get("openweather", "/data/2.5/weather?" + query)
    assert (reply.status_code, reply.json()) == (status, body)


def test_openweather_without_a_key_is_401_with_a_number(get):
    reply = get("openweather", "/data/2.5/weather?q=Paris")
    assert reply.status_code == 401 and reply.json()["cod"] == 401


def test_open_meteo_answers_current_conditions(get):
    reply = get("open-meteo", f"/v1/forecast?latitude=48.85&longitude=2.35&{CURRENT}")
    data = reply.json()
    assert data["current"]["time"] == NOW and data["current"]["interval"] == 900
    assert data["current_units"]["wind_speed_10m"] == "m/s" and data["elevation"] == 42.0
    assert set(data["current"]) == set(data["current_units"])
    assert 500 < len(reply.content) < 750


def test_open_meteo_times_and_units_follow_the_query(get):
    query = "latitude=-33.87&longitude=151.2&timezone=auto&current=temperature_2m,wind_speed_10m"
    data = get("open-meteo", f"/v1/forecast?{query}&temperature_unit=fahrenheit").json()
    assert data["current"]["time"] == "2026-11-21T23:00" and data["timezone"] == "Australia/Sydney"
    assert data["utc_offset_seconds"] == 39600
    assert data["current_units"]["temperature_2m"] == "°F" and data["current_units"]["wind_speed_10m"] == "km/h"


@pytest.mark.parametrize(
    "query, word",
    [
        ("longitude=2", "latitude"),
        ("latitude=999&longitude=2", "Latitude must be in range of -90 to 90°. Given: 999.0."),
        ("latitude=x&longitude=2", "latitude"),
        ("latitude=1&longitude=2&current=warmth", "warmth"),
        ("latitude=1&longitude=2&timezone=Mars/Olympus", "timezone"),
        ("latitude=1&longitude=2&wind_speed_unit=parsec", "parsec"),
    ],
)
def test_open_meteo_refuses_with_a_reason(get, query, word):
    reply = get("open-meteo", "/v1/forecast?" + query)
    assert reply.status_code == 400 and reply.json()["error"] is True and word in reply.json()["reason"]


def test_geocoding_finds_cities_by_size_and_country(get):
    found = get("geocoding", "/v1/search?name=London").json()["results"]
    assert [place["country_code"] for place in found] == ["GB", "CA"]
    assert {"latitude", "longitude", "timezone", "country"} <= set(found[0])
    found = get("geocoding", "/v1/search?name=london&countryCode=CA&count=1").json()["results"]
    assert [place["country_code"] for place in found] == ["CA"]


@pytest.mark.parametrize("name", ["Nowhere", "P", "Pa", "Paris,FR"])
def test_geocoding_leaves_results_out_when_nothing_is_found(get, name):
    reply = get("geocoding", f"/v1/search?name={name}")
    assert reply.status_code == 200 and set(reply.json()) == {"generationtime_ms"}


def test_both_services_report_the_same_weather(get):
    one = get("openweather", "/data/2.5/weather?lat=48.85&lon=2.35&appid=k&units=metric").json()["main"]
    two = get("open-meteo", f"/v1/forecast?latitude=48.86&longitude=2.34&{CURRENT}").json()["current"]
    assert one["humidity"] == two["relative_humidity_2m"]
    assert one["temp"] == pytest.approx(two["temperature_2m"], abs=0.051)


def test_weather_changes_with_time_and_is_the_same_again_later(get, clock):
    def now():
        return get("openweather", "/data/2.5/weather?q=Berlin&appid=k").json()

    first = now()
    clock[0] += 599
    assert now() == first
    clock[0] += 6 * 3600
    assert now()["main"] != first["main"]
    clock[0] = NOW
    assert now() == first


def test_the_world_can_fix_a_value(get, standins):
    standins.configure({"weather": {"temperature": -7.5}})
    assert get("openweather", "/data/2.5/weather?q=Rome&appid=k&units=metric").json()["main"]["temp"] == -7.5
    standins.configure({"weather": {"temperature": None}})
    assert get("openweather", "/data/2.5/weather?q=Rome&appid=k&units=metric").json()["main"]["temp"] != -7.5
