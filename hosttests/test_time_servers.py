"""The board's clock against a real time server, chrony, and against one that lies."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hosttests.support.ntp_servers import HOME, Chrony, Hostile, ahead_ms, honest, packet, set_time, sync

DAY = 86400.0  # every lie carries tomorrow's time: a clock that believed one shows it
ROLLOVER = 2085978496  # 2036-02-07 06:28:16: NTP's 32 bits of seconds begin again
pytestmark = pytest.mark.world


@pytest.fixture
def board_with(fresh_board):
    """A function: a board whose configuration has these time servers."""
    # real servers tell real time: that of the board runs at the same speed from the start
    return lambda *servers: fresh_board("--speed", "1", config={"wifi": HOME, "ntp": {"servers": list(servers)}})


def test_chrony_sets_the_clock_to_20_ms(board_with, tmp_path):
    with Chrony(tmp_path) as chrony:
        board = board_with(chrony.server)
        said = set_time(board)
        assert (said["server"], said["stratum"]) == (chrony.server, 10)
        assert abs(ahead_ms(board)) <= 20
        said = sync(board).json()
        assert abs(said["offset_ms"]) <= 20 and said["error_ms"] <= 20
        assert abs(ahead_ms(board)) <= 20


def test_chrony_that_has_no_time_itself(board_with, tmp_path):
    """Without `local` it answers, but as unsynchronised: the board says so and goes on as before."""
    with Chrony(tmp_path) as chrony:
        board = board_with(chrony.server)
        set_time(board)
    with Chrony(tmp_path, port=chrony.port, local=False):
        answer = sync(board)
        assert answer.status_code == 502 and answer.json()["type"] == "ntp-unsynchronised"
        assert abs(ahead_ms(board)) <= 50


@pytest.mark.long
def test_across_the_rollover_of_2036(board_with, tmp_path):
    with Chrony(tmp_path, at="2036-02-07 06:28:08") as chrony:
        board = board_with(chrony.server)
        before = set_time(board)
        assert before["unix"] < ROLLOVER, "this machine is too slow for this test"
        assert before["utc"].startswith("2036-02-07T06:28:")
        while chrony.now() < ROLLOVER + 1:
            time.sleep(0.2)
        said = sync(board).json()
        assert abs(said["offset_ms"]) <= 50 and said["unix"] > ROLLOVER
        assert said["utc"].startswith("2036-02-07T06:28:")


def test_a_board_that_boots_after_the_rollover(board_with, tmp_path):
    with Chrony(tmp_path, at="2036-02-07 06:29:00") as chrony:
        said = set_time(board_with(chrony.server))
        assert said["unix"] > ROLLOVER and said["utc"].startswith("2036-02-07T06:29:")


def test_chrony_that_is_an_hour_ahead_is_believed_at_the_second_look(board_with, tmp_path):
    with Chrony(tmp_path) as chrony:
        board = board_with(chrony.server)
        set_time(board)
    later = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 3600))
    with Chrony(tmp_path, at=later, port=chrony.port):
        answer = sync(board)
        assert answer.status_code == 502 and answer.json()["type"] == "ntp-unconfirmed"
        assert abs(ahead_ms(board)) <= 50
        assert sync(board).ok
        assert 3590_000 < ahead_ms(board) < 3610_000


def test_the_second_server_is_asked_when_the_first_is_silent(board_with, tmp_path):
    with Chrony(tmp_path) as chrony, Hostile() as silent:
        silent.answer = lambda question: []
        assert set_time(board_with(silent.server, chrony.server))["server"] == chrony.server
        assert silent.asked == 1


def test_one_liar_among_two_is_overruled(board_with, tmp_path):
    with Chrony(tmp_path) as chrony, Hostile() as liar:
        board = board_with(liar.server, chrony.server)
        set_time(board)
        liar.answer = lambda question: [packet(question, DAY)]
        for _ in range(3):
            assert sync(board).json()["server"] == chrony.server
            assert abs(ahead_ms(board)) <= 50


LIES = {
    "silence": lambda q: [],
    "short": lambda q: [packet(q, DAY)[:47]],
    "empty": lambda q: [b""],
    "wrong origin": lambda q: [packet(q, DAY, origin=bytes(8))],
    "the question": lambda q: [q],
    "broadcast": lambda q: [packet(q, DAY, first=0x25)],
    "leap 3": lambda q: [packet(q, DAY, first=0xE4)],
    "stratum 0": lambda q: [packet(q, DAY, stratum=0, code=b"INIT")],
    "stratum 16": lambda q: [packet(q, DAY, stratum=16)],
    "no time": lambda q: [packet(q, DAY, sent=bytes(8))],
    "slow down": lambda q: [packet(q, DAY, first=0xE4, stratum=0, code=b"RATE")],
    "go away": lambda q: [packet(q, DAY, first=0xE4, stratum=0, code=b"DENY")],
}


# a board may be asked eight times at once; "go away" is for good, so it comes last
HALVES = [list(LIES)[:6], list(LIES)[6:]]


@pytest.mark.long
@pytest.mark.parametrize("lies", HALVES, ids=", ".join)
def test_no_unsound_answer_moves_the_clock(board_with, lies):
    with Hostile() as server:
        board = board_with(server.server)
        set_time(board)
        for lie in lies:
            server.answer = LIES[lie]
            answer = sync(board)
            assert answer.status_code in (502, 504), f"{lie}: {answer.text}"
            assert abs(ahead_ms(board)) <= 50, lie
        server.answer = honest
        assert sync(board).ok == ("go away" not in lies)
        assert abs(ahead_ms(board)) <= 50


@pytest.mark.long
@pytest.mark.parametrize("lies", HALVES, ids=", ".join)
def test_no_unsound_answer_sets_the_clock(board_with, lies):
    with Hostile() as server:
        server.answer = LIES[lies[0]]
        board = board_with(server.server)
        for lie in lies:
            server.answer = LIES[lie]
            answer = sync(board)
            assert answer.status_code in (502, 504), f"{lie}: {answer.text}"
            answer = board.get("/time")
            assert answer.status_code == 503 and answer.json()["synced"] is False, lie


def test_a_late_answer_is_no_answer(board_with):
    with Hostile() as server:
        board = board_with(server.server)
        set_time(board)
        server.answer, server.delay = (lambda question: [packet(question, DAY)]), 2.5
        assert sync(board).status_code == 504
        time.sleep(1)  # it has arrived by now, to a question that is over
        server.answer, server.delay = honest, 0
        assert sync(board).ok
        assert abs(ahead_ms(board)) <= 50


def test_answers_that_differ_never_move_the_clock(board_with):
    with Hostile() as server:
        board = board_with(server.server)
        set_time(board)
        lies = itertools.cycle((DAY, -DAY, 2 * DAY, 90))
        server.answer = lambda question: [packet(question, next(lies))]
        for _ in range(5):
            assert sync(board).json()["type"] == "ntp-unconfirmed"
            assert abs(ahead_ms(board)) <= 50


def test_a_silent_server_stalls_nobody(board_with):
    with Hostile() as server, ThreadPoolExecutor(1) as other:
        board = board_with(server.server)
        set_time(board)
        server.answer = lambda question: []
        pending = other.submit(sync, board)
        answers = [board.get("/time")]
        while not pending.done():
            answers.append(board.get("/time"))
        assert len(answers) > 5 and all(answer.ok for answer in answers)
        assert pending.result().status_code == 504
