"""What the SNTP client believes: sound answers, and what they say of the time."""

import json

from expect import equal
from fakes.ntp import World, packet, refused, times, with_server
from picorest import clock


def test_the_first_sync_sets_clock_and_rtc():
    with with_server(World.honest) as world:
        answer = world.ask()
        assert clock.synced and abs(world.off()) <= 1, world.off()
        equal((answer["offset_ms"], answer["was"], answer["server"], answer["stratum"]), (None, None, "a", 2))
        seconds, ms = world.chip.rtc[0]
        assert abs(seconds * 1000 + ms - world.truth) <= 1


def test_the_question():
    with with_server(World.honest) as world:
        for _ in range(4):
            world.ask()
        questions = [question for _, _, question in world.questions]
        for question in questions:
            equal((len(question), question[:40]), (48, b"\x23" + bytes(39)))
        equal(len(set(questions)), 4)
        equal(world.questions[0][0], ("a", 123))


def test_a_server_may_have_a_port():
    with World(**{"127.0.0.1": lambda question: []}) as world:
        world.names = ["127.0.0.1:11123"]
        refused(world.ask(), 504, "ntp-timeout")
        equal(world.questions[0][0], ("127.0.0.1", 11123))


def test_the_delay_is_compensated_and_the_error_admitted():
    for there, back in ((0, 0), (300, 300), (1, 200), (400, 50)):
        with with_server(World.honest) as world:
            world.there, world.back = there, back
            error = world.ask()["error_ms"]
            assert abs(world.off() - (there - back) // 2) <= 1, (there, back, world.off())
            assert abs(world.off()) <= error <= (there + back) // 2 + 2, error


def test_the_servers_own_uncertainty_counts():
    with with_server(lambda world, question: [packet(question, world.truth, root=(30, 8))]) as world:
        equal(world.ask()["error_ms"], 20 + 15 + 8 + 1 - 1)  # fractions of binary seconds are cut off


HOSTILE = {
    "silent": (504, "ntp-timeout", lambda w, q: []),
    "short": (502, "ntp-bad-answer", lambda w, q: [packet(q, w.truth + 5000)[:47]]),
    "empty": (502, "ntp-bad-answer", lambda w, q: [b""]),
    "wrong origin": (502, "ntp-bad-answer", lambda w, q: [packet(bytes(48), w.truth + 5000)]),
    "own question": (502, "ntp-bad-answer", lambda w, q: [q]),
    "client mode": (502, "ntp-bad-answer", lambda w, q: [packet(q, w.truth + 5000, first=0x23)]),
    "broadcast": (502, "ntp-bad-answer", lambda w, q: [packet(q, w.truth + 5000, first=0x25)]),
    "leap 3": (502, "ntp-unsynchronised", lambda w, q: [packet(q, w.truth + 5000, first=0xE4)]),
    "stratum 16": (502, "ntp-unsynchronised", lambda w, q: [packet(q, w.truth + 5000, 16)]),
    "stratum 0": (502, "ntp-unsynchronised", lambda w, q: [packet(q, w.truth + 5000, 0, code=b"INIT")]),
    "no time": (502, "ntp-unsynchronised", lambda w, q: [packet(q, w.truth)[:40] + bytes(8)]),
    "all zero": (502, "ntp-unsynchronised", lambda w, q: [b"\x24\2" + bytes(22) + q[40:] + bytes(16)]),
    "far from its source": (502, "ntp-unsynchronised", lambda w, q: [packet(q, w.truth + 5000, root=(0, 20000))]),
    "slow to answer": (502, "ntp-unsynchronised", lambda w, q: [times(q, w.truth - 60000, w.truth)]),
    "quick to answer": (502, "ntp-unsynchronised", lambda w, q: [times(q, w.truth + 60000, w.truth)]),
    "1970": (502, "ntp-implausible", lambda w, q: [packet(q, 1000)]),
    "1980": (502, "ntp-implausible", lambda w, q: [packet(q, 315964800000)]),
    "2000": (502, "ntp-implausible", lambda w, q: [packet(q, 946684800000)]),
    "1024 weeks ago": (502, "ntp-implausible", lambda w, q: [packet(q, w.truth - 1024 * 604800000)]),
    "2100": (502, "ntp-implausible", lambda w, q: [packet(q, 4102444800000)]),
    "slow down": (502, "ntp-rate", lambda w, q: [packet(q, w.truth + 5000, 0, 0xE4, b"RATE")]),
    "denied": (502, "ntp-refused", lambda w, q: [packet(q, w.truth + 5000, 0, 0xE4, b"DENY")]),
    "restricted": (502, "ntp-refused", lambda w, q: [packet(q, w.truth + 5000, 0, 0xE4, b"RSTR")]),
}


def test_no_unsound_answer_sets_the_clock():
    for name, (status, type, behaviour) in HOSTILE.items():
        print(name)
        with with_server(behaviour) as world:
            refused(world.ask(), status, type)
            assert not clock.synced and not world.chip.rtc


def test_no_unsound_answer_moves_a_set_clock():
    for name, (status, type, behaviour) in HOSTILE.items():
        print(name)
        with with_server(World.honest) as world:
            world.ask()
            world.servers["a"] = lambda question, world=world, behaviour=behaviour: behaviour(world, question)
            for _ in range(2):
                refused(world.ask(), status, type)
            assert abs(world.off()) <= 1 and len(world.chip.rtc) == 1
            state = json.loads("".join(world.client.state()))
            assert state["stale"] and len(state["error"]) > 20 and state["synced"], state


def test_after_an_impossible_date_the_next_server_is_asked():
    with World(a=lambda q: [packet(q, 946684800000)], b=None) as world:
        world.servers["b"] = world.honest
        equal(world.ask()["server"], "b")
        assert abs(world.off()) <= 1
    with World(a=lambda q: [packet(q, 946684800000)]) as world:
        assert "2000-01-01" in world.ask().detail
        asked = world.run(200)
        assert len(asked) > 2 and asked[1] - asked[0] < 70, asked


def test_a_forged_answer_does_not_keep_the_true_one_out():
    forged = [b"", bytes(48), b"\x24" + bytes(200)]
    with with_server(lambda w, q: forged + [packet(q, w.truth)]) as world:
        world.back = 0
        assert world.ask()["synced"] and abs(world.off()) <= 10
    equal(len(forged), 3)


def test_across_the_end_of_ntps_first_era():
    rollover = 2085978496  # 2036-02-07 06:28:16
    with with_server(World.honest, unix=rollover - 20) as world:
        equal(world.ask()["utc"][:15], "2036-02-07T06:2")
        for _ in range(3):
            assert world.ask()["synced"] and abs(world.off()) <= 1
        equal(clock.iso(clock.unix())[:16], "2036-02-07T06:28")
        assert clock.unix() > rollover + 20
    with with_server(World.honest, unix=2600000000) as world:
        equal(world.ask()["utc"][:10], "2052-05-22")
    with with_server(lambda w, q: [times(q, rollover * 1000 - 1, rollover * 1000 + 1)]) as world:
        world.ask()
        equal(clock.unix(), rollover)


def test_where_what_is_believed_begins_and_ends():
    first, last = 1793491200, 3055795200  # 2026-11-01 and 2066-11-01: see ntp/query.py
    for unix, sound in ((first - 1, False), (first, True), (last - 1, True), (last, False)):
        with with_server(lambda w, q, unix=unix: [packet(q, unix * 1000)], unix=unix) as world:
            equal((unix, isinstance(world.ask(), dict)), (unix, sound))
    for stratum, sound in ((0, False), (1, True), (15, True), (16, False)):
        with with_server(lambda w, q, stratum=stratum: [packet(q, w.truth, stratum)]) as world:
            equal((stratum, isinstance(world.ask(), dict)), (stratum, sound))
    for dispersion, sound in ((15990, True), (16000, True), (16002, False)):  # ms that it may be wrong itself
        with with_server(lambda w, q, ms=dispersion: [packet(q, w.truth, root=(0, ms))]) as world:
            equal((dispersion, isinstance(world.ask(), dict)), (dispersion, sound))
    for work, sound in ((40, True), (55, True), (65, False)):  # ms that it says it took, of a round trip of 40
        with with_server(lambda w, q, ms=work: [times(q, w.truth - ms, w.truth)]) as world:
            equal((work, isinstance(world.ask(), dict)), (work, sound))
    for early, sound in ((0, True), (-4900, True), (-5100, False)):  # it answers before it was asked, by its own clock
        with with_server(lambda w, q, ms=early: [times(q, w.truth - ms, w.truth)]) as world:
            equal((early, isinstance(world.ask(), dict)), (early, sound))


def test_only_a_leap_of_three_means_that_a_server_is_not_synchronised():
    for leap in range(4):
        with with_server(lambda w, q, leap=leap: [packet(q, w.truth, first=leap << 6 | 0x24)]) as world:
            equal((leap, isinstance(world.ask(), dict)), (leap, leap < 3))
