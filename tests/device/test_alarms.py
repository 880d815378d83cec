"""Alarms: what happens when, once and no more, whatever the clock, the configuration and the buttons do meanwhile."""

import json

from expect import equal, raises
from fakes.alarms import MONDAY, App, Fixture
from picorest import clock
from picorest.actions import SHORT
from picorest.alarms import ring
from picorest.alarms.records import LAST, NEXT, RINGING, STATE, get
from picorest.problem import Problem

WAKE = {"id": "wake", "at": "07:00", "do": "bell.tune", "tune": "C5:1", "snooze": 300, "button": "bell"}
SEVEN = 7 * 3600
DAY = 86400


def test_nothing_happens_before_the_clock_is_set():
    with Fixture():
        app = App(WAKE, {"every": 5, "do": "lamp.toggle"})
        clock.synced = False
        equal(app.run(DAY, 10), [])
        clock.synced = True
        equal(app.run(11), [(DAY + 5, "lamp.toggle"), (DAY + 10, "lamp.toggle")])


def test_each_time_once():
    with Fixture():
        app = App(WAKE, dict(WAKE, id="late", at="07:01", days="mon,wed"), {"every": 21600, "do": "pump.on"})
        seen = app.run(2 * DAY, 5)
        wanted = [(SEVEN + n * DAY, "bell.tune") for n in range(2)] + [(SEVEN + 60, "bell.tune")]
        wanted += [(n * 21600, "pump.on") for n in range(1, 9)]
        equal(seen, sorted(wanted))
        equal(get(app.service, 0, NEXT), MONDAY + 2 * DAY + SEVEN)
        equal(get(app.service, 0, LAST), MONDAY + DAY + SEVEN)


def test_a_corrected_clock_does_nothing_twice_and_loses_nothing():
    for before, to in ((SEVEN + 2, SEVEN - 5), (SEVEN - 5, SEVEN + 20), (SEVEN + 2, SEVEN - 3600), (SEVEN - 100, SEVEN + 50)):
        with Fixture():
            app = App(WAKE)
            seen = app.run(before)
            app.correct(MONDAY + to)
            seen += app.run(0, 1)
            app.service.step()
            seen += app.done
            seen += app.run(2 * 3600)
            equal((before, len(seen)), (before, 1))


def test_a_time_that_has_long_passed_is_skipped_or_made_up_for():
    with Fixture():
        app = App(WAKE, dict(WAKE, id="run", missed="run", do="lamp.on"))
        app.run(60)
        app.correct(MONDAY + 10 * 3600)
        equal(app.run(2), [(10 * 3600 + 1, "lamp.on")])
        app.correct(MONDAY + 3 * DAY + 10 * 3600)  # three times were missed: it is done once
        equal(app.run(2), [(3 * DAY + 10 * 3600 + 1, "lamp.on")])
        equal([do for _, do in app.run(DAY, 5)], ["bell.tune", "lamp.on"])


def test_after_a_restart_nothing_is_done_twice_or_made_up_for():
    with Fixture():
        app = App(WAKE, dict(WAKE, id="run", missed="run", do="lamp.on"))
        app.run(SEVEN + 5)
        for off in (10, DAY + 20, DAY + 1800):
            now = app.now
            app = App(*json.loads(app.data["alarms"]))
            app.turn(now + off)
            app.service.step()
            equal((off, app.done), (off, []))
        equal(len(app.run(DAY, 20)), 2)


def test_changed_alarms_do_not_make_up_for_what_was_before():
    with Fixture():
        app = App(WAKE)
        app.run(SEVEN + 10)
        app.set(dict(WAKE, at="06:59"), dict(WAKE, id="new", at="07:00", missed="run"))
        equal(app.run(60), [])
        app.set(dict(WAKE, at="06:59", enabled=False), dict(WAKE, id="new", at="08:00"))
        equal(app.run(2 * 3600), [(8 * 3600, "bell.tune")])
        app.set(dict(WAKE, at="06:59"))
        equal(app.run(60), [])


def test_a_change_beside_the_schedule_keeps_what_was():
    with Fixture():
        app = App(WAKE)
        app.run(SEVEN + 5)
        equal(get(app.service, 0, STATE), 1)
        app.set({"id": "first", "at": "12:00", "do": "lamp.on"}, dict(WAKE, tune="A4:1"))
        app.run(1)
        equal((get(app.service, 0, STATE), get(app.service, 1, STATE)), (0, 1))


def test_put_off_and_stopped():
    with Fixture():
        app = App(WAKE)
        with raises(Problem):
            app.service.step()
            ring.snooze(app.service, 0)
        app.run(SEVEN)
        equal(app.done, [(MONDAY + SEVEN, "bell.tune")])
        app.turn(app.now + 3)
        ring.snooze(app.service, 0)
        equal(app.done[1:], [(MONDAY + SEVEN + 3, "bell.stop")])
        equal(app.run(600), [(SEVEN + 303, "bell.tune")])
        equal(get(app.service, 0, STATE), 0)  # nobody has touched it for a minute
        app.run(DAY - 600)
        ring.snooze(app.service, 0)
        ring.stop(app.service, 0)
        equal(app.run(600), [])


def test_tried_it_does_what_it_would_and_is_due_as_ever():
    with Fixture():
        app = App(WAKE, dict(WAKE, id="off", do="lamp.on", enabled=False))
        app.run(60)
        del app.done[:]
        for n in range(2):
            ring.attempt(app.service, n)
            equal((get(app.service, n, STATE), get(app.service, n, LAST)), (RINGING, app.now))
        equal([do for _, do in app.done], ["bell.tune", "lamp.on"])
        equal(get(app.service, 0, NEXT), MONDAY + SEVEN)
        ring.snooze(app.service, 0)
        ring.stop(app.service, 1)
        del app.done[:]
        seen = app.run(SEVEN)
        equal([each for each in seen if each[1] == "bell.tune"], [(60 + 300, "bell.tune"), (SEVEN, "bell.tune")])
        equal([do for _, do in seen if do == "lamp.on"], [])


def test_what_fails_when_tried_says_why():
    with Fixture():
        app = App(WAKE)
        app.run(1)
        app.says["bell.tune"] = "There is too little memory for it."
        ring.attempt(app.service, 0)
        equal(app.service.errors, {"wake": "There is too little memory for it."})


def test_a_button_puts_off_and_stops():
    with Fixture():
        app = App(WAKE, dict(WAKE, id="other", button="D5"), dict(WAKE, id="third", snooze=None, button="D3"))
        del app.service
        app = App(WAKE, dict(WAKE, id="other", button="D5"))
        app.run(SEVEN)
        for event in ("release", "double"):
            app.listeners[0]("bell", event)
        app.listeners[0]("lamp", "press")  # stands for D5: gpio 1
        equal([get(app.service, n, STATE) for n in (0, 1)], [1, 2])
        app.listeners[0]("D3", "press")
        equal([get(app.service, n, STATE) for n in (0, 1)], [2, 2])
        app.listeners[0]("bell", "hold")
        equal(get(app.service, 0, STATE), 0)
        app.run(600)
        equal(app.done, [(MONDAY + SEVEN + 300, "bell.tune")])
        bare = dict(WAKE)
        del bare["snooze"]
        app = App(bare)
        app.run(SEVEN)
        app.listeners[0]("bell", "press")
        equal(get(app.service, 0, STATE), 0)


def test_what_is_left_alone_and_what_is_ended():
    for do, more, ends in (
        ("lamp.on", {}, ["lamp.off"]), ("lamp.on", {"for": 9}, ["lamp.stop"]), ("lamp.pulse", {}, ["lamp.stop"]),
        ("lamp.off", {}, []),
        ("lamp.toggle", {}, []), ("lamp.fade", {}, ["lamp.stop"]), ("thingspeak.field1.toggle", {}, []), ("hook.call", {}, []),
    ):  # fmt: skip
        with Fixture():
            app = App(dict(WAKE, do=do, **more))
            app.run(SEVEN)
            del app.done[:]
            ring.stop(app.service, 0)
            equal((do, [did for _, did in app.done]), (do, ends))


def test_what_fails_says_why_until_it_goes_well():
    with Fixture():
        app = App(dict(WAKE, do="lamp.on"))
        app.says["lamp.on"] = "GPIO14 belongs to the display: use another pin."
        app.run(SEVEN)
        equal(app.service.errors, {"wake": app.says["lamp.on"]})
        equal(app.service.error, app.says["lamp.on"])
        app.set({"id": "first", "at": "12:00", "do": "lamp.off"}, dict(WAKE, do="lamp.on"))  # a change beside it
        app.run(1)
        equal(app.service.errors, {"wake": app.says["lamp.on"]})
        app.says.clear()
        app.run(DAY, 5)
        equal((app.service.errors, app.service.error), ({}, None))


def test_without_memory_it_is_done_a_moment_later():
    with Fixture():
        app = App(WAKE)
        app.run(SEVEN - 1)
        act, tries = ring.act, []

        def short(*what):
            tries.append(what)
            if len(tries) < 4:
                raise MemoryError
            return act(*what)

        ring.act = short
        for _ in range(6):
            app.turn(app.now + 1)
            try:
                app.service.step()
            except MemoryError:
                pass
        ring.act = act
        equal(app.done, [(MONDAY + SEVEN + 3, "bell.tune")])


def test_what_finds_no_memory_rings_as_soon_as_there_is_some():
    with Fixture():
        app = App(WAKE)
        app.says["bell.tune"] = SHORT
        app.run(SEVEN - 1)
        for _ in range(3):
            app.turn(app.now + 1)
            with raises(MemoryError):
                app.service.step()
        app.says.clear()
        app.run(10)
        equal((app.done, app.service.errors), ([(MONDAY + SEVEN + 3, "bell.tune")], {}))


def test_the_sun_and_polar_nights():
    with Fixture():
        app = App(
            {"at": "sunset", "offset": -1800, "do": "lamp.on"},
            {"at": "sunrise", "do": "lamp.off"},
            {"at": "sunrise", "date": "2026-11-30", "do": "pump.on"},
        )
        seen = app.run(2 * DAY, 5)
        equal([do for _, do in seen], ["lamp.off", "pump.on", "lamp.on", "lamp.off", "lamp.on"])
        app.tree["weather"] = {"lat": 80, "lon": 15}
        app.set({"at": "sunset", "do": "lamp.on"})
        equal(app.run(2 * DAY, 60), [])
        equal(get(app.service, 0, NEXT), 0)
