"""The board's page on phones: from a new board's access point to a switched pin, another network, and three of them at once."""

import contextlib
import time

import pytest
import requests

from hosttests.support.chromium import CHROMIUM, Browser
from hosttests.support.dashboard import TOP, Dashboard
from hosttests.support.dashboard_fixtures import NETWORK, PINS, with_everything
from hosttests.support.wifi import access_point, fast, networks
from virtualboard.client import wait

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian: apt install chromium)"),
    pytest.mark.world,
]
BOTH = pytest.mark.boards("nodemcu", "esp32")
SEEN = f"""(() => {{
    const box = {TOP}.querySelector('.note').getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
}})()"""


class Taps(Dashboard):
    """Counts what a finger does."""

    count = 0

    def _click(self, element: str) -> None:
        self.count += 1
        super()._click(element)

    def pin(self, label: str) -> None:
        self.count += 1
        super().pin(label)


@pytest.fixture
def phone(board_name, fresh_board, tmp_path):
    """A phone that has just joined the access point of a new board, which has 30 networks in reach."""
    board = fresh_board(config={"board": board_name})
    board.world.wait(access_point)
    networks(board, **{f"network {number}": {"password": "12345678", "rssi": -40 - number} for number in range(30)})
    board.world.put({"wifi": {"ap_clients": 1}})
    hosts = dict.fromkeys(("192.168.4.1", "connectivitycheck.gstatic.com"), board.url.removeprefix("http://"))
    with Browser(tmp_path / "profile", hosts) as browser:
        page = Taps(browser, "http://192.168.4.1")
        page.board, page.pins = board, PINS[board_name]
        browser.screen(360, 740, phone=True)
        yield page


@BOTH
def test_from_joining_to_a_switched_pin(phone):
    phone.browser.open("http://connectivitycheck.gstatic.com/generate_204")  # what an Android asks first
    phone.see("network 0", TOP)
    phone.network("network 0")
    phone.fill("Password", "12345678")
    phone.button("Connect", TOP)
    with fast(phone.board, 5):
        phone.see("Connected to “network 0”", TOP)
    assert phone.browser.run(SEEN)
    phone.button("Close", TOP)
    phone.pin(phone.pins[6])
    phone.button("On", "about")
    phone.until(phone.pins[6], True)
    assert phone.count <= 5
    assert phone.complaints() == []


@BOTH
def test_the_address_that_it_tells_answers(phone):
    phone.open("/setup")
    phone.network("network 0")
    phone.fill("Password", "12345678")
    phone.button("Connect", TOP)
    with fast(phone.board, 5):
        phone.see("Connected to", TOP)
    address = phone.browser.run(f"{TOP}.querySelector('a').href")
    assert address == f"http://{phone.board.get('/wifi').json()['ip']}/"


@BOTH
def test_a_wrong_password_is_told_in_view_wherever_one_has_scrolled_to(phone):
    phone.open("/setup")
    phone.network("network 15")
    phone.fill("Password", "not-this-one")
    phone.browser.run(f"{TOP}.querySelector('.go').scrollIntoView()")
    phone.button("Connect", TOP)
    phone.wait(f"!!{TOP}.querySelector('.note')")
    assert phone.browser.run(SEEN)
    with fast(phone.board, 5):
        phone.see("Nothing was changed", TOP)
    assert phone.browser.run(SEEN)
    assert phone.board.get("/wifi").json()["trial"]["state"] == "failed"


def test_a_password_that_is_too_short_is_not_sent(phone):
    phone.open("/setup")
    phone.network("network 0")
    phone.browser.type("dialog [name=password]", "hello")
    phone.button("Connect", TOP)
    assert phone.browser.run(f"{TOP}.querySelector('[name=password]').validity.tooShort")
    assert phone.board.get("/wifi").json()["trial"] is None


@BOTH
def test_another_network_from_within_the_first(new_page, board_name):
    page = new_page(NETWORK | {"board": board_name})
    page.board.world.put({"wifi": {"networks": {"office": "secret-office"}}})
    page.open()
    page.button("Change network")
    page.network("office")
    page.fill("Password", "secret-office")
    page.button("Connect", TOP)
    with fast(page.board, 5):
        page.see("Connected to “office”", TOP)
    assert [each["ssid"] for each in page.board.get("/config").json()["wifi"]["networks"]] == ["office", "home"]


@pytest.mark.long
def test_three_phones_and_a_program_on_an_esp8266(new_page, fresh_board, tmp_path):
    """Each shows what the others switch, and the program gets its answers, on the engine with the ESP8266's memory."""
    page = new_page(with_everything("nodemcu"), engine="wasm32")
    board, answers = page.board, []
    with contextlib.ExitStack() as stack:
        pages = [page]
        for number in range(2):
            browser = stack.enter_context(Browser(tmp_path / f"phone{number}", {}))
            browser.screen(360, 740, phone=True)
            pages.append(Dashboard(browser, board.url))
        for each in pages:
            each.open()
        for turn, each in enumerate(pages * 2):
            each.switch("lamp")
            for other in pages:
                other.until("lamp", turn % 2 == 0)
            answers.append(patient(board))
    assert answers == [200] * len(answers)


def patient(board) -> int:
    """The status of GET /gpio for a program that comes back when it is told to."""
    last = 0

    def answered() -> bool:
        nonlocal last
        with contextlib.suppress(requests.RequestException):
            answer = board.get("/gpio")
            last = answer.status_code
            if last == 503:
                time.sleep(int(answer.headers["Retry-After"]))
        return last == 200

    wait(answered, "no answer beside three pages", 30)
    return last
