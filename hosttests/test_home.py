"""What a browser's user sees: the board's page, and the answer to an address that switches something."""

import json
from urllib.parse import urljoin, urlsplit

import pytest

from hosttests.support.chromium import CHROMIUM, Browser
from hosttests.support.gpio import ok, refused

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OTHERS = [None, "*/*", "application/json", "application/xhtml+xml", "text/plain"]


def page(answer) -> str:
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/html; charset=UTF-8", answer.text
    assert answer.headers["X-Frame-Options"] == "DENY" and "viewport" in answer.text
    return answer.text


@pytest.mark.boards("nodemcu", "esp32", "nano_esp32", "esp32c3")
def test_the_page(board, free_pins, subtests):
    ok(board.put(f"/gpio/{free_pins[0]}", {"state": 1}))
    text = page(board.get("/", headers=HTML))
    assert board.name in text and ok(board.get("/status"))["ip"] in text
    links = [part.split('"')[0] for part in text.split('href="')[1:]]
    assert {"/gpio", "/pins", "/setup", "/status", "/weather"} < set(links)
    for link in links:
        if "?" not in link and link not in ("/weather", "/thingspeak", "/time"):  # those ask other servers
            with subtests.test(link):
                assert board.get(link).ok
    assert board.request("HEAD", "/", headers=HTML).headers["Content-Type"] == "text/html; charset=UTF-8"


@pytest.mark.parametrize("kind", OTHERS)
def test_programs_get_what_they_always_got(board, free_pins, kind):
    headers = {"Accept": kind}
    refused(board.get("/", headers=headers), 404, "not-found")
    ok(board.put(f"/gpio/{free_pins[0]}", {"state": 0}))
    number = ok(board.get(f"/gpio/{free_pins[0]}"))
    expected = f'{{"pin":{number["pin"]},"name":"{number["name"]}","mode":"out","state":1,"was":0}}'
    assert board.get(f"/gpio?pin={free_pins[0]}&state=1", headers=headers).text == expected


def test_a_reload_does_not_switch_again(board, free_pins, subtests):
    pin = free_pins[0]
    for path in (f"/gpio?pin={pin}&state=", f"/gpio/{pin}?state="):
        for state in ("toggle", "1", "0&for=60", "1&for=5"):
            with subtests.test(path + state):
                first = board.get(path + state, headers=HTML)
                assert first.status_code == 303
                level = ok(board.get(f"/gpio/{pin}"))["state"]
                place = urljoin(path, first.headers["Location"])
                ok(board.put(f"/gpio/{pin}", {"state": 1 - level}))
                for _ in range(3):
                    assert f" is {1 - level}." in page(board.get(place, headers=HTML))
                assert ok(board.get(f"/gpio/{pin}"))["state"] == 1 - level


def test_refusals_are_told_as_ever(board):
    refused(board.get("/gpio?pin=6&state=1", headers=HTML), 409, "flash-pin")
    refused(board.get("/?pin=99", headers=HTML), 404, "unknown-pin")


@pytest.mark.boards("nodemcu")
@pytest.mark.world
def test_a_sensor_that_is_set_up_by_its_address(board):
    board.world.put({"dht": {"D6": {"type": "dht22", "temperature": 21.5, "humidity": 52.5}}})
    text = page(board.get("/dht?pin=D6&type=dht22", headers=HTML))
    assert '"temperature":21.5' in text
    assert json.loads(board.get("/dht?pin=D6&type=dht22").text)["temperature"] == 21.5


def test_names_are_text_and_nothing_else(fresh_board):
    name = "<b>&amp;\"'"
    board = fresh_board(config={"pins": {"D5": {"name": name, "mode": "out"}}})
    text = page(board.get("/?pin=D5", headers=HTML))
    assert "<b>" not in text and text.count("&lt;b>&amp;amp;\"'") == 2


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
            assert f"{pin} is {level}." in browser.text()
            for _ in range(3):
                browser.run("location.reload()")
                browser.wait('document.readyState == "complete"')
                assert ok(board.get(f"/gpio/{pin}"))["state"] == level
            browser.open(f"{url}/")
            browser.click(f'a[href*="pin={ok(board.get(f"/gpio/{pin}"))["pin"]}&state={1 - level}"]')
            browser.wait(f'document.body?.innerText.includes("{pin} is {1 - level}.")')
            browser.wait(f"!!document.forms[0] && (document.forms[0].pin.value = '{pin}', document.forms[0].submit(), true)")
            browser.wait(f'document.body?.innerText.includes("{pin} is {level}.")')
