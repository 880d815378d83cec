"""The page that two processes share: neither undoes what the other does, and time does not run backwards for either."""

import threading
import time

import pytest

from virtualboard import shared_memory
from virtualboard.shared_memory import IN, OUT, SIZE, Page


class Slow(Page):
    """Somebody else has the processor between a look at a pin and what is done then."""

    def pin(self, number):
        found = super().pin(number)
        self.meanwhile()
        return found


@pytest.fixture
def pages():
    memory = bytearray(SIZE)
    return Slow(memory), Page(memory)


def test_the_world_does_not_undo_what_the_board_does(pages):
    world, board = pages
    board.set_pin(4, mode=OUT, out=0)
    world.meanwhile = lambda: board.set_pin(4, out=1)
    world.drive(4, 0)
    assert board.pin(4)[:4] == (OUT, 1, 0, 0)
    assert [level for _, level in board.history(4)] == [1]


def test_the_board_does_not_undo_what_the_world_does(pages):
    board, world = pages
    board.meanwhile = lambda: world.drive(4, 2)
    board.set_pin(4, mode=IN, pull=1, irq=3, used=1, freq=70000, duty=65536)
    assert world.pin(4) == (IN, 0, 1, 2, 3, 1, 70000, 65536)


class Interrupted:
    """The clock of this computer, for a thread that loses the processor to `other` once, right after it has looked."""

    sleep = staticmethod(time.sleep)

    def __init__(self, other):
        self.loser, self.other = threading.current_thread(), threading.Thread(target=other)

    def monotonic_ns(self):
        now = time.monotonic_ns()
        if threading.current_thread() is self.loser and not self.other.ident:
            time.sleep(0.002)
            self.other.start()
            self.other.join(0.1)  # it may have to wait for the loser
        return now


@pytest.mark.parametrize("speed", [1, 3600])
def test_time_does_not_run_backwards_when_its_speed_changes(speed, monkeypatch):
    memory = bytearray(SIZE)
    world, board = Page(memory), Page(memory)
    world.set_speed(1000, 0)
    seen = []
    clock = Interrupted(lambda: seen.append(board.now_ns()))
    monkeypatch.setattr(shared_memory, "time", clock)
    world.set_speed(speed)
    assert board.speed() == speed
    clock.other.join()
    assert world.now_ns() >= seen[0]


def test_who_looks_at_a_clock_that_changes_meanwhile_looks_again(monkeypatch):
    memory = bytearray(SIZE)
    world, board = Page(memory), Page(memory)
    world.set_speed(1, 0)
    monkeypatch.setattr(shared_memory, "time", Interrupted(lambda: world.set_speed(1, 5_000_000_000)))
    assert board.now_ns() >= 5_000_000_000


def test_time_may_be_set_and_passes_at_its_speed():
    page = Page(bytearray(SIZE))
    page.set_speed(3600, 5_000_000_000)
    assert page.speed() == 3600
    start, real = page.now_ns(), time.monotonic_ns()
    assert start >= 5_000_000_000
    time.sleep(0.02)
    assert page.now_ns() - start >= 0.02e9 * 3600
    passed = (page.now_ns() - start) / 3600
    assert passed <= time.monotonic_ns() - real + 1e6
