"""The desk of a virtual board in a browser: its parts by what they are, its surroundings by their names."""

import json

from hosttests.support.dashboard import Dashboard

SWITCH = "[...document.querySelectorAll('[role=group][aria-label=%s] button')].find(each => each.textContent == %s)"
FRAME = "document.querySelector('#frame')?.contentDocument"


class Desk(Dashboard):
    """`.board` is the VirtualBoard on it."""

    def open(self, path: str = "/") -> None:
        self.browser.open("about:blank")
        self._events()
        self.browser.events.clear()
        self.browser.open(self.url + path)
        self.wait("!!document.querySelector('#drawing svg') && live.textContent == 'Live'")

    def turn(self, name: str, words: str) -> None:
        """Choose one of a row of buttons, such as Router, off."""
        self._click(SWITCH % (json.dumps(name), json.dumps(words)))

    def slide(self, part: str, name: str, value: float) -> None:
        """Move a slider of a part."""
        self._with(f"document.querySelector('.part.{part} input[aria-label={name}]')",
                   f"it.value = {value}; it.dispatchEvent(new Event('input'))")  # fmt: skip

    def recipe(self, name: str) -> str:
        """Try something; what the board answers."""
        self.button(name, "document.querySelector('#recipes')")
        self.button("Run", "document.querySelector('#recipe')")
        answer = "document.querySelector('.answer').textContent"
        return self.wait(f"{answer}.startsWith('{{') && {answer}")
