"""Browsers that do not tell which site is behind a request.

Where the board's address has no https they send no Sec-Fetch-Site, and a page can have them leave out Referer, with
which Origin goes too, except from PUT and the like. What a page cannot change is the writing of User-Agent and
Accept-Encoding, and that Upgrade-Insecure-Requests comes with pages only, not with what is loaded for one.
"""

from .web import Problem


def check(req):
    """403 for what a page loads, 401 or 302 for a page; nothing if it is clear where the request comes from."""
    known = req.known
    if "sec-fetch-site" in known or "origin" in known or "referer" in known:
        return
    head = req.head
    head = head[: head.find(b"\r\n\r\n") + 2]
    if b"\r\nUpgrade-Insecure-Requests: 1\r\n" not in head:
        # programs that only take a browser's name do not send these two
        if b"\r\nAccept-Encoding: " in head and b"\r\naccept-language:" in head.lower():
            raise Problem(403, "cross-site", why="the browser does not say for which page it asks")
    elif (known.get("authorization") or b"")[:6].lower() == b"basic ":
        _cookie(req, head)


def _cookie(req, head):
    """A browser sends the password that it was given along with the pages that another site sends it to, but not a
    cookie that is for this site only. It has to have that one; if not, it gets it, and is sent here once more."""
    from .token import check

    check(req.known["authorization"], req.app.token)
    at = head.find(b"\r\nCookie: ")
    if at >= 0 and b"picorest=1" in head[at : head.find(b"\r\n", at + 2)]:
        return
    headers = {"Set-Cookie": "picorest=1; Path=/; SameSite=Strict; HttpOnly"}
    if req.query[-1:] == b"&":
        why = "another site may have asked for it, as the cookie that the board has set did not come back"
        raise Problem(403, "cross-site", why=why, headers=headers)
    headers["Location"] = "?%s&" % req.query.decode()
    raise Problem(302, "cookie-needed", headers=headers)
