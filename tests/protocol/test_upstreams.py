"""Named upstreams: what the board hands on of other servers' answers."""

import pytest

from tests.protocol.support.scripted_server import Scripted
from tests.protocol.support.services import Outside
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


GET = ["proxy", "get", ["cat"]]


@pytest.mark.parametrize(("status", "seconds"), [("404 Not Here", 299), ("401 Who", 299), ("429 Slowly\r\nRetry-After: 77", 76),
                                                 ("500 Oh", 14)])  # fmt: skip
@pytest.mark.parametrize("cache", [0, 1])
@pytest.mark.parametrize("size", [4, 700])
def test_an_error_status_is_handed_on_and_remembered(ask, status, seconds, cache, size):
    body = b"gone" * (size // 4)
    steps = [*[GET] * 9, seconds - 1, GET, 3, GET]
    *refused, last = ask(ok(body, b"text/plain", status.encode()), ok(FACT), steps=steps, pick="count", cache=cache)
    assert {one["status"] for one in refused} == {int(status[:3])}
    assert refused[0]["reason"] == status.split("\r")[0][4:] and all(body.decode().startswith(one["text"]) for one in refused)
    assert (last["status"], last["json"]) == (200, 1)


def test_of_a_long_error_the_start_is_kept_in_whole_characters(ask):
    for text in ("ü" * 400, "x" + "ü" * 400, "€" * 300):
        found = ask(ok(text.encode(), b"text/plain", b"500 Oh"), steps=[GET] * 2)
        kept = found[1]["text"]
        assert text.startswith(kept) and 508 < len(kept.encode()) <= 512
    found = ask(ok(bytes([0x80]) * 700, b"image/png", b"500 Oh"), steps=[GET] * 2)
    assert [one["problem"] for one in found] == ["upstream-error"] * 2 and len(ask.server.requests) == 1


@pytest.mark.parametrize(("chip", "places"), [("esp8266", 3), ("esp32", 4)])
def test_answers_of_some_upstreams_are_kept(ports, chip, places):
    names = "abcde"
    with Scripted(ok(FACT)) as server:
        upstreams = {name: {"url": f"{server.url}/{name}"} for name in names}
        steps = [["proxy", "get", [name]] for name in names[:places] * 2 + names[places] + names[:1]]
        Outside(ports).run(*steps, chip=chip, proxy=upstreams)
        asked = "".join(chr(request[5]) for request in server.requests)
    assert asked == names[: places + 1] + names[0], "the one that was asked for longest ago makes room"


@pytest.mark.parametrize("answer", [ok(b"x" * 101, b"text/plain"), ok(b'{"a":'), b"nonsense"])
def test_answers_that_cannot_be_used_are_remembered_for_a_moment(ask, answer):
    *refused, last = ask(answer, ok(b"1"), steps=[*[GET] * 9, 13, GET, 3, GET], max_bytes=100, cache=0)
    assert {one["status"] for one in refused} == {502} and last["json"] == 1


def test_a_broken_connection_is_no_refusal(ask):
    first, second = ask(None, ok(b"1"), times=2, cache=0)
    assert (first["problem"], second["json"]) == ("upstream-refused", 1)


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
        (ok(b"\xff\xfe", b"application/json"), "upstream-garbage"),
        (b"nonsense", "upstream-garbage"),
        (None, "upstream-refused"),
    ],
)
def test_failures_are_told_with_the_name(ask, answer, problem):
    found = ask(answer, max_bytes=100)
    assert (found["status"], found["problem"], found["upstream"]) == (502, problem, "cat")
    assert "SECRET" not in found["detail"]


ALL = bytes(range(256))


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (b"image/png", "image/png"),
        (b"text/plain; charset=ISO-8859-1", "text/plain; charset=iso-8859-1"),
        (b"", "application/octet-stream"),
        (b"caf\xe9/x", "application/octet-stream"),
    ],
)
def test_bytes_pass_as_they_are(ask, kind, told):
    get = ["proxy", "get", ["cat"]]
    first, again = ask(ok(ALL, kind), steps=[get, get])
    for found in (first, again):
        assert (bytes(found["bytes"]), found["type"]) == (ALL, told)
        assert found["headers"]["Content-Security-Policy"] == "sandbox"


def test_a_byte_order_mark_is_skipped(ask):
    for kind in (b"application/json", b"text/plain"):
        assert ask(ok(b"\xef\xbb\xbf" + FACT, kind))["json"]["count"] == 1
    assert ask(ok(b"\xef\xbb\xbf" + FACT), pick="count")["json"] == 1


def test_the_form_of_an_answer_can_be_asked_for(ask):
    def found(form, answer, **settings):
        return ask(answer, steps=[["proxy", "get", ["cat", form]]], **settings)

    assert found("text", ok(FACT))["text"] == FACT.decode()
    assert bytes(found("bytes", ok(FACT))["bytes"]) == FACT
    assert bytes(found("bytes", ok(FACT), pick="count")["bytes"]) == b"1"
    assert found("json", ok(FACT))["json"]["count"] == 1
    for form, answer in (("json", ok(b"plain", b"text/plain")), ("json", ok(ALL)), ("text", ok(ALL))):
        refused = found(form, answer)
        assert (refused["status"], refused["problem"]) == (502, "upstream-garbage")
    refused = found("xml", ok(FACT))
    assert (refused["status"], refused["problem"], refused["allowed"]) == (400, "bad-as", ["json", "text", "bytes"])
    refused = found("bytes", ok(ALL, b"image/png", b"404 No"))
    assert (refused["status"], refused["problem"]) == (502, "upstream-error")
    assert ask(ok(ALL), max_bytes=255)["problem"] == "upstream-too-large"


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
