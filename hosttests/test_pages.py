"""What a browser's user sees: the dashboard at /, and pages instead of JSON where an address switches something or fails."""

import gzip
import html
import json
import re
from urllib.parse import urljoin, urlsplit

import pytest

from hosttests.support.chromium import CHROMIUM, Browser
from hosttests.support.gpio import ALL, number, ok, refused
from hosttests.support.raw_http import ask

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OTHERS = [None, "*/*", "application/json", "application/xhtml+xml", "text/plain", "text/html;q=0",
          "application/json, text/html;q=0.9"]  # fmt: skip
EVIL = "<script>1</script><b>&amp;\"'"


def page(answer, status: int = 200) -> str:
    """The text of a page that a person gets, with the guards that each has."""
    assert answer.status_code == status and answer.headers["Content-Type"] == "text/html; charset=UTF-8", answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"] and answer.headers["Vary"] == "Accept"
    assert "viewport" in answer.text
    return answer.text


def shown(answer, status: int = 200) -> dict:
    """The JSON on such a page."""
    text = re.search(r"<pre>(.*)</pre>", page(answer, status), re.S)[1]
    assert "<" not in text and "script-src" not in answer.headers["Content-Security-Policy"]
    return json.loads(html.unescape(text))


@ALL
def test_the_dashboard(board):
    answer = board.get("/", headers=HTML)
    assert "<title>" in page(answer)
    assert answer.headers["Content-Encoding"] == "gzip" and answer.headers["Cache-Control"] == "no-cache"
    assert board.request("HEAD", "/", headers=HTML).headers == answer.headers
    tag = answer.headers["ETag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        same = board.get("/", headers=HTML | {"If-None-Match": known})
        assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
        assert "Content-Length" not in same.headers
    assert board.get("/", headers=HTML | {"If-None-Match": '"other"'}).text == answer.text


@ALL
def test_the_picture_in_the_tab(board):
    answer = board.get("/favicon.svg")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/svg+xml" and answer.text.startswith("<svg")


@ALL
def test_what_forms_are_made_of(board):
    answer = board.get("/config/schema")
    found = ok(answer)
    assert found["columns"][:5] == ["path", "kind", "when", "default", "help"]
    assert ["hostname", "host", "restart", "picorest"] in [row[:4] for row in found["rows"]]
    assert board.get("/config/schema", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_the_dashboard_comes_compressed_and_whole(board):
    answer = ask(board, b"GET / HTTP/1.0\r\nAccept: text/html\r\n\r\n")
    assert answer.status == 200 and b"</html>" in gzip.decompress(answer.body)[-200:] + b"</html>"
    assert gzip.decompress(answer.body) == board.get("/", headers=HTML).content


@pytest.mark.native("a prompt")
@pytest.mark.parametrize("harm", ["", "file.write(b'short')", "[file.write(bytes(2000)) for _ in range(9)]"])
def test_pages_that_are_missing_or_of_another_version_are_told_in_words(fresh_board, harm):
    """On an ESP8266 they lie in a file beside the program."""
    board = fresh_board()
    text = page(board.get("/", headers=HTML))
    other = f"file = open('picorest.www0', 'wb'); {harm}; file.close()" if harm else ""
    board.at_the_prompt(f"import os; os.rename('picorest.www0', 'mine'); {other}")
    words = "not on the board's flash, or damaged: run ./deploy.sh deploy"
    assert words in shown(board.get("/", headers=HTML), 500)["detail"]
    assert words in refused(board.get("/config/schema"), 500, "not-stored")["detail"]
    # of all other problems, whose sentences lie there too, type and status are right
    bare = board.get("/gpio/99")
    assert (bare.status_code, bare.json()) == (404, {"type": "unknown-pin", "title": "Unknown pin", "status": 404,
                                                     "detail": "unknown-pin", "pin": "99", "try": bare.json()["try"]})  # fmt: skip
    board.at_the_prompt("import os; os.rename('mine', 'picorest.www1')")
    assert page(board.get("/", headers=HTML)) == text


@pytest.mark.parametrize("kind", OTHERS)
def test_programs_get_what_they_always_got(board, free_pins, kind):
    headers = {"Accept": kind}
    refused(board.get("/", headers=headers), 404, "not-found")
    refused(board.get("/gpio?pin=6&state=1", headers=headers), 409, "flash-pin")
    ok(board.put(f"/gpio/{free_pins[0]}", {"state": 0}))
    pin = ok(board.get(f"/gpio/{free_pins[0]}"))
    expected = f'{{"pin":{pin["pin"]},"name":"{pin["name"]}","mode":"out","state":1,"was":0}}'
    assert board.get(f"/gpio?pin={free_pins[0]}&state=1", headers=headers).text == expected
    assert board.post(f"/gpio/{free_pins[0]}", data="state=1", headers=headers).json()["was"] == 1


@ALL
def test_a_reload_does_not_switch_again(board, free_pins, subtests):
    pin = free_pins[0]
    for path in (f"/gpio?pin={pin}&state=", f"/gpio/{pin}?state="):
        for state in ("toggle", "1", "0&for=60", "1&for=5"):
            with subtests.test(path + state):
                was = ok(board.get(f"/gpio/{pin}"))["state"]
                first = board.get(path + state, headers=HTML)
                assert first.status_code == 303
                level = ok(board.get(f"/gpio/{pin}"))["state"]
                place = urljoin(path, first.headers["Location"])
                found = shown(board.get(place, headers=HTML))
                assert (found["pin"], found["state"], found["was"]) == (number(board, pin), level, was)
                ok(board.put(f"/gpio/{pin}", {"state": 1 - level}))
                for _ in range(3):
                    assert shown(board.get(place, headers=HTML))["state"] == 1 - level
                assert ok(board.get(f"/gpio/{pin}"))["state"] == 1 - level


def test_the_button_does_the_opposite(board, free_pins):
    pin = free_pins[0]
    for spec, words in (({"state": 1}, "on (1)"), ({"state": 0}, "off (0)"), ({"pwm": 0.25}, "25 %"), ({"pwm": 0}, "off (0)"),
                        ({"mode": "open_drain", "pull": "up", "state": 1}, "on (1)")):  # fmt: skip
        ok(board.put(f"/gpio/{pin}", spec))
        text = page(board.get(f"/gpio/{pin}", headers=HTML))
        assert f">{words.capitalize()}</b>" in text and ('class="on"' in text) == (not words.startswith("off"))
        name, value = re.search(r'<button name="(\w+)" value="(\d)">', text).groups()
        place = urljoin("/gpio", re.search(r'<form method="post" action="([^"]+)">', text)[1])
        headers = HTML | {"Origin": board.url, "Sec-Fetch-Site": "same-origin"}
        answer = board.post(place, data={name: value}, headers=headers)
        assert answer.status_code == 303
        before = ok(board.get(f"/gpio/{pin}"))
        assert (before["state"], before["mode"]) == (int(value), "pwm" if "pwm" in spec else spec.get("mode", "out"))
        assert int(value) != (spec.get("state", spec.get("pwm")) > 0)
    ok(board.put(f"/gpio/{pin}", {"mode": "in"}))
    assert "<form" not in page(board.get(f"/gpio/{pin}", headers=HTML))


def test_what_was_is_a_number_from_0_to_1(board, free_pins):
    for was in ("0", "1", "0.25"):
        assert shown(board.get(f"/gpio?pin={free_pins[0]}&was={was}", headers=HTML))["was"] == float(was)
    for was in ("2", "-1", "x", "nan", "<b>", ""):
        assert shown(board.get(f"/gpio?pin={free_pins[0]}&was={was}", headers=HTML), 400)["type"] == "unknown-parameter"
    refused(board.get(f"/gpio?pin={free_pins[0]}&was=0"), 400, "unknown-parameter")
    assert shown(board.get(f"/gpio?pin={free_pins[0]}&was=0&state=1", headers=HTML), 400)["parameter"] == "was"


def test_refusals_are_readable(board):
    answer = board.get("/gpio?pin=6&state=1", headers=HTML)
    text = page(answer, 409)
    assert answer.reason == board.get("/gpio?pin=6&state=1").reason == "Conflict"
    assert shown(answer, 409) == refused(board.get("/gpio?pin=6&state=1"), 409, "flash-pin")
    assert "<h1>Flash pin</h1>" in text and "touching it can stop the board" in text and "Free instead: D" in text
    answer = board.get("/nothing", headers=HTML)
    assert shown(answer, 404) == refused(board.get("/nothing"), 404, "not-found")
    assert '<a href="/">' in answer.text
    assert shown(board.request("DELETE", "/gpio", headers=HTML), 405)["allowed"] == "GET, PUT, POST, HEAD, OPTIONS"
    assert board.request("DELETE", "/gpio", headers=HTML).headers["Allow"] == "GET, PUT, POST, HEAD, OPTIONS"
    head = board.request("HEAD", "/gpio?pin=6&state=1", headers=HTML)
    assert head.status_code == 400 and not head.content


def test_a_browser_is_asked_for_the_token(fresh_board):
    board = fresh_board(config={"token": "secret"})
    answer = board.get("/gpio?pin=D5&state=1", headers=HTML)
    assert shown(answer, 401)["type"] == "token-needed" and "Basic" in answer.headers["WWW-Authenticate"]
    assert board.get("/gpio?pin=D5&state=1", headers=HTML, auth=("any", "secret")).status_code == 303


@pytest.mark.boards("nodemcu")
@pytest.mark.world
def test_a_sensor_that_is_set_up_by_its_address(board):
    board.world.put({"dht": {"D6": {"type": "dht22", "temperature": 21.5, "humidity": 52.5}}})
    answer = board.get("/dht?pin=D6&type=dht22", headers=HTML)
    assert shown(answer)["temperature"] == 21.5 and "21.5 °C · 52.5 %" in page(answer)
    assert json.loads(board.get("/dht?pin=D6&type=dht22").text)["temperature"] == 21.5


def test_names_are_text_and_nothing_else(fresh_board):
    board = fresh_board(config={"pins": {"D5": {"name": EVIL, "mode": "out"}}})
    text = page(board.get("/gpio?pin=D5", headers=HTML))
    assert shown(board.get("/gpio?pin=D5", headers=HTML))["name"] == EVIL
    assert "<script" not in text and "<b>&" not in text and html.escape(EVIL) in text
    for path in (f"/gpio?pin={EVIL}", f"/gpio?{EVIL}=1", f"/gpio?pin=D5&{EVIL}=1", f"/{EVIL}", f"/gpio/{EVIL}", f"/proxy/{EVIL}",
                 f"/dht?pin={EVIL}", f"/weather?city={EVIL}", f"/adc/{EVIL}?x={EVIL}"):  # fmt: skip
        answer = board.get(path.replace("&amp;", "%26amp;"), headers=HTML)
        assert "<script" not in page(answer, answer.status_code), path


@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian: apt install chromium)")
@pytest.mark.boards("nodemcu")
@pytest.mark.world
def test_in_a_browser(board, free_pins, tmp_path):
    pin = free_pins[0]
    ok(board.put(f"/gpio/{pin}", {"state": 0}))
    place = urlsplit(board.url)
    with Browser(tmp_path, {"picorest.local": place.netloc}) as browser:
        for url in (board.url, "http://picorest.local"):
            browser.open(f"{url}/gpio?pin={pin}&state=toggle")
            level = ok(board.get(f"/gpio/{pin}"))["state"]
            words = ["Off (0)", "On (1)"]
            assert words[level] in browser.text() and f"It was {words[1 - level].lower()} before" in browser.text()
            for _ in range(3):
                browser.run("location.reload()")
                browser.wait('document.readyState == "complete"')
                assert ok(board.get(f"/gpio/{pin}"))["state"] == level
            for _ in range(2):
                level = 1 - level
                browser.click("button")
                browser.wait(f'document.body?.innerText.includes("{words[level]}\\n")')
                assert ok(board.get(f"/gpio/{pin}"))["state"] == level
        browser.open(f"{board.url}/gpio?pin=6&state=1")
        assert "Flash pin" in browser.text()
