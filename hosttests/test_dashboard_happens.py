"""The board's page: alarms and links, when they act and why not, and what the display shows."""

import pytest

from hosttests.support.chromium import CHROMIUM
from hosttests.support.dashboard import TOP
from hosttests.support.dashboard_fixtures import with_everything
from hosttests.test_dashboard_access import SCREENS, axe, faults  # noqa: F401 axe is a fixture

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian: apt install chromium)"),
    pytest.mark.boards("esp32"),
    pytest.mark.world,
]
SETTINGS = {
    "alarms": [
        {"id": "tick", "every": 60, "do": "pump.on", "for": 30},
        {"id": "wake", "at": "07:30", "do": "fan.on", "enabled": False},
    ],
    "links": [
        {"when": "bell", "is": 0, "do": "lamp.on"},
        {"when": "dht.23.temperature", "above": 70, "do": "fan.on", "silent": "fan.off"},
    ],
    "display": {"sda": 21, "scl": 22, "screens": [["Hello", "<b>{status.uptime}</b>"]]},
}


def test_what_happens_by_itself(new_page, axe):  # noqa: F811 the fixture
    page = new_page(with_everything("esp32") | SETTINGS)
    page.open()
    board, text = page.board, "happens.innerText"
    page.see("Hello\n<b>", "happens")
    page.see("wake", "happens")
    page.see("not yet", "happens")
    page.button("do fan.on", "happens")
    page.until("fan", True)
    page.button("silent fan.off", "happens")
    page.until("fan", False)
    assert board.get("/links").json()["links"][1]["count"] == 0
    board.world.put({"pins": {page.pins[4]: 0}})
    page.until("lamp", True)
    page.wait(f"/ ago|just now/.test({text})")
    with board.world.fast(20):
        board.world.wait(lambda _: board.get("/alarms/tick").json()["state"] == "ringing")
    page.see("ringing", "happens")
    for screen, dark in (("phone", True), ("desk", False)):
        page.browser.screen(*SCREENS[screen], dark=dark)
        assert page.browser.run("document.documentElement.scrollWidth <= innerWidth")
        assert faults(page, axe) == []
    page.button("Snooze", "happens")
    page.see("snoozed", "happens")
    page.button("Stop", "happens")
    page.wait(f"!{text}.includes('snoozed')")
    page.button("Try", "happens")
    page.see("ringing", "happens")
    page.button("Stop", "happens")
    page.wait(f"!{text}.includes('ringing')")
    assert board.get("/alarms/tick").json()["state"] == "idle"
    page.button("On", "happens")
    page.wait(f"!/\\bOn\\b/.test({text})")
    assert board.get("/alarms/wake").json()["enabled"] is True
    assert board.request("DELETE", "/alarms/wake").status_code == 200
    page.button("Off", "[...happens.querySelectorAll('.item')].find(each => each.innerText.startsWith('wake'))")
    page.wait("banner.textContent.includes('alarms')")  # the board's words: such an alarm has nothing to do
    page.button("Edit", "happens")
    page.wait(f"{TOP}?.querySelector('details[open] h3')?.textContent == 'Alarms'")
    assert page.complaints() == []
