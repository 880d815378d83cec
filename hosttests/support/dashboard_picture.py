"""Make the picture of the board's page that the README shows: python -m hosttests.support.dashboard_picture"""

import tempfile
from pathlib import Path

from hosttests.support.chromium import Browser
from hosttests.support.dashboard import Dashboard
from hosttests.support.dashboard_fixtures import with_everything
from virtualboard.client import ROOT, VirtualBoard

PICTURE = ROOT / "docs" / "dashboard.png"

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Browser(Path(folder, "profile"), {}) as browser:
        board = VirtualBoard("nodemcu", Path(folder, "board"), config=with_everything("nodemcu"))
        try:
            board.wait_until_it_serves()
            board.world.put({"dht": {"D2": {"type": "dht22", "temperature": 21.5, "humidity": 52.5}}})
            browser.screen(1100, 560)
            page = Dashboard(browser, board.url)
            page.open()
            page.switch("lamp")
            page.until("lamp", True)
            board.put("/gpio/D7", {"pwm": 0.4})
            page.see("40 %")
            page.pin("D5")
            page.see("21.5")
            page.see("Paris")
            PICTURE.write_bytes(browser.picture())
        finally:
            board.close()
