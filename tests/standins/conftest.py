import pytest

from virtualboard.standins import Standins


@pytest.fixture(scope="module")
def clock(request):
    """[Unix time of the stand-ins], which begins with the module's NOW."""
    return [request.module.NOW]


@pytest.fixture(scope="module")
def standins(clock):
    with Standins(now=lambda: clock[0]) as started:
        yield started
