"""It lives: with any configuration that it takes, a board answers everything, in any order, as long as one likes.

Around it the world's services work, two others ask all the time, and the router goes away and comes back."""

import os
import time

import pytest

from hosttests.support import lives
from hosttests.support.lives import Life
from hosttests.test_examples import example

pytestmark = [pytest.mark.world, pytest.mark.boards("nodemcu", "esp32")]
SEED = 20261129
MANY = 97 if os.environ.get("PICOREST_THOROUGH") else 2  # rounds of all endpoints, of which a hundred take three to eight minutes
LEFT = {"wasm32": 0.7, "native": 0.6}  # how much must be left after a long life of what was free after the first round
CONFIGS = {
    "full": lives.full,
    "config.example.json": lives.example,
    **{path.name: (lambda name, file=path.name: example(file, name)) for path in sorted((lives.ROOT / "examples").glob("*.json"))},
    "heaviest": lives.full,
}


def test_the_tour_visits_every_endpoint():
    for name in lives.SENSOR:
        steps = lives.tour(name, lives.full(name))
        assert lives.uncovered(steps) == set()
        assert [step for step in steps if not any(lives.asks(step, known) for known in lives.endpoints())] == []
    assert lives.endpoints() >= lives.ELSEWHERE


@pytest.mark.long
@pytest.mark.parametrize("kind", ["full", "heaviest"])
def test_it_lives(fresh_board, board_name, kind):
    live(fresh_board, board_name, kind)


@pytest.mark.long
@pytest.mark.boards("nodemcu")
@pytest.mark.parametrize("kind", [kind for kind in CONFIGS if kind not in ("full", "heaviest")])
def test_every_example_lives_where_memory_is_short(fresh_board, board_name, kind):
    live(fresh_board, board_name, kind)


def live(fresh_board, board_name, kind):
    """A life, in which all is answered and memory stays."""
    config = CONFIGS[kind](board_name)
    board = fresh_board(config=config)
    life = Life(board, config, SEED)
    life.ready()
    if kind == "heaviest":
        life.fill(lives.more(board_name))
        board.session.headers.update(life.headers)
        board.reboot()
        life.ready()
    boots = board.world.get()["boots"]
    life.rounds(1)
    first, piece = most_free(life), largest_at_rest(board)
    life.rounds(MANY)
    life.at_the_access_point()
    life.rounds(1)
    life.new_credentials()
    life.set_up()
    life.rounds(1)
    last, rest = most_free(life), largest_at_rest(board)
    console, world = board.console(), board.world.get()
    print(f"{life.answered} answers; free at most {first}, then {last} bytes; largest piece at rest {piece}, then {rest}")
    assert not life.wrong, f"of {life.answered} answers: {dict(life.wrong)}\n{console}"
    assert "MemoryError" not in console and "Traceback" not in console, console
    assert world["boots"] == boots, console
    assert last >= first * LEFT[board.engine], (first, last)
    assert board_name != "nodemcu" or rest >= 0.9 * piece or rest * 2 >= last, (piece, rest, last)
    assert world["services"]["thingspeak"]["channels"]["123"]["entries"][24:] or "write" not in config["thingspeak"]


def largest_at_rest(board) -> int:
    """Bytes of the largest free piece once nobody asks, nor has a lease (30 s): half of what is free, or what it is
    in the end."""
    for _ in range(45):
        found = board.world.memory()
        if found["largest"] * 2 >= found["free"]:
            break
        time.sleep(1)
    return found["largest"]


def most_free(life) -> int:
    """Bytes of the heap that are free at most while much is asked: a large one holds what it has loaded until it is short."""
    found = []
    for path in ("/pins", "/log", "/wifi", "/config/schema", "/status?all=1", "/metrics", "/setup", "/weather?city=London"):
        life.ask(lives.Step("GET", path))
        found.append(life.board.world.memory()["free"])
    return max(found)
