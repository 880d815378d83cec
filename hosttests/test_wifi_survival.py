"""What no router may do to a board: reset it, move an output, or leave it unreachable."""

import time

import pytest

from hosttests.support.wifi import access_point, at_home, connected, events, fast, fast_until, networks, router, state, station

pytestmark = [pytest.mark.world, pytest.mark.boards("nodemcu", "esp32")]


@pytest.fixture
def board(fresh_board, free_pins):
    """A board on `home` with one output high and one low; in the end they still are, and it has not restarted."""
    board = at_home(fresh_board)
    for pin, level in zip(free_pins, (1, 0), strict=True):
        assert board.put(f"/gpio/{pin}", {"state": level}).ok
    before = board.world.get()
    yield board
    after = board.world.get()
    assert after["outputs"] == before["outputs"]
    assert len(after["outputs"]) >= 2
    assert after["boots"] == before["boots"]


def lose_the_router(board):
    router(board, False)
    fast_until(board, access_point)


def test_router_off_and_back(board):
    lose_the_router(board)
    wifi = state(board, lambda w: w["state"] == "access-point")
    assert wifi["access_point"]["ssid"].startswith("picorest-")
    assert {"lost", "not-found", "access-point-opened"} <= set(events(wifi))
    router(board, True)
    connected(board)
    fast_until(board, lambda w: not access_point(w), speed=400)
    wifi = connected(board)
    assert {"connected", "access-point-closed"} <= set(events(wifi))
    assert wifi["mode"] == "station"


def test_router_off_at_boot(fresh_board):
    board = at_home(fresh_board)
    router(board, False)
    boots = board.world.get()["boots"]
    board.world.put({"power": "cut"})
    fast_until(board, lambda w: w["boots"] > boots and access_point(w))
    state(board, lambda w: w["state"] == "access-point")
    router(board, True)
    connected(board)
    assert board.world.get()["boots"] == boots + 1


@pytest.mark.long
def test_router_off_for_hours(board):
    lose_the_router(board)
    start = board.world.get()["time"]["unix"]
    fast_until(board, lambda w: w["time"]["unix"] > start + 7 * 3600, speed=1500)
    wifi = state(board, lambda w: w["state"] == "access-point")
    found = {event["event"]: event for event in wifi["events"]}
    assert found["not-found"]["since"] > 6 * 3600 and found["not-found"]["count"] > 20
    assert found["lost"]["age"] > 6 * 3600, "the night has pushed the reason out of the list"
    router(board, True)
    connected(board)


def test_wrong_and_changed_password(board):
    networks(board, home="changed-by-somebody")
    fast_until(board, access_point)
    wifi = state(board, lambda w: "wrong-password" in events(w))
    assert "password" in next(e["reason"] for e in wifi["events"] if e["event"] == "wrong-password")
    assert board.get("/config").json()["wifi"]["networks"] == [{"ssid": "home", "password": True}]
    networks(board, home="secret-home")
    connected(board)


def test_dhcp_that_never_answers(board):
    networks(board, home={"password": "secret-home", "dhcp": "silent"})
    router(board, False)
    fast_until(board, lambda w: station(w) != "connected")
    router(board, True)
    fast_until(board, access_point)
    wifi = state(board, lambda w: "no-address" in events(w))
    assert "DHCP" in next(e["reason"] for e in wifi["events"] if e["event"] == "no-address")
    networks(board, home="secret-home")
    connected(board)


@pytest.mark.long
def test_nobody_on_the_access_point_is_disturbed(board):
    lose_the_router(board)
    board.world.put({"wifi": {"ap_clients": 1}})
    router(board, True)
    start = fast_until(board, lambda w: station(w) == "idle")["time"]["unix"]
    seen = set()

    def an_hour_later(world):
        seen.add(station(world))
        return world["time"]["unix"] > start + 3600

    fast_until(board, an_hour_later, speed=400)
    assert seen == {"idle"}, "the radio searched while somebody was on the access point"
    board.world.put({"wifi": {"ap_clients": 0}})
    connected(board)


def test_connections_die_with_the_router_and_the_server_lives(board):
    assert board.get("/health").ok
    router(board, False)
    fast_until(board, lambda w: station(w) != "connected")
    router(board, True)
    connected(board)
    assert board.get("/health").ok


@pytest.mark.long
def test_a_hundred_flaps(board):
    def flap(times):
        with fast(board, 80):
            for _ in range(times):
                router(board, False)
                board.world.wait(lambda w: station(w) != "connected")
                router(board, True)
                board.world.wait(lambda w: station(w) == "connected", 60)
        state(board, lambda wifi: wifi["state"] == "connected")
        free = []
        for _ in range(20):  # some modules are in memory for a moment only
            time.sleep(0.1)
            free.append(board.world.memory()["free"])
        return max(free)

    before = flap(20)
    after = flap(80)
    assert abs(after - before) < 1024, f"free heap was {before}, is {after}"
    counted = {event["event"]: event["count"] for event in board.get("/wifi").json()["events"]}
    assert counted["lost"] > 20
