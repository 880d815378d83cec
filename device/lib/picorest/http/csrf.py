"""Who may do what: the token, and pages of other sites that a browser would let act in its user's name."""

from ..problem import Problem


def guard(req):
    """Check a request before its handler runs: a change as below, a token that comes along, with auth "all" that there is one."""
    app = req.app
    origin = req.known.get("origin")
    if origin is not None and app.origins:
        req.origin = matching(origin, app.origins)
    if req.method not in ("GET", "HEAD", "OPTIONS"):
        check_cross_site(req)
    elif app.token and ("authorization" in req.known or app.auth_everywhere and req.method != "OPTIONS"):
        _token(req)


def check_cross_site(req):
    """Refuse a request that changes something if a page of another site, a prefetch or a rebound name is behind it
    (403 `cross-site`), or if the token is missing (401)."""
    known = req.known
    app = req.app
    if "sound" in known:  # as the last time
        return
    get = known.get
    if b"prefetch" in (get("sec-purpose") or get("purpose") or b""):
        raise Problem("cross-site", why="the browser only tried the address in advance")
    host = get("host") or b""
    if not req.origin:
        if not is_own_host(host, app.names):
            from .cross_site import check_host

            check_host(host, app.origins)
        told = None  # where it comes from
        if len(known) > (1 if host else 0):
            site = get("sec-fetch-site")
            ours = b"http://" + host
            origins = app.origins
            # browsers leave Sec-Fetch-Site out where the address has no https: there the Referer has to do
            referer = get("referer")
            if referer:
                end = referer.find(b"/", 8)
                referer = referer if end < 0 else referer[:end]
                if origins and matching(referer, origins):
                    referer = ours
                    site = None
            if site not in (None, b"", b"none", b"same-origin") or get("origin", ours) != ours or (referer or ours) != ours:
                from .cross_site import refuse_page

                refuse_page(known)
            told = site or referer or get("origin")
        if not told and b"Mozilla/5.0 (" in req.head:
            from .csrf_samesite import check

            check(req)
    if app.token:
        _token(req)
    else:
        known["sound"] = True


def is_own_host(host, names):
    """Whether a Host header (bytes) is an address literal, which cannot be rebound to another machine, or one of our names."""
    if not host.strip(b"0123456789.:"):
        return True
    name = host.lower().split(b":")[0].rstrip(b".")
    return not name.strip(b"0123456789.") or name[:1] == b"[" or matching(name, names)


def matching(data, texts):
    # bytes that may be anything, so they cannot be decoded
    for text in texts:
        if data == text.encode():
            return text


def _token(req):
    # a module of its own, because most boards have no token
    from .auth import check

    check(req)
