"""--beside: boards in one network find each other by name, and share one Internet."""

import pytest

from virtualboard import neighbours
from virtualboard.neighbours import Neighbours

OWN = {"thingspeak": 1001, "ntp": 1002}
THEIRS = {"thingspeak": 2001, "ntp": 2002}


@pytest.fixture
def worlds(monkeypatch):
    """{control port: what GET /world says there}."""
    found = {
        8081: {"ports": {"tcp:80": 8080}, "internet": THEIRS, "wifi": {"station": {"hostname": "Hall", "ip": "192.168.1.77"}}},
        8091: {"ports": {"tcp:80": 8090}, "internet": OWN, "wifi": {"station": {"hostname": "shed", "ip": None}}},
    }
    monkeypatch.setattr(neighbours, "_world", found.__getitem__)
    return found


def test_alone_it_has_its_own_internet_and_knows_nobody(worlds):
    alone = Neighbours()
    assert set(alone.services(OWN).values()) == {1001, 1002} and alone.resolve("hall.local") is None


def test_two_share_the_internet_of_the_first_and_find_each_other_by_name(worlds):
    some = Neighbours([8081, 8091])
    services = some.services(OWN)
    assert {port for (_, number), port in services.items() if number == 123} == {2002}
    assert services[some.resolve("hall.local"), 80] == 8080 and some.resolve("HALL.local.") == some.resolve("hall.local")
    assert some.resolve("shed.local") is None, "it is not in the network yet"
    worlds[8091]["wifi"]["station"]["ip"] = "192.168.1.77"
    assert services[some.resolve("shed.local"), 80] == 8090
    assert some.resolve("hall") is some.resolve("attic.local") is None


def test_one_that_is_not_there_is_named():
    with pytest.raises(RuntimeError, match="no virtual board has its control port at 1: start that one first"):
        Neighbours([1])
