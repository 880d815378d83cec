"""A page from which Chrome or Edge writes an image onto a board at this computer's USB, with ESP Web Tools of npm."""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from host import UserError
from host.board.cable import say

PACKAGE = "esp-web-tools@10.4.0"
INTEGRITY = "sha512-3pwkeFFm5Fj7UQo8SJNYK5RXrtNCpq6X9QoI6bMT4GBZWgrJqjn0YvM9ihG74BtMoSFYXfmDtkehuxe50PTMPQ=="
TOOLS = "esp-web-tools"
_INSIDE = "package/dist/web/"
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Install picorest</title>
<script type="module" src="esp-web-tools/install-button.js"></script>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 2rem auto; padding: 0 1rem }</style>
</head>
<body>
<h1>Install picorest</h1>
<p>Plug in the board (%s) with a USB cable that carries data. Everything on it is erased.</p>
<esp-web-install-button manifest="manifest.json">
<button slot="activate">Install</button>
<span slot="unsupported">This browser has no Web Serial: take Chrome or Edge on a computer.</span>
<span slot="not-allowed">Web Serial needs https:// or http://localhost.</span>
</esp-web-install-button>
<p>Then the board opens a Wi-Fi of its own, unless its configuration names yours. What that is called, and its password,
the board tells on its serial console: Logs &amp; Console here.</p>
</body>
</html>
"""


def manifest(image: str, family: str, version: str) -> dict:
    """What ESP Web Tools is told: https://esphome.github.io/esp-web-tools/."""
    parts = [{"path": image, "offset": 0}]
    return {
        "name": "picorest",
        "version": version,
        "new_install_improv_wait_time": 0,  # seconds to look for a protocol that picorest does not speak
        "builds": [{"chipFamily": family, "parts": parts}],
    }


def make(folder: Path, image: str, family: str, version: str) -> None:
    """Put the page, its manifest and ESP Web Tools beside an image. Raises UserError."""
    tools = _tools()
    (folder / "manifest.json").write_text(json.dumps(manifest(image, family, version), indent=1) + "\n", "utf-8")
    (folder / "index.html").write_text(_PAGE % family, "utf-8")
    shutil.rmtree(folder / TOOLS, ignore_errors=True)
    (folder / TOOLS).mkdir()
    for name, data in tools.items():
        (folder / TOOLS / name).write_bytes(data)


def unpack(data: bytes) -> dict[str, bytes]:
    """The scripts of the package, by name. Raises UserError if it is another one than the pinned."""
    if f"sha512-{base64.b64encode(hashlib.sha512(data).digest()).decode()}" != INTEGRITY:
        raise UserError(f"npm has brought another {PACKAGE} than the one that picorest knows: nothing was made of it")
    found = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as package:
        for member in package:
            if member.isfile() and member.name.startswith(_INSIDE) and "/" not in member.name.removeprefix(_INSIDE):
                found[member.name.removeprefix(_INSIDE)] = package.extractfile(member).read()
    return found


def _tools() -> dict[str, bytes]:
    npm = shutil.which("npm")
    if not npm:
        raise UserError(f"the page needs {PACKAGE}, and npm fetches that: install Node.js, https://nodejs.org/")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", PACKAGE, "--silent", "--pack-destination", folder]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd=folder)
        packed = list(Path(folder).glob("*.tgz"))
        if done.returncode or len(packed) != 1:
            said = (done.stderr or done.stdout).strip()[-300:]
            raise UserError(f"npm could not fetch {PACKAGE}: is this computer online? It said: {said}")
        return unpack(packed[0].read_bytes())


class Handler(SimpleHTTPRequestHandler):
    extensions_map = {".js": "text/javascript", ".json": "application/json", ".html": "text/html", "": "application/octet-stream"}

    def log_message(self, *_) -> None:
        pass


def page_server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of the page on this computer alone, which waits for serve_forever(). Raises UserError."""
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=str(folder)))
    except (OSError, OverflowError) as error:
        raise UserError(f"port {port} cannot be used: {error}; choose another one: --web PORT") from None


def serve_page(folder: Path, port: int) -> None:
    """Answer until the process ends."""
    with page_server(folder, port) as ours:
        say(f"open http://localhost:{ours.server_address[1]}/ in Chrome or Edge; Ctrl-C ends it")
        ours.serve_forever()
