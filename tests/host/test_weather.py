"""The weather service against the stand-ins and their faults."""

import pytest

from tests.host.outside import EXPECTED, FAULTS, Outside
from virtualboard.standins.world import Standins

PARIS = ["weather", "get", ["Paris,FR"]]
PROVIDERS = {"open-meteo": {"provider": "open-meteo"}, "openweather": {"provider": "openweather", "key": "k"}}


@pytest.fixture
def outside():
    with Standins(slow=0.4) as standins:
        yield Outside(standins)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_weather_in_our_words_and_units(outside, provider):
    outside.standins.configure({"weather": {"temperature": -3.5}})
    found, again, spot = outside.run(PARIS, PARIS, ["weather", "get", [None, "48.8534", "2.3488"]],
                                     weather=PROVIDERS[provider])  # fmt: skip
    assert found["city"] == "Paris"
    assert (found["temperature"], found["temperature_k"]) == (-3.5, 269.65)
    assert found["provider"] == provider
    assert found["observed"] > 1_700_000_000
    assert 900 < found["pressure"] < 1100
    assert found["description"] and found["attribution"]
    assert {"feels_like", "humidity", "wind_speed", "lat", "lon", "age"} <= set(found)
    assert again == found
    assert spot["temperature"] == -3.5
    assert (round(spot["lat"], 1), round(spot["lon"], 1)) == (48.9, 2.4)


def test_one_fetch_for_many_who_ask_at_once(outside):
    results = outside.run([PARIS, PARIS], chip="esp32")[0]
    assert results[0] == results[1]
    assert outside.asked("open-meteo") == outside.asked("geocoding") == 1


def test_a_place_is_asked_again_after_ten_minutes_and_looked_up_once(outside):
    first, middle, last = outside.run(PARIS, 599, PARIS, 2, PARIS)
    assert (first["age"], last["age"]) == (0, 0)
    assert 599 <= middle["age"] <= 600
    assert outside.asked("open-meteo") == 2
    assert outside.asked("geocoding") == 1


def test_only_some_places_are_remembered(outside):
    berlin, madrid = ["weather", "get", ["Berlin"]], ["weather", "get", ["Madrid"]]
    outside.run(PARIS, berlin, PARIS, madrid, PARIS)
    assert outside.asked("open-meteo") == 3
    outside.run(PARIS, berlin, madrid, PARIS)
    assert outside.asked("open-meteo") == 7


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_unknown_city_is_the_clients_mistake(outside, provider):
    found, elsewhere = outside.run(["weather", "get", ["Xyzzyville"]], ["weather", "get", ["Paris,ZZ"]],
                                   weather=PROVIDERS[provider])  # fmt: skip
    for problem in (found, elsewhere):
        assert (problem["status"], problem["problem"]) == (404, "unknown-city")


@pytest.mark.parametrize(
    "arguments", [[], ["x" * 65], [" , "], [None, "91", "0"], [None, "1"], [None, "a", "b"], [None, "nan", "0"]]
)
def test_arguments_that_name_no_place(outside, arguments):
    (problem,) = outside.run(["weather", "get", arguments])
    assert problem["status"] == 400
    assert outside.asked("open-meteo") == 0


def test_openweather_without_a_key_is_not_asked(outside):
    (problem,) = outside.run(PARIS, weather={"provider": "openweather"})
    assert (problem["status"], problem["problem"]) == (502, "upstream-bad-key")
    assert "weather.key" in problem["detail"]
    assert outside.asked("openweather") == 0


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_weather_through_every_fault(outside, provider, fault):
    outside.standins.set("weather", fault)
    (found,) = outside.run(PARIS, weather=PROVIDERS[provider])
    if fault in EXPECTED:
        assert (found["status"], found["problem"]) == EXPECTED[fault]
        assert found["upstream"] == provider
        assert found["detail"].startswith(provider)
        assert fault != "rate-limited" or found["retry_after"] > 0
    else:
        assert found["city"] == "Paris"
