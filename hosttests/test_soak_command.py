"""./deploy.sh soak, shortly; and that it would notice."""

from xml.etree import ElementTree

import pytest

from hosttests.soak import happenings
from hosttests.soak.__main__ import soak
from hosttests.soak.drive import Broken, Soak, config
from hosttests.soak.happenings import QUICK, RESTARTS, SLOW, episode
from hosttests.soak.plot import plot
from virtualboard.standins.world import STATES

SEED, NUMBER = 1, 152  # with two faults, hostile clients and power that goes at a flash write


@pytest.mark.world
@pytest.mark.native("power cuts at a flash write")
def test_an_episode_and_what_it_would_notice(fresh_board, board_name, capsys):
    series = Soak(fresh_board(config=config(board_name)), SEED)
    status = soak(series, NUMBER, 0.001)
    said, wrong = capsys.readouterr()
    assert status == 0, wrong

    assert f"{board_name}, engine native, seed {SEED}: 1 episodes, " in said and "Others: 0. Outputs disturbed: 0." in said
    assert series.restarts.total() == 1 and series.hostile == 20 and series.life.answered > 40 and len(series.samples) == 2

    series.patience = 0.5
    assert series.board.put(f"/gpio/{series.pins['keep']}", {"state": 0}).ok
    with pytest.raises(AssertionError, match="an output moved"):
        series.look()
    assert series.disturbed == 1
    assert series.board.put(f"/gpio/{series.pins['keep']}", {"state": 1}).ok
    series.world.put({"power": "reset"})
    series.world.wait(lambda world: world["boots"] > series.boots)
    with pytest.raises(Broken, match="a restart that nobody asked for"):
        series.look()


def test_a_seed_makes_the_same_episodes_and_everything_comes_in_some():
    some = [episode(7, number) for number in range(300)]
    assert [each[:-1] for each in some] == [episode(7, number)[:-1] for number in range(300)]
    assert [each.order.random() for each in some] == [episode(7, number).order.random() for number in range(300)]
    assert [each[1:-1] for each in some] != [episode(8, number)[1:-1] for number in range(300)]
    assert all(fault in [one for each in some for one in each.faults] for fault in QUICK + SLOW)
    assert {each.restart for each in some} == {None, *RESTARTS}
    assert {each.restart for each in (episode(7, number, False) for number in range(300))} == {None, *RESTARTS[:4]}


def test_every_state_of_the_stand_ins_is_among_the_faults():
    told = [(name, state) for fault in happenings.QUICK + happenings.SLOW for name, state in fault.get("upstream", {}).items()]
    told += [("ntp", fault["time"]["ntp"]) for fault in happenings.QUICK if "ntp" in fault.get("time", {})]
    assert set(told) == {(name, state) for name, states in STATES.items() for state in states[1:]}


def test_the_picture():
    drawn = ElementTree.fromstring(plot("a soak", [(0.0, 100, 50), (2.0, 80, 40), (4.0, 90, 45)], [1.0, 3.0]))
    lines = drawn.findall("{*}polyline")
    assert [len(line.get("points").split()) for line in lines] == [3, 3]
    assert len(drawn.findall("{*}line")) == 2
