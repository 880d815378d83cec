import os

from expect import equal
from fakes.wifi import attempt, happened, live, start, state, told, whole, world
from picorest import clock

HOME = {"wifi": {"networks": [{"ssid": "home", "password": "secret-home"}]}}
REACH = {"home": ["secret-home", -60]}
MAC = b"\x26\x6f\x28\xab\xcd\xef"


def two():
    entries = [{"ssid": "home", "password": "secret-home"}, {"ssid": "shed", "password": "secret-shed"}]
    return {"wifi": {"networks": entries}}


async def test_joins_at_boot():
    wifi = start(HOME, REACH)
    assert not wifi.ap.active(), "the factory access point stays open"
    await live(wifi, 20)
    now = state(wifi)
    equal((now["state"], now["mode"], now["ssid"], now["ip"]), ("connected", "station", "home", "192.168.1.7"))
    equal(now["rssi"], -60)
    equal(told(wifi), [("connected", "home", 1)])
    assert not wifi.ap.active()


async def test_the_strongest_network_first_hidden_ones_last():
    wifi = start(two(), {"home": ["secret-home", -80], "shed": ["secret-shed", -50]})
    await live(wifi, 10)
    equal([c[1] for c in world.calls], ["shed"])
    wifi = start(two(), {"shed": ["wrong", -50]})
    await live(wifi, 30)
    equal([c[1] for c in world.calls][:2], ["shed", "home"])


async def test_no_network_known_opens_the_access_point_at_once():
    wifi = start({})
    await live(wifi, 3)
    assert wifi.ap.active() and wifi.portal
    equal(wifi.ap.settings["ssid"], "picorest-ABCDEF")
    equal(wifi.ap.settings["security"], 3)
    assert len(wifi.ap.settings["key"]) == 11
    equal(state(wifi)["state"], "access-point")
    equal(wifi.address(), "192.168.4.1")


async def test_router_off_at_boot_and_back_later():
    wifi = start(HOME, REACH)
    world.up = False
    await live(wifi, 50)
    assert not wifi.ap.active(), "opened before its time"
    await live(wifi, 40)
    assert wifi.ap.active()
    world.up = True
    await live(wifi, 120)
    assert wifi.connected()
    await live(wifi, 200)
    assert not wifi.ap.active() and wifi.portal is None
    names = [t[0] for t in told(wifi)]
    equal(names, ["access-point-opened", "not-found", "connected", "access-point-closed"])


async def test_router_off_for_hours_fills_no_list():
    wifi = start(HOME, REACH)
    await live(wifi, 20)
    world.up = False
    await live(wifi, 6 * 3600)
    events = told(wifi)
    equal([e[0] for e in events], ["connected", "lost", "access-point-opened", "not-found"])
    assert events[-1][2] > 40, events
    oldest, newest = happened(wifi)[-1], happened(wifi)[0]
    assert oldest["age"] > 6 * 3600 and newest["age"] < 700 and newest["since"] > 5 * 3600


async def test_wrong_password_is_said():
    wifi = start(HOME, {"home": ["changed-by-now", -60]})
    await live(wifi, 100)
    assert wifi.ap.active()
    equal(sorted(e[0] for e in told(wifi)), ["access-point-opened", "wrong-password"])


async def test_password_changed_while_connected():
    wifi = start(HOME, REACH)
    await live(wifi, 20)
    world.networks = {"home": ["changed-by-now", -60]}
    await live(wifi, 100)
    equal([e[0] for e in told(wifi)], ["connected", "lost", "access-point-opened", "wrong-password"])


async def test_dhcp_that_never_answers():
    wifi = start(HOME, REACH)
    world.dhcp = False
    await live(wifi, 100)
    equal(sorted(e[0] for e in told(wifi)), ["access-point-opened", "no-address"])
    assert wifi.ap.active()
    world.dhcp = True
    await live(wifi, 120)
    assert wifi.connected()


async def test_a_fixed_address_needs_no_dhcp():
    settings = {"wifi": {"networks": HOME["wifi"]["networks"], "static": {"ip": "10.0.0.9", "gateway": "10.0.0.1"}}}
    wifi = start(settings, REACH)
    world.dhcp = False
    await live(wifi, 20)
    equal(wifi.sta.ifconfig(), ("10.0.0.9", "255.255.255.0", "10.0.0.1", "10.0.0.1"))
    equal(state(wifi)["ip"], "10.0.0.9")


async def test_nobody_on_the_access_point_is_disturbed():
    wifi = start(HOME, REACH)
    world.up = False
    await live(wifi, 100)
    world.stations = 1
    await live(wifi, 20)  # a try that was under way ends
    before = len(world.calls)
    world.up = True
    await live(wifi, 3600)
    equal(len(world.calls), before)
    world.stations = 0
    await live(wifi, 60)
    assert wifi.connected()


async def test_a_client_ends_a_try_under_way():
    wifi = start(HOME, {})
    await live(wifi, 75)
    assert wifi.ap.active()
    world.networks = REACH
    world.dhcp = False
    calls = len(world.calls)
    while len(world.calls) == calls:
        await live(wifi, 1)
    world.stations = 1
    await live(wifi, 3)
    assert wifi.sta.wanted is None, "still trying"


async def test_flaps_are_counted_not_listed():
    wifi = start(HOME, REACH)
    await live(wifi, 10)
    for _ in range(50):
        world.up = False
        await live(wifi, 3)
        world.up = True
        await live(wifi, 20)
    equal(told(wifi), [("lost", "home", 50), ("connected", "home", 51)])
    assert not wifi.ap.active()
    equal(len([c for c in world.calls if c[0] == "connect"]), 51)


async def test_two_hundred_flaps_leave_the_heap_alone():
    import gc

    wifi = start(HOME, REACH)
    await live(wifi, 10)
    free = []
    for _ in range(2):
        for _ in range(100):
            world.up = False
            await live(wifi, 3)
            world.up = True
            await live(wifi, 20)
            world.calls.clear()
        gc.collect()
        free.append(gc.mem_free())
    assert free[1] >= free[0] - 256, free


async def test_new_credentials_are_stored_when_they_work():
    wifi = start(HOME, {"home": ["secret-home", -60], "office": ["secret-office", -70]})
    await live(wifi, 20)
    attempt(wifi, "office", "secret-office")
    equal(state(wifi)["trial"]["state"], "trying")
    equal(wifi.config.get("wifi", "networks"), HOME["wifi"]["networks"])
    await live(wifi, 20)
    trial = state(wifi)["trial"]
    equal((trial["state"], trial["result"], trial["ip"]), ("connected", "connected", "192.168.1.7"))
    equal(wifi.config.get("wifi", "networks"), [{"ssid": "office", "password": "secret-office"}])


async def test_new_credentials_beside_the_old_ones():
    wifi = start(HOME, {"home": ["secret-home", -60], "office": ["", -70]})
    await live(wifi, 20)
    attempt(wifi, "office", "", True)
    await live(wifi, 20)
    equal([n["ssid"] for n in wifi.config.get("wifi", "networks")], ["office", "home"])


async def test_wrong_credentials_change_nothing():
    for password, networks, result in (
        ("wrong-password", {"office": ["secret-office", -70]}, "wrong-password"),
        ("secret-office", {}, "not-found"),
        ("secret-office", {"office": ["secret-office", -70]}, "no-address"),
    ):
        wifi = start({"wifi": {"networks": [{"ssid": "home", "password": "secret-home"}]}})
        world.networks = dict(REACH)
        await live(wifi, 20)
        world.networks.update(networks)
        world.dhcp = result != "no-address"
        attempt(wifi, "office", password)
        await live(wifi, 30)
        trial = state(wifi)["trial"]
        equal((trial["state"], trial["result"]), ("failed", result))
        assert trial["reason"]
        world.dhcp = True
        await live(wifi, 25)
        equal(state(wifi)["ssid"], "home")
        equal(wifi.config.get("wifi", "networks")[0]["ssid"], "home")


async def test_a_phone_tries_a_wrong_password_first():
    wifi = start({}, {"office": ["secret-office", -70]})
    await live(wifi, 5)
    world.stations = 1
    attempt(wifi, "office", "wrong-password")
    await live(wifi, 20)
    equal(state(wifi)["trial"]["state"], "failed")
    assert wifi.ap.active()
    attempt(wifi, "office", "secret-office")
    await live(wifi, 20)
    equal(state(wifi)["trial"]["state"], "connected")
    equal(state(wifi)["mode"], "station+access-point")
    await live(wifi, 120)
    equal(state(wifi)["mode"], "station")


async def test_newer_credentials_end_older_ones():
    wifi = start({}, {"office": ["secret-office", -70]})
    await live(wifi, 5)
    attempt(wifi, "nowhere", "12345678")
    await live(wifi, 4)
    attempt(wifi, "office", "secret-office")
    await live(wifi, 10)
    assert wifi.connected()


async def test_credentials_that_cannot_be_stored():
    from picorest.problem import Problem

    def full(change):
        raise Problem("not-stored", "x")

    wifi = start({}, {"office": ["secret-office", -70]})
    wifi.config.patch = full
    await live(wifi, 5)
    attempt(wifi, "office", "secret-office")
    await live(wifi, 10)
    trial = state(wifi)["trial"]
    assert "not-stored" in [event[0] for event in told(wifi)]
    equal((trial["state"], trial["result"]), ("connected", "not-stored"))


async def test_networks_in_reach():
    wifi = start(HOME, {"home": ["secret-home", -60], "café": ["", -40], "x\\": ["12345678", -90]})
    wifi.sta.active(True)
    from picorest.wifi.scan import scan

    found = whole(scan(wifi))["networks"]
    equal([n["ssid"] for n in found], ["café", "home", "x\\"])
    equal(found[0], {"ssid": "café", "rssi": -40, "channel": 6, "secure": False, "known": False})
    assert found[1]["known"] and found[1]["secure"]
    world.networks = {}
    equal(len(whole(scan(wifi))["networks"]), 3)  # remembered for some seconds: a scan stops everything else


async def test_every_event_has_words():
    from picorest.wifi import events as wifi_note

    wifi = start({})
    for what in range(9):
        wifi_note.note(wifi, what, "home")
    for event in happened(wifi):
        assert event["event"] and len(event["reason"]) > 10 and event["age"] == 0 and event["time"] is None
    for what in range(30):
        wifi_note.note(wifi, what % 9, "n%d" % what)
    equal(len(happened(wifi)), 10)


async def test_the_password_of_the_access_point():

    from picorest.wifi import access_point

    wifi = start({})
    ssid, first, shown = access_point.credentials(wifi.config, MAC)
    equal(access_point.credentials(wifi.config, MAC), (ssid, first, shown))
    assert first in shown
    with open("picorest.key", "wb") as f:
        f.write(b"torn")
    _, second, _ = access_point.credentials(wifi.config, MAC)
    assert second != first and len(second) == 11
    equal(os.stat("picorest.key")[6], 16)
    equal(access_point.credentials(wifi.config, MAC)[1], second)
    os.remove("picorest.key")
    wifi = start({"wifi": {"ap": {"ssid": "shed", "password": "12345678"}}})
    ssid, password, shown = access_point.credentials(wifi.config, MAC)
    equal((ssid, password), ("shed", "12345678"))
    assert password not in shown


async def test_from_a_fixed_address_back_to_dhcp():
    static = {"ip": "192.168.1.50", "netmask": "255.255.255.0", "gateway": "192.168.1.1"}
    wifi = start({"wifi": dict(HOME["wifi"], static=static)}, REACH)
    await live(wifi, 10)
    equal(wifi.sta.ifconfig(), ("192.168.1.50", "255.255.255.0", "192.168.1.1", "192.168.1.1"))
    equal(state(wifi)["dns"], "192.168.1.1")
    wifi.config.data = HOME
    world.up = False
    await live(wifi, 10)
    world.up = True
    await live(wifi, 60)
    equal(state(wifi)["ip"], "192.168.1.7")
    wifi.config.data = {"wifi": dict(HOME["wifi"], static=dict(static, dns="9.9.9.9"))}
    world.up = False
    await live(wifi, 10)
    world.up = True
    await live(wifi, 60)
    equal((state(wifi)["ip"], state(wifi)["dns"]), ("192.168.1.50", "9.9.9.9"))


async def test_what_the_driver_is_told_at_the_start():
    # an ESP32 would hide why it fails and try for ever; a radio that sleeps answers late
    for chip, settings in (("esp32", {"pm": 7, "reconnects": 2}), ("esp8266", {"pm": 7})):
        wifi = start(HOME, REACH, chip)
        await live(wifi, 1)
        equal((chip, wifi.sta.settings), (chip, settings))
    wifi = start({"wifi": {"power_save": True}}, REACH)
    await live(wifi, 1)
    equal(wifi.sta.settings, {"reconnects": 2})


async def test_while_the_access_point_is_open_the_tries_become_rarer():
    from picorest.wifi import station as module

    kept = module.getrandbits
    try:
        for chance, share in ((128, 4), (0, 3), (255, 5)):  # a quarter less or more
            module.getrandbits = lambda bits, chance=chance: chance
            wifi = start(HOME, {})
            await live(wifi, 1500)
            at = [call[3] for call in world.calls if call[3] > 62]
            gaps = [later - earlier for earlier, later in zip(at, at[1:])]
            for gap, wait in zip(gaps, (30, 60, 120, 240, 300, 300)):
                assert abs(gap - wait * share // 4 - 7) < 6, (chance, gaps)  # a try takes some seconds, too
    finally:
        module.getrandbits = kept


async def test_the_access_point_waits_a_minute_after_every_loss_and_lingers_when_the_network_is_back():
    wifi = start(HOME, REACH)
    await live(wifi, 300)
    for _ in range(2):
        world.up = False
        await live(wifi, 50)
        assert not wifi.ap.active(), "opened before its time"
        await live(wifi, 40)
        assert wifi.ap.active()
        world.up = True
        while not wifi.connected():
            await live(wifi, 1)
        world.stations = 1
        await live(wifi, 80)
        assert wifi.ap.active(), "closed before its time"
        await live(wifi, 20)
        assert not wifi.ap.active()
        world.stations = 0
        await live(wifi, 200)


async def test_the_access_point_closes_soon_with_nobody_on_it():
    wifi = start(HOME, REACH)
    world.up = False
    await live(wifi, 100)
    assert wifi.ap.active()
    world.up = True
    while not wifi.connected():
        await live(wifi, 1)
    await live(wifi, 5)
    assert wifi.ap.active(), "closed before its time"
    await live(wifi, 10)
    assert not wifi.ap.active()


async def test_after_a_success_the_tries_begin_anew():
    wifi = start(HOME, REACH)
    await live(wifi, 20)
    for _ in range(2):
        world.up = False
        await live(wifi, 70)
        assert wifi.ap.active()
        world.calls.clear()
        await live(wifi, 1200)
        at = [call[3] for call in world.calls]
        assert 20 < at[1] - at[0] < 100 and at[-1] - at[-2] > 200, at
        world.up = True
        while not wifi.connected():
            await live(wifi, 1)
        await live(wifi, 200)


async def test_what_the_driver_cannot_say_is_nothing():
    for chip in ("esp32", "esp8266"):
        wifi = start({}, {}, chip)
        await live(wifi, 5)
        equal((chip, wifi.rssi(), wifi.clients(), wifi.address()), (chip, None, 0, "192.168.4.1"))
        world.stations = 3
        equal(wifi.clients(), 3)
        wifi.ap.status = broken
        equal(wifi.clients(), 0)


def broken(what):
    raise OSError("Wifi Unknown Error")


async def test_the_console_says_what_came_of_a_try():
    from picorest.wifi import status

    said = []
    status.print = said.append
    try:
        wifi = start(two(), {"home": ["changed-by-now", -60]})
        await live(wifi, 40)
        attempt(wifi, "nowhere", "12345678")
        await live(wifi, 30)
    finally:
        del status.print
    for words in ("home: the network refused the password", "shed: no network of this name", "nowhere: no network of this name"):
        assert [line for line in said if line.startswith("Wi-Fi: " + words)], (words, said)


async def test_what_is_told_while_both_networks_are_there():
    wifi = start(HOME, REACH)
    world.up = False
    await live(wifi, 90)
    now = state(wifi)
    equal((now["mode"], now["ssid"], now["ip"], now["rssi"]), ("access-point", None, "192.168.4.1", None))
    equal((now["access_point"]["active"], now["access_point"]["clients"], "netmask" in now), (True, 0, False))
    equal((now["networks"], now["trial"]), (["home"], None))
    world.up = True
    while not wifi.connected():
        await live(wifi, 1)
    await live(wifi, 2)
    now = state(wifi)
    equal((now["mode"], now["ssid"], now["ip"], now["netmask"]), ("station+access-point", "home", "192.168.1.7", "255.255.255.0"))
    await live(wifi, 100)
    now = state(wifi)
    equal((now["mode"], now["access_point"]), ("station", {"active": False}))


async def test_an_events_time_is_told_once_the_clock_is_set():
    wifi = start(HOME, REACH)
    await live(wifi, 100)
    kept = clock.unix, clock.synced
    clock.unix, clock.synced = lambda: 1795230000 + clock.uptime(), True
    try:
        event = happened(wifi)[0]
    finally:
        clock.unix, clock.synced = kept
    equal((event["event"], event["time"], event["age"]), ("connected", 1795230000 + clock.uptime() - event["age"], event["since"]))
    assert 80 < event["age"] < 100


async def test_the_answer_leaves_before_the_radio_changes_its_channel():
    wifi = start({}, {"office": ["secret-office", -70]})
    await live(wifi, 5)
    attempt(wifi, "office", "secret-office")
    began = world.now
    while not world.calls:
        await live(wifi, 0.25)
    assert world.now - began >= 1500, world.now - began
    await live(wifi, 10)
    trial = state(wifi)["trial"]
    equal((trial["state"], trial["ip"]), ("connected", "192.168.1.7"))
    world.up = False
    await live(wifi, 5)
    equal(state(wifi)["trial"]["ip"], None)


async def test_what_is_stored_of_a_network_that_works():
    networks = [{"ssid": "n%d" % n, "password": "secret-%d" % n} for n in range(8)]
    wifi = start({"wifi": {"networks": networks}}, {"open": ["", -50]})
    await live(wifi, 5)
    attempt(wifi, "open", "", keep=True)
    await live(wifi, 10)
    equal(wifi.config.data["wifi"]["networks"], [{"ssid": "open"}] + networks[:7])
    attempt(wifi, "open", "")
    await live(wifi, 10)
    equal(wifi.config.data["wifi"]["networks"], [{"ssid": "open"}])


async def test_the_hostname_is_the_configured_one_and_a_closed_portal_is_closed():
    import network

    wifi = start(dict(HOME, hostname="shed"), REACH)
    world.up = False
    await live(wifi, 90)
    equal((network.hostname(), network.Portal.open), ("shed", 1))
    world.up = True
    await live(wifi, 400)
    equal((wifi.ap.active(), network.Portal.open), (False, 0))


async def test_of_several_access_points_of_one_name_the_one_that_lets_us_in():
    theirs = ["another-password", -40]
    for points, tried in (
        (theirs + REACH["home"], [0, 1]),
        (theirs + ["a-third-one", -50] + REACH["home"], [0, 1, 2]),
        (theirs + REACH["home"] + REACH["home"], [0, 1]),
        (REACH["home"] + theirs, []),
    ):
        wifi = start(HOME, {"home": points})
        await live(wifi, 80)
        assert wifi.connected(), points
        equal(world.points, tried)
        assert [e[0] for e in told(wifi)][-1] == "connected"
        # the one that did is asked first from then on, as the driver has been told
        before = len(world.calls)
        world.up = False
        await live(wifi, 10)
        world.up = True
        await live(wifi, 30)
        assert wifi.connected() and len(world.calls) > before
        equal(world.points, tried)
        # and when it has gone, whoever there is
        world.networks = {"home": REACH["home"]}
        await live(wifi, 60)
        assert wifi.connected()


async def test_where_all_access_points_of_a_name_refuse_one_reason_is_told():
    wifi = start(HOME, {"home": ["another-password", -40, "a-third-one", -50]})
    await live(wifi, 200)
    equal(sorted(e[0] for e in told(wifi)), ["access-point-opened", "wrong-password"])
    assert wifi.ap.active()
    world.networks["home"] += REACH["home"]
    await live(wifi, 600)
    assert wifi.connected()


async def test_an_absent_network_is_not_searched_for_again():
    wifi = start(HOME, {"shed": ["x", -40]})
    scans = []
    scan = wifi.sta.scan
    wifi.sta.scan = lambda: scans.append(1) or scan()
    await live(wifi, 200)
    equal(scans, [])


async def test_a_reason_without_a_name():
    for number, event in ((15, "wrong-password"), (202, "wrong-password"), (203, "refused")):
        wifi = start(HOME, {"home": ["changed-by-now", -60]})
        world.numbers = {"WRONG_PASSWORD": number}
        await live(wifi, 100)
        equal(sorted(e[0] for e in told(wifi)), ["access-point-opened", event])


async def test_the_console_says_where_the_board_is():
    from picorest.wifi import join as module

    wifi, said = start(HOME, REACH), []
    module.print = said.append
    try:
        await live(wifi, 20)
    finally:
        del module.print
    equal(said, ["Wi-Fi: joined home, http://192.168.1.7/"])
