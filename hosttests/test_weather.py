"""GET /weather on the world's providers, and through each of their faults."""

import pytest

from hosttests.support.upstreams import BUSY, FAULTS, HOME, assert_problem, forgotten, online, still_serves

pytestmark = pytest.mark.world
BOTH = pytest.mark.boards("nodemcu", "esp32")
PROVIDERS = {
    "open-meteo": {"place": "Paris,FR"},
    "openweather": {"provider": "openweather", "key": "k", "place": "Paris,FR"},
}


@pytest.fixture(params=PROVIDERS)
def board(request, fresh_board):
    """A board that asks this provider; `.provider` is its name."""
    board = online(fresh_board(config={"wifi": HOME, "weather": PROVIDERS[request.param]}))
    board.provider = request.param
    return board


@BOTH
def test_the_weather(board):
    board.world.put({"services": {"weather": {"temperature": -3.5}}})
    said = board.get("/weather?city=Berlin,DE").json()
    assert (said["city"], said["temperature"], said["temperature_k"]) == ("Berlin", -3.5, 269.65)
    assert {"feels_like", "humidity", "pressure", "wind_speed", "description", "observed", "age"} <= set(said)
    assert said["provider"] == board.provider and said["attribution"]
    assert board.get("/weather").json()["city"] == "Paris"
    assert board.get("/weather?lat=48.85&lon=2.35").json()["temperature"] == -3.5


@BOTH
def test_an_answer_is_kept(board):
    board.get("/weather")
    before = board.world.get()["services"]["services"]
    assert board.get("/weather").json()["age"] >= 0
    assert board.world.get()["services"]["services"] == before


@BOTH
def test_mistakes_of_the_client(board):
    assert_problem(board.get("/weather?city=Xyzzyville"), 404, "unknown-city", board.provider)
    for query in ("lat=91&lon=0", "lat=1", "city=" + "x" * 65, "town=Paris", "city=Paris&lat=1&lon=2"):
        assert board.get("/weather?" + query).status_code == 400, query


@pytest.mark.long
@BOTH
def test_through_every_fault(board):
    for number, fault in enumerate(FAULTS):
        path = f"/weather?lat={number}&lon=10"  # a place that was not asked for yet
        board.world.put({"upstream": {"weather": fault}})
        answer = still_serves(board, "GET", path)
        if fault in BUSY:
            assert_problem(answer, *BUSY[fault], board.provider)
            board.world.put({"upstream": {"weather": "ok"}})
            forgotten(board, {"weather": {"lat": number, "lon": 10}})
            answer = board.get(path)
        assert (answer.status_code, answer.json()["provider"]) == (200, board.provider), fault


def test_without_wifi(fresh_board):
    board = fresh_board(config={"weather": {"place": "Paris,FR"}})
    answer = board.get("/weather")
    assert_problem(answer, 503, "no-wifi", "open-meteo")
    assert int(answer.headers["Retry-After"]) > 0


GAPS = {
    "open-meteo": {
        "apparent_temperature": "feels_like", "relative_humidity_2m": "humidity", "pressure_msl": "pressure",
        "wind_speed_10m": "wind_speed", "weather_code": "description",
    },
    "openweather": {
        "feels_like": "feels_like", "humidity": "humidity", "pressure": "pressure", "wind": "wind_speed", "weather": "description",
    },
}  # fmt: skip
TEMPERATURE = {"open-meteo": "temperature_2m", "openweather": "temp"}


@BOTH
@pytest.mark.parametrize("how", ["missing", "null"])
def test_members_that_are_not_there_are_null(board, how):
    """Each for itself and all of them: stations report what they have. Only without a temperature there is no weather."""
    names = GAPS[board.provider]
    for lat, gone in enumerate([*[[name] for name in names], list(names)]):
        board.world.put({"services": {"gaps": {name: how if name in gone else None for name in names}}})
        answer = board.get(f"/weather?lat={lat}&lon=20")
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert isinstance(said["temperature"], (int, float))
        assert {member for member in names.values() if said[member] is None} == {names[name] for name in gone}
    board.world.put({"services": {"gaps": {TEMPERATURE[board.provider]: how}}})
    assert_problem(board.get("/weather?lat=60&lon=20"), 502, "upstream-garbage")
