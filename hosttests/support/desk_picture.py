"""Make the picture of the desk that the README shows: python -m hosttests.support.desk_picture"""

import tempfile
from pathlib import Path

from hosttests.support.chromium import Browser
from hosttests.support.desk import FRAME, Desk
from virtualboard.client import ROOT, VirtualBoard

PICTURE = ROOT / "docs" / "desk.png"

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Browser(Path(folder, "profile"), {}) as browser:
        board = VirtualBoard("nodemcu", Path(folder, "board"))
        try:
            board.wait_until_it_serves()
            browser.screen(1280, 940)
            desk = Desk(browser, board.control)
            desk.open()
            desk.recipe("Light the LED")
            board.put("/gpio/D7", {"pwm": 0.5})
            board.world.put({"adc": {"A0": 2.1}})
            desk.wait("document.querySelector('.part.led .reading').textContent == 'on'")
            desk.wait(f"{FRAME}.body.innerText.includes('2.10 V') && {FRAME}.body.innerText.includes('21.5')")
            PICTURE.write_bytes(browser.picture())
        finally:
            board.close()
