"""Readings on their way to ThingSpeak, through hours of simulated time."""

from expect import equal, raises
from fakes.outbox import FIELDS, Scene
from fakes.thingspeak import App, Config, FakeSpeak
from picorest import clock
from picorest.problem import Problem
from picorest.thingspeak import api
from picorest.thingspeak.outbox import COUNT
from picorest.thingspeak.service import Service
from picorest.upstream.httpdate import unix


async def test_each_reading_becomes_an_entry_with_its_time():
    scene = Scene()
    await scene.pass_(100)
    equal(scene.speak.writes, [1] * 5)
    equal(scene.speak.entries[1][1], {"field1": "2", "field2": "0.25"})
    equal(scene.speak.entries[4][1], {"field1": "5"})
    equal(scene.state(), (5, 0, 0, None))
    scene.check()


async def test_an_hour_of_outage_in_a_day():
    scene = Scene(every=240)
    scene.speak.mood = lambda path: "offline" if 36000 <= scene.time.now < 39600 else None
    await scene.pass_(86400)
    equal(max(scene.speak.writes), 15)
    equal(scene.state(), (360, 0, 0, None))
    scene.check(every=240)


async def test_a_lack_of_memory_loses_and_repeats_nothing():
    scene = Scene()
    scene.speak.online = False
    await scene.pass_(330)
    scene.speak.online = True
    short = ["memory"] * 3
    scene.speak.mood = lambda path: short.pop() if short else None
    await scene.pass_(300)
    equal((short, scene.service.log[COUNT], scene.service.error), ([], 0, None))
    scene.check()


async def test_without_wifi_nothing_is_asked_and_nothing_lost():
    scene = Scene()
    await scene.pass_(50)
    scene.speak.online = False
    del scene.speak.asked[:]
    await scene.pass_(600)
    equal(scene.speak.asked, [])
    scene.speak.online = True
    await scene.pass_(120)
    equal(scene.service.log[COUNT], 0)
    scene.check()


async def test_lost_requests_and_lost_answers_lose_and_repeat_nothing():
    scene = Scene()
    state = 12345

    def mood(path):
        nonlocal state
        state = (state * 1103515245 + 12345) & 0x3FFFFFFF
        return (None, "lost", "unanswered", "offline", None)[(state >> 16) % 5]

    scene.speak.mood = mood
    await scene.pass_(20000)
    scene.speak.mood = lambda path: None
    await scene.pass_(400)
    equal(scene.state(), (1020, 0, 0, None))
    scene.check()


async def test_readings_before_the_clock_is_set_get_their_times():
    scene = Scene(synced=False)
    scene.speak.online = False
    await scene.pass_(100)
    clock.synced = True
    scene.speak.online = True
    await scene.pass_(60)
    scene.check()


async def test_without_a_time_server_the_clock_of_thingspeak_will_do():
    scene = Scene(synced=False)
    await scene.pass_(50)
    # the fake's clock says 03:00:41 when it answers for the first time, at 102 seconds since boot
    equal([at[14:19] for at, _ in scene.speak.entries], ["00:40", "01:00", "01:20"])
    scene.time.restore()


async def test_a_channel_that_cannot_be_read_still_gets_everything_once():
    scene = Scene()
    scene.speak.private = True
    lost = ["unanswered"]
    scene.speak.mood = lambda path: lost.pop() if lost and "update" in path else None
    await scene.pass_(100)
    # nobody can tell whether the first one arrived: it is offered again, and ThingSpeak drops what it has
    scene.time.restore()
    equal(scene.speak.repeated, 1)
    equal([str(fields["field1"]) for _, fields in scene.speak.entries][:3], ["1", "2", "3"])


async def test_over_the_bound_the_oldest_are_lost_and_counted():
    scene = Scene(buffer=10)
    scene.speak.online = False
    await scene.pass_(400)
    equal(scene.state(), (0, 10, 10, None))
    scene.speak.online = True
    await scene.pass_(40)
    equal([str(fields["field1"]) for _, fields in scene.speak.entries], [str(n) for n in range(12, 23)])
    scene.time.restore()


async def test_the_window_is_kept_whatever_is_configured():
    scene = Scene(every=1)
    await scene.pass_(60)
    equal(scene.speak.writes, [1] * 4)
    scene.check(every=15)


async def test_a_value_that_is_missing_is_remembered():
    scene = Scene(fields={"1": "count", "2": "silent"})
    await scene.pass_(30)
    equal(scene.service.missing, "silent")
    scene.time.restore()


async def test_the_led_toggles_with_every_delivery():
    scene = Scene(led="D4")
    await scene.pass_(50)
    equal(scene.app.driven, [("D4", "toggle")] * 3)
    scene.time.restore()


async def test_silent_sensors_get_time_at_first_and_then_nothing_is_written():
    scene = Scene(fields={"1": "silent"})
    await scene.pass_(100)
    equal(scene.speak.asked, [])
    scene.time.restore()
    scene = Scene(fields={"1": "count", "2": "silent"})
    await scene.pass_(9)
    equal(scene.speak.entries, [])
    await scene.pass_(3)
    equal(len(scene.speak.entries), 1)
    scene.time.restore()


async def test_what_is_configured_wrongly_is_told():
    for config, fields in (({}, {"9": "count"}), ({}, {"field1": "count"}), ({"channel": 0}, FIELDS)):
        app = App(Config(write={"fields": fields}, **config), FakeSpeak())
        await Service(app, "thingspeak.readings", "thingspeak.upload").run()
        assert "fields from 1 to 8" in app.failures["thingspeak.write"]


def test_http_dates():
    for date, seconds in (
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Sat, 21 Nov 2026 04:37:30 GMT", 1795235850),
        ("Tue, 29 Feb 2028 23:59:59 GMT", 1835481599),
        ("Wed, 01 Mar 2028 00:00:00 GMT", 1835481600),
        ("Thu, 31 Dec 2099 23:59:59 GMT", 4102444799),
    ):
        equal(unix(date), seconds)


async def test_the_window_is_fifteen_seconds_to_the_millisecond():
    scene = Scene()
    app = scene.app
    equal(api.wait(app), 0)
    for _ in range(2):  # it is called again where memory was short: nothing has been sent
        api.build_write(app, "/update.json", "field1=1")
    with raises(Problem):
        api.check_write(app, Problem("upstream-refused", sent=False, upstream="thingspeak", at="x", error=1))
    equal(api.wait(app), 0)
    begun = scene.time.now
    with raises(Problem):
        api.check_write(app, Problem("upstream-timeout", sent=True, upstream="thingspeak", seconds=6))  # it may have arrived
    for late, left in ((0, 15000), (1, 14000), (13.5, 1500), (14.999, 1)):
        scene.time.now = begun + late
        equal(api.wait(app), left)
        with raises(Problem) as caught:
            api.build_write(app, "/update.json", "field1=2")
        equal((caught.error.status_code, caught.error.members["retry_after"]), (429, (left + 999) // 1000))
    scene.time.now = begun + 15
    equal(api.wait(app), 0)
    scene.time.restore()


async def test_while_nothing_gets_through_the_tries_become_rarer():
    scene = Scene()
    tried = []

    def mood(path):
        tried.append(scene.time.now)
        return "offline" if scene.time.now < 600 else None

    scene.speak.mood = mood
    await scene.pass_(500)
    gaps = [later - earlier for earlier, later in zip(tried, tried[1:])]
    equal(gaps[:8], [5, 10, 20, 40, 60, 60, 60, 60])
    await scene.pass_(200)
    equal(scene.service.attempts, 0)  # once it works all is as at the start
    del tried[:]
    scene.speak.mood = lambda path: mood(path) and None or "offline"
    await scene.pass_(60)
    gaps = [later - earlier for earlier, later in zip(tried, tried[1:])]
    equal(gaps[:2], [5, 10])
    scene.time.restore()


async def test_a_channel_that_can_be_asked_is_no_success_while_it_takes_nothing():
    """Reading goes well, writing does not: nothing says that all is well, and the tries become rarer all the same."""
    scene = Scene()
    tried, told = [], []

    def mood(path):
        if "update" in path:
            tried.append(scene.time.now)
            return "lost"

    scene.speak.mood = mood
    for _ in range(400):
        await scene.pass_(1)
        told.append(scene.service.error is None)
    assert True not in told[told.index(False) :]
    equal((scene.service.success, scene.service.sent), (None, 0))
    gaps = [later - earlier for earlier, later in zip(tried, tried[1:])]
    assert gaps == sorted(gaps) and gaps[-1] >= 60, gaps
    scene.speak.mood = lambda path: None
    await scene.pass_(100)
    assert scene.service.success is not None and scene.state()[1:] == (0, 0, None), scene.state()
    scene.check()


async def test_a_clock_that_is_set_anew_repeats_nothing_that_may_have_arrived():
    scene = Scene()
    lost = ["unanswered"]
    scene.speak.mood = lambda path: lost.pop() if lost and "update" in path else None
    while lost:
        await scene.pass_(1)
    unix = clock.unix
    clock.unix = lambda: unix() + 7  # a time server has been asked
    await scene.pass_(100)
    equal([str(fields["field1"]) for _, fields in scene.speak.entries], ["1", "2", "3", "4", "5", "6"])
    equal((scene.speak.repeated, scene.service.error), (0, None))
    scene.time.restore()


async def test_whether_it_arrived_is_asked_with_the_key_that_may_read():
    equal(await keys({}), ["W", "W", "W"])
    equal(await keys({"read_key": "R"}), ["W", "R", "W"])


async def keys(config):
    """The keys of the first requests, where nobody hears the answer to the first one."""
    scene = Scene(config=config)
    lost, seen, answer = ["unanswered"], [], scene.speak.answer
    scene.speak.mood = lambda path: lost.pop() if lost and "update" in path else None

    def noting(path, method, headers, body):
        seen.append(headers["THINGSPEAKAPIKEY"])
        return answer(path, method, headers, body)

    scene.speak.answer = noting
    await scene.pass_(60)
    scene.time.restore()
    return seen[:3]
