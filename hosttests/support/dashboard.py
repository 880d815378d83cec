"""The board's page as its user sees it: switches by their names, buttons by what they say, forms by their labels."""

import json

from hosttests.support.chromium import Browser

ROW = "[...document.querySelectorAll('#pins > li')].find(row => row.querySelector('b')?.textContent == %s)"
BUTTON = "[...(%s?.querySelectorAll('button') ?? [])].find(each => each.textContent.trim() == %s && each.offsetParent)"
SPOT = "[...document.querySelectorAll('#map g[role=button]')].find(each => each.ariaLabel.split(/  |:/).includes(%s))"
TOP = "[...document.querySelectorAll('dialog')].at(-1)"
FIELD = "[...(%s?.querySelectorAll('label') ?? [])].find(each => each.textContent == %s)?.control"


class Dashboard:
    """The page in a browser. `where` of a button is a JavaScript expression; `TOP` is the newest dialog."""

    def __init__(self, browser: Browser, url: str):
        self.browser, self.url = browser, url
        browser.listen("Network", "Log", "Runtime")

    def open(self, path: str = "/") -> None:
        self.browser.open("about:blank")  # what the page before had asked is over
        self._events()
        self.browser.events.clear()
        self.browser.open(self.url + path)
        self.browser.wait("!!document.querySelector('#map svg') && live.textContent == 'Live'")

    def wait(self, script: str):
        return self.browser.wait(script)

    def see(self, words: str, where: str = "document.body") -> None:
        """Wait until it says so."""
        self.wait(f"{where} && {where}.innerText.includes({json.dumps(words)})")

    def switch(self, name: str) -> None:
        self._click(f"{ROW % json.dumps(name)}?.querySelector('[role=switch]')")

    def is_on(self, name: str) -> bool:
        return self.browser.run(f"{ROW % json.dumps(name)}.querySelector('[role=switch]').ariaChecked") == "true"

    def until(self, name: str, on: bool) -> None:
        """Wait until the switch of a pin shows that."""
        row = ROW % json.dumps(name)
        self.wait(f"(({row})?.querySelector('[role=switch]').ariaChecked) == '{str(on).lower()}'")

    def row(self, name: str) -> str:
        """JavaScript for the row of a pin."""
        return f"({ROW % json.dumps(name)})"

    def unfold(self, name: str) -> None:
        self._click(f"{self.row(name)}?.querySelector('[aria-expanded=false]')")

    def button(self, words: str, where: str = "document") -> None:
        self._click(BUTTON % (where, json.dumps(words)))

    def pin(self, label: str) -> None:
        """Press a pin of the drawing."""
        self._with(SPOT % json.dumps(label), "it.dispatchEvent(new MouseEvent('click', {bubbles: true}))")

    def network(self, name: str) -> None:
        """Choose one of the networks in reach."""
        buttons = f"[...({TOP}?.querySelectorAll('li button') ?? [])]"
        self._click(f"{buttons}.find(each => each.querySelector('span').textContent == {json.dumps(name)})")

    def fill(self, label: str, value, where: str = TOP) -> None:
        """Put a value into a field, as typing or choosing does."""
        self._with(f"({FIELD % (where, json.dumps(label))})", f"""
            if (it.type == "checkbox") it.checked = {json.dumps(value)};
            else it.value = {json.dumps(value)};
            it.dispatchEvent(new Event("change", {{bubbles: true}}))""")  # fmt: skip

    def drop(self, name: str, data: bytes | str) -> None:
        """Choose a file in the newest dialog."""
        data = data.encode() if isinstance(data, str) else data
        self._with(f"{TOP}.querySelector('[type=file]')", f"""
            const bytes = Uint8Array.from({json.dumps(data.hex())}.match(/../g), byte => parseInt(byte, 16));
            const files = new DataTransfer();
            files.items.add(new File([bytes], {json.dumps(name)}));
            it.files = files.files""")  # fmt: skip

    def settings(self, group: str = "") -> None:
        """Open the settings, and unfold one of their parts."""
        self.button("Settings")
        self.wait(f"{TOP}?.querySelectorAll('summary').length > 5")
        if group:
            parts = f"[...{TOP}.querySelectorAll('details')]"
            self._with(f"{parts}.find(each => each.querySelector('h3').textContent == {json.dumps(group)})", "it.open = true")

    def _with(self, element: str, script: str) -> None:
        """Do something with an element, called `it`, as soon as it is there."""
        self.wait(f"!!({element})")
        self.browser.run(f"(it => {{ {script} }})({element})")

    def _click(self, element: str) -> None:
        self._with(element, "it.click()")

    def asked(self) -> list[str]:
        """The addresses of all requests since the page was opened."""
        return [told["request"]["url"] for method, told in self._events() if method == "Network.requestWillBeSent"]

    def complaints(self) -> list[str]:
        """What the browser's console shows in red, answers with an error status apart."""
        found = [str(told["exceptionDetails"]) for method, told in self._events() if method == "Runtime.exceptionThrown"]
        for method, told in self._events():
            entry = told.get("entry", {})
            if method == "Log.entryAdded" and entry["level"] == "error" and entry["source"] != "network":
                found.append(entry["text"])
            if method == "Runtime.consoleAPICalled" and told["type"] == "error":
                found.append(str(told["args"]))
        return found

    def most_at_once(self) -> list[str]:
        """The requests of the page's script that were under way when there were most."""
        under_way, most = {}, []
        for method, told in self._events():
            if method == "Network.requestWillBeSent" and told["type"] == "Fetch":
                under_way[told["requestId"]] = told["request"]["method"] + " " + told["request"]["url"]
            elif method in ("Network.loadingFinished", "Network.loadingFailed"):
                under_way.pop(told["requestId"], None)
            most = max(most, list(under_way.values()), key=len)
        return most

    def _events(self):
        self.browser.run("0")  # what has happened until now arrives before the answer
        return list(self.browser.events)
