"""HTTP kept honest: every request in support/http_cases.py gets its answer, and nobody falls over it."""

import json
import re

import pytest
import requests

from host import ROOT
from host.build import parts
from host.build.pipeline import ELSEWHERE, sources_of
from hosttests.support.http_cases import CASES, MORE
from hosttests.support.raw_http import Wire, ask, until

BOTH = pytest.mark.boards("nodemcu", "esp32")
LARGE = (413, 414, 431)


@pytest.fixture
def quiet(board):
    """The board; afterwards its console must show no traceback, and it must not have restarted."""
    boots = board.world and board.world.get()["boots"]
    yield board
    if board.world:
        assert "Traceback" not in board.console()
        assert board.world.get()["boots"] == boots


@BOTH
def test_every_request_has_its_answer(quiet, free_pins, subtests):
    for case in CASES:
        with subtests.test(case.name), Wire(quiet) as wire:
            check(case, wire, free_pins[0].encode())


def check(case, wire, pin: bytes) -> None:
    head = case.data.startswith(b"HEAD")
    answer = wire.send(case.data.replace(b"PIN", pin)).answer(head)
    assert answer, "closed without an answer"
    if case.status in LARGE and answer.status == 503:  # where memory is short, too large even to say so
        assert answer.headers["retry-after"] == "1"
        return
    assert answer.status == case.status, answer
    assert answer.headers["connection"] == ("keep-alive" if case.keep else "close")
    if case.type and not head:
        problem = json.loads(answer.body)
        assert answer.headers["content-type"] == "application/problem+json"
        assert (problem["type"], problem["status"]) == (case.type, case.status)
        assert problem["title"] and problem["detail"].endswith(".")
    elif answer.body:
        assert answer.headers["content-type"] == "application/json" and json.loads(answer.body)
    if case.keep:
        assert wire.get("/health").answer().status == 200


def test_the_documentation_lists_them_all():
    text = (ROOT / "docs" / "http.md").read_text("utf-8")
    rows = {tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in text.splitlines() if line.startswith("| ")}
    for case in CASES:
        outcome = f"{case.status} `{case.type}`" if case.type else str(case.status)
        assert (case.name, outcome, "open" if case.keep else "closed") in rows
    assert set(MORE) < rows and len(rows) == len(CASES) + len(MORE) + 2  # a head, and a line under it


# every resource, and problems of each kind; PIN is one that may be driven
READABLE = """/gpio /gpio?pin=PIN /gpio/PIN /gpio/99 /gpio/PIN?wait=0.1 /gpio/PIN?wait=x /gpio/PIN?since=99 /pins /adc /adc/PIN
/dht /dht?pin=PIN /dht?pin=99&type=dht22 /time /weather /weather?city=Nowhereville /weather?lat=x&lon=1 /thingspeak
/thingspeak?results=x /proxy /proxy/x /wifi /setup /config /status /health /update /gpio?pin=%ff /nothing""".split()


@BOTH
@pytest.mark.parametrize("connection", ["keep-alive", "close"])
def test_head_has_the_headers_of_get_and_no_body(quiet, free_pins, subtests, connection):
    for path in READABLE:
        with subtests.test(path):
            path = path.replace("PIN", free_pins[0])

            def said(method, path=path):
                with Wire(quiet) as wire:
                    answer = wire.get(path, f"Connection: {connection}", method=method).answer(head=method == "HEAD")
                    # a body would stand in the way
                    assert wire.ended() if connection == "close" else wire.get("/health").answer().status == 200
                    return answer.status, answer.headers

            both = []

            def same(said=said, both=both):
                both[:] = said("GET"), said("HEAD")
                return both[0] == both[1]

            assert until(same, 2), both  # not at once: an age or a Retry-After may change in between


def test_head_reads_a_pin_and_changes_none(quiet, free_pins):
    pin = free_pins[0]
    assert quiet.get(f"/gpio?pin={pin}&state=0").ok
    assert quiet.request("HEAD", f"/gpio?pin={pin}").status_code == 200
    for change in ("state=1", "state=1&for=1", "mode=in", "pwm=0.5&freq=100"):
        for path in (f"/gpio?pin={pin}&{change}", f"/gpio/{pin}?{change}"):
            assert quiet.request("HEAD", path).status_code == 400
    assert quiet.request("HEAD", f"/dht?pin={free_pins[1]}&type=dht22").status_code == 400
    assert quiet.get(f"/gpio/{pin}").json()["state"] == 0


def on_an_esp8266(module: bytes) -> bool:
    """Whether its usual program has the module."""
    usual = parts.usual(sources_of())
    return ELSEWHERE not in module and all(mark.parts & usual for mark in parts.of_module(module))


@BOTH
def test_allow_tells_the_methods_that_work(quiet, free_pins, subtests):
    table = (ROOT / "device" / "lib" / "picorest" / "routes" / "__init__.py").read_text("utf-8").split('"""')[3]
    routes = [line.split() for line in table.split("\n") if line]
    assert len(routes) >= 20
    for path, *entry in routes:
        with subtests.test(path):
            path = re.sub("<.+>", free_pins[0], path)
            module = (ROOT / "device/lib/picorest/routes" / entry[1].split(".")[0]).with_suffix(".py")
            if quiet.name == "nodemcu" and not on_an_esp8266(module.read_bytes()):
                assert quiet.request("OPTIONS", path).status_code == 404
                continue
            allow = quiet.request("OPTIONS", path).headers["Allow"]
            expected = {*entry[::2], "OPTIONS"} | ({"HEAD"} if "GET" in entry else set())
            assert set(allow.split(", ")) == expected
            refused = quiet.request("PATCH" if "DELETE" in entry else "DELETE", path)
            assert (refused.status_code, refused.headers["Allow"]) == (405, allow)
            assert refused.json()["allowed"] == allow


@BOTH
def test_requests_in_one_packet_are_answered_in_turn(quiet, free_pins):
    pin = free_pins[0]
    assert quiet.get(f"/gpio?pin={pin}&state=0").ok
    wanted = [1, 0, 1, 1, 0]
    with Wire(quiet) as wire:
        head = b"PUT /gpio/%s HTTP/1.1\r\nHost: HOST\r\nContent-Length: 11\r\n\r\n" % pin.encode()
        wire.send(b"".join(head + b'{"state":%d}' % state for state in wanted))
        answers = [json.loads(wire.answer().body) for _ in wanted]
    assert [answer["state"] for answer in answers] == wanted
    assert [answer["was"] for answer in answers] == [0, *wanted[:-1]]


@BOTH
def test_a_bad_request_ends_what_comes_after_it(quiet):
    with Wire(quiet) as wire:
        wire.send(b"GET /health HTTP/1.1\r\nHost: HOST\r\n\r\nGET /health\r\n\r\nGET /health HTTP/1.1\r\nHost: HOST\r\n\r\n")
        assert [wire.answer().status, wire.answer().status] == [200, 400]
        assert wire.ended()


@BOTH
def test_what_is_longer_than_its_length_is_no_request(quiet, free_pins):
    with Wire(quiet) as wire:
        wire.get(f"/gpio/{free_pins[0]}", "Content-Length: 11", method="PUT").send(b'{"state":1}, or not\r\n\r\n')
        assert wire.answer().status == 200
        assert json.loads(wire.answer().body)["type"] == "bad-request"
        assert wire.ended()


@BOTH
def test_a_request_may_come_byte_by_byte(quiet, free_pins):
    data = b'PUT /gpio/%s HTTP/1.1\r\nHost: HOST\r\nContent-Length: 11\r\n\r\n{"state":1}' % free_pins[0].encode()
    with Wire(quiet) as wire:
        for i, byte in enumerate(data.replace(b"HOST", wire.host)):
            wire.send(bytes([byte]))
            if i % 16 == 0:
                quiet.get("/health")  # so that the bytes do arrive one by one
        assert json.loads(wire.answer().body)["state"] == 1


@BOTH
def test_expect_100_continue_gets_its_interim_answer(quiet, free_pins):
    with Wire(quiet) as wire:
        wire.get(f"/gpio/{free_pins[0]}", "Expect: 100-continue", "Content-Length: 11", method="PUT")
        assert wire.answer().status == 100
        assert json.loads(wire.send(b'{"state":1}').answer().body)["state"] == 1
    with Wire(quiet) as wire:  # who does not wait gets no interim answer
        wire.get(f"/gpio/{free_pins[0]}", "Expect: 100-continue", method="PUT", body=b'{"state":0}')
        assert wire.answer().status == 200
    with Wire(quiet) as wire:  # nor does one whose body would be refused
        wire.get(f"/gpio/{free_pins[0]}", "Expect: 100-continue", "Content-Length: 5000", method="PUT")
        assert wire.answer().status == 413


@BOTH
def test_who_closes_before_the_end_changes_nothing(quiet, free_pins):
    pin = free_pins[0]
    assert quiet.get(f"/gpio?pin={pin}&state=0").ok
    with Wire(quiet) as wire:
        wire.get(f"/gpio/{pin}", "Content-Length: 12", method="PUT").send(b'{"state":1}')
    with Wire(quiet) as wire:
        wire.send(b"GET /gpio?pin=%s&state=1 HTTP/1.1\r\nHost: HOST\r\n" % pin.encode())
    assert quiet.get(f"/gpio/{pin}").json()["state"] == 0


@BOTH
def test_keep_alive_where_the_client_wants_it(quiet):
    with Wire(quiet) as wire:
        for _ in range(20):
            assert wire.get("/health").answer().headers["connection"] == "keep-alive"
        assert wire.get("/health", "Connection: close").answer().headers["connection"] == "close"
        assert wire.ended()
    old = ask(quiet, b"GET /health HTTP/1.0\r\nHost: HOST\r\nConnection: keep-alive\r\n\r\n")
    assert old.headers["connection"] == "close"


def test_a_list_is_streamed_in_chunks_or_to_the_end(quiet):
    with Wire(quiet) as wire:
        answer = wire.get("/pins").answer()
        assert answer.headers["transfer-encoding"] == "chunked"
        closing = wire.get("/pins", "Connection: close").answer()
        assert "transfer-encoding" not in closing.headers
        assert closing.body == answer.body == quiet.get("/pins").content
        assert len(json.loads(answer.body)["pins"]) > 10
    old = ask(quiet, b"GET /pins HTTP/1.0\r\n\r\n")
    assert "transfer-encoding" not in old.headers and old.body == answer.body


def test_answers_are_compact_and_not_cached(quiet):
    answer = quiet.get("/gpio")
    assert answer.headers["Cache-Control"] == "no-store"
    assert " " not in answer.text
    assert isinstance(requests.get(quiet.url + "/health", timeout=10).json()["uptime"], int)
