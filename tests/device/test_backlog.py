"""Readings that wait to be delivered."""

from expect import equal
from picorest.thingspeak import outbox
from picorest.thingspeak.outbox import COUNT, LIST, LOST


def new(most=100):
    return [[], 0, 0, False, most]


def filled(count, most=100):
    log = new(most)
    for n in range(count):
        outbox.push(log, n, [n])
    return log


def drain(log):
    found = []
    while log[COUNT]:
        outbox.lock(log)
        found += [time for time, _ in outbox.rows(log, 1)]
        outbox.done(log, True)
    return found


def test_values_come_back_as_they_went_in():
    log = new()
    outbox.push(log, 2000000000, [21.5, -0.25, None, 0, 1, -71, True, 1013.125])
    outbox.push(log, 2000000300, [1 << 40, 5e9, -5e9, 0.0004, -3.0, 0.1, False, 100000])
    first, second = outbox.rows(log, 8)
    equal(first, (2000000000, ["21.5", "-0.25", None, "0", "1", "-71", "1", "1013.125"]))
    equal(second, (2000000300, ["1073741823", "1073741.823", "-1073741.823", "0", "-3", "0.1", "0", "100000"]))


def test_a_reading_takes_few_bytes():
    log = new()
    for n in range(16):
        outbox.push(log, 100000 + 20 * n, [21.3 + n / 10, 52.5])
    assert len(log[LIST][0]) <= 5 + 16 * 6, len(log[LIST][0])


def test_batches_are_small_and_in_order():
    log = filled(40)
    equal(log[LIST][0][0], 16)
    equal(drain(log), list(range(40)))
    equal(log[:3], [[], 0, 0])


def test_a_locked_batch_stays_as_it_is():
    log = filled(3)
    outbox.lock(log)
    before = list(outbox.rows(log, 1))
    outbox.push(log, 3, [3])
    equal(list(outbox.rows(log, 1)), before)
    outbox.done(log, True)
    equal(drain(log), [3])


def test_what_did_not_arrive_is_offered_again():
    log = filled(3)
    outbox.lock(log)
    outbox.done(log, False)
    outbox.push(log, 3, [3])
    equal(drain(log), [0, 1, 2, 3])


def test_over_the_bound_the_oldest_are_lost():
    log = filled(50, most=20)
    equal((log[COUNT], log[LOST]), (20, 30))
    equal(drain(log), list(range(30, 50)))


def test_a_locked_batch_is_never_lost():
    log = filled(16, most=20)
    outbox.lock(log)
    for n in range(16, 50):
        outbox.push(log, n, [n])
    equal((log[COUNT], log[LOST]), (20, 30))
    equal(drain(log), list(range(16)) + [46, 47, 48, 49])


def test_the_oldest_can_be_sent_alone():
    log = filled(3)
    outbox.split(log, 1)
    equal([batch[0] for batch in log[LIST]], [1, 2])
    outbox.split(log, 1)
    equal([batch[0] for batch in log[LIST]], [1, 2])
    equal(drain(log), [0, 1, 2])


class Full:
    """A number for which there is no memory."""

    def __round__(self, *places):
        raise MemoryError

    __mul__ = __lt__ = __gt__ = __round__


def test_where_no_memory_is_left_and_all_is_under_way_only_the_newest_is_lost():
    log = filled(16)
    outbox.lock(log)
    outbox.push(log, 16, [Full()])
    equal((log[COUNT], log[LOST]), (16, 1))
    equal(drain(log), list(range(16)))


def test_where_no_memory_is_left_the_oldest_makes_room():
    log = filled(20)
    outbox.push(log, 20, [Full()])
    equal((log[COUNT], log[LOST]), (19, 2))
    outbox.push(log, 21, [21])
    equal(drain(log), list(range(1, 20)) + [21])
