"""DHT sensors: frames, judgement, and when they are read."""

from expect import equal
from fakes.dht import BLOCKS, World, frame
from picorest import clock
from picorest.dht.sampler import COUNT, decode


def test_frames_of_a_dht22():
    for data, temperature, humidity in (
        ((2, 13, 0, 215), 215, 525),
        ((3, 232, 128, 35), -35, 1000),
        ((0, 1, 0x81, 0x90), -400, 1),
        ((1, 144, 3, 32), 800, 400),
        ((1, 144, 128, 0), 0, 400),
    ):
        equal(decode(22, bytes(data)), (temperature, humidity, True))
    equal(decode(22, bytes((2, 183, 255, 233))), (-23, 695, True))
    for cold in range(1, 401):
        for raw in (0x8000 + cold, 0x10000 - cold):
            equal(decode(22, bytes((2, 13, raw >> 8, raw & 255))), (-cold, 525, True))
    for raw in (0x8000 + 401, 0x10000 - 401, 0xC000):
        equal(decode(22, bytes((2, 13, raw >> 8, raw & 255)))[2], False)
    for data in ((0, 0, 0, 215), (3, 233, 0, 215), (2, 13, 3, 33), (2, 13, 0x81, 0x91), (255, 255, 255, 255)):
        equal(decode(22, bytes(data))[2], False)


def test_frames_of_a_dht11():
    for data, temperature, humidity in (((55, 0, 23, 4), 234, 550), ((20, 0, 0, 0), 0, 200), ((90, 0, 50, 0), 500, 900)):
        equal(decode(11, bytes(data)), (temperature, humidity, True))
    equal(decode(11, bytes((55, 0, 0, 128 | 5))), (-5, 550, False))
    for data in ((19, 9, 20, 0), (90, 1, 20, 0), (55, 0, 50, 1), (55, 10, 20, 0), (55, 0, 20, 10), (0, 0, 0, 0)):
        equal(decode(11, bytes(data))[2], False)


def test_the_first_reading_waits_for_the_sensor():
    for type, first in ((11, 1000), (22, 2000)):
        with World(type) as world:
            world.run(first)
            equal(world.asked, [(first, 0)] if world.asked else [])
            sensor = world.run(500)
            equal((sensor.value, sensor.count, sensor.errors), ((215, 525), 1, 0))


def test_a_good_sensor_is_read_every_five_seconds():
    with World(22) as world:
        world.run(60000)
        times = [ms for ms, _ in world.asked]
        assert 10 <= len(times) <= 12, times
        assert min([b - a for a, b in zip(times, times[1:])]) >= 5000, times


def test_no_sensor_is_asked_sooner_than_it_can():
    for type, least in ((11, 1000), (22, 2000)):
        with World(type) as world:
            for n in range(200):
                # every kind of trouble, and readings that jump
                world.air[0] = (None, frame(215, 525, type), bytes(5), frame(215 + n % 7 * 40, 525, type))[n % 4]
                world.run(700)
            gaps = [b[0] - a[0] for a, b in zip(world.asked, world.asked[1:])]
            assert len(gaps) > 20 and min(gaps) >= least, gaps


def test_sensors_take_turns_and_others_run_between_two_readings():
    with World(22, 11, 22, 11) as world:
        for pin in (1, 3):
            world.air[pin] = None
        last = [0]
        late = []

        def between():
            late.append(world.now - last[0])
            last[0] = world.now

        world.between = between
        world.run(120000)
        assert max(late) <= BLOCKS + 250, max(late)
        times = [ms for ms, _ in world.asked]
        assert min([b - a for a, b in zip(times, times[1:])]) >= BLOCKS + 250
        counts = [sensor[COUNT] for sensor in world.dht.list]
        equal(sum(counts), len(world.asked))
        assert min(counts) >= 18, counts


def test_what_is_wrong_with_a_reading():
    wrong = frame(215, 525)[:4] + b"\0"
    for type, data, error in (
        (22, None, 1),
        (22, wrong, 2),
        (22, bytes(5), 3),
        (22, frame(215, 525, 11), 4),
        (11, frame(215, 525, 22), 4),
        (22, frame(1250, 525), 5),
        (22, frame(-401, 525), 5),
        (22, frame(215, 1001), 5),
        (22, frame(215, 0), 5),
        (11, frame(510, 525, 11), 5),
        (11, frame(-2, 525, 11), 5),
        (11, frame(215, 190, 11), 5),
        (22, b"\xff\xff\xff\xff\xfc", 5),
        (22, frame(266, 525), 6),
        (22, frame(164, 525), 6),
        (22, frame(215, 726), 6),
        (11, frame(215, 300, 11), 6),
    ):
        with World(type) as world:
            good = world.reading(frame(215, 525, type)).value
            sensor = world.reading(data)
            equal((sensor.error, sensor.failures, sensor.errors, sensor.count), (error, 1, 1, 2))
            equal((good, sensor.value), ((215, 525), (215, 525)))


def test_nothing_is_good_before_the_first_good_reading():
    for data in (None, bytes(5), frame(1250, 525), frame(215, 525, 11)):
        with World(22) as world:
            world.air[0] = data
            sensor = world.run(30000)
            equal(sensor.value, None)
            equal(world.dht.value(0, "temperature"), None)
            assert sensor.errors == sensor.failures == sensor.count > 3


def test_a_jump_needs_the_very_next_reading():
    old, far, near, farther = frame(215, 525), frame(300, 525), frame(340, 600), frame(400, 525)
    with World(22) as world:
        said = []
        for data in (old, far, near, old, farther, None, farther, near, old, bytes(5), old, old):
            sensor = world.reading(data)
            said.append((sensor.value[0], sensor.error))
        equal(
            said,
            [(215, 0), (215, 6), (340, 0)]  # confirmed by one that is near enough
            + [(340, 6), (340, 6), (340, 1), (340, 6)]  # not by another jump, nor after silence
            + [(340, 0)]  # back at the old value: nothing to confirm
            + [(340, 6), (340, 3), (340, 6), (215, 0)],
        )


def test_one_odd_reading_is_never_told():
    with World(22) as world:
        for n in range(40):
            sensor = world.reading(frame(600, 900) if n % 2 else frame(215, 525))
            equal(sensor.value, (215, 525))
        equal(sensor.errors, 20)


def test_a_slow_change_is_followed():
    with World(22) as world:
        for n in range(40):
            sensor = world.reading(frame(-300 + n * 20, 100 + n * 20))
        equal((sensor.value, sensor.errors), ((480, 880), 0))


def test_after_failures_it_looks_again_soon_and_then_less_often():
    with World(22) as world:
        world.run(2600)
        world.air[0] = None
        world.run(60000)
        times = [ms for ms, _ in world.asked]
        gaps = [b - a for a, b in zip(times, times[1:])]
        assert gaps[0] >= 5000 and max(gaps[1:3]) <= 2600 and min(gaps[3:]) >= 5000, gaps


def test_a_good_reading_ends_the_trouble():
    with World(22) as world:
        world.air[0] = None
        equal(world.run(20000).failures, 5)
        world.air[0] = frame(-1, 999)
        sensor = world.run(6000)
        equal((sensor.failures, sensor.error, sensor.data, sensor.errors), (0, 0, None, 5))
        equal(sensor.value, (-1, 999))


def test_values_for_others_have_an_age():
    with World(22, 22) as world:
        value = world.dht.value
        equal(value(0, "temperature"), None)
        world.run(5000)
        equal((value(0, "temperature")[0], value(0, "humidity")[0]), (21.5, 52.5))
        for pin, name in ((5, "temperature"), (0, "pressure"), (0, "")):
            equal(value(pin, name), None)
        world.air[0] = None
        world.run(9000)
        assert value(0, "temperature")[0] == 21.5 and value(0, "temperature")[1] < 15
        world.run(13000)
        assert value(0, "temperature")[0] == 21.5 and value(0, "temperature")[1] > 20 and value(1, "temperature")[1] < 6


def test_the_clock_is_set_meanwhile():
    with World(22) as world:
        start = world.run(4000).start
        clock.set_unix(1795230000, 0, world.chip)
        sensor = world.run(5500)
        assert 5000 <= clock.ticks_diff(sensor.start, start) <= 5600 and sensor.errors == 0


def test_after_a_day_of_silence_the_last_value_is_forgotten():
    with World(22) as world:
        world.reading(frame(215, 525))
        for _ in range(4):
            world.chip.wait(6 * 3600 * 1000 - 3000)
            equal(world.reading(None).value, (215, 525))
        world.chip.wait(30000)
        sensor = world.reading(None)
        equal((sensor.value, world.dht.value(0, "temperature")), (None, None))
        equal(world.reading(frame(-50, 800)).value, (-50, 800))
