"""Named upstreams: what the board hands on of other servers' answers."""

import pytest

from tests.host.outside import Outside
from tests.host.scripted import Scripted
from virtualboard.standins.world import Standins

FACT = b'{"data":["Cats sleep 70% of their lives."],"count":1,"deep":{"er":[1,{"x":null}]}}'


@pytest.fixture(scope="module")
def ports():
    with Standins() as standins:
        yield standins


@pytest.fixture
def ask(ports):
    """Ask the board for the upstream `cat`, whose server gives these answers, once or more; the board's answers."""

    def ask(*answers, times=1, steps=None, **settings):
        with Scripted(*answers) as server:
            ask.server = server
            url = server.url + settings.pop("path", "/fact?key=SECRET")
            settings = {"url": url, **settings}
            steps = steps or [["proxy", "get", ["cat"]]] * times
            found = Outside(ports).run(*steps, proxy={"cat": settings})
        return found[0] if len(found) == 1 else found

    return ask


def ok(body, kind=b"application/json", status=b"200 OK"):
    return b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body)) + body


def test_json_comes_as_json(ask):
    found = ask(ok(FACT))
    assert found == {
        "name": "cat", "status": 200, "reason": "OK", "age": 0,
        "json": {"data": ["Cats sleep 70% of their lives."], "count": 1, "deep": {"er": [1, {"x": None}]}},
    }  # fmt: skip
    assert ask.server.requests[0].startswith(b"GET /fact?key=SECRET HTTP/1.1\r\n")


def test_text_comes_as_text(ask):
    found = ask(ok("Grüße".encode(), b"text/plain"))
    assert found["text"] == "Grüße"
    assert "json" not in found


@pytest.mark.parametrize(
    ("pick", "value"), [("data.0", "Cats sleep 70% of their lives."), ("count", 1), ("deep.er.1", {"x": None})]
)
def test_a_part_can_be_picked(ask, pick, value):
    assert ask(ok(FACT), pick=pick)["json"] == value


@pytest.mark.parametrize("pick", ["data.1", "data.first", "nothing", "count.0", "data.0.0.x"])
def test_what_cannot_be_picked_is_told(ask, pick):
    found = ask(ok(FACT), pick=pick)
    assert (found["status"], found["problem"]) == (502, "upstream-garbage")
    assert pick in found["detail"]


def test_headers_go_along(ask):
    ask(ok(FACT), headers={"X-Api-Key": "k"})
    assert b"\r\nX-Api-Key: k\r\n" in ask.server.requests[0]


def test_an_error_status_is_handed_on_and_not_kept(ask):
    first, second = ask(ok(b"gone", b"text/plain", b"404 Not Here"), ok(FACT), times=2, pick="count")
    assert (first["status"], first["reason"], first["text"]) == (404, "Not Here", "gone")
    assert (second["status"], second["json"]) == (200, 1)


def test_answers_are_kept_for_a_while(ask):
    get = ["proxy", "get", ["cat"]]
    first, second, third = ask(ok(b"1"), ok(b"2"), steps=[get, 59, get, 2, get], cache=60)
    assert (first["json"], second["json"], third["json"]) == (1, 1, 2)
    assert (first["age"], third["age"]) == (0, 0)
    assert 59 <= second["age"] <= 60
    assert [one["json"] for one in ask(ok(b"1"), ok(b"2"), times=2, cache=0)] == [1, 2]


def test_after_a_failure_the_last_good_answer_is_shown_as_stale(ask):
    get = ["proxy", "get", ["cat"]]
    first, second = ask(ok(b"1"), b"nonsense", steps=[get, 100, get], cache=60)
    assert second["json"] == 1
    assert second["stale"] is True
    assert 100 <= second["age"] <= 101
    assert "cat" in second["error"]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (ok(b"x" * 101, b"text/plain"), "upstream-too-large"),
        (ok(b'{"a":'), "upstream-garbage"),
        (ok(b"\xff\xfe", b"text/plain"), "upstream-garbage"),
        (b"nonsense", "upstream-garbage"),
        (None, "upstream-refused"),
    ],
)
def test_failures_are_told_with_the_name(ask, answer, problem):
    found = ask(answer, max_bytes=100)
    assert (found["status"], found["problem"], found["upstream"]) == (502, problem, "cat")
    assert "SECRET" not in found["detail"]


def test_there_is_nothing_but_what_is_configured(ask):
    found = ask(ok(FACT), steps=[["proxy", "get", ["http://127.0.0.1/"]]])
    assert (found["status"], found["problem"]) == (404, "unknown-upstream")
    assert found["allowed"] == ["cat"]
    assert ask.server.requests == []


def test_a_local_address_by_redirect_only_when_it_is_configured_so(ask):
    with Scripted(ok(b'"inside"')) as inside:
        away = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\n\r\n" % inside.port
        assert ask(away)["problem"] == "upstream-redirect"
        assert inside.requests == []
        assert ask(away, private=True)["json"] == "inside"
