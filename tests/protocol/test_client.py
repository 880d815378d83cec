"""The device's HTTP client against a server that misbehaves on purpose."""

import socket

import pytest

from tests.protocol.support.fetch import fetch, fetch_all, ok
from tests.protocol.support.scripted_server import Scripted


def test_it_asks_as_servers_like_it():
    out, server = fetch(ok(), path="/a b?q=1#x", headers={"X-Key": "se\r\ncret"})
    assert out["status"] == 200
    assert out["reason"] == "OK"
    assert out["body"] == b"hello"
    head = server.requests[0].decode().split("\r\n")
    assert head[0] == "GET /a%20b?q=1 HTTP/1.1"
    assert f"Host: 127.0.0.1:{server.port}" in head
    assert "Connection: close" in head
    assert "X-Key: secret" in head


def test_a_post_carries_its_body():
    out, server = fetch(ok(), method="POST", body="é=1")
    assert out["body"] == b"hello"
    assert server.requests[0].startswith(b"POST / HTTP/1.1\r\n")
    assert server.requests[0].endswith(b"Content-Length: 4\r\n\r\n" + "é=1".encode())


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.0 200 OK\nContent-Length: 2\n\nhi", b"hi"),
        (ok(b"")[:-2] + b"Content-Length: 0\r\n\r\n", b""),
        (ok(b"12345")[:-1] + b"5 and more than was promised", b"12345"),
        (CHUNKED + b"5\r\nhello\r\n1;ext=1\r\n!\r\n0\r\nTrailer: x\r\n\r\n", b"hello!"),
        (CHUNKED + b"000A\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + ok(b"later"), b"later"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (ok(b"long", b"Set-Cookie: " + b"x" * 3000, b"Server: caf\xe9"), b"long"),
        ([b"HTTP/1.1 2", 0.02, b"00 OK\r\nContent-Le", 0.02, b"ngth: 4\r\n\r", 0.02, b"\nsl", 0.02, b"ow"], b"slow"),
    ],
)
def test_every_way_to_end_a_body_is_understood(answer, body):
    out, _ = fetch(answer)
    assert out["body"] == body


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\nhi",
        CHUNKED + b"5\r\nhel",
        CHUNKED + b"5\r\nhelloworld\r\n0\r\n\r\n",
        CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n",
        CHUNKED + b"zz\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Filler: yes\r\n" * 3000 + b"\r\n",
        b"x" * 50000,
    ],
)
def test_garbage_is_told_as_garbage(answer):
    out, _ = fetch(answer, name="the station")
    assert (out["status"], out["problem"]) == (502, "upstream-garbage")
    assert out["detail"].startswith("the station ")
    assert out["members"]["upstream"] == "the station"
    assert out["sent"]


@pytest.mark.parametrize(
    "answer",
    [
        ok(b"x" * 101),
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 50000,
        CHUNKED + b"33\r\n" + b"x" * 51 + b"\r\n" + b"33\r\n" + b"x" * 51 + b"\r\n0\r\n\r\n",
        CHUNKED + b"FFFFFFFFF\r\n" + b"x" * 300,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
    ],
)
def test_what_is_too_large_is_refused_while_it_arrives(answer):
    out, _ = fetch(answer, size=100)
    assert (out["status"], out["problem"]) == (502, "upstream-too-large")
    assert "100 bytes" in out["detail"]


def test_the_limit_itself_is_allowed():
    out, _ = fetch(ok(b"x" * 100), size=100)
    assert out["body"] == b"x" * 100


def test_an_error_status_is_an_answer():
    out, _ = fetch(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Type: Text/Plain; charset=x\r\n\r\n")
    assert (out["status"], out["reason"]) == (429, "Too Many Requests")
    assert out["retry_after"] == 7
    assert out["type"] == "text/plain; charset=x"


@pytest.mark.parametrize(
    "answer", ["hang", [b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n", *[b"x", 0.05] * 40], [b"HTTP/1.1 2", 2.0]]
)
def test_the_deadline_covers_everything(answer):
    out, _ = fetch(answer, ms=300)
    assert (out["status"], out["problem"]) == (504, "upstream-timeout")
    assert out["sent"]


def test_a_hanging_server_does_not_stop_the_board():
    with Scripted("hang") as server:
        out = fetch_all([(server.url, {"ms": 500})])
    assert out["out"][0][0]["problem"] == "upstream-timeout"
    assert out["turns"] > 10


def test_refused_and_reset_are_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    out = fetch_all([(f"http://127.0.0.1:{port}/", {})])["out"][0][0]
    assert (out["status"], out["problem"], out["sent"]) == (502, "upstream-refused", False)
    assert str(port) in out["detail"]
    with Scripted([b""], None) as server:
        fetch_all([(server.url, {})])
        out = fetch_all([(server.url, {})])["out"][0][0]
    assert (out["status"], out["problem"]) == (502, "upstream-refused")


def test_without_wifi_nothing_is_tried():
    result = fetch_all([("http://somewhere.example/", {"name": "somewhere"})], online=False)
    out = result["out"][0][0]
    assert (out["status"], out["problem"]) == (503, "no-wifi")
    assert out["members"]["retry_after"] > 0
    assert not out["sent"]
    assert result["asked"] == []


def test_one_at_a_time_and_no_long_queue():
    with Scripted([0.1, ok()]) as server:
        out = fetch_all([(server.url, {})] * 6)["out"][0]
    assert server.most == 1
    assert [one.get("problem") for one in out].count("upstream-busy") == 2  # one at work, three wait
    assert all(one["status"] == 200 for one in out if "problem" not in one)


def test_nobody_waits_for_ever_for_his_turn():
    with Scripted([b"HTTP/1.1 2", 9.0]) as server:
        first, second = fetch_all([(server.url, {"ms": 7000}), (server.url, {})])["out"][0]
    assert first["problem"] == "upstream-timeout"
    assert (second["problem"], second["status"], second["sent"]) == ("upstream-busy", 503, False)
    assert len(server.requests) == 1


def test_names_are_resolved_once_and_again_after_a_failure():
    with Scripted(ok(), ok(), b"", None, ok()) as server:
        one = [(f"http://first.example:{server.port}/", {})]
        result = fetch_all(one, one, one, one, one, one, names={"first.example": ("127.0.0.1", server.port)})
    answers = [group[0].get("problem", "ok") for group in result["out"]]
    assert answers == ["ok", "ok", "upstream-garbage", "upstream-refused", "ok", "ok"]
    assert result["asked"] == ["first.example"] * 2


def test_an_unknown_name_is_told_and_not_asked_at_once_again():
    one = [("http://nowhere.example/", {})]
    result = fetch_all(one, one, names={"nowhere.example": None})
    assert [group[0]["problem"] for group in result["out"]] == ["upstream-unknown"] * 2
    assert result["out"][0][0]["status"] == 502
    assert result["asked"] == ["nowhere.example"]


def test_https_is_refused_where_it_cannot_be_checked():
    out = fetch_all([("https://127.0.0.1:1/", {})], chip="esp8266")["out"][0][0]
    assert (out["status"], out["problem"]) == (501, "no-https")
    assert "http://" in out["detail"]
