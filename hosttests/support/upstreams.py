"""What tests of the world outside have in common."""

import threading
import time

import requests

from virtualboard.client import wait
from virtualboard.standins.faults import STATES

HOME = {"networks": [{"ssid": "home", "password": "home-secret"}]}  # the world's network
FAULTS = STATES[1:]
# what comes of the faults that leave no answer
BUSY = {
    "hang": (504, "upstream-timeout"),
    "refuse": (502, "upstream-refused"),
    "error500": (502, "upstream-error"),
    "garbage": (502, "upstream-garbage"),
    "huge": (502, "upstream-too-large"),
    "bad-key": (502, "upstream-bad-key"),
    "rate-limited": (503, "upstream-rate-limited"),
}


def online(board):
    """The board, once it is in the network."""
    wait(lambda: board.get("/status").json()["wifi"]["state"] == "connected", "the board does not join its network")
    return board


def forgotten(board, change):
    """After a change of their part of the configuration, the board knows nothing of the refusals before."""
    answer = board.patch("/config", change)
    assert answer.ok, answer.text


def assert_problem(answer, status, kind, upstream=None):
    """The answer is a problem of this kind, in words, about this upstream."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert (answer.status_code, problem["type"], problem["status"]) == (status, kind, status), answer.text
    assert len(problem["detail"]) > 20
    assert upstream is None or problem["upstream"] == upstream
    assert status not in (429, 503) or int(answer.headers["Retry-After"]) > 0


def still_serves(board, method, path, **rest):
    """The board's answer to this request, during which it answered others."""
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(requests.request(method, board.url + path, timeout=30, **rest))
    )
    asking.start()
    served = 0
    while asking.is_alive() or not served:
        answer = requests.get(board.url + "/gpio", timeout=5)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        served += 1
        time.sleep(0.02)
    asking.join()
    assert answers, "the question itself failed"
    return answers[0]
