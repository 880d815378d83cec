"""A real browser: pages of another site cannot switch a pin, however they try; its address bar can, and so can the
board's own pages."""

import subprocess
from urllib.parse import urlsplit

import pytest

from hosttests.support.chromium import CHROMIUM, site
from virtualboard.client import free_ports

SECONDS = 60  # for one page

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian: apt install chromium)"),
    pytest.mark.boards("nodemcu", "esp32"),
]

# how a page can make the browser ask another site for something, and the pins that it tries to switch
WAYS = ("image", "form", "frame", "script", "style", "fetch", "put", "xhr")
PINS = {"nodemcu": (5, 12, 13, 14, 16, 0, 2, 15), "esp32": (4, 13, 14, 18, 19, 21, 22, 25)}
PAGE = """<!doctype html><title>busy</title>
<img src="BOARD/gpio?pin=@image&state=1">
<iframe name="in"></iframe>
<form id="form" action="BOARD/gpio" target="in"><input name="pin" value="@form"><input name="state" value="1"></form>
<iframe src="BOARD/gpio?pin=@frame&state=1"></iframe>
<script src="BOARD/gpio?pin=@script&state=1"></script>
<link rel="stylesheet" href="BOARD/gpio?pin=@style&state=1">
<script>
document.getElementById("form").submit();
const put = {method: "PUT", headers: {"Content-Type": "application/json"}, body: '{"state":1}'};
const xhr = () => new Promise(end => {
    const x = new XMLHttpRequest();
    x.onloadend = end; x.open("GET", "BOARD/gpio?pin=@xhr&state=1"); x.send();
});
const all = [fetch("BOARD/gpio?pin=@fetch&state=1", {mode: "no-cors"}), fetch("BOARD/gpio/@put", put), xhr(),
             new Promise(end => setTimeout(end, 1500))];
Promise.allSettled(all).then(() => { document.title = "done"; });
</script>
"""


@pytest.fixture
def browse(tmp_path):
    """A function that opens an address and returns the page's text once it has come to rest."""

    def open_page(url: str) -> str:
        command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
                   "--disable-features=HttpsUpgrades", f"--user-data-dir={tmp_path}/profile",
                   "--host-resolver-rules=MAP * 127.0.0.1", "--no-proxy-server",
                   "--virtual-time-budget=6000", "--dump-dom", url]  # fmt: skip
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS)
        return done.stdout

    return open_page


def pins(board) -> dict:
    return dict(zip(WAYS, PINS[board.name], strict=True))


def page(text: str, board, url: str) -> str:
    """A page that asks the board at this address for its pins."""
    for way, pin in pins(board).items():
        text = text.replace(f"@{way}", str(pin))
    return text.replace("BOARD", url)


def levels(board) -> dict:
    """The levels of the pins that the page tries to switch."""
    return {way: board.get(f"/gpio/{pin}").json()["state"] for way, pin in pins(board).items()}


def all_low(board) -> None:
    answer = board.put("/gpio", {str(pin): 0 for pin in pins(board).values()})
    assert answer.ok, answer.text
    assert set(levels(board).values()) == {0}


def requests(board) -> int:
    """How many requests the board has had so far."""
    return board.get("/status").json()["counters"]["requests"]


@pytest.mark.parametrize("names", [("127.0.0.1", "localhost"), ("picorest.local", "evil.example")],
                         ids=["loopback", "names-as-in-a-home-network"])  # fmt: skip
def test_a_page_of_another_site_switches_nothing(board, browse, names):
    """Browsers send Sec-Fetch-Site to loopback addresses, but not to names in a home network: there only Origin and
    Referer tell."""
    port = urlsplit(board.url).port
    all_low(board)
    before = requests(board)
    with site(page(PAGE, board, f"http://{names[0]}:{port}")) as other:
        assert "<title>done</title>" in browse(f"http://{names[1]}:{other}/")
    assert requests(board) - before >= 2 + len(WAYS) - 1, "the browser has not even tried"  # a preflight stops the PUT
    assert levels(board) == dict.fromkeys(WAYS, 0)


@pytest.mark.parametrize("leave", ['location = "BOARD/gpio?pin=@image&state=1"', 'document.forms[0].submit()'],
                         ids=["link", "form"])  # fmt: skip
def test_leaving_a_page_of_another_site_for_the_board_switches_nothing(board, browse, leave):
    all_low(board)
    text = '<form action="BOARD/gpio"><input name="pin" value="@image"><input name="state" value="1"></form><script>%s</script>'
    with site(page(text % leave, board, board.url)) as other:
        assert "cross-site" in browse(f"http://localhost:{other}/")
    assert levels(board)["image"] == 0


def test_the_same_page_works_once_its_site_is_allowed(fresh_board, browse):
    """Without this, the tests above could pass because the page does nothing."""
    port = free_ports(1)[0]
    board = fresh_board(config={"allowed_origins": [f"http://localhost:{port}"]})
    all_low(board)
    with site(page(PAGE, board, board.url), port):
        assert "<title>done</title>" in browse(f"http://localhost:{port}/")
    assert levels(board) == dict.fromkeys(WAYS, 1)


def test_the_address_bar_switches_a_pin(board, browse):
    all_low(board)
    port = urlsplit(board.url).port
    assert '<b class="on">' in browse(f"{board.url}/gpio?pin={pins(board)['image']}&state=1")
    assert '<b class="on">' in browse(f"http://picorest.local:{port}/gpio?pin={pins(board)['form']}&state=1")
    assert {way for way, level in levels(board).items() if level} == {"image", "form"}


def test_a_rebound_name_switches_nothing(board, browse):
    all_low(board)
    port = urlsplit(board.url).port
    assert "cross-site" in browse(f"http://evil.example:{port}/gpio?pin={pins(board)['image']}&state=1")
    assert levels(board)["image"] == 0
