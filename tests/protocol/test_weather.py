"""The weather service against the stand-ins and their faults."""

import pytest

from tests.protocol.support.scripted_server import Scripted
from tests.protocol.support.services import EXPECTED, FAULTS

PARIS = ["weather", "get", ["Paris,FR"]]
PROVIDERS = {"open-meteo": {"provider": "open-meteo"}, "openweather": {"provider": "openweather", "key": "k"}}


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
    london = ["weather", "get", ["London"]]
    outside.run(*[PARIS, berlin, madrid] * 2)
    assert outside.asked("open-meteo") == 3
    outside.run(PARIS, berlin, madrid, london, PARIS)
    assert outside.asked("open-meteo") == 8


def test_cities_that_do_not_exist_push_no_weather_out(outside):
    outside.run(PARIS, *[["weather", "get", ["Xyzzy" + "x" * n]] for n in range(5)], PARIS)
    assert outside.asked("open-meteo") == 1


@pytest.mark.parametrize(
    ("fault", "seconds"), [("rate-limited", 30), ("bad-key", 290), ("error500", 10), ("garbage", 10), ("huge", 10)]
)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_refusal_is_remembered(outside, provider, fault, seconds):
    outside.standins.set("weather", fault)
    ten = outside.run(*[PARIS] * 9, seconds, PARIS, weather=PROVIDERS[provider], chip="esp8266")
    assert {(one["status"], one["problem"]) for one in ten} == {EXPECTED[fault]}
    assert all(one.get("retry_after", 1) > 0 for one in ten)
    assert sum(outside.asked(name) for name in ("openweather", "open-meteo", "geocoding")) == 1


def test_a_refusal_is_remembered_for_whom_it_is_meant(outside):
    outside.standins.set("weather", "bad-key")
    others = [["weather", "get", [city]] for city in ("Berlin", "Madrid")]
    key = {"weather": {"provider": "openweather", "key": "other"}}
    outside.run(PARIS, *others, key, PARIS, *others, weather=PROVIDERS["openweather"])
    assert outside.asked("openweather") == 2, "a key that was put right is tried, whatever the city"
    outside.standins.set("weather", "ok")
    unknown = ["weather", "get", ["Xyzzyville"]]
    found = outside.run(*[unknown] * 5, PARIS, 301, unknown, weather=PROVIDERS["openweather"])
    assert [one.get("problem") for one in found] == ["unknown-city"] * 5 + [None, "unknown-city"]
    assert outside.asked("openweather") == 2 + 3


def test_stale_weather_is_not_asked_for_again_and_again(outside):
    with Scripted(*[b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(OPENWEATHER), OPENWEATHER.encode())],
                  *[b"HTTP/1.1 429 No\r\nRetry-After: 200\r\nContent-Length: 0\r\n\r\n"] * 5) as server:  # fmt: skip
        steps = [PARIS, 601, *[PARIS, 61] * 3]
        found = outside.run(*steps, weather={"provider": "openweather", "key": "k", "url": server.url})
        assert [one.get("stale") for one in found] == [None, True, True, True]
        assert len(server.requests) == 2


OPENWEATHER = """{"coord":{"lon":2.35,"lat":48.85},"weather":[{"id":800,"main":"Clear","description":"clear sky"}],
"main":{"temp":-2.5,"feels_like":-5.1,"pressure":1021,"humidity":58},"wind":{"speed":4.1},"dt":1795239900,
"sys":{"country":"FR"},"name":"Paris","cod":200}""".replace("\n", "")
FORECAST = """{"latitude":48.85,"longitude":2.35,"current_units":{"time":"unixtime"},"current":{"time":1795239900,
"temperature_2m":-2.5,"apparent_temperature":-5.1,"relative_humidity_2m":58,"pressure_msl":1021,"wind_speed_10m":4.1,
"weather_code":0}}""".replace("\n", "")
GAPS = [
    ("openweather", OPENWEATHER, '"feels_like":-5.1,', "feels_like"),
    ("openweather", OPENWEATHER, '"wind":{"speed":4.1},', "wind_speed"),
    ("openweather", OPENWEATHER, '{"id":800,"main":"Clear","description":"clear sky"}', "description"),
    ("openweather", OPENWEATHER, '"weather":[{"id":800,"main":"Clear","description":"clear sky"}],', "description"),
    ("openweather", OPENWEATHER, '"dt":1795239900,', "observed"),
    ("openweather", OPENWEATHER, ',"name":"Paris"', "city"),
    ("openweather", OPENWEATHER, ',"humidity":58', "humidity"),
    ("openweather", OPENWEATHER, '"coord":{"lon":2.35,"lat":48.85},', "lat"),
    ("open-meteo", FORECAST, '"pressure_msl":1021,', "pressure"),
    ("open-meteo", FORECAST, '"wind_speed_10m":4.1,', "wind_speed"),
    ("open-meteo", FORECAST, '"apparent_temperature":-5.1,', "feels_like"),
    ("open-meteo", FORECAST, ',"weather_code":0', "description"),
]


def asked_of(outside, provider, text):
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text.encode()), text.encode())
    with Scripted(answer) as server:
        place = ["weather", "get", [None, "48.85", "2.35"]]
        return outside.run(place, weather={"provider": provider, "key": "k", "url": server.url})[0]


@pytest.mark.parametrize(("provider", "text", "part", "name"), GAPS)
def test_what_a_provider_leaves_out_is_null(outside, provider, text, part, name):
    whole = asked_of(outside, provider, text)
    assert part in text and whole[name] is not None or name == "city" or provider == "open-meteo"
    found = asked_of(outside, provider, text.replace(part, ""))
    assert found[name] is None
    for other, value in whole.items():
        assert other in (name, "lon") or found[other] == value, other


@pytest.mark.parametrize("value", ["null", "true", '"much"', "{}", "[1]", "NaN", "-Infinity", "1e999", ".5", "+1", "1e"])
def test_what_makes_no_sense_is_null_too(outside, value):
    for provider, text in (("openweather", OPENWEATHER), ("open-meteo", FORECAST)):
        found = asked_of(outside, provider, text.replace("1021", value))
        assert (found["pressure"], found["temperature"], found["wind_speed"]) == (None, -2.5, 4.1)
        assert found["provider"] == provider
        without = asked_of(outside, provider, text.replace("-2.5", value))
        assert (without["status"], without["problem"]) == (502, "upstream-garbage"), "a weather without a temperature is none"


def test_names_that_are_no_json_do_no_harm(outside):
    """A line within a text, a number without end: what the board says is JSON all the same."""
    found = asked_of(outside, "openweather", OPENWEATHER.replace('"Paris"', '"Pa\nris"').replace("clear sky", "cl\tear"))
    assert (found["city"], found["description"], found["temperature"]) == ("Pa\nris", "cl\tear", -2.5)
    for name in ('"name":"Pa\nris",', "", '"name":5,', '"name":null,'):
        place = f'{{"results":[{{{name}"latitude":48.85,"longitude":2.35,"country_code":"FR"}}],"generationtime_ms":1}}'
        answers = [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text.encode()) for text in (place, FORECAST)]
        with Scripted(*answers) as server:
            (found,) = outside.run(["weather", "get", ["Paris"]], weather={"provider": "open-meteo", "url": server.url})
        assert (found["lat"], found["temperature"]) == (48.85, -2.5), found
        assert found["city"] == {'"name":"Pa\nris",': "Pa\nris", '"name":5,': 5}.get(name)


@pytest.mark.parametrize("city", ["London,Ontario", "Paris,Texas", "Paris,France", "Springfield,IL,US", "Paris,F1", "A,B,C,D"])
def test_a_region_that_would_be_ignored_is_refused(outside, city):
    (found,) = outside.run(["weather", "get", [city]])
    assert (found["status"], found["problem"]) == (400, "bad-place")
    assert any(part.lower() in found["detail"] for part in city.split(",")[1:])
    assert outside.asked("geocoding") == outside.asked("open-meteo") == 0


def test_openweather_knows_the_states_of_the_usa_and_its_country_is_checked(outside):
    settings = {"provider": "openweather", "key": "k"}
    (found,) = outside.run(["weather", "get", ["London,Ontario"]], weather=settings)
    assert (found["status"], found["problem"]) == (400, "bad-place")
    (found,) = outside.run(["weather", "get", ["Springfield,IL,US"]], weather=settings)
    assert (found["status"], found["problem"]) == (404, "unknown-city")  # the stand-in has no such city: it was asked
    text = OPENWEATHER.replace("FR", "GB")
    with Scripted(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text.encode())) as server:
        steps = [["weather", "get", [city]] for city in ("London,CA",)]
        (elsewhere,) = outside.run(*steps, weather={**settings, "url": server.url})
    assert (elsewhere["status"], elsewhere["problem"]) == (404, "unknown-city")


@pytest.mark.parametrize("land", ['"country":null', '"country":5', '"country":"fr"', '"land":"FR"'])
def test_a_country_that_is_not_told_is_none_that_contradicts(outside, land):
    text = OPENWEATHER.replace('"country":"FR"', land)
    place = f'{{"results":[{{"name":"Paris","latitude":48.85,"longitude":2.35,{land.replace("country", "country_code")}}}]}}'
    for provider, answers in (("openweather", [text]), ("open-meteo", [place, FORECAST])):
        answers = [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(said.encode()), said.encode()) for said in answers]
        with Scripted(*answers) as server:
            settings = {"provider": provider, "key": "k", "url": server.url}
            (found,) = outside.run(["weather", "get", ["Paris,FR"]], weather=settings)
        assert found.get("temperature") == -2.5, (provider, found)


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
