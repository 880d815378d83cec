"""The board's page, used as a person uses it, in a real browser: pins, sensors, upstreams, and what goes wrong."""

import time

import pytest

from hosttests.support.chromium import CHROMIUM
from hosttests.support.dashboard import TOP, Dashboard
from hosttests.support.dashboard_fixtures import NETWORK, PINS, with_everything
from virtualboard.client import wait

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian: apt install chromium)"),
    pytest.mark.boards("nodemcu", "esp32"),
    pytest.mark.world,
]
EVIL = "<img src=x onerror=hit=1>"


def level(page: Dashboard, pin: str) -> int:
    """The level on the wire."""
    number = page.board.get(f"/gpio/{pin}").json()["pin"]
    return page.board.world.get()["outputs"][str(number)]["level"]


def test_it_shows_what_there_is(page):
    named = page.wait("[...document.querySelectorAll('#pins > li b')].map(each => each.textContent)")
    assert set(named[:4]) == {"lamp", "pump", "fan", "led"} and named[4] == "bell"
    for words in ("21.5", "52.5", "Paris", "ThingSpeak", "home", "Version", "inverted"):
        page.see(words)
    assert page.browser.run("document.title") == "picorest"


def test_a_switch_switches(page):
    page.switch("lamp")
    page.until("lamp", True)
    assert level(page, page.pins[0]) == 1
    page.switch("lamp")
    page.until("lamp", False)
    assert level(page, page.pins[0]) == 0


def test_an_inverted_output_is_on_when_its_wire_is_low(page):
    page.switch("led")
    page.until("led", True)
    assert level(page, page.pins[3]) == 0


def test_what_others_switch_is_seen(page):
    page.board.put(f"/gpio/{page.pins[1]}", {"state": 1})
    page.until("pump", True)
    page.see("high", page.row("bell"))
    page.board.world.put({"pins": {page.pins[4]: 0}})
    page.see("low", page.row("bell"))


def test_a_slider_dims(page):
    page.unfold("fan")
    page.button("50 %", page.row("fan"))
    slider = f"{page.row('fan')}.querySelector('[type=range]')"
    page.wait(f"{slider}.offsetParent && {slider}.value == 50")
    page.browser.run(f"{slider}.value = 25; {slider}.dispatchEvent(new Event('change'))")
    wait(lambda: page.board.get(f"/gpio/{page.pins[2]}").json().get("pwm") == 0.25, "the fan is not dimmed")
    page.see("25 %", page.row("fan"))
    page.switch("fan")
    page.until("fan", False)


def test_a_timer_counts_down_and_lets_go(page):
    page.unfold("pump")
    page.button("30 s", page.row("pump"))
    page.see("Off in", page.row("pump"))
    assert level(page, page.pins[1]) == 1
    with page.board.world.fast(40):
        page.until("pump", False)
    assert level(page, page.pins[1]) == 0
    assert not page.browser.run(f"{page.row('pump')}.innerText.includes('Off in')")


def test_a_pin_of_the_drawing_says_why_it_cannot_be_used(page):
    why = next(pin["why"] for pin in page.board.get("/pins").json()["pins"] if page.pins[7] in pin["aliases"])
    page.pin(page.pins[7])
    page.see(why, "about")
    assert page.browser.run("about.querySelectorAll('button').length") == 0


def test_a_free_pin_of_the_drawing_can_be_driven(page):
    page.pin(page.pins[6])
    page.button("On", "about")
    page.see("It reads 1.", "about")
    page.until(page.pins[6], True)


def test_a_refusal_is_told_in_the_words_of_the_board(page):
    said = page.board.put(f"/gpio/{page.pins[4]}", {"state": 1}).json()
    page.pin(page.pins[4])
    page.button("On", "about")
    page.see(said["detail"], "about")


def test_the_drawing_by_keyboard(page):
    focus = "document.activeElement.ariaLabel ?? document.activeElement.textContent"
    page.browser.run("document.querySelector('#map g[tabindex=\"0\"]').focus()")
    seen = [page.browser.run(focus)]
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        page.browser.press(key)
        seen.append(page.browser.run(focus))
    assert len(set(seen)) == 4 and page.browser.run("document.querySelectorAll('#map g[tabindex=\"0\"]').length") == 1
    spot = f"[...document.querySelectorAll('#map g')].find(each => each.ariaLabel?.startsWith('{page.pins[6]}:'))"
    page.browser.run(f"{spot}.focus()")
    page.browser.press("Enter")
    assert page.browser.run(focus) == "On"


def test_a_sensor_that_fails(page):
    page.see("21.5", "sensors")
    page.board.world.put({"dht": {page.pins[5]: {"fault": "timeout"}}})
    with page.board.world.fast():
        page.wait("!!sensors.querySelector('.note.warn')")
    error = page.board.get("/dht").json()["dht"][0]["error"]
    page.see("This is the last good value. " + error, "sensors")


def test_a_restart_is_survived(page):
    boots = page.board.world.get()["boots"]
    page.button("Restart")
    with page.board.world.fast():
        page.button("Restart", TOP)
        page.board.world.wait(lambda world: world["boots"] > boots)
        page.wait("/is back|has restarted/.test(banner.textContent) && live.textContent == 'Live'")
    page.switch("lamp")
    page.until("lamp", True)


def test_a_router_that_goes_away(page):
    page.board.world.put({"wifi": {"up": False}})
    page.see("No answer", "banner")
    assert page.browser.run("live.textContent") == "Offline"
    page.board.world.put({"wifi": {"up": True}})
    with page.board.world.fast():
        page.see("is back", "banner")
    page.switch("lamp")
    page.until("lamp", True)


@pytest.mark.parametrize("fault", ["refuse", "bad-key"])
def test_an_upstream_that_fails(page, fault):
    failing(page, fault)


@pytest.mark.long
@pytest.mark.parametrize("fault", ["hang", "error500", "garbage", "huge", "rate-limited"])
def test_an_upstream_that_fails_in_another_way(page, fault):
    failing(page, fault)


def failing(page: Dashboard, fault: str) -> None:
    """The page says of weather and ThingSpeak what the board says."""
    page.board.world.put({"upstream": {"weather": fault, "thingspeak": fault}})
    page.board.patch("/config", {"weather": {"place": None, "lat": round(time.time() % 80, 3), "lon": 1}})
    with page.board.world.fast(5):
        page.open()
        for name in ("weather", "thingspeak"):
            wait(lambda name=name: told(page, name), f"the page does not say how {name} fails by {fault}", 60)
    page.board.patch("/config", {"weather": {"place": "Paris,FR", "lat": None, "lon": None}})


def told(page: Dashboard, name: str) -> bool:
    """Whether the page says what the board says of this failure."""
    answer = page.board.get(f"/{name}", timeout=40).json()
    said = answer.get("detail") or answer.get("error")
    return bool(said) and said in page.browser.run("services.innerText")


def test_what_comes_from_outside_is_never_run(new_page, board_name):
    settings = with_everything(board_name) | {"hostname": "picorest"}
    settings["pins"][PINS[board_name][0]]["name"] = EVIL
    page = new_page(settings)
    page.board.world.put({"wifi": {"networks": {EVIL: "12345678", "home": "home-secret"}}})
    page.open()
    page.see(EVIL, "pins")
    page.pin(PINS[board_name][0])
    page.button("Change network")
    page.see(EVIL, TOP)
    page.button("Close", TOP)
    page.settings("Pins")
    assert page.browser.run("typeof hit") == "undefined"
    assert page.browser.run("document.querySelectorAll('img').length") == 0
    assert page.complaints() == []
    # and if something were: the page's own policy is in the way
    assert "TrustedHTML" in page.browser.run("(() => { try { document.body.innerHTML = '<b>' } catch (e) { return String(e) } })()")


def test_a_board_without_anything(new_page, board_name):
    page = new_page(NETWORK | {"board": board_name})
    page.open()
    page.see("No pin is in use yet", "pins")
    page.see("No sensor is set up", "sensors")
    page.wait("services.innerText.includes('Set now')")
    assert "ThingSpeak" not in page.browser.run("services.innerText")
    assert page.complaints() == []
