"""What lasts moves to the bottom of the heap, and stays what it is."""

import gc
import sys
from io import StringIO

from expect import equal
from fakes.gpio import do, pins
from micropython import heap_lock, heap_unlock
from picorest import settle
from picorest.gpio import play
from uctypes import addressof


class Thing:
    """An application, or a part of it."""

    def __init__(self, **attributes):
        for name in attributes:
            setattr(self, name, attributes[name])


class Full(dict):
    """A table that grows no more."""

    def update(self, _):
        raise MemoryError


def application(upstreams=None, **more):
    found = pins("nodemcu")
    config = Thing(data={}, warnings=())
    more.update(upstreams=upstreams or {}, services=[])
    return Thing(config=config, pins=found, board=found.board, wifi=Thing(), sntp=Thing(), **more)


def late(make):
    """What make() returns, made while much below it was in use."""
    below = [bytearray(64) for _ in range(200)]
    found = make()
    del below
    gc.collect()
    return found


def text(n):
    return "what lasts %d" % n


def without_memory():
    """MicroPython's own exception, as where there is no memory for another."""
    heap_lock()
    try:
        bytearray(1)
    except MemoryError as e:
        found = e
    heap_unlock()
    return found


def throw(error, deep):
    if deep:
        throw(error, deep - 1)
    raise error


def told(error):
    text = StringIO()
    sys.print_exception(error, text)
    return text.getvalue()


def test_the_exception_for_which_there_was_no_memory_is_forgotten():
    """What it tells lies where that was, which on a chip may be in the middle of what is free."""
    error = without_memory()
    try:
        throw(error, 3)
    except MemoryError:
        pass
    assert "in throw" in told(error)
    settle.settle(application())
    assert "in throw" not in told(error)


def test_texts_tuples_and_large_numbers_lie_lower_and_are_equal():
    for make in (lambda: text(1), lambda: text(2).encode(), lambda: (text(3), 4, None), lambda: 1 << 80 | len(text(5))):
        app = application(kept=late(make))
        before = id(app.kept)
        assert settle.settle(app) > 0
        assert id(app.kept) < before
        equal((type(app.kept), app.kept), (type(make()), make()))


def test_the_characters_lie_lower_too():
    app = application(kept=late(lambda: text(1) * 9))
    before = addressof(app.kept)
    settle.settle(app)
    assert addressof(app.kept) < before


def test_lists_tables_and_objects_stay_and_what_is_in_them_moves():
    rows = late(lambda: [[text(1), (text(2), [text(3)])], {"name": text(4)}])
    inner, table, deepest = rows[0], rows[1], rows[0][1][1]
    texts = id(inner[0]), id(table["name"]), id(deepest[0])
    thing = Thing()
    app = application(rows=rows, thing=thing, none=None, yes=True, number=7, empty=())
    assert settle.settle(app) > 0
    assert app.rows is rows and rows[0] is inner and rows[1] is table and inner[1][1] is deepest and app.thing is thing
    equal(rows, [[text(1), (text(2), [text(3)])], {"name": text(4)}])
    assert all(now < before for now, before in zip((id(inner[0]), id(table["name"]), id(deepest[0])), texts))
    equal((app.none, app.yes, app.number, app.empty), (None, True, 7, ()))


def test_what_endpoints_remember_moves_with_its_lists():
    known = late(lambda: {"weather": [["paris,fr", text(1), 7]]})
    app = application(upstreams=known)
    settle.settle(app)
    places, place = app.upstreams["weather"], app.upstreams["weather"][0]
    equal(app.upstreams, {"weather": [["paris,fr", text(1), 7]]})
    assert id(places) < id(known["weather"]) and id(place) < id(known["weather"][0])


def test_what_services_keep_moves():
    service = late(lambda: Thing(log=[text(1)]))
    before = id(service.log[0])
    app = application()
    app.services.append(["name", service, None, 0])
    settle.settle(app)
    assert id(service.log[0]) < before


def test_what_has_moved_stays_where_it_is():
    app = application(rows=late(lambda: [text(n) for n in range(20)]))
    for _ in range(5):
        gain = settle.settle(app)
    equal(gain, 0)


def test_the_configuration_is_the_same_object_with_the_same_settings():
    app = application()
    app.config.data = data = late(lambda: {"name %d" % n: text(n) for n in range(10)})
    settle.settle(app)
    assert app.config.data is data
    equal(data, {"name %d" % n: text(n) for n in range(10)})


def test_no_setting_is_lost_for_want_of_memory():
    app = application()
    app.config.data = Full({"one": 1, "two": 2})
    app.config.data.copy = lambda: {"one": 1, "two": 2}
    settle.settle(app)
    equal(app.config.data, {"one": 1, "two": 2})


def test_an_output_moves_with_all_that_is_known_of_it():
    app = application()
    late(lambda: do(app.pins, "D5", state=1))
    line = app.pins.lines[14]
    line.safe, before = 1, line.text()
    settle.settle(app)
    moved = app.pins.lines[14]
    assert moved is not line and id(moved) < id(line)
    equal((moved.text(), moved.safe, moved.pin is line.pin), (before, 1, True))
    do(app.pins, "D5", state=0)
    equal(line.pin.value(), 0)


def test_what_plays_on_a_pin_plays_on():
    """A tune or a fading light knows by the very tuple that nobody else has driven its pin."""
    app = application()
    late(lambda: do(app.pins, "D5", pwm=0.5))
    line = app.pins.lines[14]
    late(lambda: play.stop(app.pins, line))
    before, start = line.pwm, line.text()
    settle.settle(app)
    assert app.pins.lines[14] is line and line.pwm is before
    equal(line.text(), start)


def test_a_text_that_several_hold_stays_one():
    app = application(upstreams={})
    app.config.data["alarms"] = late(lambda: b"what lasts for long " * 5)
    service = Thing(data=app.config.data["alarms"], rows=[app.config.data["alarms"]])
    app.services.append(["alarms", service, None, 0])
    for _ in range(3):
        before = app.config.data["alarms"]
        settle.settle(app)
        assert service.data is app.config.data["alarms"] and service.rows[0] is service.data
    equal(before, b"what lasts for long " * 5)


def test_a_pin_that_somebody_waits_for_stays():
    app = application()
    late(lambda: do(app.pins, "D5", mode="in"))  # its interrupt
    late(lambda: do(app.pins, "D6", state=1))
    app.pins.lines[12].task = object()  # its lease
    before = dict(app.pins.lines)
    settle.settle(app)
    assert all(app.pins.lines[gpio] is before[gpio] for gpio in (14, 12))


def test_pins_that_links_know_stay():
    app = application()
    late(lambda: do(app.pins, "D5", state=1))
    before = app.pins.lines[14]
    app.services.append(["links", Thing(), None, 0])
    settle.settle(app)
    assert app.pins.lines[14] is before
