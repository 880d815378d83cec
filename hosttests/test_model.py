"""Random sequences of what may happen to a board, beside a model of what it promises: hypothesis shrinks what breaks a promise.

The large run is 40 sequences of 50 steps on each board, with each of 20 seeds; docs/proof.md has its command and what it said.
"""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from hosttests.support.model import Promises

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
