"""A clock that is set moves by more than a minute only if a second answer confirms it; and which servers are asked."""

from expect import equal
from fakes.ntp import World, packet, refused, with_server


def test_a_change_of_more_than_a_minute_needs_a_second_look():
    lie = [0]
    with with_server(lambda w, q: w.honest(q, lie=lie[0])) as world:
        world.ask()
        lie[0] = 61000
        problem = refused(world.ask(), 502, "ntp-unconfirmed")
        assert "61 s" in problem.detail, problem.detail
        assert abs(world.off()) <= 1
        answer = world.ask()
        assert abs(world.off() - 61000) <= 2 and abs(answer["offset_ms"] - 61000) <= 2
        assert abs(answer["unix"] - 61 - answer["was"]) <= 1


def test_answers_that_differ_never_move_the_clock():
    lies = [90000, -90000, 3600000, 95000, 86400000, -3600000, 93000]
    with with_server(World.honest) as world:
        world.ask()
        world.servers["a"] = lambda question: world.honest(question, lie=lies.pop())
        while lies:
            refused(world.ask(), 502, "ntp-unconfirmed")
            assert abs(world.off()) <= 1


def test_a_doubt_is_forgotten_when_the_next_answer_agrees_with_the_clock():
    lies = [3600000, 0, 3600000]
    with with_server(World.honest) as world:
        world.ask()
        world.servers["a"] = lambda question: world.honest(question, lie=lies.pop(0))
        refused(world.ask(), 502, "ntp-unconfirmed")
        equal(world.ask()["synced"], True)
        refused(world.ask(), 502, "ntp-unconfirmed")
        assert abs(world.off()) <= 1


def test_a_second_server_confirms_in_the_same_round():
    with World(a=None, b=None) as world:
        world.servers["a"] = world.servers["b"] = world.honest
        world.ask()
        world.servers["a"] = world.servers["b"] = lambda question: world.honest(question, lie=-7200000)
        assert abs(world.ask()["offset_ms"] + 7200000) <= 2
        assert abs(world.off() + 7200000) <= 2


def test_one_liar_among_servers_is_overruled():
    with World(a=None, b=None) as world:
        world.servers["a"] = world.servers["b"] = world.honest
        world.ask()
        world.servers["a"] = lambda question: world.honest(question, lie=7200000)
        for _ in range(5):
            equal(world.ask()["server"], "b")
            assert abs(world.off()) <= 1


def test_less_than_a_minute_is_believed_at_once():
    with with_server(World.honest) as world:
        world.ask()
        world.servers["a"] = lambda question: world.honest(question, lie=-59000)
        assert abs(world.ask()["offset_ms"] + 59000) <= 2
        assert abs(world.off() + 59000) <= 2


def test_the_next_server_is_asked_when_one_fails():
    with World(a=lambda question: [], b=lambda question: [question], c=None, d=None) as world:
        world.servers["c"] = world.honest
        world.names = ["nowhere", "a", "b", "c", "d"]
        equal(world.ask()["server"], "c")
        equal([name for (name, _), _, _ in world.questions], ["a", "b", "c"])
        assert abs(world.off()) <= 1


def test_a_server_without_an_address():
    with World() as world:
        world.names = ["nowhere"]
        assert "nowhere cannot be found" in refused(world.ask(), 502, "ntp-unknown").detail
        world.names = ["a:x"]
        refused(world.ask(), 502, "ntp-unknown")


def test_a_port_that_is_closed():
    def closed(question):
        raise OSError(111)

    with World(a=closed) as world:
        assert "a cannot be reached" in refused(world.ask(), 502, "ntp-unreachable").detail


def test_names_are_resolved_once_and_again_after_a_failure():
    with with_server(World.honest) as world:
        for _ in range(3):
            world.ask()
        equal(world.resolved, ["a"])
        world.servers["a"] = lambda question: []
        world.ask()
        equal(world.resolved, ["a"])
        world.ask()
        world.ask()
        equal(world.resolved, ["a", "a", "a"])


def test_who_denies_is_not_asked_again():
    for code in (b"DENY", b"RSTR"):
        with World(a=lambda q, code=code: [packet(q, 0, 0, 0xE4, code)], b=None) as world:
            world.servers["b"] = world.honest
            world.ask()
            world.ask()
            equal([name for (name, _), _, _ in world.questions], ["a", "b", "b"])
            world.names = ["a"]
            assert "set others" in refused(world.ask(), 502, "ntp-refused").detail
            equal(len(world.questions), 3)
