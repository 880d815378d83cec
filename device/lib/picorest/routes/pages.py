"""What never changes and lies in www/ beside the program, compressed by the build: the dashboard and other files.

On an ESP8266 www/ has only a line for each file, NAME.at: where it begins in picorest.www0 or picorest.www1, the files beside the
two halves of the ROMFS partition, its size, and the eight bytes at its end. So no version serves the pages of another one.
"""

import sys
from binascii import hexlify

from microdot import Microdot

from ..beside import part
from ..http.headers import header, wants_page
from ..http.response import Reply
from ..problem import Problem

api = Microdot()

_MISSING = const(
    "The file with the pages of this version is not on the board's flash, or damaged: run ./deploy.sh deploy or update again."
)
_HTML = const("text/html; charset=UTF-8")
_POLICY = const("default-src 'self' 'unsafe-inline' data:; frame-ancestors %s")
_PIECE = const(248)  # bytes: two of them fill what leaves in one packet, see loop.py


@api.get("/")
def index(req):
    """GET /: the dashboard, for browsers; programs, which do not ask for a page, are told where to look."""
    if not wants_page(req):
        raise Problem("not-found", headers={"Vary": "Accept"})
    return _page(req)


@api.get("/setup")
def setup(req):
    """GET /setup: the dashboard, which opens with the nearby networks."""
    return _page(req)


@api.get("/favicon.svg")
def favicon(req):
    """GET /favicon.svg: the picture that browsers show beside the title of a page."""
    return _file(req, "favicon.svg", {"Content-Type": "image/svg+xml", "Cache-Control": "max-age=86400"})


@api.get("/config/schema")
def schema(req):
    """GET /config/schema: what forms for the configuration are made of."""
    return _file(req, "schema.json", {"Content-Type": "application/json", "Cache-Control": "no-cache"})


@api.get("/openapi.json")
def openapi(req):
    """GET /openapi.json: this description of the board's interface, for programs."""
    return _file(req, "openapi.json", {"Content-Type": "application/json", "Cache-Control": "no-cache"})


def _page(req):
    # within a page of another site, a click could be meant for something else
    policy = _POLICY % (" ".join(req.app.origins) or "'none'")
    headers = {"Content-Type": _HTML, "Cache-Control": "no-cache", "Vary": "Accept", "Content-Security-Policy": policy}
    return _file(req, "index.html", headers)


def _file(req, name, headers):
    for place in sys.path:
        for end in (".gz", ".at", ""):  # as mip installs it, it is not compressed
            try:
                file = open("%s/www/%s%s" % (place, name, end), "rb")
            except OSError:
                continue
            start = 0
            size = file.seek(0, 2)
            if end:
                if end == ".at":
                    try:
                        file, start, size = part(file)
                    except OSError:
                        raise Problem("not-stored", _MISSING) from None
                file.seek(start + size - 8)
                headers["Content-Encoding"] = "gzip"
                headers["ETag"] = tag = '"%s"' % hexlify(file.read(8)).decode()  # checksum and size of what it holds
                known = header(req.head, b"if-none-match") or b""
                if known == b"*" or tag.encode() in known:
                    file.close()
                    return Reply("", 304, headers)
            elif name == "index.html":
                from .page_parts import pieces

                return Reply(pieces(file, place + "/www"), 200, headers)
            file.seek(start)
            return Reply(_pieces(file, size), 200, headers)
    raise Problem("not-found")


def _pieces(file, left):
    piece = memoryview(bytearray(_PIECE))
    try:
        while left:
            n = file.readinto(piece[: min(left, _PIECE)])
            if not n:
                break
            left -= n
            yield piece[:n]
    finally:
        file.close()
