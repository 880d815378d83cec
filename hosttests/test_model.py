"""Random sequences of what may happen to a board, beside a model of what it promises: hypothesis shrinks what breaks a promise.

The large run is 40 sequences of 50 steps on each board, with each of 20 seeds; docs/proof.md has its command and what it said.
"""

import contextlib
import os
import signal
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from hosttests.support import model
from hosttests.support.model import Promises
from hosttests.support.promises import Schedule

SMALL = settings(max_examples=3, stateful_step_count=10, derandomize=True)


@pytest.mark.world
@pytest.mark.native("power cuts at a flash write")
@pytest.mark.boards("nodemcu", "esp32")
def test_no_promise_is_broken(fresh_board, board_name, request):
    board = fresh_board(config={})
    board.session.headers["Connection"] = "close"  # an idle connection is closed after seconds of the board's
    chosen = settings() if request.config.getoption("--hypothesis-profile") else SMALL
    machine = type("PromisesOf" + board_name.title(), (Promises,), {"board": board})
    run_state_machine_as_test(
        machine,
        settings=settings(chosen, deadline=None, database=None, suppress_health_check=list(HealthCheck),
                          phases=[Phase.generate, Phase.shrink]),
    )  # fmt: skip


@pytest.mark.world
@pytest.mark.native("a button with a link")
@pytest.mark.boards("esp32")
def test_the_model_knows_what_happens_just_before_a_press(fresh_board, board_name):
    """A timer that ends by itself, and the start of the board: a press that comes too early for its program is nobody's."""
    board = fresh_board(config={})
    board.session.headers["Connection"] = "close"
    promises = type("PromisesBefore", (Promises,), {"board": board})()
    promises.begin()
    for what, back in ((1, 0), (0, 0.75)):
        promises.write(who="fan", what=back, seconds=None, way="PUT")
        promises.settle()
        promises.write(who="fan", what=what, seconds=5, way="PUT")
        promises.settle()
        promises.press()
        promises.settle()
    promises.the_router(3)
    for _ in range(3):
        promises.restart("cut")
        promises.press()
        promises.settle()


@pytest.mark.world
@pytest.mark.native("a link, alarms, and a process to stop")
@pytest.mark.boards("esp32")
def test_the_model_waits_for_a_board_that_is_late(fresh_board, board_name, monkeypatch):
    """A timer's end that shows nothing but what PWM does in between, and an alarm just after a timer's end."""
    board = fresh_board(config={})
    board.session.headers["Connection"] = "close"
    promises = type("PromisesLate", (Promises,), {"board": board})()
    promises.begin()
    promises.configure(change={"fan": {"invert": True}})
    promises.restart("reset")
    promises.write(who="fan", what=0.75, seconds=None, way="PUT")
    promises.settle()
    promises.write(who="fan", what=1, seconds=2, way="PUT")
    with late(board, 1):
        promises.settle()
    promises.sleep(1)
    promises.alarm(every=60)
    promises.write(who="lamp", what=1, seconds=117.5 - promises.now() % 60, way="PUT")
    promises.sleep(promises.outputs["lamp"].expires - promises.now() - 10)
    monkeypatch.setattr(model, "WITH_ALARM", 1)
    promises.rest(promises.outputs["lamp"].expires - 2)
    with late(board, 5):
        promises.settle()
    promises.settle()


def test_an_alarm_may_ring_while_it_is_changed():
    """Whether the board takes the change before or after the moment at which one of the two rings, nobody knows."""
    schedule = Schedule()
    schedule.change(60, 1190, 1203)
    assert schedule.done(1201) and not schedule.owes() and not schedule.done(1201)
    schedule.change(None, 1255, 1261)
    assert schedule.done(1260) and not schedule.owes() and schedule.next(1261) is None


@contextlib.contextmanager
def late(board, seconds: float):
    """The board's interpreter stands still, as on a busy computer, for so many real seconds, while the world goes on."""
    pid = board.process.pid
    own = [int(child) for tasks in Path(f"/proc/{pid}/task").glob("*/children") for child in tasks.read_text().split()]
    assert own
    for child in own:
        os.kill(child, signal.SIGSTOP)
    timer = threading.Timer(seconds, lambda: [os.kill(child, signal.SIGCONT) for child in own])
    timer.start()
    try:
        yield
    finally:
        timer.join()
