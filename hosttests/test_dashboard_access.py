"""The board's page for everybody: axe-core finds nothing, in any part of it, on a small and a large screen, light and dark."""

from pathlib import Path

import pytest

from hosttests.support.chromium import CHROMIUM
from hosttests.support.dashboard import TOP
from hosttests.support.npm import installed

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian: apt install chromium)"),
    pytest.mark.world,
]
SOURCES = Path(__file__).parent / "support" / "axe"
RUN = """axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.map(each =>
    each.id + ": " + each.help + " " + each.nodes.slice(0, 3).map(node => node.html).join(" ")))"""
SCREENS = {"phone": (360, 740), "desk": (1280, 900)}


@pytest.fixture(scope="module")
def axe() -> str:
    return (installed(SOURCES) / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def faults(page, axe: str) -> list[str]:
    page.browser.run(axe + ";0")
    return page.browser.run(RUN)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_is_in_anybodys_way(page, axe, screen, dark):
    page.browser.screen(*SCREENS[screen], dark=dark)
    for name in ("lamp", "fan"):
        page.unfold(name)
    page.switch("lamp")
    page.button("50 %", page.row("fan"))
    page.until("lamp", True)
    page.pin(page.pins[7])
    page.board.world.put({"dht": {page.pins[5]: {"fault": "timeout"}}})
    page.see("SD1", "about")
    with page.board.world.fast():
        page.see("This is the last good value.", "sensors")
    assert page.browser.run("document.documentElement.scrollWidth <= innerWidth")
    assert faults(page, axe) == []
    page.settings()
    page.browser.run(f"for (const each of {TOP}.querySelectorAll('details')) each.open = true")
    assert page.browser.run(f"{TOP}.scrollWidth <= innerWidth")
    assert faults(page, axe) == []
    page.button("Close", TOP)
    for name in ("Change network", "Update", "Restart"):
        page.button(name)
        page.wait(f"!!{TOP}?.open && !{TOP}.innerText.includes('Looking for')")
        assert faults(page, axe) == []
        page.button("Close", TOP)


def test_a_keyboard_reaches_everything_and_keeps_its_place(page):
    page.browser.run("document.querySelector('#pins [role=switch]').focus()")
    before = page.browser.run("document.activeElement.ariaLabel")
    page.board.put(f"/gpio/{page.pins[1]}", {"state": 1})
    page.until("pump", True)
    assert page.browser.run("document.activeElement.ariaLabel") == before
    page.browser.run("settings.focus()")
    page.browser.press("Enter")
    page.wait(f"!!{TOP}?.open")
    page.browser.press("Escape")
    page.wait("!document.querySelector('dialog')")
    assert page.browser.run("document.activeElement.id") == "settings"


def test_what_each_switch_is_called_and_how_it_is(page):
    switches = "[...document.querySelectorAll('#pins [role=switch]:not([hidden])')]"
    said = dict(page.wait(f"{switches}.map(each => [each.ariaLabel, each.ariaChecked])"))
    assert said == {"lamp": "false", "pump": "false", "fan": "false", "led": "false"}
