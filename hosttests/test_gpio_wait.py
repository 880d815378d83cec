"""GET /gpio/P?wait=S&since=REV: the long poll."""

import threading

import pytest

from hosttests.support.gpio import ALL, ok, refused


def later(board, path):
    """Ask in the background: a function that returns the answer."""
    found = []
    thread = threading.Thread(target=lambda: found.append(type(board).request(board, "GET", path)))
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
