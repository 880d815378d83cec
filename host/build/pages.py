"""A page of device/www/ as one file: what it refers to put in its place, and the whole made small.

The sources stay readable and work as they are in a browser; a board sends one answer instead of fifteen, and allows itself no
script but this one: the Content-Security-Policy in the page's head gets the hashes of what was put in.
"""

import base64
import functools
import gzip
import hashlib
import importlib.util
import re
from collections import Counter

from host.build import javascript
from host.build.compiler import BuildError

WWW = "www/"
WHOLE = (".gz", ".dat")  # what ends with a checksum and a size
BESIDE = "picorest.www"  # and 0 or 1: the file with the pages of that half of an ESP8266's ROMFS partition
_STYLE = re.compile(r'<link rel="stylesheet" href="([\w.-]+)">\n?')
_ANY_SCRIPT = "script-src 'self' 'unsafe-inline'"
_PROPERTY = re.compile(r"--[a-z]+(?:-[a-z]+)*")
_SCRIPT = re.compile(r'<script src="([\w.-]+)"></script>\n?')


def whole(sources: dict[str, bytes]) -> dict[str, bytes]:
    """The sources with each page of www/ as one file; those of styles and scripts that a page took in are gone."""
    made = dict(sources)
    for name in sources:
        if name.startswith(WWW) and name.endswith(".html"):
            parts = [*_STYLE.findall(sources[name].decode()), *_SCRIPT.findall(sources[name].decode())]
            for part in parts:
                if WWW + part not in sources:
                    raise BuildError(f"device/{WWW}{part} is missing: device/{name} refers to it")
                made.pop(WWW + part, None)
            if parts:
                made[name] = joined(sources[name].decode(), {part: sources[WWW + part].decode() for part in parts}).encode()
    return made


def joined(page: str, parts: dict[str, str]) -> str:
    """The page with its styles and scripts inside, as small as it gets."""
    code = "".join(parts[name] for name in _SCRIPT.findall(page))
    style = "".join(parts[name] for name in _STYLE.findall(page))
    page = _SCRIPT.sub("", _STYLE.sub("", page))
    if style:
        page = page.replace("</head>", f"<style>{style}</style></head>", 1)
    if code:
        page = page.replace("</body>", f"<script>(()=>{{{javascript.small(code)}}})()</script></body>", 1)
    return _sealed(_short_properties(_minified(page)))


def tools() -> str:
    """Which of the packages that make pages small are there: some computers have no build of them."""
    return " ".join(name for name in ("minify_html", "zopfli") if importlib.util.find_spec(name))


def _minified(page: str) -> str:
    if "minify_html" not in tools():
        return re.sub(r"\n\s+", "\n", page)
    import minify_html

    return minify_html.minify(page, minify_js=True, minify_css=True).replace("/* @__PURE__ */ ", "")


def _short_properties(page: str) -> str:
    """The page with one letter for each of its CSS properties, such as --ground."""
    names = Counter(_PROPERTY.findall(page)).most_common()
    letters = {name: f"--{chr(97 + place)}" for place, (name, _) in enumerate(names)}
    return _PROPERTY.sub(lambda found: letters[found[0]], page)


def _sealed(page: str) -> str:
    """The page with its own script, and no other one, in its policy."""
    for text in re.findall("<script>(.*?)</script>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        page = page.replace(_ANY_SCRIPT, f"script-src 'sha256-{digest}'", 1)
    return page


@functools.cache  # a second each, and the builds of several boards, or with several choices of parts, have the same
def compressed(data: bytes) -> bytes:
    """What browsers unpack by themselves, a twentieth smaller than gzip -9 makes it; no time stamp in it."""
    if "zopfli" not in tools():
        return gzip.compress(data, 9, mtime=0)
    import zopfli.gzip

    return zopfli.gzip.compress(data, numiterations=60)


def beside(made: dict[str, bytes]) -> dict[str, bytes]:
    """What was built, with the files of www/ in one, BESIDE, and in the place of each a line that tells where; see
    device/lib/picorest/routes/pages.py."""
    rest, whole = {}, b""
    for name, data in made.items():
        if name.startswith(WWW) and name.endswith(WHOLE):
            rest[name.rpartition(".")[0] + ".at"] = f"{len(whole)} {len(data)} {data[-8:].hex()}".encode()
            whole += data
        else:
            rest[name] = data
    return rest | {f"{BESIDE}0": whole} if whole else rest
