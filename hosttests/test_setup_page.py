"""The set-up page on a phone's screen, in a real browser."""

import pytest

from hosttests.support.chromium import CHROMIUM, Browser
from hosttests.support.wifi import access_point, config, fast, networks

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian: apt install chromium)"),
    pytest.mark.world,
]
SEEN = """(() => {
    const box = document.querySelector("#said").getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
})()"""


@pytest.fixture
def phone(fresh_board, tmp_path):
    """The set-up page of a board with 18 networks in reach, all listed, on a screen that shows some of them."""
    board = fresh_board(config=config())
    board.world.wait(access_point)
    networks(board, **{f"network {number}": {"password": "12345678", "rssi": -40 - number} for number in range(18)})
    with Browser(tmp_path / "profile", {"192.168.4.1": board.url.removeprefix("http://")}) as browser:
        browser._ask("Emulation.setDeviceMetricsOverride", width=360, height=640, deviceScaleFactor=2, mobile=True)
        browser.open("http://192.168.4.1/setup")
        browser.wait("document.querySelectorAll('#list button').length == 18")
        browser.board = board
        yield browser


@pytest.mark.parametrize(("password", "outcome"), [("12345678", "good"), ("not-this-one", "bad")])
def test_the_result_is_seen_wherever_the_page_was_scrolled_to(phone, password, outcome):
    phone.click("#list li:last-child button")
    phone.type("#password", password)
    phone.run("document.querySelector('#go').scrollIntoView()")
    assert phone.run("scrollY > 500")
    phone.click("#go")
    assert phone.wait("document.querySelector('#said').innerText") and phone.run(SEEN)
    with fast(phone.board, 5):
        phone.wait(f"!!document.querySelector('#said.{outcome}')")
    assert phone.run("scrollY > 300") and phone.run(SEEN)


def test_a_password_that_is_too_short_is_not_sent(phone):
    phone.click("#list li:first-child button")
    phone.type("#password", "hello")
    phone.click("#go")
    assert phone.run("document.querySelector('#password').validity.tooShort")
    assert phone.board.get("/wifi").json()["trial"] is None
