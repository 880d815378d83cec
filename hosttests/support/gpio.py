"""What the tests of pins share: how a refusal looks, and what the world sees of an output."""

import pytest

OFF = {"state": 0}


def ok(answer) -> dict:
    assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()


def refused(answer, status: int, kind: str) -> dict:
    """The problem of a refusal: this status and type, and told in words the user can act on."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == (kind, status)
    assert problem["title"][0].isupper() and problem["detail"].endswith(".") and len(problem["detail"]) > 15, problem
    return problem


def number(board, pin: str) -> int:
    """The GPIO number of a pin."""
    return ok(board.get(f"/gpio/{pin}"))["pin"]


def outputs(board) -> dict:
    """What the board drives, the wire to the demonstration's sensor apart."""
    sensor = {"nodemcu": "4", "esp32": "23", "nano_esp32": "5", "esp32c3": "4"}[board.name]
    return {pin: seen for pin, seen in board.world.get()["outputs"].items() if pin != sensor}


def output(board, gpio: int) -> dict:
    """What the world sees on this pin: mode, level, with PWM duty and freq."""
    seen = outputs(board)
    assert str(gpio) in seen, f"GPIO{gpio} is no output: {seen}"
    return seen[str(gpio)]


def level(board, gpio: int) -> int:
    return output(board, gpio)["level"]


ALL = pytest.mark.boards("nodemcu", "esp32", "nano_esp32", "esp32c3")
ESP32S = pytest.mark.boards("esp32", "nano_esp32", "esp32c3")


def quick(fresh_board, *options, **rest):
    """A fresh board whose start, with its wait for the Wi-Fi, takes a tenth of the time."""
    board = fresh_board("--speed", "20", *options, **rest)
    board.world.put({"time": {"speed": 1}})
    return board
