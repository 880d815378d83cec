"""What several tests of the virtual board need."""

import pytest

from virtualboard.control import Control
from virtualboard.supervisor import Supervisor


@pytest.fixture(scope="module")
def place():
    """The address of the control port of a board without a program."""
    with Supervisor("nodemcu") as board:
        assert board.wait_ready()
        control = Control(board, 0).start()
        yield f"http://127.0.0.1:{control.port}"
        control.close()
