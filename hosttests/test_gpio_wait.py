"""GET /gpio/P?wait=S&since=REV: the long poll."""

import contextlib
import threading
import time

import pytest

from hosttests.support.gpio import ALL, number, ok, refused
from hosttests.support.raw_http import Wire, settled


def later(board, path):
    """Ask in the background: a function that returns the answer."""
    found = []
    thread = threading.Thread(target=lambda: found.append(type(board).request(board, "GET", path)), daemon=True)
    thread.start()

    def answer():
        thread.join(15)
        assert found, "no answer"
        return found[0]

    return answer


def revision(board, pin):
    return ok(board.get(f"/gpio/{pin}"))["rev"]


def test_a_revision_for_every_change(board, free_pins):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"state": 0}))
    before = revision(board, pin)
    assert revision(board, pin) == before
    ok(board.put(f"/gpio/{pin}", {"state": 1}))
    assert revision(board, pin) > before


def test_it_answers_at_once_when_there_is_news(board, free_pins):
    pin = free_pins[0]
    now = revision(board, pin)
    for since in (now - 1, now + 1, 0 if now else 99):
        assert ok(board.get(f"/gpio/{pin}?wait=30&since={since}"))["rev"] == now
    assert ok(board.get(f"/gpio?pin={pin}&since={now - 1}"))["rev"] == now


@pytest.mark.world
def test_a_restart_is_news(board, free_pins):
    for pin in free_pins:  # one that is set up, one that is only looked at
        if pin == free_pins[0]:
            ok(board.put(f"/gpio/{pin}", {"state": 1}))
        known = revision(board, pin)
        board.reboot()
        said = ok(board.get(f"/gpio/{pin}?wait=30&since={known}", timeout=5))
        assert said["rev"] != known
        again = board.get(f"/gpio/{pin}?wait=0.1&since={said['rev']}")
        assert again.status_code == 304


@pytest.mark.world
def test_a_change_of_a_pin_that_nobody_has_set_up_is_news(board, free_pins):
    pin = free_pins[1]
    board.world.put({"pins": {pin: 0}})
    known = revision(board, pin)
    board.world.put({"pins": {pin: 1}})
    assert ok(board.get(f"/gpio/{pin}?wait=30&since={known}", timeout=5))["state"] == 1


def test_nothing_new(board, free_pins):
    pin = free_pins[0]
    answer = board.get(f"/gpio/{pin}?wait=0.2&since={revision(board, pin)}")
    assert answer.status_code == 304 and not answer.content
    answer = board.get(f"/gpio/{pin}?wait=0&since={revision(board, pin)}")
    assert answer.status_code == 304


@ALL
def test_it_waits_for_a_request(board, free_pins, request):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"state": 0}))
    answer = later(board, f"/gpio/{pin}?wait=10&since={revision(board, pin)}")
    assert ok(board.get("/health"))["status"] == "ok"  # others are served meanwhile
    ok(board.put(f"/gpio/{pin}", {"state": 1}))
    assert ok(answer())["state"] == 1


@ALL
@pytest.mark.world
def test_it_waits_for_the_outside(board, free_pins):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"mode": "in", "pull": "up"}))
    answer = later(board, f"/gpio/{pin}?wait=10&since={revision(board, pin)}")
    board.world.put({"pins": {pin: 0}})
    assert ok(answer())["state"] == 0


@pytest.mark.world
def test_a_short_press_is_not_lost(board, free_pins):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"mode": "in", "pull": "up"}))
    before = revision(board, pin)
    board.world.put({"pins": {pin: 0}})
    board.world.put({"pins": {pin: 1}})
    said = ok(board.get(f"/gpio/{pin}?wait=10&since={before}"))
    assert said["rev"] > before and said["state"] == 1


@pytest.mark.parametrize("query", ["wait=31", "wait=-1", "wait=x", "wait=", "wait=nan", "wait=inf", "wait=1e400",
                                   "wait=1&since=x", "wait=1&since=1.5", "since="])  # fmt: skip
def test_what_cannot_be_waited_for(board, free_pins, query):
    assert "30" in refused(board.get(f"/gpio/{free_pins[0]}?{query}"), 400, "bad-wait")["detail"]


def test_waiting_is_not_changing(board, free_pins):
    refused(board.get(f"/gpio/{free_pins[0]}?wait=1&state=1"), 400, "unknown-parameter")


@pytest.mark.world
def test_the_last_connections_are_not_for_waiting(board, free_pins):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"state": 0}))
    since = revision(board, pin)
    answers = [later(board, f"/gpio/{pin}?wait=3&since={since}") for _ in range(3)]
    said = [answer() for answer in answers]
    assert sorted(answer.status_code for answer in said) == [304, 304, 503]
    busy = next(answer for answer in said if answer.status_code == 503)
    assert int(busy.headers["Retry-After"]) > 0 and "wait" in refused(busy, 503, "too-many-waiting")["detail"]


@pytest.mark.world
@pytest.mark.boards("nodemcu")
def test_who_waits_gives_way_to_who_does_something(board, free_pins):
    pin, other = free_pins
    since = revision(board, pin)
    settled(board)
    with contextlib.ExitStack() as stack:
        waits = [stack.enter_context(Wire(board)).get(f"/gpio/{pin}?wait=20&since={since}") for _ in range(2)]
        # these are at work for two seconds
        works = [stack.enter_context(Wire(board)).get(f"/dht?pin={free}&type=dht22") for free in ("D1", "D7")]
        time.sleep(0.3)
        change = stack.enter_context(Wire(board)).get(f"/gpio/{other}", method="PUT", body=b'{"state":1}').answer()
        assert change.status == 200
        assert [work.answer().status for work in works] == [503, 503]  # there are no sensors
        early = [wire for wire in waits if wire.speaks(0)]
        assert len(early) == 1
        busy = early[0].answer()
        assert busy.status == 503 and int(busy.headers["retry-after"]) > 0 and b"too-many-waiting" in busy.body
        ok(board.put(f"/gpio/{pin}", {"state": "toggle"}))
        assert next(wire for wire in waits if wire is not early[0]).answer().status == 200


def all_pins(board):
    return ok(board.get("/gpio"))


@ALL
def test_all_pins_at_once(board, free_pins):
    first, second = free_pins
    ok(board.put("/gpio", {first: 0, second: 0}))
    before = all_pins(board)
    assert all_pins(board) == before
    assert board.get(f"/gpio?wait=0.1&since={before['rev']}").status_code == 304
    for pin in free_pins:
        answer = later(board, f"/gpio?wait=10&since={before['rev']}")
        ok(board.put(f"/gpio/{pin}", {"state": 1}))
        after = ok(answer())
        assert after["rev"] > before["rev"] and after == all_pins(board)
        assert {each["state"] for each in after["pins"] if each["pin"] == number(board, pin)} == {1}
        before = after
    assert ok(board.get(f"/gpio?since={before['rev'] - 1}")) == before


@pytest.mark.world
def test_all_pins_at_once_from_outside(board, free_pins):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"mode": "in", "pull": "up"}))
    before = all_pins(board)["rev"]
    board.world.put({"pins": {pin: 0}})
    board.world.put({"pins": {pin: 1}})
    assert ok(board.get(f"/gpio?wait=10&since={before}"))["rev"] > before  # a short press is not lost
    board.reboot()
    assert all_pins(board)["rev"] != before


@pytest.mark.world
def test_a_lease_of_any_pin_is_news(board, free_pins):
    ok(board.put(f"/gpio/{free_pins[0]}", {"state": 0}))
    ok(board.put(f"/gpio/{free_pins[0]}", {"state": 1, "for": 0.5}))
    before = all_pins(board)["rev"]
    after = ok(board.get(f"/gpio?wait=10&since={before}"))
    assert [each["state"] for each in after["pins"] if each["pin"] == number(board, free_pins[0])] == [0]


@pytest.mark.parametrize("query", ["wait=31", "wait=1&since=x", "since="])
def test_what_cannot_be_waited_for_on_all_pins(board, query):
    refused(board.get(f"/gpio?{query}"), 400, "bad-wait")
    refused(board.get("/gpio?wait=1&all=1"), 400, "unknown-parameter")
    refused(board.get("/gpio?pin=&wait=1"), 400, "missing-pin")
