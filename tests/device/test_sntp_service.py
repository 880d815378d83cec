"""When the SNTP client asks, by itself and by hand, and what it tells."""

import asyncio
import json

from expect import equal, raises
from fakes.ntp import World, packet, refused, with_server
from picorest import clock
from picorest.problem import Problem


def test_before_the_first_sync():
    with with_server(lambda world, question: []) as world:
        problem = None
        for network, words in ((True, "No server has answered yet"), (False, "no network")):
            world.network = network
            with raises(Problem) as caught:
                world.client.state()
            problem = refused(caught.error, 503, "clock-not-set")
            assert words in problem.detail, problem.detail
            equal(problem.members["synced"], False)
            assert problem.members["retry_after"] > 0
        refused(world.ask(), 503, "no-network")
        equal(world.questions, [])
        world.network = True
        refused(world.ask(), 504, "ntp-timeout")
        with raises(Problem) as caught:
            world.client.state()
        assert "a did not answer" in caught.error.detail, caught.error.detail


def test_every_hour_when_all_is_well():
    with with_server(World.honest) as world:
        asked = world.run(6 * 3600)
        equal(len(asked), 7)
        assert 60 <= asked[1] - asked[0] <= 62, "the first answer is nobody's word but one server's"
        assert all(3600 <= asked[i + 1] - asked[i] <= 3602 for i in range(1, 6)), asked


def test_more_often_when_the_clock_drifts():
    with with_server(World.honest, ppm=200) as world:
        world.run(5 * 3600)
        asked = world.run(3600)
        assert all(200 < asked[i + 1] - asked[i] < 700 for i in range(len(asked) - 1)) and len(asked) > 5, asked
        assert abs(world.off()) < 150, world.off()
        world.ppm = 0
        world.run(4 * 3600)
        assert len(world.run(4 * 3600)) <= 5


def test_backing_off_while_nobody_answers():
    with with_server(lambda w, q: []) as world:
        asked = world.run(2400)
        gaps = [asked[i + 1] - asked[i] for i in range(len(asked) - 1)]
        equal([gap // 5 * 5 for gap in gaps], [15, 30, 60, 120, 240, 480, 960])
        world.servers["a"] = world.honest
        world.run(1000)
        assert clock.synced
        world.servers["a"] = lambda question: []
        asked = world.run(3700)
        equal([(asked[i + 1] - asked[i]) // 5 * 5 for i in range(2)], [15, 30])  # it begins anew


def test_rate_doubles_the_interval():
    with with_server(World.honest) as world:
        world.run(70)
        world.servers["a"] = lambda q: [packet(q, world.truth, 0, 0xE4, b"RATE")]
        asked = world.run(4 * 3600)
        equal([(asked[i + 1] - asked[i]) // 10 for i in range(len(asked) - 1)], [720])
        world.servers["a"] = world.honest
        asked = world.run(12 * 3600)  # forgiven step by step
        gaps = [(asked[i + 1] - asked[i]) // 10 for i in range(len(asked) - 1)]
        assert gaps[0] > 360 and gaps[-1] == 360, gaps


def test_never_more_often_than_every_15_seconds():
    lies = [1000 * i * i * (-1) ** i for i in range(200)]
    with with_server(lambda w, q: w.honest(q, lie=lies.pop())) as world:
        asked = world.run(20000)
        assert len(asked) > 20 and all(asked[i + 1] - asked[i] >= 15 for i in range(len(asked) - 1)), asked


def test_nobody_is_asked_without_a_network():
    with with_server(World.honest) as world:
        world.network = False
        equal(world.run(1000), [])
        equal(world.resolved, [])
        world.network = True
        equal(len(world.run(3)), 1)


def test_something_unforeseen_does_not_make_it_ask_again_at_once():
    def broken(question):
        raise IndexError

    with World(a=broken) as world:
        for _ in range(2):  # app.py starts it again
            world.until = clock.uptime() + 100
            with raises(IndexError):
                asyncio.run(world.client.run())
        assert world.questions[1][1] - world.questions[0][1] >= 15


def test_without_memory_it_asks_again_later():
    def short(question):
        raise MemoryError

    with World(a=short) as world:
        times = world.run(20)
        equal(len(times), 16)  # eight tries, and eight more
        assert times[8] - times[7] >= 14


def test_questions_by_hand_are_rationed():
    with with_server(World.honest) as world:
        for _ in range(8):
            equal(json.loads("".join(asyncio.run(world.client.sync())))["synced"], True)
        with raises(Problem) as caught:
            asyncio.run(world.client.sync())
        wait = refused(caught.error, 429, "too-often").members["retry_after"]
        assert 0 < wait <= 15, wait
        equal(len(world.questions), 8)
        world.pass_ms(wait * 1000)
        equal(json.loads("".join(asyncio.run(world.client.sync())))["synced"], True)


async def test_two_at_once_wait_for_each_other():
    open = []
    with with_server(lambda w, q: open.append(w.open) or w.honest(q)) as world:
        answers = await asyncio.gather(world.client.sync(), world.client.sync(), world.client.sync())
        assert all(json.loads("".join(answer))["synced"] for answer in answers)
        equal(open, [1, 1, 1])


def test_the_service_does_not_ask_while_a_question_by_hand_is_open():
    with with_server(World.honest) as world:
        world.client.busy = True
        equal(world.run(100), [])


def test_state():
    with with_server(World.honest) as world:
        world.timezone = "CET-1CEST,M3.5.0,M10.5.0/3"
        world.ask()
        world.pass_ms(100000)
        state = json.loads("".join(world.client.state()))
        unix = state["unix"]
        equal(state["unix_ms"] // 1000, unix)
        equal(state["utc"], clock.iso(unix))
        equal(state["local"], clock.iso(unix, 3600))
        equal(state["timezone"], world.timezone)
        equal((state["synced"], state["age"], state["error_ms"]), (True, 100, 21 + 5))
        assert "stale" not in state and "error" not in state


def test_a_time_zone_that_cannot_be_read_does_not_hide_the_time():
    with with_server(World.honest) as world:
        world.timezone = "Europe/Paris"
        state = world.ask()
        equal((state["synced"], state["local"]), (True, None))
        assert "Europe/Paris" in state["error"]
