"""Browsers that do not tell which site is behind a request.

Where the board's address has no https they send no Sec-Fetch-Site, and a page can have them leave out Referer, with
which Origin goes too, except from PUT and the like. What a page cannot change is the writing of User-Agent and
Accept-Encoding, and that Upgrade-Insecure-Requests comes with pages only, not with what is loaded for one. A proxy on the way may
change how the names are written, and which blanks there are.
"""

from ..problem import Problem
from .headers import header

_BLANK = const(32)


def check(req):
    """Check a change that came with a browser's name, but without Sec-Fetch-Site, Origin and Referer: 403 for what a page
    loads; for a page itself 401, 302 or 403, until it is clear that the user asked for it."""
    known = req.known
    head = req.head
    if (header(head, b"user-agent") or b"")[:13] != b"Mozilla/5.0 (":
        return
    if header(head, b"upgrade-insecure-requests") != b"1":
        # programs that only take a browser's name do not send these two
        if header(head, b"accept-encoding") is not None and header(head, b"accept-language") is not None:
            # a browser from before 2018: it would send the cookie for other sites' pages, too, but says where a link stands
            why = "the browser does not say for which page it asks"
            detail = "This would change something, and %s: open the pin's page, such as /gpio/D5, and switch from there."
            raise Problem("cross-site", detail % why, why=why)
    elif req.app.token:
        if (known.get("authorization") or b"")[:6].lower() == b"basic ":
            from .auth import check

            check(req)
            _cookie(req, head)
    elif known.get("host", b"localhost").lower().split(b":")[0] != b"localhost" and known["host"][:4] != b"127.":
        # to the computer that they run on browsers always send Sec-Fetch-Site
        _cookie(req, head)


def _cookie(req, head):
    """A browser that another site sends here brings the password that it was given, but not a cookie that is for this
    site only. It has to have that one; if not, it gets it, and is sent here once more."""
    if b"picorest=1" in (header(head, b"cookie") or b""):
        return
    if req.method != "GET":
        # to all else it says its Origin, if it is from after 2017
        raise Problem("cross-site", why="the browser does not say for which page it asks")
    headers = {"Set-Cookie": "picorest=1; Path=/; SameSite=Strict; HttpOnly"}
    if req.query[-1:] == b"&":
        why = "another site may have asked for it, as the cookie that the board has set did not come back"
        raise Problem("cross-site", why=why, headers=headers)
    # as long as it gets: what grows would be in memory twice
    out = bytearray(2 + len(req.query) + sum(2 for code in req.query if not _BLANK < code < 127))
    out[0], out[-1] = b"?&"
    at = 1
    for code in req.query:
        if _BLANK < code < 127:
            out[at] = code
            at += 1
        else:
            out[at : at + 3] = b"%%%02X" % code
            at += 3
    headers["Location"] = out
    raise Problem("cookie-needed", headers=headers)
