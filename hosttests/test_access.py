"""Who may do what: the token, pages of other sites, prefetches, rebound names, CORS; and secrets stay secrets."""

import base64
import json

import pytest
import requests

from hosttests.conftest import REAL
from hosttests.support.raw_http import Wire, ask, json_in
from virtualboard.client import VirtualBoard, wait

TOKEN = "kirsche-42-x"
WIFI, KEY = "home-secret", "THINGKEY0815"  # the first is that of the world's network
PANEL = "http://panel.local:8123"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture(scope="module")
def guarded(request, tmp_path_factory):
    """A board with a token, secrets and one allowed origin."""
    if REAL in request.config.stash:
        pytest.skip("starts a board of its own, which a real board cannot be")
    config = {
        "token": TOKEN,
        "allowed_origins": [PANEL],
        "wifi": {"networks": [{"ssid": "home", "password": WIFI}]},
        "thingspeak": {"channel": 1, "write_key": KEY},
    }
    board = VirtualBoard("nodemcu", tmp_path_factory.mktemp("guarded"), config=config)
    board.wait_until_it_serves()
    yield board
    console = board.console()
    board.close()
    assert "Traceback" not in console
    assert not any(secret in console for secret in (TOKEN, WIFI, KEY)), "a secret on the console"


def forgotten(board) -> None:
    """Return when the board has forgotten the wrong tokens that it got."""
    later = board.world.get()["time"]["unix"] + 660
    with board.world.fast(3000):
        wait(lambda: board.world.get()["time"]["unix"] > later, "time stands still")


def driving(board, *lines: str, pin: str = "D5", method: str = "GET", host: str = "HOST", more: str = ""):
    """The answer to the browser's form GET /gpio?pin=D5&state=1, or the PUT that does the same, with these headers."""
    body = "" if method == "GET" else '{"state":1}'
    target = f"/gpio?pin={pin}&state=1{more}" if method == "GET" else f"/gpio/{pin}"
    head = [f"{method} {target} HTTP/1.1", f"Host: {host}", *lines, f"Content-Length: {len(body)}"]
    data = "\r\n".join(head) + "\r\n\r\n" + body
    return ask(board, data.encode("latin-1"))


# -- pages of other sites; the board has no token

CROSS_SITE = {
    "fetch metadata of another site": "Sec-Fetch-Site: cross-site",
    "fetch metadata of a neighbour": "Sec-Fetch-Site: same-site",
    "another origin": "Origin: http://evil.example",
    "another port of the same host": "Origin: http://127.0.0.1:1",
    "https instead of http": "Origin: https://HOST",
    "an origin that only begins like ours": "Origin: http://HOST.evil.example",
    "an opaque origin": "Origin: null",
    "an origin that is no text": "Origin: \xff\xfe",
    "a link on another page": "Referer: http://evil.example/page",
    "a link on a page whose address begins like ours": "Referer: http://HOST.evil.example/",
    "a prefetch": "Sec-Purpose: prefetch;prerender",
    "a prefetch as older browsers say it": "Purpose: prefetch",
}
WELCOME = {
    "nothing, as curl sends": "Accept: */*",
    "the address bar": "Sec-Fetch-Site: none",
    "our own page": "Sec-Fetch-Site: same-origin",
    "our own page's origin": "Origin: http://HOST",
    "a link on our own page": "Referer: http://HOST/",
}


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_page_of_another_site_changes_nothing(board, free_pins, method, subtests):
    assert board.get(f"/gpio?pin={free_pins[0]}&state=0").ok
    for name, line in CROSS_SITE.items():
        with subtests.test(name):
            answer = driving(board, line, pin=free_pins[0], method=method)
            assert (answer.status, json_in(answer)["type"]) == (403, "cross-site")
    assert board.get(f"/gpio/{free_pins[0]}").json()["state"] == 0



@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_everyone_else_is_welcome(board, free_pins, method, subtests):
    for name, line in WELCOME.items():
        with subtests.test(name):
            assert driving(board, line, pin=free_pins[0], method=method).status == 200


# -- browsers that do not say where a request comes from: no https, and a page that asks for silence

CHROME = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
FIREFOX = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = (
    "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.0 Mobile/15E148 Safari/604.1"
)
PAGE, ANY = "Upgrade-Insecure-Requests: 1", "Accept: */*"
HTML = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PACKED, LANGUAGE = "Accept-Encoding: gzip, deflate", "Accept-Language: en-US,en;q=0.9"
LOADED = {
    "Chrome, image": [CHROME, "Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", PACKED, LANGUAGE],
    "Chrome, script or fetch": ["Connection: keep-alive", CHROME, ANY, PACKED, LANGUAGE],
    "Chrome, fetch that wants to look like a page": ["accept: text/html", "ACCEPT-language:", CHROME, PACKED],
    "Firefox, image": [FIREFOX, "Accept: image/avif,image/webp,image/png,*/*;q=0.5", LANGUAGE, PACKED, "Priority: u=5, i"],
    "Firefox, style": [FIREFOX, "Accept: text/css,*/*;q=0.1", LANGUAGE, PACKED, "Priority: u=2"],
    "Safari, image": ["Accept: image/webp,image/avif,image/*;q=0.8", SAFARI, "Accept-Language: de-DE,de;q=0.9", PACKED],
}
TYPED = {
    "Chrome": ["Connection: keep-alive", "Cache-Control: max-age=0", PAGE, CHROME, HTML, PACKED, LANGUAGE],
    "Firefox": [FIREFOX, HTML, LANGUAGE, PACKED, "DNT: 1", "Connection: keep-alive", PAGE, "Priority: u=0, i"],
    "Safari": [PAGE, HTML, SAFARI, "Accept-Language: de-DE,de;q=0.9", PACKED, "Connection: keep-alive"],
}
PROGRAMS = {
    "curl": ["User-Agent: curl/8.14.1", ANY],
    "curl as a browser": [CHROME, ANY],
    "curl as a browser, packed": [CHROME, ANY, "Accept-Encoding: deflate, gzip, br, zstd"],
    "curl as a browser that has a language": [CHROME, ANY, LANGUAGE],
    "wget": ["User-Agent: Wget/1.25.0", ANY, "Accept-Encoding: identity", "Connection: Keep-Alive"],
    "requests": ["User-Agent: python-requests/2.32.5", PACKED, ANY, "Connection: keep-alive"],
    "requests as a browser": [CHROME, PACKED, ANY, "Connection: keep-alive"],
    "Home Assistant": ["User-Agent: HomeAssistant/2026.11.0 aiohttp/3.13.0 Python/3.13", ANY, PACKED],
    "an iPhone's Shortcuts": ["User-Agent: BackgroundShortcutRunner/3036 CFNetwork/3826 Darwin/24.6.0", ANY, LANGUAGE, PACKED],
    "PowerShell 5": ["User-Agent: Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1682"],
    "PowerShell 7": ["User-Agent: Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.22631; en-US) PowerShell/7.5.3", PACKED],
    "node": ["accept: */*", "accept-language: *", "sec-fetch-mode: cors", "user-agent: node", "accept-encoding: gzip, deflate"],
    "an Android app": ["User-Agent: okhttp/4.12.0", "Accept-Encoding: gzip", LANGUAGE],
    "another board": ["Connection: close"],
    "a program that says nothing at all": [],
}  # fmt: skip


def test_what_a_silent_page_loads_changes_nothing(board, free_pins, subtests):
    assert board.get(f"/gpio?pin={free_pins[0]}&state=0").ok
    for name, lines in LOADED.items():
        with subtests.test(name):
            answer = driving(board, *lines, pin=free_pins[0])
            assert (answer.status, json_in(answer)["type"]) == (403, "cross-site")
            told = driving(board, *lines, "Referer: http://HOST/", pin=free_pins[0])  # the board's own page loads it
            assert told.status in (200, 303)
            assert board.get(f"/gpio?pin={free_pins[0]}&state=0").ok


# how a proxy writes what a browser said
REWRITTEN = {
    "in small letters, as HTTP/2 has it": str.lower,
    "in capitals": str.upper,
    "without a blank": None,
}


@pytest.mark.parametrize("way", REWRITTEN)
def test_a_proxy_may_write_headers_as_it_likes(board, free_pins, way, subtests):
    def rewritten(lines):
        for line in lines:
            name, _, value = line.partition(":")
            yield f"{REWRITTEN[way](name)}:{value}" if REWRITTEN[way] else f"{name}:{value.strip()}"

    assert board.get(f"/gpio?pin={free_pins[0]}&state=0").ok
    for name, lines in {**LOADED, **TYPED}.items():
        with subtests.test(name):
            for host in ("10.9.8.7", "picorest.local"):
                answer = driving(board, *rewritten(lines), pin=free_pins[0], host=host)
                assert answer.status == (302 if name in TYPED else 403)
            cookie = [*lines, "Cookie: picorest=1"]
            assert (driving(board, *rewritten(cookie), pin=free_pins[0], host=host).status < 400) == (name in TYPED)
            assert board.get(f"/gpio?pin={free_pins[0]}&state=0").ok
    for name, line in CROSS_SITE.items():
        with subtests.test(name):
            assert driving(board, *rewritten([line]), pin=free_pins[0]).status == 403


OLD = {
    "Internet Explorer 11": ["Accept: text/html, application/xhtml+xml, */*", LANGUAGE, PACKED,
                             "User-Agent: Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko"],
    "NetSurf": ["Accept: */*", LANGUAGE, PACKED,
                "User-Agent: Mozilla/5.0 (X11; Linux) NetSurf/3.11"],
    "a wall panel": ["Accept: text/html,application/xml;q=0.9,*/*;q=0.8", LANGUAGE, PACKED, "X-Requested-With: xyz.wallpanel.app",
                     "User-Agent: Mozilla/5.0 (Linux; Android 4.4.4; SM-T560) AppleWebKit/537.36 Version/4.0 Chrome/33.0.0.0"],
}  # fmt: skip


def test_old_browsers_switch_from_the_boards_own_page(board, free_pins, subtests):
    """They may keep cookies for all sites, but say where a link stands."""
    for name, lines in OLD.items():
        with subtests.test(name):
            assert board.get(f"/gpio?pin={free_pins[0]}&state=0").ok
            answer = driving(board, *lines, pin=free_pins[0])
            assert answer.status == 403 and "pin's page" in json_in(answer)["detail"]
            assert driving(board, *lines, "Cookie: picorest=1", pin=free_pins[0]).status == 403
            assert driving(board, *lines, "Referer: http://HOST/", pin=free_pins[0]).status < 400
            assert board.get(f"/gpio/{free_pins[0]}").json()["state"] == 1


def test_a_form_of_another_site_is_refused_also_if_the_browser_does_not_say_its_origin(board, free_pins, subtests):
    for name, lines in {**TYPED, **OLD}.items():
        head = [f"POST /gpio/{free_pins[0]} HTTP/1.1", "Host: 10.9.8.7", *lines, "Content-Type: text/plain", "Content-Length: 11"]
        data = "\r\n".join([*head, "", ""])
        with subtests.test(name):
            assert ask(board, data.encode() + b'{"state":1}').status == 403


def test_programs_need_to_say_nothing(board, free_pins, subtests):
    for name, lines in PROGRAMS.items():
        for method in ("GET", "PUT"):
            with subtests.test(name, method=method):
                assert driving(board, *lines, pin=free_pins[0], method=method).status == 200


@pytest.mark.parametrize("host", ["10.9.8.7", "picorest.local"])
def test_what_is_typed_needs_a_cookie_that_no_other_site_can_use(board, free_pins, host, subtests):
    def typed(*lines: str, more: str = ""):
        return driving(board, *lines, pin=free_pins[0], host=host, more=more)

    def refused(answer) -> bool:
        return (answer.status, json_in(answer)["type"]) == (403, "cross-site")

    for name, lines in TYPED.items():
        with subtests.test(name):
            assert board.get(f"/gpio?pin={free_pins[0]}&state=0").ok
            first = typed(*lines)
            assert (first.status, first.headers["location"]) == (302, f"?pin={free_pins[0]}&state=1&")
            assert typed(*lines, more="&x=\xc3\xa9%20").headers["location"] == f"?pin={free_pins[0]}&state=1&x=%C3%A9%20&"
            cookie = "Cookie: a=b; " + first.headers["set-cookie"].split("; ")[0]
            assert refused(typed(*lines, more="&")) and refused(typed(*lines, "Cookie: a=b", more="&"))
            assert refused(typed(*lines, cookie, "Referer: http://evil.example/"))
            assert board.get(f"/gpio/{free_pins[0]}").json()["state"] == 0
            assert typed(*lines, cookie, more="&").status == typed(*lines, cookie).status == 303
            assert typed(*lines, "Sec-Fetch-Site: none").status == typed(*lines, f"Referer: http://{host}/").status == 303


@pytest.mark.parametrize("host", ["localhost", "Localhost:8080", "127.0.0.1:8080"])
def test_what_is_typed_for_the_same_computer_works_at_once(board, free_pins, host, subtests):
    """Browsers say Sec-Fetch-Site there, so what is without it comes from something else."""
    for name, lines in TYPED.items():
        with subtests.test(name):
            assert driving(board, *lines, pin=free_pins[0], host=host).status == 303


def test_what_a_silent_page_loads_may_read(board, free_pins, subtests):
    for name, lines in LOADED.items():
        with subtests.test(name), Wire(board) as wire:
            assert wire.get(f"/gpio/{free_pins[0]}", *lines).answer().status == 200


def test_another_site_may_read(board, free_pins):
    """A browser does not show it the answer, but nothing has to be refused."""
    answer = ask(board, b"GET /gpio/%s HTTP/1.1\r\nHost: HOST\r\nOrigin: http://evil.example\r\n\r\n" % free_pins[0].encode())
    assert answer.status == 200 and "access-control-allow-origin" not in answer.headers


def test_a_name_that_is_not_the_boards_may_be_rebound(board, free_pins, subtests):
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "picorest.local.evil.example", "\xff",
                 "evil.example.", "evil.example:80:picorest.local", "picorest.local@evil.example", "picorest.localx",
                 "evil.example@picorest.local", "picorest.local,evil.example", "picorest.evil.example", "0x7f.evil",
                 ".picorest.local", "local", "pico", "cafe.de", "dead.beef:80", "fade",
                 "1.2.3.4a", "a.1.2.3.4", "x[::1]"):  # fmt: skip
        with subtests.test(host):
            answer = driving(board, pin=free_pins[0], host=host)
            assert (answer.status, json_in(answer)["type"]) == (403, "cross-site")
            put = driving(board, pin=free_pins[0], host=host, method="PUT")
            assert put.status == 403


@pytest.mark.world
def test_its_own_names_and_addresses_pass(board, free_pins, subtests):
    for host in ("picorest", "PicoREST.local:8080", "localhost", "localhost:80", "192.168.1.77", "10.0.0.1:8080", "[::1]:80",
                 "picorest.local.", "Localhost.:8080", "picorest:", ""):
        with subtests.test(host):
            assert driving(board, pin=free_pins[0], host=host).status == 200


def test_a_name_that_somebody_else_gives_the_board_can_be_allowed(guarded, subtests):
    token = f"Authorization: Bearer {TOKEN}"
    router = "picorest.fritz.box"
    assert driving(guarded, token, host=router).status == 403
    me = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.patch("/config", {"allowed_origins": [PANEL, f"http://{router}"]}, headers=me).ok
    try:
        for method in ("GET", "PUT"):
            for lines in ([], [f"Origin: http://{router}"], [f"Referer: http://{router}/setup"]):
                with subtests.test(str(lines), method=method):
                    assert driving(guarded, token, *lines, host=router, method=method).status == 200
            assert driving(guarded, token, host=router + ".evil.example", method=method).status == 403
    finally:
        assert guarded.patch("/config", {"allowed_origins": [PANEL]}, headers=me).ok
    assert driving(guarded, token, host=router).status == 403  # although it was good a moment ago


def test_what_a_refusal_says_is_the_line_to_add(board, free_pins, subtests):
    """Behind a proxy the Host is the proxy's name for the board, and pages have the proxy's own."""
    pages = {"Origin: http://panel.example": "http://panel.example",
             "Origin: https://panel.example:8443": "https://panel.example:8443",
             "Referer: http://panel.example/a/b?c": "http://panel.example"}  # fmt: skip
    for host in ("board", "Board.Example.com:8080", "\xe9"):
        with subtests.test(host):
            said = json.loads(driving(board, pin=free_pins[0], host=host).body)
            assert f'Host "{host}"' in said["detail"] and said["allowed_origins"] == [f"http://{host.lower()}"]
            assert f'"http://{host.lower()}"' in said["detail"]
    for line, origin in pages.items():
        with subtests.test(line):
            said = json.loads(driving(board, line, pin=free_pins[0]).body)
            assert said["allowed_origins"] == [origin] and f'"{origin}"' in said["detail"]
    assert board.patch("/config", {"allowed_origins": ["http://board", "http://panel.example"]}).ok
    try:
        assert driving(board, pin=free_pins[0], host="board").status == 200
        assert driving(board, "Referer: http://panel.example/a/b?c", pin=free_pins[0], host="board").status == 200
    finally:
        assert board.patch("/config", {"allowed_origins": []}).ok


def test_a_listed_site_works_whole_whatever_its_scheme(board, free_pins, subtests):
    """A proxy that speaks https passes its own name on."""
    for site, hosts in {"https://board.example.com": ("board.example.com", "Board.example.com:443"),
                        "http://board.example.com": ("board.example.com:80",),
                        "https://board.example.com:8443": ("board.example.com:8443",)}.items():  # fmt: skip
        assert board.patch("/config", {"allowed_origins": [site]}).ok
        try:
            for host in hosts:
                page = {"nobody": [], "Origin": [f"Origin: {site}"], "Referer": [f"Referer: {site}/gpio"],
                        "a new browser": ["Sec-Fetch-Site: same-origin", *TYPED["Chrome"]]}  # fmt: skip
                for name, lines in page.items():
                    for method in ("GET", "PUT"):
                        with subtests.test(site, host=host, page=name, method=method):
                            assert driving(board, *lines, pin=free_pins[0], host=host, method=method).status < 400
                    with subtests.test(site, host=host, page=name):
                        other = driving(board, *lines, pin=free_pins[0], host="x" + host)
                        assert other.status == 403 or name == "Origin"
            with subtests.test(site):
                assert driving(board, "Origin: http://evil.example", pin=free_pins[0], host=hosts[0]).status == 403
                assert driving(board, "Referer: http://evil.example/", pin=free_pins[0], host=hosts[0]).status == 403
        finally:
            assert board.patch("/config", {"allowed_origins": []}).ok


# -- the token


def test_a_browser_is_only_asked_for_a_password_where_its_user_opens_a_page(guarded, subtests):
    asked = {
        "typed": [CHROME, HTML], "a link": [CHROME, HTML, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: none"],
        "small letters": [CHROME.lower(), HTML.lower()],
    }  # fmt: skip
    silent = {
        "fetch": [CHROME, ANY], "curl": ["Accept: */*"], "nothing": [],
        "fetch that wants a page": [CHROME, HTML, "Sec-Fetch-Mode: cors", "Sec-Fetch-Site: same-origin"],
        "an image": [CHROME, "Accept: image/webp,*/*", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Site: same-origin"],
    }  # fmt: skip
    for name, lines in {**asked, **silent}.items():
        with subtests.test(name):
            answer = driving(guarded, *lines, method="GET")
            assert answer.status == 401 and answer.headers["www-authenticate"].startswith("Bearer")
            assert ("Basic" in answer.headers["www-authenticate"]) == (name in asked)


def test_a_change_needs_the_token(guarded, subtests):
    wrong = {
        "none": [],
        "another": ["Authorization: Bearer kirsche"],
        "the beginning": [f"Authorization: Bearer {TOKEN[:-1]}"],
        "more than it": [f"Authorization: Bearer {TOKEN}x"],
        "an empty one": ["Authorization: Bearer "],
        "a scheme nobody knows": [f"Authorization: Digest {TOKEN}"],
        "the token as user": [f"Authorization: {basic(TOKEN, '')}"],
        "base64 that is none": ["Authorization: Basic %%%"],
        "base64 that is cut": ["Authorization: Basic YTp"],
        "a lot of base64": ["Authorization: Basic " + "YTpi" * 300],
        "an empty password": [f"Authorization: {basic('a', '')}"],
        "a password with more behind it": [f"Authorization: {basic('a', TOKEN + chr(0))}"],
        "a colon in the name": [f"Authorization: {basic('a:b', TOKEN)}"],
        "a scheme alone": ["Authorization: Bearer"],
        "nothing in the header": ["Authorization:"],
        "base64 without a colon": ["Authorization: Basic " + base64.b64encode(TOKEN.encode()).decode()],
        "bytes that are no text": ["Authorization: Bearer \xff"],
    }
    for n, (name, lines) in enumerate(wrong.items()):
        if n % 3 == 0:  # more in a row it would not look at
            forgotten(guarded)
        for method in ("GET", "PUT"):
            with subtests.test(name, method=method):
                answer = driving(guarded, *lines, method=method)
                assert (answer.status, json_in(answer)["type"]) == (401, "token-needed")
                assert answer.headers["www-authenticate"].startswith("Bearer")
                assert TOKEN.encode() not in answer.body


def test_a_browser_that_knows_the_password_also_needs_a_cookie_that_no_other_site_can_use(guarded, subtests):
    """It sends the password along with whatever another site leads it to."""
    known = f"Authorization: {basic('anyone', TOKEN)}"
    wrong = f"Authorization: {basic('anyone', 'wrong')}"
    forgotten(guarded)
    assert guarded.get("/gpio?pin=D5&state=0", headers={"Authorization": f"Bearer {TOKEN}"}).ok
    for name, lines in TYPED.items():
        with subtests.test(name):
            for missing in ([], [wrong]):
                assert driving(guarded, *lines, *missing).status == 401
            first = driving(guarded, *lines, known)
            assert (first.status, json_in(first)["type"]) == (302, "cookie-needed")
            assert first.headers["location"] == "?pin=D5&state=1&"
            cookie, *rest = first.headers["set-cookie"].split("; ")
            assert set(rest) == {"Path=/", "SameSite=Strict", "HttpOnly"}
            assert TOKEN not in str(first)
            led = driving(guarded, *lines, known, more="&")
            assert (led.status, json_in(led)["type"]) == (403, "cross-site") and "cookie" in json_in(led)["detail"]
            assert led.headers["set-cookie"] == first.headers["set-cookie"]
            assert guarded.get("/gpio/D5").json()["state"] == 0
            for more in ("&", ""):
                other = "Cookie: theme=dark; " + cookie
                assert driving(guarded, *lines, known, other, more=more).status == 303
            assert driving(guarded, *lines, wrong, f"Cookie: {cookie}").status == 401
            assert guarded.get("/gpio?pin=D5&state=0", headers={"Authorization": f"Bearer {TOKEN}"}).ok


def test_nobody_else_needs_the_cookie(guarded, subtests):
    known, bearer = f"Authorization: {basic('anyone', TOKEN)}", f"Authorization: Bearer {TOKEN}"
    for name, lines in TYPED.items():
        with subtests.test(name):
            assert driving(guarded, *lines, bearer).status == 303
            for told in ("Sec-Fetch-Site: none", "Sec-Fetch-Site: same-origin", "Origin: http://HOST", "Referer: http://HOST/"):
                assert driving(guarded, *lines, known, told).status == 303
    for name, lines in PROGRAMS.items():
        with subtests.test(name):
            assert driving(guarded, *lines, known).status == driving(guarded, *lines, bearer).status == 200
    for name, lines in LOADED.items():
        with subtests.test(name):
            assert driving(guarded, *lines, known).status == driving(guarded, *lines).status == 403


def test_a_token_in_the_address_counts_for_nothing(guarded):
    for query in (f"token={TOKEN}", f"access_token={TOKEN}", f"auth={TOKEN}"):
        assert guarded.get(f"/gpio?pin=D5&state=1&{query}").status_code in (400, 401)


def test_the_token_opens(guarded):
    for header in (f"Bearer {TOKEN}", f"bearer {TOKEN}", basic("", TOKEN), basic("anyone", TOKEN)):
        for method in ("GET", "PUT"):
            assert driving(guarded, f"Authorization: {header}", method=method).status == 200


def test_without_the_token_everything_can_be_read(guarded):
    for path in ("/gpio", "/gpio/D5", "/pins", "/status", "/health", "/config"):
        assert guarded.get(path).status_code == 200


def test_a_wrong_token_opens_nothing_at_all(guarded):
    assert guarded.get("/status").json()["token"] is True
    for header in ("Bearer wrong", basic("anyone", "wrong"), "Bearer", TOKEN):
        for method in ("GET", "HEAD", "OPTIONS"):
            forgotten(guarded)
            for path in ("/", "/gpio", "/status", "/health", "/nothing"):
                answer = guarded.request(method, path, headers={"Authorization": header})
                assert answer.status_code == 401 and "WWW-Authenticate" in answer.headers
    for path in ("/gpio", "/status"):
        assert guarded.get(path, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_without_a_token_whatever_is_sent_is_ignored(board):
    assert board.get("/status", headers={"Authorization": "Bearer wrong"}).json()["token"] is False


def test_every_kind_of_change_needs_the_token(guarded, subtests):
    changes = {
        "PUT /gpio": {"D5": 1},
        "PUT /gpio/D5": {"state": 1},
        "PATCH /config": {"hostname": "other"},
        "PUT /wifi": {"ssid": "x", "password": "12345678"},
        "POST /reset": None,
        "POST /time/sync": None,
        "POST /thingspeak": {"field1": 1},
    }
    for what, body in changes.items():
        with subtests.test(what):
            method, path = what.split()
            assert guarded.request(method, path, json=body).status_code == 401
    for query in ("state=1", "state=toggle", "state=1&for=1", "mode=in", "pwm=0.5&freq=100"):
        with subtests.test(query):
            assert guarded.get("/gpio?pin=D5&" + query).status_code == 401
            assert guarded.get("/gpio/D5?" + query).status_code == 401


def test_the_token_does_not_open_for_a_page_of_another_site(guarded):
    answer = driving(guarded, f"Authorization: Bearer {TOKEN}", "Origin: http://evil.example")
    assert answer.status == 403


def test_with_auth_all_reading_needs_the_token_too(guarded):
    me = {"Authorization": "Bearer " + TOKEN}
    assert guarded.patch("/config", {"auth": "all"}, headers=me).ok
    try:
        for path in ("/gpio", "/gpio/D5", "/pins", "/status", "/health", "/config", "/nothing"):
            answer = guarded.get(path)
            assert answer.status_code == 401 and "WWW-Authenticate" in answer.headers
            assert guarded.get(path, headers=me).status_code == (404 if path == "/nothing" else 200)
            assert guarded.request("HEAD", path).status_code == 401
        # a browser asks first, and cannot send a token with that
        assert guarded.request("OPTIONS", "/gpio", headers={"Origin": PANEL}).status_code == 204
    finally:
        assert guarded.patch("/config", {"auth": "write"}, headers=me).ok


def test_secrets_are_in_no_answer(guarded):
    me = {"Authorization": "Bearer " + TOKEN}
    guarded.post("/thingspeak", {"field1": 1}, headers=me)
    for path in ("/config", "/wifi", "/status", "/health", "/thingspeak", "/gpio", "/nothing"):
        answer = guarded.get(path, headers=me)
        for secret in (TOKEN, WIFI, KEY):
            assert secret not in answer.text and secret not in str(answer.headers)
    assert guarded.get("/config").json()["token"] is True


@pytest.mark.parametrize("lines", [[], [f"Origin: {PANEL}"]], ids=["nobody", "a page"])
def test_what_the_configuration_says_counts_at_once(board, free_pins, lines):
    """The board remembers the last request, but not whether it was allowed under another configuration."""
    me = {"Authorization": f"Bearer {TOKEN}"}

    def statuses() -> set[int]:
        return {driving(board, *lines, pin=free_pins[0]).status for _ in range(3)}

    try:
        assert statuses() == {403 if lines else 200}
        assert board.patch("/config", {"allowed_origins": [PANEL]}).ok
        assert statuses() == {200}
        assert board.patch("/config", {"token": TOKEN}).ok
        assert statuses() == {401}
        assert board.patch("/config", {"token": None}, headers=me).ok
        assert statuses() == {200}
    finally:
        board.patch("/config", {"token": None, "allowed_origins": []}, headers=me)
    assert statuses() == {403 if lines else 200}


# -- allowed origins


def test_an_allowed_page_may_ask_first(guarded, subtests):
    for path, methods in {"/gpio/D5": "GET, PUT", "/config": "GET, PATCH", "/thingspeak": "GET, POST"}.items():
        with subtests.test(path), Wire(guarded) as wire:
            wire.get(path, f"Origin: {PANEL}", "Access-Control-Request-Method: PUT",
                     "Access-Control-Request-Headers: authorization,content-type", method="OPTIONS")  # fmt: skip
            answer = wire.answer()
            assert answer.status == 204
            assert answer.headers["access-control-allow-origin"] == PANEL
            assert set(methods.split(", ")) < set(answer.headers["access-control-allow-methods"].split(", "))
            assert set(answer.headers["access-control-allow-headers"].split(", ")) == {"Authorization", "Content-Type"}
            assert answer.headers["vary"] == "Accept, Origin"


def test_an_allowed_page_may_change_and_read(guarded):
    token = f"Authorization: Bearer {TOKEN}"
    for method in ("GET", "PUT"):
        answer = driving(guarded, token, f"Origin: {PANEL}", "Sec-Fetch-Site: cross-site", method=method)
        assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, PANEL)
        refused = driving(guarded, f"Origin: {PANEL}", method=method)  # allowed, but without the token
        assert (refused.status, refused.headers["access-control-allow-origin"]) == (401, PANEL)


def test_other_pages_are_told_nothing(guarded):
    for origin in ("http://evil.example", PANEL + ".evil.example", PANEL[:-1], PANEL.upper(), "null"):
        with Wire(guarded) as wire:
            answer = wire.get("/gpio", f"Origin: {origin}", method="OPTIONS").answer()
            assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.boards("nodemcu", "esp32")
def test_an_answers_head_of_any_length_is_whole(board):
    """The head of a page's answer is longer than the buffer that it is put together in, by as much as the address has it."""
    lines = next(iter(TYPED.values()))
    for size in (*range(90), 500, 900):
        answer = ask(board, "\r\n".join([f"GET /gpio?pin=1&x={'y' * size} HTTP/1.1", "Host: 10.9.8.7", *lines, "", ""]).encode())
        assert answer.status == 302 and answer.headers["location"] == f"?pin=1&x={'y' * size}&", size
        assert answer.headers["content-type"].startswith("text/html") and answer.body.endswith(b">"), size
    first = requests.get(board.url + "/gpio/nothing", headers={"Accept": "text/html"}, timeout=10)
    assert (first.status_code, first.reason) == (404, "Not Found")
