"""Readings that wait to be delivered."""

from expect import equal
from picorest.backlog import Backlog


def filled(count, most=100):
    backlog = Backlog(1, most)
    for n in range(count):
        backlog.push(n, [n])
    return backlog


def drain(backlog):
    found = []
    while backlog.count:
        found += [time for time, _ in backlog.get()]
        backlog.done(True)
    return found


def test_values_come_back_as_they_went_in():
    backlog = Backlog(8, 5)
    backlog.push(1795230000, [21.5, -0.25, None, 0, 1, -71, True, 1013.125])
    backlog.push(7, [1 << 40, 5e9, -5e9, 0.0004, -3.0, 0.1, False, 100000])
    first, second = backlog.get()
    equal(first, (1795230000, ["21.5", "-0.25", None, "0", "1", "-71", "1", "1013.125"]))
    equal(second, (7, ["1073741823", "1073741.823", "-1073741.823", "0", "-3", "0.1", "0", "100000"]))


def test_batches_are_small_and_in_order():
    backlog = filled(40)
    equal(len(backlog.get()), 16)
    equal(drain(backlog), list(range(40)))
    equal((backlog.count, backlog.lost, backlog.list), (0, 0, []))


def test_a_locked_batch_stays_as_it_is():
    backlog = filled(3)
    before = backlog.get()
    backlog.push(3, [3])
    equal(backlog.get(), before)
    backlog.done(True)
    equal(drain(backlog), [3])


def test_what_did_not_arrive_is_offered_again():
    backlog = filled(3)
    backlog.get()
    backlog.done(False)
    backlog.push(3, [3])
    equal(drain(backlog), [0, 1, 2, 3])


def test_a_batch_can_be_halved_down_to_one():
    backlog = filled(5)
    for size in (5, 2, 1, 1):
        equal(len(backlog.get()), size)
        backlog.split()
    equal(drain(backlog), [0, 1, 2, 3, 4])


def test_over_the_bound_the_oldest_are_lost():
    backlog = filled(50, most=20)
    equal((backlog.count, backlog.lost), (20, 30))
    equal(drain(backlog), list(range(30, 50)))


def test_a_locked_batch_is_never_lost():
    backlog = filled(16, most=20)
    backlog.get()
    for n in range(16, 50):
        backlog.push(n, [n])
    equal((backlog.count, backlog.lost), (20, 30))
    equal(drain(backlog), list(range(16)) + [46, 47, 48, 49])
