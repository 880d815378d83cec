"""A board that nobody has configured: everything answers, offline."""

import time

import pytest

from hosttests.support.gpio import ALL

PATHS = "/gpio /pins /adc /dht /time /weather /thingspeak?results=1 /wifi /config /status /health /proxy".split()


@ALL
@pytest.mark.world
def test_everything_answers(fresh_board):
    board = fresh_board()
    deadline = time.monotonic() + 30  # the sensor and the clock take a few seconds
    for path in PATHS:
        answer = board.get(path)
        while answer.status_code == 503 and time.monotonic() < deadline:
            time.sleep(0.5)
            answer = board.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text}"
    assert board.post("/thingspeak", {"field1": 21.5}).status_code == 201
