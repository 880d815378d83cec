"""The pages, which lie compressed in www/ beside the program."""

import sys

from ..web import Problem, Reply


def setup(req):
    """GET /setup: pick a Wi-Fi network."""
    return _page("setup.html", "text/html; charset=UTF-8")


def _page(name, kind):
    for place in sys.path:
        try:
            file = open("%s/www/%s.gz" % (place, name), "rb")
        except OSError:
            continue
        # within a page of another site, a click could be meant for something else
        headers = {"Content-Type": kind, "Content-Encoding": "gzip", "X-Frame-Options": "DENY"}
        return Reply(_parts(file), 200, headers)
    raise Problem(404, "not-found")


def _parts(file):
    try:
        while True:
            part = file.read(256)
            if not part:
                break
            yield part
    finally:
        file.close()
