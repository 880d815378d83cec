import pytest

from tests.protocol.support.services import Outside
from virtualboard.standins.world import Standins


@pytest.fixture
def outside():
    with Standins(slow=0.4) as standins:
        yield Outside(standins)
