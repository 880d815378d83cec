"""Names in addresses, and heads of requests that are larger than the board has memory for."""

from urllib.parse import quote

import pytest

from hosttests.conftest import FREE_PINS
from hosttests.support.gpio import ok, refused
from hosttests.support.raw_http import Wire, ask, until
from hosttests.test_access import TYPED

NAMES = ["desk lamp", "a/b", "*", "50%", "%2F", "Größe ✓", "a?b#c&d=e", "'\"<>\\", "..x", "a+b", ":8080", "/", "gpio/*"]


@pytest.mark.boards("nodemcu", "esp32")
def test_every_name_that_a_pin_can_have_is_an_address(fresh_board, board_name, subtests):
    pin = FREE_PINS[board_name][0]
    for name in NAMES:
        with subtests.test(name):
            board = fresh_board(config={"pins": {pin: {"name": name, "mode": "out"}}})
            path = f"/gpio/{quote(name, safe='')}"
            with Wire(board) as wire:
                assert wire.get(path).answer().status == 200
                assert wire.get(path + "/").answer().status == 200
                assert wire.get(path, method="PUT", body=b'{"state":1}').answer().status == 200
                assert wire.get(f"/gpio?pin={quote(name, safe='')}").answer().body.count(b'"state":1') == 1
                if "%" in path:
                    assert wire.get(path.replace("%", "%25")).answer().status == 404
                assert wire.get(f"/gpio/x{quote(name, safe='')}").answer().status == 404
            board.close()


@pytest.mark.parametrize("name", [".", "..", "a\nb", "\x7f", ""])
def test_a_name_that_no_address_can_hold_is_refused(board, free_pins, name):
    refused(board.patch("/config", {"pins": {free_pins[0]: {"name": name}}}), 400, "bad-config")


def test_one_slash_at_the_end_is_ignored(board, free_pins, subtests):
    for path in ("/status", f"/gpio/{free_pins[0]}", "/gpio", "/adc/A0", "/health"):
        with subtests.test(path):
            ok(board.get(path + "/"))
            refused(board.get(path + "//"), 404, "not-found")
    ok(board.put(f"/gpio/{free_pins[0]}/", {"state": 1}))
    assert ok(board.get(f"/gpio/?pin={free_pins[0]}"))["state"] == 1


# -- large heads

EDGE = ["Connection: keep-alive", "DNT: 1", "Upgrade-Insecure-Requests: 1",
        "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
        "Safari/537.36 Edg/142.0.0.0",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
        "application/signed-exchange;v=b3;q=0.7", "Accept-Encoding: gzip, deflate",
        "Accept-Language: de,de-DE;q=0.9,en;q=0.8,en-GB;q=0.7,en-US;q=0.6"]  # fmt: skip
BOTH = pytest.mark.boards("nodemcu", "esp32")


@BOTH
@pytest.mark.parametrize("size", [700, 1100, 3000, 8000, 14000])
def test_headers_that_nobody_needs_may_be_large(board, free_pins, size, subtests):
    pin = free_pins[0]
    many = [f"X-{i}: {'y' * (size // 40)}" for i in range(40)]
    for name, more in {"cookie": ["Cookie: x=" + "y" * size], "proxy": ["X-Forwarded-Stuff: " + "y" * size], "many": many,
                       "both ends": ["A: " + "y" * (size // 2), *EDGE[1:], "B: " + "y" * (size // 2)]}.items():  # fmt: skip
        with subtests.test(name), Wire(board) as wire:
            for _ in range(3):  # the connection is as good as before
                assert wire.get("/health", *more, EDGE[0]).answer().status == 200
                assert wire.get(f"/gpio/{pin}", *more, method="PUT", body=b'{"state":1}').answer().status == 200
                wire.get("/health", *more).get("/nothing", *more)  # and so is what follows in the same packet
                assert [wire.answer().status, wire.answer().status] == [200, 404]
            assert wire.get("/health", *more, "Connection: close").answer().headers["connection"] == "close"


@BOTH
def test_a_large_head_that_comes_in_pieces(board):
    data = "\r\n".join(["GET /health HTTP/1.1", "Host: HOST", *EDGE, "Cookie: " + "ab" * 1500, "X: y", "", ""]).encode()
    for size in (1, 7, 100, 768, 1500):
        with Wire(board) as wire:
            wire.sock.setsockopt(6, 1, 1)
            start = 0 if size > 1 else len(data) - 300
            wire.send(data[:start])
            for at in range(start, len(data), size):
                wire.send(data[at : at + size])
            assert wire.answer().status == 200, size


@BOTH
def test_what_the_guard_looks_at_is_found_in_a_large_head(board, free_pins, subtests):
    target = f"GET /gpio?pin={free_pins[0]}&state=1 HTTP/1.1"
    for size in (1200, 2000, 5000):
        large = "y" * size
        for name, lines in TYPED.items():
            cookies = {f"a={large}; picorest=1": True, f"picorest=1; a={large}": True, f"a={large}; b={large}": False,
                       f"a={large}; picorest=1; b={large}": True}  # fmt: skip
            for cookie, passes in cookies.items():
                with subtests.test(name, size=size, passes=passes):
                    head = [target, "Host: 10.9.8.7", *lines, f"Cookie: {cookie}", "", ""]
                    assert (ask(board, "\r\n".join(head).encode()).status in (200, 303)) == passes
        for line in ("Origin: http://evil.example", "Sec-Fetch-Site: cross-site", f"Referer: http://evil.example/{large}"):
            for head in ([target, "Host: HOST", f"A: {large}", line], [target, "Host: HOST", line, f"A: {large}"]):
                with subtests.test(line[:30], size=size):
                    assert ask(board, "\r\n".join([*head, "", ""]).encode()).status == 403


@BOTH
@pytest.mark.parametrize("line", [" folded", "no colon", "blank : x", ": no name", "nul: \0", "lf: a\nb", "Host: other"])
def test_a_large_head_hides_nothing(board, line):
    for more in ("y" * 1500, "y" * 4000):
        for lines in ([line, f"A: {more}"], [f"A: {more}", line], [f"A: {more}", line + more]):
            head = ["GET /health HTTP/1.1", "Host: HOST", *lines, "", ""]
            assert ask(board, "\r\n".join(head).encode()).status in (400, 431)


def test_heads_without_end_leave_nothing(board):
    assert ask(board, b"GET /health HTTP/1.1\r\nHost: HOST\r\nA: " + b"y" * 40000).status == 431
    assert ask(board, b"GET /health HTTP/1.1\r\nHost: HOST\r\n" + b"A: b\r\n" * 9000).status == 431
    assert until(lambda: board.get("/health").ok)
