"""The fuzzer, shortly: ./deploy.sh fuzz does the same for as long as one likes. And that it would notice."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hosttests.conftest import FREE_PINS
from hosttests.fuzz import drive, mutate
from hosttests.support.gpio import ALL

GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}"
SIDE = 5
CLOSING = GOOD.replace(b"keep-alive", b"close")


@pytest.mark.world
@pytest.mark.boards("nodemcu", "esp32")
@pytest.mark.parametrize("user", [False, pytest.param(True, marks=pytest.mark.native("the prompt"))], ids=["plain", "with-user"])
def test_a_board_survives_nonsense(fresh_board, board_name, user):
    board = fresh_board()
    if user:
        drive.place_user(board)
        assert board.get("/hello/you").json()["hello"] == "you"
    series = drive.Fuzz(board, FREE_PINS[board_name], seed=1)
    series.run(range(300), look=50)
    assert series.asked == 60
    assert {200, 400, 404} < set(series.answers)


@ALL
@pytest.mark.world
@pytest.mark.long
def test_thousands_of_requests(fresh_board, board_name):
    """On all four, most where memory is short; side by side on several boards of each, as most of the time is waiting."""
    each = (20_000 if board_name == "nodemcu" else 6_000) // SIDE
    series = [drive.Fuzz(fresh_board(), FREE_PINS[board_name], seed=20261129) for _ in range(SIDE)]
    with ThreadPoolExecutor(SIDE) as pool:
        list(pool.map(lambda n: series[n].run(range(n * each, (n + 1) * each)), range(SIDE)))
    assert all(one.names[-1] <= one.learnt + drive.NEW for one in series)


@pytest.mark.parametrize("said", [
    GOOD.replace(b"200 OK", b"500 Internal Server Error"), GOOD.replace(b"1.1 200", b"1.1 299"), GOOD + CLOSING + GOOD,
    GOOD.replace(b"Content-Type", b"X-Evil: y\r\nContent-Type"), GOOD.replace(b"{}", b"x}"), GOOD.replace(b"keep-alive", b"what"),
    GOOD.replace(b"200 OK", b"405 Method Not Allowed"), GOOD.replace(b"200 OK", b"503 Service Unavailable"), b"garbage\r\n\r\n",
    GOOD.replace(b"Content-Length: 2", b"Transfer-Encoding: chunked").replace(b"{}", b"9\r\n{}" + GOOD),
])  # fmt: skip
def test_an_answer_that_is_none_is_noticed(said):
    series = object.__new__(drive.Fuzz)
    series.answers = drive.Counter()
    series.judge(GOOD + CLOSING, b"")
    assert series.answers == {200: 2}
    with pytest.raises((AssertionError, ValueError, KeyError)):
        series.judge(said, b"")


def test_a_heap_that_goes_is_noticed():
    series = object.__new__(drive.Fuzz)
    series.seed, series.slack = 1, drive.SLACK
    series.learnt, series.names = 1000, [1000] * 4
    series.heap = [9000, 8000, 8100, 7900]
    series.grown(series.heap[:2])
    series.heap = [9000, 8000, 6900, 6800]
    with pytest.raises(drive.Failure):
        series.grown(series.heap[:2])


def test_names_that_grow_are_noticed():
    series = object.__new__(drive.Fuzz)
    series.seed, series.slack = 1, drive.SLACK
    series.heap = []
    series.learnt, series.names = 1000, [1004, 1012]
    series.grown([])
    series.names = [1004, 1013]
    with pytest.raises(drive.Failure):
        series.grown([])


def test_the_same_number_makes_the_same_input():
    made = [mutate.make(7, number) for number in range(200)]
    assert made == [mutate.make(7, number) for number in range(200)]
    assert len(set(made)) > 190 and made != [mutate.make(8, number) for number in range(200)]


@pytest.mark.parametrize("data", [
    b"POST /reset HTTP/1.1", b"POST /%72eset HTTP/1.1", b'PATCH /config HTTP/1.1\r\n\r\n{"token":"x"}',
    b'PUT /%77ifi HTTP/1.1\r\n\r\n{"ssid":"x"}',
])  # fmt: skip
def test_what_would_stop_the_tests_is_not_sent(data):
    assert not mutate.harmless(data)
    assert all(map(mutate.harmless, mutate.seeds()))
