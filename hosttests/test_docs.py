"""The lines of curl in README.md and docs/, in their order, on a board as it starts: it answers what they say."""

import json
import re
import shlex
import time

import pytest

from host import ROOT

BOARD = re.compile(r"http://(?:127\.0\.0\.1:8080|picorest\.local|192\.168\.\d+\.\d+|ADDRESS)(?=/)")
CONTROL = "http://127.0.0.1:8081"
CHANGING = {"age", "uptime", "unix", "unix_ms", "utc", "local", "heap_free", "heap_min", "heap_total", "flash_free", "rssi",
            "loop_lag_ms", "requests", "connections", "error_ms", "reads", "raw", "reset_cause", "rev", "last_success",
            "delivered", "for"}  # fmt: skip


PAGES = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
# ThingSpeak's 15 seconds; a channel that the stand-in has not; a display that the demonstration has not
FINE = {"too-early", "unknown-channel", "no-display"}
FAMILY = {"docs/alarms.md", "docs/display.md", "docs/links.md"}  # about what an ESP8266 has no room for
OWN = {"docs/adding.md"}  # asks for what its reader has written: test_user.py does


def text(page):
    return (ROOT / page).read_text("utf-8")


def blocks(page):
    """The lines of the fenced blocks of a page, of every language and depth, with an empty one behind each."""
    inside = False
    for line in text(page).splitlines():
        if line.lstrip().startswith("```"):
            inside = not inside
            yield ""
        elif inside:
            yield line.strip()


def lines(page):
    """The commands of a page, those after `$`, with what they are said to answer."""
    found, answer = [], False
    for line in blocks(page):
        if line.startswith("$ "):
            found.append([line[2:], ""])
        answer = bool(line) and (answer or line.startswith("$ "))
        if answer and not line.startswith("$ "):
            found[-1][1] += line
    return [each for each in found if each[0].startswith("curl ")]


def others(page):
    """The other commands that a page wants its reader to type, in blocks or in the text, with what they are said to answer."""
    typed = []
    for line in blocks(page):
        if line.startswith("curl ") or not line:
            typed.append([line, ""])
        elif typed and typed[-1][0]:
            typed[-1][1] += line
    typed += [[" ".join(line.split()), ""] for line in re.findall(r"`(curl [^`]+)`", text(page))]
    return [each for each in typed if each[0] and "…" not in each[0]]


def ask(board, command):
    """The answer to a line of curl; asks again where the board says so, as a good client does."""
    words = shlex.split(command, comments=True)[1:]
    method, data, url, headers = None, None, None, {}
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "--json":
            data = words.pop(0)
            assert json.loads(data) is not None, command
        elif word == "-d":
            data = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word in ("--compressed", "-fsS"):
            pass  # as requests does by itself, or what only says less
        elif word == ">":
            words.pop(0)  # a file
        else:
            assert not word.startswith("-") and url is None, command
            url = word
    method = method or ("POST" if data else "GET")
    if url.startswith(CONTROL):
        return board.world.session.request(method, board.control + url.removeprefix(CONTROL), data=data, timeout=10)
    assert BOARD.match(url), command
    for _ in range(5):
        answer = board.request(method, BOARD.sub("", url), data=data and data.encode(), headers=headers)
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
    if expected == "…":
        return said is not None
    if isinstance(expected, list) and isinstance(said, list):
        return len(said) == len(expected) and all(same(*pair) for pair in zip(said, expected, strict=True))
    return said == expected


def on_its_board(page: str):
    """The page as a parameter, marked if its board is one that not every engine simulates."""
    return pytest.param(page, marks=pytest.mark.native("other boards") if page in FAMILY else [])


@pytest.fixture
def example(fresh_board, page):
    """A board as `./deploy.sh virtual` starts it, once it knows the time and has read its sensor."""
    board = fresh_board(**({"name": "esp32"} if page in FAMILY else {}))
    board.world.wait(lambda world: world["services"]["ntp"]["answers"] and world["outputs"])
    return board


@pytest.mark.world
@pytest.mark.parametrize("page", [on_its_board(page) for page in PAGES if lines(page) and page not in OWN])
def test_the_lines_of_curl(example, page):
    for command, expected in lines(page):
        answer = ask(example, command)
        if expected.endswith("…"):
            assert answer.text.startswith(expected[:-1]), f"{command}\n{answer.text}"
        elif expected:
            assert same(answer.json(), json.loads(expected)), f"{command}\n{answer.text}\nis not\n{expected}"
        else:
            assert answer.ok, f"{command}\n{answer.text}"


def test_the_lines_are_found():
    assert len(lines("README.md")) >= 5 and len(lines("docs/api.md")) >= 10 and len(lines("docs/adding.md")) == 2
    assert all(len(answer) < 2000 and "$" not in answer for page in PAGES for _, answer in lines(page))
    written = sum(text(page).count("$ curl ") for page in PAGES)
    assert sum(len(lines(page)) for page in PAGES) == written


@pytest.mark.world
@pytest.mark.parametrize("page", [on_its_board(page) for page in PAGES if others(page) and page not in OWN])
def test_what_a_page_wants_typed_is_accepted(example, page):
    for command, expected in others(page):
        boots = example.world.get()["boots"]
        answer = ask(example, command)
        if command.endswith("/reset"):
            example.world.wait(lambda world, boots=boots: world["boots"] > boots)
        assert answer.ok or answer.json()["type"] in FINE, f"{command}\n{answer.status_code} {answer.text}"
        if expected:
            assert same(answer.json(), json.loads(expected.replace("{…}", '"…"'))), f"{command}\n{answer.text}\nis not\n{expected}"
        example.wait_until_it_serves()
