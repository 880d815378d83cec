"""The lines of curl in README.md and docs/api.md, in their order, on a board as it starts: it answers what they say."""

import json
import re
import shlex
import time

import pytest

from hosttests.board import ROOT

ORIGIN, CONTROL = "http://127.0.0.1:8080", "http://127.0.0.1:8081"
CHANGING = {"age", "uptime", "unix", "unix_ms", "utc", "local", "heap_free", "heap_min", "heap_total", "flash_free", "rssi",
            "loop_lag_ms", "requests", "connections", "error_ms", "reads", "raw", "reset_cause"}  # fmt: skip


def lines(page):
    """The commands of a page with what they are said to answer."""
    blocks = re.findall(r"^```\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.M | re.S)
    found = []
    for line in "\n".join(blocks).splitlines():
        if line.startswith("$ curl "):
            found.append([line[2:], ""])
        elif line and found and not line.startswith(("./", "virtual board")):
            found[-1][1] += line
    return found


def ask(board, command):
    """The answer to a line of curl; asks again where the board says so, as a good client does."""
    words = shlex.split(command, comments=True)[1:]
    method, data, url = None, None, None
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word in ("--json", "-d"):
            data = words.pop(0)
        else:
            assert not word.startswith("-") and url is None, command
            url = word
    method = method or ("POST" if data else "GET")
    if url.startswith(CONTROL):
        return board.world.session.request(method, board.control + url.removeprefix(CONTROL), data=data, timeout=10)
    assert url.startswith(ORIGIN + "/"), command
    for _ in range(5):
        answer = board.request(method, url.removeprefix(ORIGIN), data=data and data.encode())
        if answer.status_code != 503:
            break
        time.sleep(int(answer.headers["Retry-After"]))
    return answer


def same(said, expected):
    """Whether two answers agree, but for numbers that differ from time to time."""
    if isinstance(expected, dict) and isinstance(said, dict):
        return list(said) == list(expected) and all(
            type(said[key]) is type(expected[key]) if key in CHANGING else same(said[key], expected[key]) for key in said
        )
    if isinstance(expected, list) and isinstance(said, list):
        return len(said) == len(expected) and all(same(*pair) for pair in zip(said, expected, strict=True))
    return said == expected


@pytest.mark.world
@pytest.mark.parametrize("page", ["README.md", "docs/api.md"])
def test_the_lines_of_curl(fresh_board, page):
    board = fresh_board()
    board.world.wait(lambda world: world["services"]["ntp"]["answers"] and world["outputs"])  # the clock, the sensor
    found = lines(page)
    assert len(found) >= 10
    for command, expected in found:
        answer = ask(board, command)
        if expected.endswith("…"):
            assert answer.text.startswith(expected[:-1]), f"{command}\n{answer.text}"
        elif expected:
            assert same(answer.json(), json.loads(expected)), f"{command}\n{answer.text}\nis not\n{expected}"
        else:
            assert answer.ok, f"{command}\n{answer.text}"
