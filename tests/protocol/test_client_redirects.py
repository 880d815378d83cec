"""Where the device's HTTP client lets itself be sent, and what it takes along."""

import pytest

from tests.protocol.support.fetch import fetch, moved, ok
from tests.protocol.support.scripted_server import Scripted


@pytest.mark.parametrize(
    ("location", "target"),
    [
        (b"http://127.0.0.1:%PORT%/new?x=1", b"/new?x=1"),
        (b"/new", b"/new"),
        (b"new", b"/dir/new"),
        (b"?q=2", b"/dir/old?q=2"),
        (b"//127.0.0.1:%PORT%/new", b"/new"),
        (b"/to?url=http://x/", b"/to?url=http://x/"),
    ],
)
def test_redirects_absolute_and_relative(location, target):
    out, server = fetch(moved(location), ok(), path="/dir/old?q=1", headers={"X-Key": "k"})
    assert out["body"] == b"hello"
    assert server.requests[1].split(b" ")[1] == target
    assert b"X-Key: k" in server.requests[1]


@pytest.mark.parametrize(("location", "target"), [(b"new", b"/new"), (b"/new", b"/new"), (b"?q=2", b"/?q=2")])
def test_redirects_from_an_address_without_a_path(location, target):
    out, server = fetch(moved(location), ok(), path="?u=a/b")
    assert out["body"] == b"hello"
    assert [r.split(b" ")[1] for r in server.requests] == [b"/?u=a/b", target]


def test_two_redirects_are_followed_and_three_are_not():
    out, _ = fetch(moved(b"/2", 301), moved(b"/3", 307), ok())
    assert out["body"] == b"hello"
    out, server = fetch(moved(b"/again"))
    assert (out["status"], out["problem"]) == (502, "upstream-redirect")
    assert len(server.requests) == 3


def test_a_post_is_repeated_on_its_own_server_only():
    out, server = fetch(moved(b"/2", 308), moved(b"/3", 302), ok(), method="POST", body="x=1")
    assert out["body"] == b"hello"
    assert [r[:7] for r in server.requests] == [b"POST / ", b"POST /2", b"POST /3"]
    assert server.requests[2].endswith(b"x=1")
    out, server = fetch(moved(b"/see", 303), ok(), method="POST", body="x=1")
    assert server.requests[1].startswith(b"GET /see ")
    assert not server.requests[1].endswith(b"x=1")
    out, server = fetch(moved(b"http://other.example:%PORT%/", 307), ok(), method="POST", body="x=1",
                        names={"other.example": "127.0.0.1"})  # fmt: skip
    assert (out["problem"], len(server.requests)) == ("upstream-redirect", 1)


@pytest.mark.parametrize("status", [303, 307])
def test_what_was_sent_on_may_have_been_done(status):
    out, _ = fetch(moved(b"/2", status), None, method="POST", body="x=1")
    assert (out["problem"], out["sent"]) == ("upstream-refused", True)
    out, _ = fetch(moved(b"http://other.example/", status), method="POST", body="x=1", names={"other.example": None})
    assert (out["status"], out["sent"]) == (502, True)


def test_keys_stay_with_the_server_they_are_for():
    names = {"first.example": "127.0.0.1", "other.example": "127.0.0.1"}
    out, server = fetch(moved(b"http://other.example:%PORT%/"), ok(), path="http://first.example:%PORT%/", names=names,
                        headers={"X-Key": "k"})  # fmt: skip
    assert out["body"] == b"hello"
    assert b"X-Key: k" in server.requests[0]
    assert b"X-Key" not in server.requests[1]
    assert b"Host: other.example:" in server.requests[1]


LOCAL = [b"192.168.1.1", b"10.0.0.1", b"127.0.0.1:9", b"169.254.169.254", b"172.20.0.1", b"0.0.0.0"]


@pytest.mark.parametrize("target", LOCAL)
def test_no_redirect_to_a_local_address(target):
    out, server = fetch(moved(b"http://" + target + b"/secret"), ok())
    assert (out["status"], out["problem"]) == (502, "upstream-redirect")
    assert "local address" in out["detail"]
    assert len(server.requests) == 1


@pytest.mark.parametrize("target", [b"192.168.1.1", b"10.0.0.1", b"169.254.169.254"])
def test_no_redirect_to_a_name_of_a_local_address(target):
    """What a name says may change from one question to the next: the address that is connected to is looked at."""
    names = {"first.example": "127.0.0.1", "rebound.example": target.decode()}
    out, server = fetch(moved(b"http://rebound.example/secret"), ok(), path="http://first.example:%PORT%/", names=names)
    assert (out["status"], out["problem"]) == (502, "upstream-redirect")
    assert len(server.requests) == 1


def test_a_redirect_to_a_local_address_when_it_is_allowed():
    with Scripted(ok(b"inside")) as inside:
        out, _ = fetch(moved(b"http://127.0.0.1:%d/" % inside.port), private=True)
    assert out["body"] == b"inside"


@pytest.mark.parametrize(
    "location", [b"ftp://127.0.0.1/", b"http://", b"http://[::1]/", b"http://a@b/", b"http://h:99999/"]
)
def test_redirects_to_nonsense_are_told(location):
    out, _ = fetch(moved(location))
    assert (out["status"], out["problem"]) == (502, "upstream-bad-url")
