"""Chromium without a window, used as a person would: open an address, click, type, read what the page says."""

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE = 60  # seconds for one answer, or for what a page is waited for to do
# the browser speaks on the numbers 3 and 4, whatever ours are called
_START = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"


class Moved(Exception):
    """The page has gone while it was asked something."""


class Browser:
    """A context manager. hosts: {host or address: "ADDRESS:PORT" that it leads to instead}."""

    def __init__(self, folder: Path, hosts: dict[str, str]):
        rules = ", ".join(f"MAP {name} {place}" for name, place in hosts.items())
        ours, commands = os.pipe()
        self.answers, theirs = os.pipe()
        command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                   "--disable-background-networking", "--disable-features=HttpsUpgrades", "--no-proxy-server",
                   f"--user-data-dir={folder}", f"--host-resolver-rules={rules}", "--remote-debugging-pipe"]  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _START, str(ours), str(theirs), *command], pass_fds=(ours, theirs),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        os.close(ours)
        os.close(theirs)
        self.commands, self.count, self.rest, self.session = commands, 0, b"", None
        self.events = deque(maxlen=10_000)  # (method, what it tells) of what was asked for with listen()
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_) -> None:
        with contextlib.suppress(OSError):
            self._ask("Browser.close")
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.commands)
        os.close(self.answers)

    def go(self, url: str) -> None:
        """Type an address; do not wait for what comes of it."""
        self._ask("Page.bringToFront")  # windows in the background load less
        failed = self._ask("Page.navigate", url=url).get("errorText")
        assert not failed, f"{url}: {failed}"

    def open(self, url: str) -> None:
        self.go(url)
        self.wait('document.readyState == "complete"')

    def run(self, script: str):
        """The value of a JavaScript expression in the page, as if a person had started it; AssertionError where it throws."""
        answer = self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, userGesture=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, script: str):
        """The value of an expression as soon as it is true."""
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(Moved):
                if value := self.run(script):
                    return value
            assert time.monotonic() < end, f"{script} is never true; the page says: {self.text()}"
            time.sleep(0.05)

    def listen(self, *domains: str) -> None:
        """Keep from now on what happens in these domains of the DevTools protocol, such as Network, in `events`."""
        for domain in domains:
            self._ask(f"{domain}.enable")

    def screen(self, width: int, height: int, phone: bool = False, dark: bool = False) -> None:
        scale = 2 if phone else 1
        self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=phone)
        self._ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def picture(self) -> bytes:
        """A PNG of what is on the screen."""
        return base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"])

    def press(self, key: str) -> None:
        """A key such as Tab, Enter, ArrowDown."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        self._ask("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text)
        self._ask("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def mouse(self, selector: str, *kinds: str) -> None:
        """Move the mouse onto an element, which is scrolled into view; kinds: mousePressed, mouseReleased."""
        self.wait(f"!!document.querySelector({json.dumps(selector)})")
        x, y = self.run(f"""(each => {{ each.scrollIntoView({{block: "center"}}); const box = each.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2] }})(document.querySelector({json.dumps(selector)}))""")
        for kind in ("mouseMoved", *kinds):
            self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def text(self) -> str:
        """What a reader sees."""
        return self.run("document.body.innerText")

    def click(self, selector: str) -> None:
        """Click on an element as soon as it is there."""
        self.wait(f"!!document.querySelector({json.dumps(selector)})")
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def type(self, selector: str, text: str) -> None:
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self._ask("Input.insertText", text=text)

    def _ask(self, method: str, **params) -> dict:
        self.count += 1
        message = {"id": self.count, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + PATIENCE
        while True:
            while b"\0" not in self.rest:
                ready = select.select([self.answers], [], [], max(0, end - time.monotonic()))[0]
                data = os.read(self.answers, 65536) if ready else b""
                if not data:
                    raise OSError(f"the browser does not answer {method}")
                self.rest += data
            line, _, self.rest = self.rest.partition(b"\0")
            answer = json.loads(line)
            if answer.get("id") == self.count:
                if "navigated" in answer.get("error", {}).get("message", ""):
                    raise Moved
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            if "method" in answer:
                self.events.append((answer["method"], answer["params"]))


@contextlib.contextmanager
def site(page, port: int = 0):
    """A web server with one page, HTML as text or a function that returns it; yields its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            data = (page() if callable(page) else page).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
