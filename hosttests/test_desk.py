"""The desk: the page of a virtual board's control port, used as a newcomer uses it, in a real browser."""

import json

import pytest

from hosttests.support.chromium import CHROMIUM, Browser
from hosttests.support.desk import FRAME, Desk
from hosttests.support.npm import installed
from hosttests.test_dashboard_access import SCREENS, SOURCES
from virtualboard.client import VirtualBoard, free_ports, wait

# not marked `world`: the desk is the same before both engines, so it is looked at before one
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian: apt install chromium)")
RUN = """axe.run(document, {resultTypes: ["violations"], iframes: false}).then(found => found.violations.map(each =>
    each.id + ": " + each.help + " " + each.nodes.slice(0, 3).map(node => node.html).join(" ")))"""
RECIPES = "[...document.querySelectorAll('#recipes button')].map(each => each.textContent)"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A board as it starts for somebody who gave no configuration, and a browser before its desk."""
    board = VirtualBoard("nodemcu", tmp_path_factory.mktemp("board"))
    with Browser(tmp_path_factory.mktemp("profile"), {}) as browser:
        desk = Desk(browser, board.control)
        desk.board = board
        yield desk
    board.close()


@pytest.fixture
def desk(place):
    place.board.world.reset()
    place.board.wait_until_it_serves()
    place.browser.screen(1280, 900)
    place.open()
    yield place
    assert place.complaints() == []
    assert [url for url in place.asked() if not url.startswith((place.url + "/", "data:", "blob:", "about:"))] == []


def reading(part: str) -> str:
    return f"document.querySelector('.part.{part} .reading').textContent"


def test_the_first_thing_to_try_lights_the_led(desk):
    assert json.loads(desk.recipe("Light the LED"))["state"] == 1
    desk.wait(reading("led") + " == 'on'")
    assert desk.board.world.get()["outputs"]["14"]["level"] == 1
    assert desk.browser.run("document.querySelector('[aria-label^=\"D5: \"]').ariaLabel") == "D5: output, high"
    desk.wait(f"{FRAME}.querySelector('#pins [role=switch]')?.ariaChecked == 'true'")  # the board's own page has seen it, too
    desk.recipe("Dim it")
    desk.wait(reading("led") + " == '20 %'")


def test_each_thing_to_try_works_and_is_told_for_a_shell(desk):
    with desk.board.world.fast():
        desk.board.world.wait(lambda world: world["sensors"].get("D2", {}).get("good"))
        wait(lambda: desk.board.get("/time").ok, "the board does not know the time")
    names = desk.browser.run(RECIPES)
    refused = [name for name in names if "detail" in json.loads(desk.recipe(name))]
    assert refused == ["A refusal"] and len(names) > 5
    line = desk.browser.run("document.querySelector('#recipe code').textContent")
    assert line == f"curl '{desk.board.url}/gpio?pin=6&state=1'"


def test_an_output_that_is_switched_gets_an_led(desk):
    desk.board.put("/gpio/D1", {"state": 1})
    desk.wait("[...document.querySelectorAll('.part.led')].some(each => each.ariaLabel == 'LED on D1')")


def test_a_button_is_pressed_while_it_is_held(desk):
    desk.board.put("/gpio/D3", {"mode": "in", "pull": "up"})
    desk.browser.mouse(".part.button button", "mousePressed")
    desk.wait(reading("button") + " == 'pressed'")
    assert desk.board.get("/gpio/D3").json()["state"] == 0
    desk.browser.mouse(".part.button button", "mouseReleased")
    desk.wait(reading("button") + " == 'hold me'")
    assert desk.board.get("/gpio/D3").json()["state"] == 1


def test_a_pin_is_driven_from_outside_with_the_keyboard(desk):
    desk.board.put("/gpio/D6", {"mode": "in"})
    desk.browser.run("document.querySelector('.spot[tabindex=\"0\"]').focus()")
    for _ in range(20):
        if desk.browser.run("document.activeElement.ariaLabel").startswith("D6"):
            break
        desk.browser.press("ArrowRight")
    desk.browser.press("Enter")
    desk.see("D6 · GPIO12: input, high, driven high from outside", "about")
    assert desk.board.get("/gpio/D6").json()["state"] == 1
    desk.browser.press("Enter")
    desk.see("driven low from outside", "about")
    desk.browser.press("Enter")
    desk.wait("!about.textContent.includes('outside')")
    assert desk.board.world.get()["pins"] == {}


def test_sliders_turn_the_sensor_and_the_potentiometer(desk):
    desk.slide("dht", "Temperature", 31.4)
    desk.slide("potentiometer", "Voltage", 1.6)
    with desk.board.world.fast(60):
        wait(lambda: desk.board.get("/dht").json()["dht"][0].get("temperature") == 31.4, "the sensor is no warmer")
    assert abs(desk.board.get("/adc/A0").json()["volts"] - 1.6) < 0.02


def test_a_part_moves_to_another_pin_and_back(desk):
    desk._with("document.querySelector('.part.dht select.where')", "it.value = 'D6'; it.dispatchEvent(new Event('change'))")
    wait(lambda: list(desk.board.world.get()["dht"]) == ["D6"], "the sensor has not moved")
    desk.wait("document.querySelector('.part.dht').ariaLabel == 'DHT22 on D6'")
    desk.button("Start over")
    desk.wait("document.querySelector('.part.dht').ariaLabel == 'DHT22 on D2'")
    assert list(desk.board.world.get()["dht"]) == ["D2"]


def test_sensors_on_buses_have_cards(desk):
    desk.board.world.put({"onewire": {"D6": [{"address": "28ff641e8216c3", "temperature": 4}, {"address": "28ff641e8216c4"}]}})
    desk.board.world.put({"i2c": {"0x76": {"type": "bme280", "pressure": 990}}})
    desk.wait("document.querySelectorAll('.part.extra').length == 4")  # with the display
    desk.see("990.0 hPa", "below")
    desk.slide("extra", "Temperature", 7.5)
    wait(lambda: [each["temperature"] for each in desk.board.world.get()["onewire"]["D6"]] == [7.5, 21.5], "it is no warmer")
    desk.board.world.put({"onewire": {"D6": None}, "i2c": {"118": None}})
    desk.wait("document.querySelectorAll('.part.extra').length == 1")


def test_the_router_goes_and_comes_back(desk):
    desk.turn("Router", "off")
    desk.wait("/Wi-Fi: (?!connected)/.test(facts.textContent)")
    with desk.board.world.fast():
        desk.wait("/Wi-Fi: (?!joined)[^\\n]*\\s*$/.test(lines.textContent)")  # and the board has noticed
        desk.turn("Router", "on")
        desk.see("on the network “home”", "facts")
        desk.board.wait_until_it_serves()
    assert "lost" in desk.board.get("/wifi").text
    desk.turn("Internet", "gone")
    desk.wait("document.querySelector('[aria-label^=Weather]').value == 'refuse'")
    assert desk.board.world.get()["upstream"]["weather"] == "refuse"


def test_the_power_is_cut_and_everything_comes_back_by_itself(desk):
    boots = desk.board.world.get()["boots"]
    desk.wait(f"{FRAME}.querySelector('#live')?.textContent == 'Live'")
    desk.button("Cut the power")
    desk.see(f"started {boots + 1} times", "facts")
    with desk.board.world.fast():
        desk.see("on the network “home”", "facts")
        desk.wait(f"/is back|has restarted/.test({FRAME}.querySelector('#banner').textContent)")
    desk.wait("lines.textContent.includes('joined home')")


def test_what_is_typed_is_run(desk):
    desk.button("Ctrl-C")
    desk.wait("/>>> *$/.test(lines.textContent)")
    desk.browser.type("#typed", "print(6 * 7)")
    desk.browser.press("Enter")
    desk.wait("/print.6 . 7.\\s+42\\s+>>> *$/.test(lines.textContent)")
    desk.button("Ctrl-D")
    with desk.board.world.fast():
        desk.board.wait_until_it_serves()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_in_anybodys_way(desk, screen, dark):
    desk.browser.screen(*SCREENS[screen], dark=dark)
    desk.recipe("A refusal")
    desk.board.put("/gpio", {"D5": 1, "D7": {"pwm": 0.5}})
    desk.board.world.put({"pins": {"D3": 0}})
    desk.wait(reading("led") + " == 'on'")
    desk.browser.run("document.querySelector('#around details').open = true")
    assert desk.browser.run("document.documentElement.scrollWidth <= innerWidth")
    axe = (installed(SOURCES) / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    desk.browser.run(axe + ";0")
    assert desk.browser.run(RUN) == []


def test_a_simulator_that_ends_and_starts_again_is_found_again(tmp_path, place):
    ports = [str(port) for port in free_ports(3)]
    options = [word for pair in zip(("--port", "--control-port", "--serial-port"), ports, strict=True) for word in pair]
    board = VirtualBoard("nodemcu", tmp_path, *options)
    desk = Desk(place.browser, board.control)
    try:
        desk.open()
        board.close()
        desk.see("The simulator has ended", "banner")
        board = VirtualBoard("nodemcu", tmp_path, *options)
        desk.see("The simulator is back", "banner")
        desk.recipe("Light the LED")
        desk.wait(reading("led") + " == 'on'")
    finally:
        board.close()
