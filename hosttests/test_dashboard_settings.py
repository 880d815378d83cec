"""The board's page: its settings, backups and the sign-in."""

import argparse
import json
import re
from pathlib import Path

import pytest

from host import ROOT
from host.commands import build
from hosttests.support.chromium import CHROMIUM
from hosttests.support.dashboard import TOP
from hosttests.support.dashboard_fixtures import with_everything

pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian: apt install chromium)"),
    pytest.mark.boards("nodemcu", "esp32"),
    pytest.mark.world,
]


def test_settings_are_saved(page):
    page.settings("Board")
    page.fill("Time zone of", "America/New_York")
    page.fill("Hostname", "shed")
    page.button("Save", TOP)
    page.see("Saved.", TOP)
    page.see("hostname", TOP)
    now = page.board.get("/config").json()
    assert now["hostname"] == "shed" and now["timezone"] == "<-05>5<-04>4,M3.2.0/2,M11.1.0/2"
    assert now["pins"].keys() == with_everything(page.board.name)["pins"].keys() and now["wifi"]["networks"][0]["ssid"] == "home"
    page.board.patch("/config", {"hostname": None, "timezone": None})


def test_a_pin_gets_a_name(page):
    page.pin(page.pins[6])
    page.button("Name it", "about")
    page.wait(f"!!{TOP}?.querySelector('details[open]')")
    page.wait(f"document.activeElement.closest('fieldset')?.querySelector('select').value == '{page.pins[6]}'")
    page.browser.run("document.activeElement.value = 'gate'")
    page.button("Save", TOP)
    page.see("Saved.", TOP)
    assert page.board.get("/config").json()["pins"][page.pins[6]] == {"mode": "out", "name": "gate"}
    page.board.patch("/config", {"pins": {page.pins[6]: None}})


def test_a_setting_that_is_refused(page):
    said = page.board.patch("/config", {"wifi": {"ap": {"password": "short"}}}).json()
    page.settings()
    page.browser.run(f"{TOP}.querySelector('[name=\"wifi.ap.password\"]').value = 'short'")
    page.button("Save", TOP)
    page.see(said["detail"], TOP)
    assert page.browser.run("document.activeElement.name") == "wifi.ap.password"  # in a part that was folded


def test_a_backup_and_its_return(page):
    backup = json.dumps(page.board.get("/config").json())
    page.board.patch("/config", {"weather": None, "hostname": "other", "auth": "write"})
    page.button("Restore")
    page.drop("picorest-config.json", backup)
    page.button("Restore", TOP)
    page.see("Saved.", TOP)
    assert page.board.get("/config").json() == json.loads(backup)


@pytest.mark.parametrize("text", ["no JSON", '{"hostname":7}'])
def test_a_file_that_is_no_backup(page, text):
    before = page.board.get("/config").json()
    page.button("Restore")
    page.drop("holiday.json", text)
    page.button("Restore", TOP)
    page.wait(f"!!{TOP}.querySelector('.note.bad')")
    assert page.board.get("/config").json() == before


def test_a_token_is_asked_for(new_page, board_name):
    page = new_page(with_everything(board_name) | {"token": "let-me-in"})
    page.open()
    page.switch("lamp")
    page.fill("Token", "wrong")
    page.button("Sign in", TOP)
    page.see("does not know this token", TOP)
    assert not page.is_on("lamp")
    page.fill("Token", "let-me-in")
    page.button("Sign in", TOP)
    page.until("lamp", True)  # what was wanted happens now
    page.switch("lamp")
    page.until("lamp", False)
    page.open()
    page.switch("lamp")
    page.until("lamp", True)  # remembered as long as the window is open


def test_a_board_that_shows_nothing_without_its_token(new_page, board_name):
    """There the browser itself asks, as for every address; what it was told serves the page as well."""
    page = new_page(with_everything(board_name) | {"token": "let-me-in", "auth": "all"})
    assert page.board.get("/").status_code == 401
    page.browser.open(page.board.url.replace("http://", "http://me:let-me-in@") + "/health")
    page.open()
    page.switch("lamp")
    page.until("lamp", True)
    assert not page.browser.run("document.querySelector('dialog')")


@pytest.mark.long
def test_a_new_version_is_dropped_on_the_page(new_page, board_name, tmp_path, capsys):
    build.run(argparse.Namespace(board=[board_name], out=ROOT / "build", sign=None, new_key=None))
    path = Path(capsys.readouterr().out.split("  for the board's page")[0].split()[-1])
    page = new_page(with_everything(board_name) | {"token": "let-me-in"})
    page.open()
    page.button("Update")
    page.drop("holiday.jpg", "x")
    page.button("Install", TOP)
    page.see("is no update", TOP)
    page.drop(path.name, path.read_bytes())
    page.button("Install", TOP)
    page.wait(f"!!{TOP}.querySelector('[name=token]')")
    page.fill("Token", "let-me-in")
    page.button("Sign in", TOP)
    with page.board.world.fast():
        page.see("runs, and stays", TOP)
    assert page.board.get("/update").json()["running"] == re.search(r"-([0-9a-f]{16})", path.name)[1]
