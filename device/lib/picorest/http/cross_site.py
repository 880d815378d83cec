"""Hosts and pages that are not the board's own: those that the user has listed, and what to tell about the others."""

from ..problem import Problem
from ..utf8 import latin

_MOST = const(100)  # bytes of a name that are told


def check_host(host, origins):
    """403 unless a Host header (bytes) is that of a listed site, whatever its scheme: a proxy may speak https for it."""
    name = host.lower()
    for origin in origins:
        origin = origin.encode()
        at = origin.find(b"://")
        place = origin[at + 3 :]
        if name == place or name == place + (b":443" if origin[:at] == b"https" else b":80"):
            return
    _refuse(b'its Host "%s" is none of the board\'s names' % host[:_MOST], b"http://" + name)


def refuse_page(known):
    """The 403 for a page of another site; known: the headers of the request."""
    site = known.get("origin")
    if not site or site == b"null":
        site = known.get("referer") or b""
        end = site.find(b"/", 8)
        site = site if end < 0 else site[:end]
    if site:
        _refuse(b"a page of %s asked for it" % site[:_MOST], site)
    raise Problem("cross-site", why="a page of another site asked for it")


def _refuse(why, origin):
    words = latin(why)
    site = latin(origin[:_MOST])
    detail = "This would change something, and %s: open the board's own address, or add \"%s\" to allowed_origins."
    raise Problem("cross-site", detail % (words, site), why=words, allowed_origins=[site])
