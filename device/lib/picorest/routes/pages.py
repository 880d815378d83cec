"""The pages, which lie in www/ beside the program."""

import sys

from ..http.response import Reply
from ..problem import Problem


def setup(req):
    """GET /setup: pick a Wi-Fi network."""
    return _page("setup.html", "text/html; charset=UTF-8")


def _page(name, kind):
    # within a page of another site, a click could be meant for something else
    headers = {"Content-Type": kind, "X-Frame-Options": "DENY"}
    for place in sys.path:
        for end in (".gz", ""):  # as mip installs it, it is not compressed
            try:
                file = open("%s/www/%s%s" % (place, name, end), "rb")
            except OSError:
                continue
            if end:
                headers["Content-Encoding"] = "gzip"
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
