"""Every error is a problem in words: application/problem+json (RFC 9457)."""

import json
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import pytest

from hosttests.support.gpio import number, ok, refused

PATHS = {
    "/gpio": "GET, PUT, POST, HEAD, OPTIONS", "/gpio/D5": "GET, PUT, POST, HEAD, OPTIONS", "/pins": "GET, HEAD, OPTIONS",
    "/adc": "GET, HEAD, OPTIONS", "/adc/A0": "GET, HEAD, OPTIONS", "/status": "GET, HEAD, OPTIONS",
    "/health": "GET, HEAD, OPTIONS", "/reset": "POST, OPTIONS", "/wifi": "GET, PUT, HEAD, OPTIONS",
    "/config": "GET, PATCH, HEAD, OPTIONS",
}  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_wrong_method(board, path):
    for method in ("DELETE", "BREW", *({"PUT", "POST", "PATCH"} - set(PATHS[path].split(", ")))):
        answer = board.request(method, path)
        problem = refused(answer, 405, "method-not-allowed")
        assert answer.headers["Allow"] == PATHS[path] and method in problem["detail"]
        for word in PATHS[path].split(", "):
            assert word in problem["detail"]


@pytest.mark.parametrize("path", PATHS)
def test_options(board, path):
    answer = board.request("OPTIONS", path)
    assert answer.status_code == 204 and not answer.content and answer.headers["Allow"] == PATHS[path]


@pytest.mark.parametrize("path", ["/nope", "/gpio//", "/gpio/D5/state", "/GPIO", "/gpi", "/gpio/*/x", "/../config.json",
                                  "/config.json", "/%67pio/x/y", "/app.py", "/status/x", "//gpio"])  # fmt: skip
def test_unknown_path(board, path):
    answer = board.request("GET", path)
    problem = refused(answer, 404, "not-found")
    assert "/gpio" in problem["detail"]
    head = board.request("HEAD", path)
    assert head.status_code == 404 and not head.content


@pytest.mark.parametrize("query", ["pin=%ff", "%ff=1", "pin=%", "pin=%4", "pin=%zz", "pin=D5&state=%00", "pin=%c3%28"])
def test_a_query_that_is_no_text(board, query):
    # urllib leaves the address as it is; requests would mend it
    with pytest.raises(HTTPError) as caught:
        build_opener(ProxyHandler({})).open(f"{board.url}/gpio?{query}", timeout=10)
    problem = json.load(caught.value)
    assert (caught.value.code, problem["type"]) == (400, "bad-query") and "UTF-8" in problem["detail"]


@pytest.mark.parametrize("query", ["pin=D5&pin=D6", "pin=D5&state=1&state=0", "pin=D5&%70in=D6", "x&x"])
def test_a_parameter_twice(board, query):
    problem = refused(board.get(f"/gpio?{query}"), 400, "repeated-parameter")
    assert problem["parameter"] in problem["detail"]


@pytest.mark.parametrize("state", ["7", "", "2", "-1", "onn", "1.5", "0x1", "None", "yes", "10", "%201", "1%20"])
def test_a_state_that_is_none(board, free_pins, state):
    problem = refused(board.get(f"/gpio?pin={free_pins[0]}&state={state}"), 400, "bad-state")
    assert "toggle" in problem["allowed"] and "toggle" in problem["detail"] and problem["pin"] == number(board, free_pins[0])


@pytest.mark.parametrize("state", [None, 2, -1, 0.5, 1.5, [], {}, "", "2", [1], {"state": 1}])
def test_a_state_of_another_kind(board, free_pins, state):
    refused(board.put(f"/gpio/{free_pins[0]}", {"state": state}), 400, "bad-state")


@pytest.mark.parametrize("text", ["", " ", "{", '{"state":1', '{"state":1}}', '{"state":1,}', '{"state" 1}',
                                  "{'state':1}", '{"state":01}', "[1", "1", "[]", "null", "NaN", '{"state":1}x',
                                  '{"a":"\\x"}', '{"a":"\n"}', "[" * 17 + "]" * 17])  # fmt: skip
def test_a_body_that_is_no_json_object(board, free_pins, text):
    problem = refused(board.request("PUT", f"/gpio/{free_pins[0]}", data=text.encode()), 400, "bad-json")
    assert "JSON" in problem["detail"] and "{" in problem["detail"]


def test_a_body_that_is_no_utf8(board):
    for body in (b'{"state":"\xff"}', b"\x00", b'{"\xc3\x28":1}'):
        refused(board.request("PUT", "/gpio/D5", data=body), 400, "bad-json")


def test_too_much(board):
    problem = refused(board.request("PUT", "/gpio", data=b" " * 5000), 413, "too-large")
    assert str(problem["allowed"]) in problem["detail"]
    refused(board.get("/gpio?pin=" + "x" * 1100), 414, "address-too-long")
    refused(board.get("/gpio", headers={"X": "y" * 30000}), 431, "headers-too-large")
    assert ok(board.get("/health"))["status"] == "ok"


def test_head_never_drives(board, free_pins):
    ok(board.put(f"/gpio/{free_pins[0]}", {"state": 0}))
    head = board.request("HEAD", f"/gpio?pin={free_pins[0]}&state=1")
    assert head.status_code == 400 and not head.content
    assert ok(board.get(f"/gpio/{free_pins[0]}"))["state"] == 0


@pytest.mark.parametrize("path", ["/gpio", "/gpio?pin=PIN", "/gpio/PIN", "/pins", "/adc", "/status", "/health"])
def test_head_is_get_without_a_body(board, free_pins, path):
    path = path.replace("PIN", free_pins[0])
    got, head = board.get(path), board.request("HEAD", path)
    assert head.status_code == got.status_code == 200 and not head.content
    assert head.headers["Content-Type"] == got.headers["Content-Type"]
