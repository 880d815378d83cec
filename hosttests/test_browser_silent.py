"""A real browser that does not say where a request comes from: the board's name has no https, so there is no
Sec-Fetch-Site, and the other site's pages have the referrer policy `no-referrer`, so there is neither Referer nor Origin."""

import contextlib
from urllib.parse import urlsplit

import pytest

from hosttests.conftest import REAL
from hosttests.support.chromium import CHROMIUM, Browser, site
from hosttests.support.raw_http import until
from hosttests.support.recording_proxy import Relay
from virtualboard.client import VirtualBoard

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian: apt install chromium)"),
    pytest.mark.boards("nodemcu"),
]
TOKEN = "kirsche-42-x"
HOST = "picorest.local"
PATH = "/gpio?pin=D5&state=1"
ASK = f"http://{HOST}{PATH}"
BOX = '<iframe name="box"></iframe>'
FORM = f'<form id="f" TARGET action="http://{HOST}/gpio"><input name="pin" value="D5"><input name="state" value="1"></form>'

# what a page loads for itself, as HTML and as a script that starts it
LOADS = {
    "image": f'<img src="{ASK}">',
    "script": f'<script src="{ASK}"></script>',
    "style": f'<link rel="stylesheet" href="{ASK}">',
    "icon": f'<link rel="icon" href="{ASK}">',
    "preload": f'<link rel="preload" as="fetch" href="{ASK}">',
    "prefetch": f'<link rel="prefetch" href="{ASK}">',
    "sound": f'<audio src="{ASK}" autoplay></audio>',
    "fetch": f'<script>fetch("{ASK}")</script>',
    "fetch that cannot read": f'<script>fetch("{ASK}", {{mode: "no-cors"}})</script>',
    "fetch in disguise": f'''<script>fetch("{ASK}", {{mode: "no-cors",
        headers: {{accept: "text/html,application/xhtml+xml", "accept-LANGUAGE": ""}}}})</script>''',
    "fetch of a worker": f"""<script>new Worker(URL.createObjectURL(new Blob([
        'fetch("{ASK}", {{mode: "no-cors"}})'])))</script>""",
    "request of the old kind": f'<script>x = new XMLHttpRequest(); x.open("GET", "{ASK}"); x.send()</script>',
}
# where a page leads the browser
LEADS = {
    "frame": f'<iframe src="{ASK}"></iframe>',
    "object": f'<object data="{ASK}"></object>',
    "form in a frame": BOX + FORM.replace("TARGET", 'target="box"') + "<script>f.submit()</script>",
    "form": FORM.replace("TARGET", "") + "<script>f.submit()</script>",
    "link": f'<a id="a" href="{ASK}">x</a><script>a.click()</script>',
    "link as the board makes it": f'<a id="a" href="{ASK}&">x</a><script>a.click()</script>',
    "script that leaves": f'<script>location = "{ASK}"</script>',
    "refresh": f'<meta http-equiv="refresh" content="0;url={ASK}">',
    "window": f"<script>go = () => {{ window.open('{ASK}') }}</script>",
}
POST = '<form id="f" method="post" enctype="text/plain" action="http://picorest.local/reset"></form><script>f.submit()</script>'


class Visit:
    """A browser, the board that it asks, and a page of another site. A context manager."""

    def __init__(self, board, folder):
        self.board, self.folder, self.page = board, folder, ""
        self.stack = contextlib.ExitStack()

    def __enter__(self) -> "Visit":
        place = urlsplit(self.board.url)
        self.relay = self.stack.enter_context(Relay(place.hostname, place.port or 80))
        other = self.stack.enter_context(site(lambda: self.page))
        hosts = {HOST: self.relay.place, "evil.example": f"127.0.0.1:{other}"}
        self.browser = self.stack.enter_context(Browser(self.folder, hosts))
        return self

    def __exit__(self, *args) -> None:
        self.stack.__exit__(*args)

    def type(self, path: str, user: str = "") -> list[int]:
        """Type this into the address bar; the statuses of the board's answers."""
        start = len(self.relay.seen)
        self.browser.open(f"http://{user}{HOST}{path}")
        return self.statuses(start)

    def ask(self, html: str, policy: str) -> list[int]:
        """The statuses of what a page of another site makes the browser ask the board for, the last one final."""
        self.page = f'<!doctype html><link rel="icon" href="data:,"><meta name="referrer" content="{policy}">{html}'
        self.browser.open("about:blank")  # or what the page before still does would count for this one
        start = len(self.relay.seen)
        self.browser.go("http://evil.example/")
        if "go =" in html:
            self.browser.wait('typeof go == "function" && !go()')
        return until(lambda: self.statuses(start), 30)

    def statuses(self, start: int) -> list[int]:
        seen = [each for each in self.relay.seen[start:] if "favicon" not in each.target and "&was=" not in each.target]
        found = [200 if each.status == 303 else each.status for each in seen]  # a change leads to the page of the pin
        return found if found and found[-1] not in (204, 302) else []


@pytest.fixture(scope="module")
def open_board(request, tmp_path_factory):
    yield from _visited(request, tmp_path_factory, {})


@pytest.fixture(scope="module")
def guarded(request, tmp_path_factory):
    """With a token, which the browser has been told; and so it has the cookie."""
    for visit in _visited(request, tmp_path_factory, {"token": TOKEN}):
        answers = visit.type("/gpio?pin=D5&state=0", f"anyone:{TOKEN}@")
        assert answers[0] == 401 and 302 in answers and answers[-1] == 200
        yield visit


def _visited(request, tmp_path_factory, config):
    if REAL in request.config.stash:
        pytest.skip("starts a board of its own, which a real board cannot be")
    folder = tmp_path_factory.mktemp("silent")
    board = VirtualBoard("nodemcu", folder / "board", config=config)
    try:
        board.wait_until_it_serves()
        with Visit(board, folder / "profile") as visit:
            yield visit
        assert "Traceback" not in board.console()
    finally:
        board.close()


def level(visit) -> int:
    return visit.board.get("/gpio/D5").json()["state"]


@pytest.mark.parametrize("policy", ["no-referrer", "unsafe-url"])
def test_what_a_page_loads_switches_nothing(open_board, policy, subtests):
    for way, html in LOADS.items():
        with subtests.test(way):
            assert set(open_board.ask(html, policy)) == {403}
            assert level(open_board) == 0


@pytest.mark.parametrize("policy", ["no-referrer", "unsafe-url"])
def test_a_page_leads_nowhere(open_board, policy, subtests):
    for way, html in LEADS.items():
        with subtests.test(way):
            answers = open_board.ask(html, policy)
            assert 200 not in answers and answers[-1] == 403, answers
            assert level(open_board) == 0


def test_the_address_bar_works(open_board):
    assert open_board.type(PATH)[-1] == 200  # perhaps behind the cookie
    assert level(open_board) == 1
    assert open_board.type("/gpio?pin=D5&state=0") == [200]
    assert level(open_board) == 0
    assert open_board.type(PATH) == [200]
    assert level(open_board) == 1
    assert open_board.type("/gpio?pin=D5&state=0") == [200]
    assert level(open_board) == 0


@pytest.mark.parametrize("policy", ["no-referrer", "unsafe-url"])
def test_the_password_that_the_browser_knows_is_of_no_use_to_a_page(guarded, policy, subtests):
    for way, html in {**LOADS, **LEADS}.items():
        with subtests.test(way):
            answers = guarded.ask(html, policy)
            assert 200 not in answers and answers[-1] in (401, 403), answers
            assert level(guarded) == 0


@pytest.mark.parametrize("name", ["open_board", "guarded"])
def test_a_form_that_posts_is_refused(request, name):
    assert request.getfixturevalue(name).ask(POST, "no-referrer") == [403]


def test_the_address_bar_works_with_a_password(guarded):
    assert guarded.type(PATH) == [200]
    assert level(guarded) == 1
    assert guarded.type("/gpio?pin=D5&state=0") == [200]
    assert level(guarded) == 0
