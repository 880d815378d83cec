"""/wifi and /wifi/networks: how things are, what is in reach, and credentials that are tried first."""

import pytest

from hosttests.support.wifi import (
    HOME,
    OFFICE,
    REACH,
    access_point,
    at_home,
    config,
    connected,
    events,
    fast_until,
    networks,
    outcome,
    patient,
    router,
    state,
    station,
)
from virtualboard.repl import Repl

pytestmark = pytest.mark.world
BOTH = pytest.mark.boards("nodemcu", "esp32")


@pytest.fixture
def board(fresh_board):
    """A board on the network `home`, with `office` in reach."""
    return at_home(fresh_board)


@BOTH
def test_state(board):
    wifi = board.get("/wifi").json()
    assert (wifi["state"], wifi["ssid"]) == ("connected", "home")
    assert wifi["ip"] == board.world.get()["wifi"]["station"]["ip"]
    assert -127 < wifi["rssi"] < 0
    assert wifi["hostname"] == "picorest" == board.world.get()["wifi"]["station"]["hostname"]
    assert "secret-home" not in board.get("/wifi").text
    joined = next(event for event in wifi["events"] if event["event"] == "connected")
    assert joined["ssid"] == "home" and joined["age"] >= 0 and joined["reason"] and "time" in joined
    assert board.get("/status").json()["wifi"]["ssid"] == "home"


@BOTH
def test_networks_in_reach(board):
    networks(board, **REACH, cafe="", weak={"password": "12345678", "rssi": -91}, secret={"password": "x", "hidden": True})
    found = board.get("/wifi/networks").json()["networks"]
    assert [n["ssid"] for n in found][-2:] == ["office", "weak"]
    assert {n["ssid"]: (n["secure"], n["known"]) for n in found} == {
        "home": (True, True),
        "cafe": (False, False),
        "office": (True, False),
        "weak": (True, False),
    }
    assert [n["rssi"] for n in found] == sorted((n["rssi"] for n in found), reverse=True)


@BOTH
def test_new_credentials_replace_the_old_ones_when_they_work(board):
    answer = patient(board.put, "/wifi", OFFICE)
    assert answer.status_code == 202
    assert answer.json()["trial"] == {"ssid": "office", "state": "trying"}
    assert answer.json()["was"]["ssid"] == "home"
    assert outcome(board, "office")["state"] == "connected"
    assert board.get("/config").json()["wifi"]["networks"] == [{"ssid": "office", "password": True}]
    board.reboot()
    connected(board, "office")


@BOTH
@pytest.mark.parametrize("password", ["", "8 bytes!", "é" * 32], ids=["none", "8 bytes", "64 bytes"])
def test_a_password_may_be_any_that_the_network_has(board, password):
    networks(board, **REACH, cafe=password)
    assert patient(board.put, "/wifi", {"ssid": "cafe", "password": password, "keep": True}).status_code == 202
    assert outcome(board, "cafe")["state"] == "connected"
    board.reboot()
    networks(board, cafe=password)
    connected(board, "cafe")


@BOTH
@pytest.mark.parametrize("password", ["x", "hello", "7 bytes", "é" * 3])
def test_a_password_that_no_network_can_have_is_not_tried(board, password):
    answer = board.put("/wifi", {"ssid": "office", "password": password})
    assert (answer.status_code, answer.json()["type"], answer.json()["key"]) == (400, "bad-credentials", "password")
    assert "8 to 64" in answer.json()["detail"]
    wifi = board.get("/wifi").json()
    assert (wifi["state"], wifi["ssid"], wifi["trial"]) == ("connected", "home", None)


@BOTH
def test_new_credentials_beside_the_old_ones(board):
    patient(board.put, "/wifi", OFFICE | {"keep": True})
    assert outcome(board, "office")["state"] == "connected"
    assert [n["ssid"] for n in board.get("/config").json()["wifi"]["networks"]] == ["office", "home"]


@BOTH
@pytest.mark.parametrize(
    ("wanted", "result"),
    [
        ({"ssid": "office", "password": "not-this-one"}, "wrong-password"),
        ({"ssid": "nowhere", "password": "12345678"}, "not-found"),
        ({"ssid": "silent", "password": "12345678"}, "no-address"),
    ],
)
def test_credentials_that_do_not_work_change_nothing(board, wanted, result):
    networks(board, **REACH, silent={"password": "12345678", "dhcp": "silent"})
    assert patient(board.put, "/wifi", wanted).status_code == 202
    trial = outcome(board, wanted["ssid"])
    assert (trial["state"], trial["result"]) == ("failed", result)
    assert len(trial["reason"]) > 10
    wifi = connected(board, "home")
    assert result in events(wifi)
    assert board.get("/config").json()["wifi"]["networks"] == [{"ssid": "home", "password": True}]
    board.reboot()
    connected(board, "home")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"ssid": ""},
        {"ssid": 5},
        {"ssid": "x" * 33},
        {"ssid": "home", "password": 12345678},
        {"ssid": "home", "password": 0},
        {"ssid": "home", "password": "x" * 65},
        {"ssid": "home", "keep": 1},
        {"ssid": "home", "key": "12345678"},
    ],
)
def test_credentials_that_cannot_be(board, body):
    answer = patient(board.put, "/wifi", body)
    assert answer.status_code == 400
    assert answer.json()["type"] == "bad-credentials"
    assert board.get("/wifi").json()["trial"] is None


@BOTH
def test_several_networks_are_tried_by_signal(board):
    networks(board, home={"password": "secret-home", "rssi": -85}, office={"password": "secret-office", "rssi": -40})
    assert patient(board.patch, "/config", config(HOME, OFFICE)).ok
    board.reboot()
    connected(board, "office")


def fixed(board, **static):
    return patient(board.patch, "/config", {"wifi": {"static": {"ip": "192.168.1.50", "gateway": "192.168.1.1", **static}}})


def address(world):
    return world["wifi"]["station"]["ip"]


@BOTH
@pytest.mark.parametrize("static", [
    {"gateway": "192.168.2.1"}, {"gateway": "192.168.1.50"}, {"ip": "0.0.0.0"}, {"ip": "192.168.1.255"}, {"ip": "192.168.1.0"},
    {"ip": "192.168.4.1", "gateway": "192.168.4.2"}, {"netmask": "255.255.0.255"}, {"dns": "255.255.255.255"},
])  # fmt: skip
def test_a_fixed_address_that_cannot_be_is_refused(board, static):
    answer = fixed(board, **static)
    assert answer.status_code == 400 and answer.json()["type"] == "bad-config"
    assert answer.json()["key"].startswith("wifi.static.") and answer.json()["key"] in answer.json()["detail"]
    assert "static" not in board.get("/config").json()["wifi"]


@BOTH
def test_a_fixed_address_holds_at_once_and_is_kept_when_the_router_answers(board):
    assert fixed(board).ok
    fast_until(board, lambda w: address(w) == "192.168.1.50")
    wifi = state(board, lambda w: "address-kept" in events(w))
    assert wifi["ip"] == "192.168.1.50"
    boots = board.world.get()["boots"]
    board.world.put({"power": "cut"})
    fast_until(board, lambda w: w["boots"] > boots and address(w) == "192.168.1.50")
    now = board.world.get()["time"]["unix"]
    fast_until(board, lambda w: w["time"]["unix"] > now + 300)
    assert address(board.world.get()) == "192.168.1.50"
    assert patient(board.patch, "/config", {"wifi": {"static": None}}).ok
    fast_until(board, lambda w: address(w) == "192.168.1.77")


@BOTH
@pytest.mark.parametrize("cut", [False, True], ids=["", "power-cut"])
@pytest.mark.parametrize("static", [
    {"gateway": "192.168.1.254"},  # in the network, but nobody is there
    {"ip": "10.0.0.5", "gateway": "10.0.0.1"},  # another network than the router's: even clients do not reach it
])  # fmt: skip
def test_a_fixed_address_over_which_nobody_answers_is_taken_back(board, static, cut):
    assert fixed(board, ip="192.168.1.60").ok
    state(board, lambda w: "address-kept" in events(w))
    wanted = {"ip": "192.168.1.50", "netmask": "255.255.0.0", "dns": "9.9.9.9", **static}
    assert fixed(board, **wanted).ok
    fast_until(board, lambda w: address(w) == wanted["ip"], speed=5)
    if cut:
        boots = board.world.get()["boots"]
        board.world.put({"power": "cut"})
        fast_until(board, lambda w: w["boots"] > boots and address(w) == wanted["ip"], speed=5)
    fast_until(board, lambda w: address(w) == "192.168.1.60")
    wifi = state(board, lambda w: "address-undone" in events(w) and w["state"] == "connected")
    assert "nobody answered" in next(event["reason"] for event in wifi["events"] if event["event"] == "address-undone")
    assert board.get("/config").json()["wifi"]["static"] == {"ip": "192.168.1.60", "gateway": "192.168.1.1"}


@BOTH
def test_a_return_to_a_router_without_dhcp_is_taken_back(board):
    assert fixed(board).ok
    state(board, lambda w: "address-kept" in events(w))
    networks(board, home={"password": "secret-home", "dhcp": "silent"})
    assert patient(board.patch, "/config", {"wifi": {"static": None}}).ok
    fast_until(board, lambda w: address(w) is None, speed=5)
    fast_until(board, lambda w: address(w) == "192.168.1.50")
    assert board.get("/config").json()["wifi"]["static"]["ip"] == "192.168.1.50"


@pytest.mark.boards("nodemcu")
@pytest.mark.native("the prompt")
def test_a_network_that_was_forgotten_is_not_joined(board):
    board.world.put({"power": "cut"})  # the chip's own memory of the network is what is meant
    connected(board)
    with Repl(int(board.serial.rpartition(":")[2])) as repl:
        repl.run("import os; os.remove('config.json')")
    boots = board.world.get()["boots"]
    board.world.put({"power": "cut"})
    fast_until(board, lambda w: w["boots"] > boots and access_point(w))
    wifi = state(board, lambda w: w["state"] == "access-point")
    assert wifi["ssid"] is None and wifi["networks"] == []
    assert station(board.world.get()) != "connected"


@BOTH
def test_a_fixed_address(board):
    static = {"ip": "192.168.1.50", "gateway": "192.168.1.1"}
    networks(board, home={"password": "secret-home", "dhcp": "silent"})
    answer = patient(board.patch, "/config", {"wifi": {"static": static}})
    assert answer.ok, answer.text
    router(board, False)
    fast_until(board, lambda w: station(w) != "connected")
    router(board, True)
    wifi = connected(board)
    assert (wifi["ip"], wifi["gateway"], wifi["netmask"]) == ("192.168.1.50", "192.168.1.1", "255.255.255.0")


THEIRS = {"password": "somebody-elses", "rssi": -40, "channel": 1}
OURS = {"password": "secret-home", "rssi": -70, "channel": 11}


@BOTH
def test_a_neighbours_network_of_the_same_name(board):
    """It is stronger, and on a channel that is heard first: the one that takes our password is joined all the same."""
    board.world.put({"wifi": {"networks": {"home": [THEIRS, OURS]}}})
    wifi = state(board, lambda wifi: wifi["state"] == "connected" and wifi["rssi"] == -70)
    assert wifi["ssid"] == "home"
    found = board.get("/wifi/networks").json()["networks"]
    assert [(each["ssid"], each["rssi"]) for each in found if each["ssid"] == "home"] == [("home", -40)]
    board.world.put({"wifi": {"networks": {"home": [{**OURS, "rssi": -50}]}}})
    assert state(board, lambda wifi: wifi["state"] == "connected" and wifi["rssi"] == -50)


@BOTH
def test_the_weaker_one_of_two_access_points_takes_over(board):
    near, far = {**OURS, "rssi": -40}, {**OURS, "rssi": -75, "channel": 3}
    board.world.put({"wifi": {"networks": {"home": [near, far]}}})
    board.world.put({"wifi": {"networks": {"home": [far]}}})
    assert state(board, lambda wifi: wifi["state"] == "connected" and wifi["rssi"] == -75)
    board.world.put({"wifi": {"networks": {"home": [near]}}})
    assert state(board, lambda wifi: wifi["state"] == "connected" and wifi["rssi"] == -40)


@BOTH
def test_another_address_from_dhcp_while_it_runs(board):
    """What the board tells of itself follows, and so does what it asks of others."""
    boots = board.world.get()["boots"]
    board.world.put({"wifi": {"networks": {"home": {"address": "192.168.1.99"}}}})
    wifi = state(board, lambda wifi: wifi["ip"] == "192.168.1.99")
    assert wifi["state"] == "connected" and board.get("/status").json()["ip"] == "192.168.1.99"
    answer = board.get("/weather?city=Paris")
    assert answer.status_code == 200, answer.text
    assert board.post("/time/sync").ok
    assert board.put("/gpio/4" if board.name == "esp32" else "/gpio/D5", {"state": 1}, headers={"Host": "192.168.1.99"}).ok
    assert board.world.get()["boots"] == boots
