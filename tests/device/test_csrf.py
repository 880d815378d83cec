"""Who may change something: the token, and browsers that act for another page. Without a socket."""

from expect import equal
from picorest.http import csrf
from picorest.http.request import Request, headers, parse
from picorest.problem import Problem

MOZILLA = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/145.0\n"
PAGE = MOZILLA + "Upgrade-Insecure-Requests: 1\n"
LOADED = MOZILLA + "Accept-Encoding: gzip\nAccept-Language: en\n"
BASIC = "Authorization: Basic %s\n"
SECRET, WRONG = "OnNlY3JldA==", "OnNlY3JldHM="  # :secret, :secrets


class Board:
    last_route = None, None
    seen = token = None
    auth_everywhere = False
    origins = ()
    names = "picorest", "picorest.local"


def board(**settings):
    made = Board()
    for name in settings:
        setattr(made, name, settings[name])
    return made


PEER = type("Conn", (), {"peer": b"\x0a\0\0\1"})


def request(lines="", method="PUT", path="/gpio/D5", host="1.2.3.4", version="1.1"):
    head = "%s %s HTTP/%s\n%s%s" % (method, path, version, "Host: %s\n" % host if host else "", lines)
    head = head.replace("\n", "\r\n").encode() + b"\r\n"
    return parse(PEER, head, head[: head.find(b"\r")], headers(head[:-3].split(b"\n")))


def refusal(lines="", app=Board, check=csrf.guard, **words):
    """The Problem with which such a request is refused, or None."""
    Request.app = app
    try:
        check(request(lines, **words))
    except Problem as problem:
        return problem


def verdict(*args, **words):
    """The status of that, or 200."""
    problem = refusal(*args, **words)
    return problem.status_code if problem else 200


def test_hosts_that_are_ours():
    for host in ("1.2.3.4", "1.2.3.4:8080", "1.2.3.4.", "[fe80::1]:80", "picorest", "PicoREST.local:80", "picorest.local.", ""):
        equal((host, verdict(host=host, version="1.1" if host else "1.0")), (host, 200))
    for host in ("picorest.evil", "1.2.3.4.evil", "evil", "evil:80", "evil.", "ghost[", "a1.2.3.4"):
        equal((host, verdict(host=host)), (host, 403))
    problem = refusal(host="Evil.example:80")
    equal((problem.type, problem.members["allowed_origins"]), ("cross-site", ["http://evil.example:80"]))
    assert '"Evil.example:80"' in problem.detail, problem.detail
    assert "a" * 100 in refusal(host="a" * 200).detail and "a" * 101 not in refusal(host="a" * 200).detail


def test_a_host_of_a_listed_page_is_ours_too():
    app = board(origins=("https://panel", "http://other:81"))
    for host, expected in (("panel", 200), ("PANEL", 200), ("panel:443", 200), ("panel:80", 403), ("other:81", 200), ("other", 403),
                           ("other:81:80", 200), ("https", 403)):  # fmt: skip
        equal((host, verdict(app=app, host=host)), (host, expected))


def test_where_it_comes_from():
    for line, expected in (
        ("", 200), ("Sec-Fetch-Site: none", 200), ("Sec-Fetch-Site: same-origin", 200), ("Sec-Fetch-Site:", 200),
        ("Sec-Fetch-Site: same-site", 403), ("Sec-Fetch-Site: cross-site", 403),
        ("Origin: http://1.2.3.4", 200), ("Origin: http://1.2.3.4:81", 403), ("Origin: https://1.2.3.4", 403),
        ("Origin: null", 403),
        ("Referer: http://1.2.3.4/x/y", 200), ("Referer: http://1.2.3.4", 200), ("Referer: http://evil/http://1.2.3.4/", 403),
        ("Referer: http://1.2.3.4.evil/", 403), ("Origin: http://evil\nSec-Fetch-Site: same-origin", 403),
        ("Origin: http://1.2.3.4\nSec-Fetch-Site: cross-site", 403), ("Purpose: prefetch", 403),
        ("Sec-Purpose: prefetch;prerender", 403),
        ("Purpose: other", 200), ("Sec-Purpose: other\nPurpose: prefetch", 200),
    ):  # fmt: skip
        line += "\n" if line else ""
        equal((line, verdict(line)), (line, expected))
        equal((line, verdict(line, method="GET")), (line, 200))  # what only reads
        equal((line, verdict(line, method="GET", check=csrf.check_cross_site)), (line, expected))
    equal(verdict("Referer: http://evil/\n", host="", version="1.0"), 403)
    equal(verdict("Content-Type: a/b\n", host="", version="1.0"), 200)


def test_the_page_that_asked_is_told():
    for lines, site in (
        ("Origin: http://evil\nReferer: http://other/\n", "http://evil"), ("Referer: http://other/page\n", "http://other"),
        ("Origin: null\nReferer: http://other\n", "http://other"), ("Origin: http://%s\n" % ("a" * 200), "http://" + "a" * 93),
    ):  # fmt: skip
        problem = refusal(lines)
        equal((problem.members["allowed_origins"], site in problem.detail), ([site], True))
    for lines in ("Origin: null\n", "Sec-Fetch-Site: cross-site\n"):
        problem = refusal(lines)
        equal(("allowed_origins" in problem.members, "another site" in problem.detail), (False, True))


def test_a_listed_page_may_change_something():
    app = board(origins=("http://panel:8123", "https://other"))
    for lines, expected in (
        ("Origin: http://panel:8123\nSec-Fetch-Site: cross-site\n", 200), ("Origin: https://other\n", 200),
        ("Origin: http://panel\n", 403),
        ("Referer: http://panel:8123/a\nSec-Fetch-Site: cross-site\n", 200),
        ("Referer: http://panel/a\nSec-Fetch-Site: cross-site\n", 403),
        ("Referer: http://panel:8123/a\nOrigin: http://evil\n", 403), ("Origin: http://panel:8123\nPurpose: prefetch\n", 403),
    ):  # fmt: skip
        equal((lines, verdict(lines, app)), (lines, expected))
    Request.app = app
    for origin, expected in (("https://other", "https://other"), ("http://evil", None)):
        req = request("Origin: %s\n" % origin, method="GET")
        csrf.guard(req)
        equal(req.origin, expected)  # it may read the answer


def test_what_was_found_sound_is_not_looked_at_again():
    Request.app = Board
    req = request()
    csrf.check_cross_site(req)
    req.known["origin"] = b"http://evil"
    csrf.check_cross_site(req)
    Request.app = board(token="secret")
    req = request("Authorization: Bearer secret\n")
    csrf.check_cross_site(req)
    assert "sound" not in req.known


def test_the_token():
    for lines, expected in (
        ("", 401), ("Authorization: Bearer secret\n", 200), ("Authorization: bearer secret\n", 200),
        ("Authorization: Bearer Secret\n", 401),
        ("Authorization: Bearer secre\n", 401), ("Authorization: Bearer secrets\n", 401), ("Authorization: Bearer\n", 401),
        ("Authorization: Token secret\n", 401), ("Authorization: secret\n", 401), ("Authorization: Bearer secret x\n", 401),
        (BASIC % SECRET, 200), (BASIC.replace("B", "b") % SECRET, 200), (BASIC % WRONG, 401), (BASIC % "c2VjcmV0", 401),
        (BASIC % "YTpzZWNyZXQ=", 200), (BASIC % "%%", 401), (BASIC % "YTpzZWNyZXQ6", 401),
    ):  # fmt: skip
        for closed in (False, True):
            app = board(token="secret", auth_everywhere=closed)
            equal((lines, verdict(lines, app)), (lines, expected))
            equal((lines, verdict(lines, app, method="GET")), (lines, expected if lines or closed else 200))
            equal((lines, verdict(lines, app, method="OPTIONS")), (lines, expected if lines else 200))
        equal(verdict(lines), 200)  # a board without one


def test_a_browser_is_told_that_it_may_ask_its_user_where_the_user_opens_a_page():
    app = board(token="secret")
    for lines, ways in (
        ("", 1), ("Accept: text/html\n", 2), ("Accept: image/png\n", 1), ("Sec-Fetch-Mode: navigate\n", 2),
        ("Sec-Fetch-Mode: cors\nAccept: text/html\n", 1),
    ):  # fmt: skip
        told = refusal(lines, app).members["headers"]["WWW-Authenticate"]
        equal((lines, len(told), told[0][:7], told[-1][:6]), (lines, ways, "Bearer ", "Basic " if ways > 1 else "Bearer"))


def asked(lines, path="/gpio?pin=5&state=1", **words):
    """What becomes of a change by GET."""
    return refusal(lines, check=csrf.check_cross_site, method="GET", path=path, **words)


def test_a_silent_browser_loads_nothing_that_changes_something():
    for lines in (LOADED, LOADED + "Sec-Fetch-Site:\n"):
        problem = asked(lines)
        equal((problem.status_code, "does not say" in problem.detail), (403, True))
        equal(verdict(lines), 403)
    for line in ("Referer: http://1.2.3.4/", "Origin: http://1.2.3.4", "Sec-Fetch-Site: same-origin"):
        equal(asked(LOADED + line + "\n"), None)
    for lines in (MOZILLA, MOZILLA + "Accept-Encoding: gzip\n", MOZILLA + "Accept-Language: en\n",
                  LOADED.replace("Mozilla/5.0 (", "curl ("), LOADED.replace("Mozilla", "x Mozilla"),
                  LOADED.replace("User-Agent", "X-Agent")):  # fmt: skip
        equal((lines, asked(lines)), (lines, None))
    equal(asked(LOADED.replace("User-Agent: ", "user-AGENT:")).status_code, 403)


def test_a_page_that_a_silent_browser_opens_needs_a_cookie_of_this_site():
    problem = asked(PAGE)
    equal((problem.status_code, problem.type), (302, "cookie-needed"))
    equal(problem.members["headers"]["Location"], "?pin=5&state=1&")
    equal(problem.members["headers"]["Set-Cookie"], "picorest=1; Path=/; SameSite=Strict; HttpOnly")
    location = asked(PAGE, "/gpio?a=\xe4\x7f\t~!").members["headers"]["Location"]
    equal(location, "?a=%C3%A4%7F%09~!&")
    for cookie in ("picorest=1", "a=b; picorest=1", "picorest=1; c=d"):
        equal(asked(PAGE + "Cookie: %s\n" % cookie), None)
    for cookie in ("picorest=2", "picorest", ""):
        equal(asked(PAGE + "Cookie: %s\n" % cookie).status_code, 302)
    problem = asked(PAGE, "/gpio?pin=5&state=1&")  # it did not come back
    equal((problem.status_code, "Set-Cookie" in problem.members["headers"]), (403, True))
    equal(verdict(PAGE), 403)  # a form: a browser tells where that stands
    equal(verdict(PAGE.replace("1\n", "0\n") + LOADED[len(MOZILLA) :]), 403)


def test_the_computer_that_a_browser_runs_on_is_always_told():
    for host, expected in (("localhost", None), ("LOCALHOST:8080", None), ("127.0.0.1:80", None), ("128.0.0.1", 302),
                           ("1.127.0.0", 302)):  # fmt: skip
        problem = asked(PAGE, host=host, app=board(names=("localhost",)))
        equal((host, problem and problem.status_code), (host, expected))
    equal(asked(PAGE, host="", version="1.0"), None)


def test_a_password_that_a_browser_brings_needs_the_cookie_too():
    app = board(token="secret")
    for lines, expected in (
        ("", 401), (BASIC % SECRET, 302), (BASIC % SECRET + "Cookie: picorest=1\n", None), (BASIC % WRONG, 401),
        (BASIC % WRONG + "Cookie: picorest=1\n", 401), ("Authorization: Bearer secret\n", None),
    ):  # fmt: skip
        problem = asked(PAGE + lines, app=app)
        equal((lines, problem and problem.status_code), (lines, expected))
